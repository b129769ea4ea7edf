/**
 * Distillation: a large network, trained on all labels, teaches a small one that has only a few. The small one learns from
 * the scores that its teacher gives to images without labels: one more column of its data set.
 *
 * Run: deno run --allow-ffi --allow-read --allow-env --allow-sys examples/distillation.ts
 *
 * @see Hinton, Vinyals, Dean: Distilling the knowledge in a neural network, 2015.
 * @module
 */
import {
  accuracy,
  adam,
  buildModel,
  type DataSet,
  digits,
  fit,
  Graph,
  importModel,
  mlp,
  type Model,
  openSession,
  split,
  takeExamples,
  type Tensor,
  tensor,
  withLoss,
  withWeights,
} from "../mod.ts";

/** The temperature that scores are divided by. */
const TEMPERATURE = 3;

/** Returns a model with the cross-entropy of its softened scores with those of a teacher as its loss. */
function distilled(student: Model): Model {
  const g = new Graph({ name: "distillation" });
  const scores = importModel(student, g).outputs[0]!;
  const teacher = g.softmax(g.div(g.input("teacher", "float32", ["N", 10]), TEMPERATURE), { axis: 1 });
  const logProbabilities = g.logSoftmax(g.div(scores, TEMPERATURE), { axis: 1 });
  const entropy = g.reduceSum(g.mul(teacher, logProbabilities), [1], { keepdims: 0 });
  g.output(g.mul(-(TEMPERATURE ** 2), g.reduceMean(entropy, null, { keepdims: 0 })), "loss");
  g.output(accuracy(g, scores, g.input("target", "int64", ["N"])), "accuracy");
  return buildModel(g);
}

/** Returns the inputs of a classifier. */
function inputs({ inputs: { x, y } }: DataSet) {
  return { x: tensor(Float32Array.from(x.data as Uint8Array, (v) => v / 16), [x.shape[0]!, 64]), target: y };
}

/** Returns the scores that a trained classifier gives to images. */
async function scoresOf(model: Model, params: Readonly<Record<string, Tensor>>, x: Tensor): Promise<Tensor> {
  await using session = await openSession(withWeights(model, params));
  return (await session.run({ x })).y!;
}

/** Trains the teacher and two students, one with labels, one with the teacher; returns their accuracies on the test set. */
export async function run({ labels = 60, epochs = 60 } = {}) {
  const { train, test } = split(digits(), { fractions: { test: 0.3 }, seed: 1 });
  const large = mlp({ inputs: 64, hidden: [128], outputs: 10, seed: 1 });
  const small = mlp({ inputs: 64, hidden: [16], outputs: 10, seed: 2 });
  const [all, unseen] = [inputs(train), inputs(test)];
  const common = { optimizer: adam({ learningRate: 3e-3 }), metrics: ["accuracy"], batchSize: 32, epochs };
  const supervised = (model: Model, data: ReturnType<typeof inputs>) =>
    fit({
      ...common,
      model: withLoss(model, { loss: "cross-entropy" }),
      train: data,
      evaluate: { test: unseen },
    });
  const reached = ({ epochs }: Awaited<ReturnType<typeof fit>>) => epochs.at(-1)!.metrics.test!.accuracy!;

  const teacher = await supervised(large, all);
  const few = takeExamples(train, Array.from({ length: labels }, (_, i) => i));
  const alone = await supervised(small, inputs(few));
  const taught = await fit({
    ...common,
    model: distilled(small),
    train: { ...all, teacher: await scoresOf(large, teacher.state.params, all.x) },
    evaluate: { test: { ...unseen, teacher: await scoresOf(large, teacher.state.params, unseen.x) } },
  });
  return { teacher: reached(teacher), alone: reached(alone), taught: reached(taught) };
}

if (import.meta.main) {
  const { teacher, alone, taught } = await run();
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  console.log(`test accuracy of the teacher (128 units, all labels): ${percent(teacher)}`);
  console.log(
    `student (16 units) with 60 labels: ${percent(alone)}; taught without labels: ${percent(taught)}`,
  );
}
