/**
 * The terminal: output, errors, progress, signals, and names of files.
 *
 * @module
 */
export { errorText, runCommand, UsageError } from "./errors.ts";
export { fileName } from "./file_name.ts";
export { toFileUrl } from "./file_url.ts";
export { firstError } from "./first_error.ts";
export { Interrupted, type Interrupts, listenForInterrupts, type StopSignal } from "./interrupts.ts";
export { didYouMean } from "./nearest.ts";
export { printResults, tell } from "./output.ts";
export { importOwn, noteOwnRule, placeIn } from "./own_code.ts";
export { exportPlace } from "./export_place.ts";
export { progressBar, silent } from "./progress.ts";
export { reason } from "./reason.ts";
export { shellLine } from "./shell.ts";
export { fittedTable, isNumeric, table } from "./table.ts";
export { terminalWidth, WIDTH } from "./width.ts";
export { wrap, wrapLines } from "./wrap.ts";
