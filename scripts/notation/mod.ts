/**
 * Optimizers, schedules and clips as text: reads and writes calls with their arguments.
 *
 * @module
 */
export { type Argument, type Call, isCall, type Value } from "./calls.ts";
export { NotationError } from "./notation_error.ts";
export { printCall, printCalls, printValue } from "./print_calls.ts";
export { readCall, readCalls } from "./read_calls.ts";
export { sameName, withOption, withOptionOf } from "./with_option.ts";
