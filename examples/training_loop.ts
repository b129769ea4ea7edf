/**
 * A training loop of one's own: it looks for its learning rate while it trains.
 *
 * A state of a training program is a value: a run returns a new one and leaves the old one as it was. Each round tries half,
 * the same and twice the rate from one state, and goes on from the result whose validation loss is lowest.
 *
 * Run: deno run --allow-ffi --allow-read --allow-env --allow-sys examples/training_loop.ts
 *
 * @module
 */
import {
  type DataSet,
  digits,
  evaluator,
  mlp,
  momentum,
  permutation,
  split,
  trainingProgram,
  type TrainState,
  withLoss,
} from "../mod.ts";

/** Steps of a round, and examples of a batch. */
const STEPS = 20;
const BATCH = 32;

/** Returns the inputs of the model. */
function inputs({ inputs: { x, y } }: DataSet) {
  return { x: { ...x, scale: 1 / 16 }, target: y };
}

/** Trains, and returns the rates that it chose and the results on the test set. */
export async function run({ rounds = 40, firstRate = 1e-3 } = {}) {
  const { train, validation, test } = split(digits(), { fractions: { validation: 0.2, test: 0.2 }, seed: 1 });
  const model = withLoss(mlp({ inputs: 64, hidden: [32], outputs: 10, seed: 1 }), { loss: "cross-entropy" });
  const optimizer = momentum({ learningRate: firstRate });
  await using program = await trainingProgram({ model, optimizer, data: inputs(train) });
  const { parameters } = program.compiled;
  await using evaluation = await evaluator({
    model,
    metrics: ["loss", "accuracy"],
    inputs: inputs(test),
    parameters: Object.keys(parameters),
  });
  const examples = train.inputs.y.shape[0]!;
  let state: TrainState = program.init();
  let scale = 1;
  const rates: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const rows = permutation({ seed: 1, stream: "rows", step: round }, examples).subarray(0, STEPS * BATCH);
    const tried = [];
    for (const learningRateScale of [scale / 2, scale, 2 * scale]) {
      const { state: after } = await program.run(state, { rows, batchSize: BATCH }, { learningRateScale });
      const { loss } = await evaluation.evaluate(after.params, inputs(validation));
      tried.push({ learningRateScale, after, loss: loss! });
    }
    // A loss of a rate that is far too large is NaN, which compares as false.
    const best = tried.reduce((a, b) => (b.loss < a.loss ? b : a));
    [state, scale] = [best.after, best.learningRateScale];
    rates.push(firstRate * scale);
  }
  return { rates, test: await evaluation.evaluate(state.params, inputs(test)), steps: state.step };
}

if (import.meta.main) {
  const { rates, test, steps } = await run();
  const largest = Math.max(...rates);
  console.log(
    `rate: began at 0.001, reached ${largest.toFixed(3)} in round ${rates.indexOf(largest) + 1}, ended at ${
      rates.at(-1)!.toPrecision(2)
    }`,
  );
  console.log(
    `after ${steps} steps: test accuracy ${(100 * test.accuracy!).toFixed(1)} %, loss ${
      test.loss!.toFixed(3)
    }`,
  );
}
