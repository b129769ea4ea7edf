/**
 * Schedules with a switch: Adam warms up, follows a cosine, and hands over to SGD at the step, and with the rate, that the
 * criterion of SWATS finds.
 *
 * Run: deno run --allow-ffi --allow-read --allow-env --allow-sys examples/schedules.ts
 *
 * @see Keskar, Socher: Improving generalization performance by switching from Adam to SGD, 2017.
 * @module
 */
import {
  adam,
  cosineDecay,
  digits,
  fit,
  mlp,
  type Schedule,
  sgd,
  split,
  type Switch,
  switchCriterion,
  warmUp,
  withLoss,
} from "../mod.ts";

/** Trains Adam with a schedule, with and without the switch to SGD. */
export async function run({ epochs = 20 } = {}) {
  const { train, test } = split(digits(), { fractions: { test: 0.2 }, seed: 1 });
  const inputs = ({ inputs: { x, y } }: typeof train) => ({ x: { ...x, scale: 1 / 16 }, target: y });
  const batchSize = 16;
  const steps = epochs * Math.ceil(train.inputs.y.shape[0]! / batchSize);
  const schedule: Schedule = warmUp(cosineDecay({ initial: 1e-2, final: 1e-4, steps }), {
    steps: 50,
    from: 0.02,
  });
  const trained = async (switching?: Switch) => {
    const { epochs: records, switchedAtStep, switchState } = await fit({
      model: withLoss(mlp({ inputs: 64, hidden: [32], outputs: 10, seed: 1 }), { loss: "cross-entropy" }),
      optimizer: adam({ learningRate: schedule }),
      ...(switching === undefined ? {} : { switching }),
      train: inputs(train),
      evaluate: { test: inputs(test) },
      metrics: ["loss", "accuracy"],
      epochs,
      batchSize,
    });
    const { loss, accuracy } = records.at(-1)!.metrics.test!;
    return { loss: loss!, accuracy: accuracy!, step: switchedAtStep, rate: switchState?.learningRate };
  };
  const alone = await trained();
  const switched = await trained({
    // The paper's tolerance of 1e-9 hardly ever fires on small batches.
    criterion: switchCriterion({ tolerance: 1e-3, requirePositive: true }),
    to: (learningRate) => sgd({ learningRate, momentum: 0.9, dampening: 0.9 }),
  });
  return { schedule: [0, 50, steps / 2, steps].map(schedule), alone, switched, steps };
}

if (import.meta.main) {
  const { schedule, alone, switched, steps } = await run();
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  console.log(
    `rates of Adam at steps 0, 50, ${steps / 2} and ${steps}: ${
      schedule.map((r) => r.toPrecision(2)).join(", ")
    }`,
  );
  console.log(
    `switched to SGD after step ${switched.step} at a rate of ${switched.rate?.toPrecision(3)}`,
  );
  console.log(
    `test accuracy: ${percent(alone.accuracy)} with Adam alone, ${
      percent(switched.accuracy)
    } with the switch`,
  );
}
