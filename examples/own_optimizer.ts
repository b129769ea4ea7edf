/**
 * An optimizer of one's own: cautious momentum, which leaves out elements of a step that point against the gradient.
 *
 * A rule is written once, as a function from expressions to expressions. It runs on the host, where it is compared here
 * with a plain loop, and inside a training program, where it is compared with momentum.
 *
 * Run: deno run --allow-ffi --allow-read --allow-env --allow-sys examples/own_optimizer.ts
 *
 * @see Liang, Chen, Liu, Liu: Cautious optimizers, 2024.
 * @module
 */
import {
  digits,
  fit,
  mlp,
  ops,
  type Optimizer,
  optimizer,
  perParameter,
  sgd,
  split,
  withLoss,
} from "../mod.ts";

/** `m = beta m + g;  mask = [m g > 0];  u = -eta m mask / max(mean(mask), 0.001)` */
export function cautious(learningRate: number, beta = 0.9): Optimizer {
  const { add, div, greater, max, mean, mul, where } = ops;
  const rule = perParameter({ m: 0 }, ({ g, m }, at) => {
    const next = add(mul(beta, m), g);
    const mask = where(greater(mul(next, g), 0), 1, 0);
    const kept = div(mul(next, mask), max(mean(mask), 1e-3));
    return { u: mul(at("rate", (s) => -s.learningRate), kept), m: next };
  });
  return optimizer({ name: "cautious", learningRate, rule });
}

/** Returns how far the rule on the host is from a plain loop after 50 steps on `sum(c w^2)`. */
function differenceFromLoop(): number {
  const [rate, beta, curvature] = [0.05, 0.9, [1, 10, 0.1]];
  const rule = cautious(rate, beta);
  let params = { w: Float64Array.of(1, -2, 3) };
  let state = rule.init(params);
  const [w, m] = [[1, -2, 3], [0, 0, 0]];
  for (let step = 0; step < 50; step++) {
    const gradient = (w: ArrayLike<number>) => Float64Array.from(curvature, (c, i) => 2 * c * w[i]!);
    [params, state] = rule.step({ w: gradient(params.w) }, state, params);
    const g = gradient(w);
    for (const i of m.keys()) m[i] = beta * m[i]! + g[i]!;
    const agree = m.map((v, i) => (v * g[i]! > 0 ? 1 : 0));
    const share = Math.max(agree.reduce<number>((a, b) => a + b, 0) / m.length, 1e-3);
    for (const i of w.keys()) w[i] = w[i]! - rate * m[i]! * agree[i]! / share;
  }
  return Math.max(...w.map((v, i) => Math.abs(v - params.w[i]!)));
}

/** Trains with the rule and with momentum, and returns the training losses and how exact the rule is on the host. */
export async function run(
  { epochs = 8 } = {},
): Promise<{ own: number; momentum: number; difference: number }> {
  const { train } = split(digits(), { fractions: { test: 0.2 }, seed: 1 });
  const { x, y } = train.inputs;
  const loss = async (optimizer: Optimizer) => {
    const { epochs: records } = await fit({
      model: withLoss(mlp({ inputs: 64, hidden: [32], outputs: 10, seed: 1 }), { loss: "cross-entropy" }),
      optimizer,
      train: { x: { ...x, scale: 1 / 16 }, target: y },
      epochs,
      batchSize: 32,
    });
    return records.at(-1)!.trainLoss;
  };
  const momentum = await loss(sgd({ learningRate: 0.01, momentum: 0.9 }));
  return { own: await loss(cautious(0.01)), momentum, difference: differenceFromLoop() };
}

if (import.meta.main) {
  const { own, momentum, difference } = await run();
  console.log(
    `training loss after 8 epochs: ${own.toFixed(4)} with cautious momentum, ${
      momentum.toFixed(4)
    } with momentum`,
  );
  console.log(`largest difference from a plain loop after 50 steps: ${difference.toExponential(1)}`);
}
