/**
 * Policy gradient on a contextual bandit: a network sees a digit, chooses one of ten arms and gets 1 for the right one, 0
 * for others. It never sees the label of a digit.
 *
 * Choice and reward are part of the training program: an arm is drawn by the Gumbel trick, from noise that is a column of
 * the data set. No gradient passes the choice; that of the loss `-(reward - baseline) log p(arm)` is REINFORCE's.
 *
 * Run: deno run --allow-ffi --allow-read --allow-env --allow-sys examples/bandit.ts
 *
 * @module
 */
import {
  adam,
  buildModel,
  dense,
  digits,
  fit,
  Graph,
  heNormal,
  type Model,
  type RowSource,
  split,
  uniform,
} from "../mod.ts";

/** Builds the model: digits, noise and the arm that pays to the loss, the reward of the drawn arm and of the likeliest one. */
function bandit(): Model {
  const g = new Graph({ name: "bandit" });
  const x = g.input("x", "float32", ["N", 64]);
  const noise = g.input("noise", "float32", ["N", 10]);
  const paying = g.input("paying", "int64", ["N"]);
  const hidden = g.relu(dense(g, x, { name: "policy.0", size: [64, 64], seed: 1, initializer: heNormal }));
  const logits = dense(g, hidden, { name: "policy.1", size: [64, 10], seed: 1 });
  const pay = (scores: typeof logits) =>
    g.cast(g.equal(g.argMax(scores, { axis: 1, keepdims: 0 }), paying), { to: "float32" });
  const arm = g.argMax(g.add(logits, noise), { axis: 1, keepdims: 0 });
  const reward = pay(g.add(logits, noise));
  const baseline = g.reduceMean(reward, null, { keepdims: 0 });
  const chosen = g.oneHot(arm, g.constant([10], "int64"), g.constant([0, 1]), { axis: -1 });
  const logProbability = g.reduceSum(g.mul(g.logSoftmax(logits, { axis: 1 }), chosen), [1], { keepdims: 0 });
  g.output(
    g.neg(g.reduceMean(g.mul(g.sub(reward, baseline), logProbability), null, { keepdims: 0 })),
    "loss",
  );
  g.output(baseline, "reward");
  g.output(g.reduceMean(pay(logits), null, { keepdims: 0 }), "greedy");
  return buildModel(g);
}

/** Returns a column of Gumbel noise that is new at each reading, and the same in each run of the script. */
function gumbel(examples: number): RowSource {
  let step = 0;
  return {
    dtype: "float32",
    shape: [examples, 10],
    read: (rows) =>
      Promise.resolve(
        uniform({ seed: 1, stream: "gumbel", step: step++ }, rows.length * 10).map((u) =>
          -Math.log(-Math.log(u + 1e-9))
        ),
      ),
  };
}

/** Trains the policy, and returns the mean reward of the likeliest arm on other digits, before and after. */
export async function run({ epochs = 60 } = {}): Promise<{ before: number; after: number; pulls: number }> {
  const { train, test } = split(digits(), { fractions: { test: 0.2 }, seed: 1 });
  const data = ({ inputs: { x, y } }: typeof train, noise = gumbel(y.shape[0]!)) => ({
    x: { ...x, scale: 1 / 16 },
    noise,
    paying: y,
  });
  const { epochs: records, steps } = await fit({
    model: bandit(),
    optimizer: adam({ learningRate: 2e-3 }),
    train: data(train),
    evaluate: { test: data(test) },
    metrics: ["greedy"],
    evaluateFirst: true,
    epochs,
    batchSize: 32,
  });
  const reward = (at: number) => records.at(at)!.metrics.test!.greedy!;
  return { before: reward(0), after: reward(-1), pulls: steps * 32 };
}

if (import.meta.main) {
  const { before, after, pulls } = await run();
  console.log(
    `mean reward on unseen digits: ${before.toFixed(3)} before, ${after.toFixed(3)} after ${pulls} pulls`,
  );
}
