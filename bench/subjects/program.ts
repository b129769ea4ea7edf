/**
 * Descent's training program. The second argument is the number of steps in a run; with `plain` as the third one,
 * convolutions are not computed in blocks, with `cpu` the CPU computes whatever device the task names.
 *
 * @module
 */
import { type DataTensor, parseModel, trainingProgram } from "../../mod.ts";
import { CPU, rowsOf } from "../work.ts";
import { optimizerOf } from "./optimizer.ts";
import { readTask, readTensor, serve } from "./serve.ts";

const task = await readTask();
const variant = Deno.args[2];
const { device, precision, tf32 } = variant === "cpu" ? CPU : task;
const data: Record<string, DataTensor> = {
  [task.input]: { ...await readTensor(task.tensors[`data.${task.input}`]!), scale: task.scale },
  target: await readTensor(task.tensors["data.target"]!),
};
const examples = data.target!.shape[0]!;
const { batchSize, threads } = task;
await using program = await trainingProgram({
  model: parseModel(await Deno.readFile(task.model)),
  optimizer: optimizerOf(task),
  data,
  batchSize,
  threads,
  device,
  precision,
  ...(device === "cuda" ? { tf32 } : {}),
  // Subjects start while others still load: the load at that time must not decide.
  spinning: true,
  block: variant === "plain" ? "none" : "auto",
});
let state = program.init();
// As `fit` does, whose runs of a state of 256 MiB or more have two steps.
const bytes = [state.params, state.optimizer.slots].flatMap((some) => Object.values(some))
  .reduce((sum, { data }) => sum + (data as Float32Array).byteLength, 0);
const chunk = Math.min(Number(Deno.args[1]), bytes >= 256 * 2 ** 20 ? 2 : Infinity);

await serve(async (from, steps) => {
  let loss = NaN;
  for (let k = 0; k < steps; k += chunk) {
    const each = Array.from(
      { length: Math.min(chunk, steps - k) },
      (_, i) => rowsOf(from + k + i, { batchSize, examples }),
    );
    // As in `fit`: a state of the host is consumed, one on the device is released after the run.
    const run = await program.run(state, { rows: each.flat(), batchSize }, { consume: true, onDevice: true });
    program.release(state);
    state = run.state;
    loss = run.reports.loss!.at(-1)!;
  }
  return loss;
});
