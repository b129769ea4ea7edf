/**
 * Runs only the products of Descent's training program: the same shapes, the same number of steps per run.
 *
 * @module
 */
import { graphOf, openSession, parseModel, type Tensor, tensor, trainingModel, uniform } from "../../mod.ts";
import { flopsOf, productsModel, productsOfStep } from "../products.ts";
import { optimizerOf } from "./optimizer.ts";
import { readTask, serve } from "./serve.ts";

const task = await readTask();
const chunk = Number(Deno.args[1]);
const { tensors, batchSize, threads } = task;
const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
const stored = (name: string) => {
  const { dtype, shape } = tensors[`data.${name}`]!;
  return { dtype: dtype as "float32", shape };
};
const program = trainingModel({
  model: parseModel(await Deno.readFile(task.model)),
  optimizer: optimizerOf(task),
  inputs: { [task.input]: { ...stored(task.input), scale: task.scale }, target: stored("target") },
  batchSize,
});
// An update reads and writes at least each parameter and each number of the rule's state.
const state = [...Object.values(program.parameters), ...program.trace.state];
const work = productsOfStep(program.model);
const model = productsModel(work);
const operands: Record<string, Tensor> = {};
for (const [i, { name, shape }] of graphOf(model).graph.inputs.entries()) {
  if (name === "steps") continue;
  const values = uniform({ seed: i, stream: "operand" }, sizeOf(shape as number[]));
  operands[name] = tensor(values, shape as number[]);
}
await using session = await openSession(model, { threads, spinning: true });

await serve(async (_, steps) => {
  for (let k = 0; k < steps; k += chunk) {
    await session.run({ steps: tensor(new Float32Array(Math.min(chunk, steps - k))), ...operands });
  }
  return NaN;
}, { flops: flopsOf(work), bytes: 2 * 4 * state.reduce((sum, { shape }) => sum + sizeOf(shape), 0) });
