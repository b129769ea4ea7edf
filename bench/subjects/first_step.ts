/**
 * Does what a user's script does up to its first step with Adam, and prints the time of each stage. Its arguments are the
 * network, `mlp`, `resnet` or `transformer`, and `model` to stop where the session would be opened.
 *
 * @module
 */
import type { DataTensor, Model } from "../../mod.ts";

const at = (): number => Math.round(performance.timeOrigin + performance.now());
const [network = "mlp", end] = Deno.args;
const begun = at();
const { adam, mlp, resnet, tensor, trainingModel, trainingProgram, transformer, withLoss } = await import(
  "../../mod.ts"
);
const imported = at();

/** A network, its data, and the examples of the step. */
interface Task {
  readonly net: () => Model;
  readonly data: () => Record<string, DataTensor>;
  readonly batchSize: number;
}

const images = (examples: number, shape: readonly number[]): DataTensor => ({
  ...tensor(new Uint8Array(shape.reduce((a, b) => a * b, examples)), [examples, ...shape]),
  scale: 1 / 255,
});
const classes = (...shape: number[]) =>
  tensor(new BigInt64Array(shape.reduce((a, b) => a * b)), shape) as DataTensor;

const TASKS: Readonly<Record<string, Task>> = {
  mlp: {
    net: () => withLoss(mlp({ inputs: 784, hidden: [256], outputs: 10, seed: 1 }), { loss: "cross-entropy" }),
    data: () => ({ x: images(10_000, [784]), target: classes(10_000) }),
    batchSize: 128,
  },
  resnet: {
    net: () => withLoss(resnet({ depth: 32, seed: 1 }), { loss: "cross-entropy" }),
    data: () => ({ x: images(16, [3, 32, 32]), target: classes(16) }),
    batchSize: 4,
  },
  transformer: {
    net: () => {
      const sizes = { vocabulary: 65, context: 64, width: 64, layers: 12, heads: 4 };
      return withLoss(transformer({ ...sizes, dropout: 0.1, seed: 1 }), {
        loss: "cross-entropy",
        classes: "last",
      });
    },
    data: () => ({ tokens: classes(16, 64), target: classes(16, 64) }),
    batchSize: 4,
  },
};

const task = TASKS[network];
if (task === undefined) {
  throw new RangeError(`the network must be one of ${Object.keys(TASKS).join(", ")}, got '${network}'`);
}
const model = task.net();
const built = at();
const options = { model, optimizer: adam({ learningRate: 1e-3 }) };
if (end === "model") {
  trainingModel({ ...options, inputs: task.data() });
  console.log(JSON.stringify({ begun, imported, built, compiled: at() }));
} else {
  await using program = await trainingProgram({ ...options, data: task.data() });
  const opened = at();
  const rows = Array.from({ length: task.batchSize }, (_, i) => i);
  const { reports } = await program.run(program.init(), { rows, batchSize: rows.length });
  console.log(JSON.stringify({ begun, imported, built, opened, stepped: at(), loss: reports.loss![0] }));
}
