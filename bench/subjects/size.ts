/**
 * A training of one size: MLP 784-h-10 with Adam. The first argument is the size as JSON, with the
 * file of its images where they are in one.
 *
 * @module
 */
import { adam, mlp, openFileRows, tensor, trainingProgram, withLoss } from "../../mod.ts";
import type { Size } from "../sizes.ts";
import { rowsOf } from "../work.ts";
import { serve } from "./serve.ts";

const size: Size & { file?: string } = JSON.parse(Deno.args[0]!);
const { hidden, batchSize, chunk, rows: examples, threads, file } = size;
const shape = [examples, 784];
const images = file === undefined
  // Every page is written, because untouched memory is not resident.
  ? tensor(new Uint8Array(examples * 784).fill(100), shape)
  : await openFileRows(file, { dtype: "uint8", shape });
await using program = await trainingProgram({
  model: withLoss(mlp({ inputs: 784, hidden: [hidden], outputs: 10, seed: 1 }), { loss: "cross-entropy" }),
  optimizer: adam({ learningRate: 1e-3 }),
  data: {
    x: { ...images, scale: 1 / 255 },
    target: tensor(BigInt64Array.from({ length: examples }, (_, i) => BigInt(i % 10))),
  },
  threads,
  spinning: true,
});
let state = program.init();

/** Returns the batches of the run that begins with a step. */
function batchesAt(step: number) {
  const each = Array.from({ length: chunk }, (_, i) => rowsOf(step + i, { batchSize, examples }));
  return { rows: each.flat(), batchSize };
}

await serve(async (from, steps) => {
  if (steps % chunk !== 0) throw new RangeError(`steps must be a multiple of ${chunk}, got ${steps}`);
  let loss = NaN;
  for (let k = 0; k < steps; k += chunk) {
    const running = program.run(state, batchesAt(from + k), { consume: true });
    program.prefetch(batchesAt(from + k + chunk));
    const run = await running;
    state = run.state;
    loss = run.reports.loss!.at(-1)!;
  }
  return loss;
});
