/**
 * The training program: many steps of training in one run of one model.
 *
 * @module
 */
import { checkOptions } from "../../options/mod.ts";
import { preparedOf } from "../../autodiff/trained/mod.ts";
import { blockOf } from "./block.ts";
import { requirePrecision } from "./half_products.ts";
import { deviceLeaves } from "./leaves.ts";
import { optimizerFor } from "./model_layers.ts";
import { OpenedProgram } from "./opened_program.ts";
import { placeData, type PlacedData } from "./place_data.ts";
import { PROGRAM_OPTIONS, type ProgramOptions, type TrainingProgram } from "./program_types.ts";
import {
  allThreads,
  NAMES,
  openSession,
  programThreads,
  type SessionOptions,
  sessionOptionsIn,
} from "../session/mod.ts";
import { ProgramSession } from "./session_choice.ts";
import { trainingModel } from "./training_model.ts";
import type { ProgramForm } from "./training_types.ts";

/**
 * Compiles and opens a training program: many steps of training in one run of one model.
 *
 * @throws {RangeError} when an option is unknown, missing or out of its range
 * @throws {TypeError} when `optimizer` is not an optimizer
 * @throws {DeviceError} when the device does not compute in the precision, or has other blocks
 * @throws whatever `trainingModel` and `openSession` throw.
 *
 * @example
 * ```ts
 * import { mlp, sgd, tensor, trainingProgram, withLoss } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 * const model = withLoss(mlp({ inputs: 2, hidden: [3], outputs: 2, seed: 1 }), { loss: "cross-entropy" });
 * const data = {
 *   x: tensor(Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1), [4, 2]),
 *   target: tensor(BigInt64Array.of(0n, 1n, 1n, 0n)),
 * };
 * await using program = await trainingProgram({ model, optimizer: sgd({ learningRate: 0.1 }), data });
 * const { state, reports } = await program.run(program.init(), { rows: [0, 1, 2, 3], batchSize: 2 });
 * assertEquals([state.step, reports.loss!.length], [2, 2]);
 * ```
 */
export async function trainingProgram(given: ProgramOptions): Promise<TrainingProgram> {
  checkOptions("trainingProgram", given, PROGRAM_OPTIONS);
  return await openProgram(given);
}

/** Returns the data set of a program, placed for several programs of the same session options and form. */
export async function placedDataOf(options: ProgramOptions): Promise<PlacedData> {
  const { threads: _, ...session } = sessionOptionsIn(options);
  return await placeData(options.data, { ...session, form: formOf(options) });
}

function formOf({ form, device }: ProgramOptions): ProgramForm {
  return form ?? (device === "webgpu" ? "steps" : "scan");
}

/** What a program is opened with besides its options. */
export interface ProgramParts {
  /** The data set, where it is placed already; the program leaves it to the caller to free. */
  readonly placed?: PlacedData;
  /** Whether the memory of intermediate results is kept from run to run; `true` by default. */
  readonly keepMemory?: boolean;
}

/** Does as {@linkcode trainingProgram} for checked options. */
export async function openProgram(
  given: ProgramOptions,
  { placed: shared, keepMemory = true }: ProgramParts = {},
): Promise<TrainingProgram> {
  const model = preparedOf(given.model, given);
  const options = { ...given, model, optimizer: optimizerFor(given.optimizer, model) };
  const { data, device, threads: _, spinning: __, optimization: ___, block: ____, tf32: _____, ...rest } =
    options;
  const form = formOf(options);
  const asked = programThreads(options.threads);
  // While it is open which number is faster, the session has all threads.
  const threads = asked === "auto" ? await allThreads() : asked;
  const { threads: ______, ...others } = sessionOptionsIn(options);
  const session = { ...others, ...(threads === undefined ? {} : { threads }) };
  const sizes = new Set(Object.values(data).map((t) => t.shape[0] ?? 0));
  if (sizes.size !== 1) {
    throw new RangeError(`all tensors of data must hold equally many examples, got ${[...sizes]}`);
  }
  await requirePrecision(options.precision ?? "float32", device ?? "cpu");
  const block = await blockOf(options);
  const target = options.target ?? ((device ?? "cpu") === "cpu" ? "cpu" : "gpu");
  const compiled = trainingModel({
    target,
    runtimeOperators: target === "cpu" && (device ?? "cpu") === "cpu",
    ...rest,
    form,
    inputs: data,
    ...(block === undefined ? {} : { block }),
  });
  const placed = shared === undefined ? await placeData(data, { ...session, form }) : lent(shared);
  try {
    const resident = form === "steps" ? Object.keys(deviceLeaves(compiled)).map(NAMES.next) : [];
    const open = (session: SessionOptions) =>
      openSession(compiled.model, { ...session, resident, keepMemory });
    const opened = await open(session);
    const choose = asked === "auto" && opened.device === "cpu" && opened.threads > 1;
    return new OpenedProgram({
      options,
      compiled,
      session: new ProgramSession(opened, {
        block: block ?? "none",
        ...(choose ? { other: () => open({ ...session, threads: 1 }) } : {}),
      }),
      placed,
    });
  } catch (error) {
    await placed.close();
    throw error;
  }
}

/** Returns a data set that is not freed with the program that reads it. */
function lent(placed: PlacedData): PlacedData {
  return {
    prefetch: (rows) => placed.prefetch(rows),
    withData: (inputs) => placed.withData(inputs),
    close: () => Promise.resolve(),
  };
}
