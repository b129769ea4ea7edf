import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { adam } from "../../optim/rules/adam.ts";
import { amsgrad } from "../../optim/rules/amsgrad.ts";
import type { Optimizer } from "../../optim/optimizer.ts";

/**
 * The online problem of Reddi, Kale, Kumar: On the convergence of Adam and beyond, 2018: `f_t(x) = 1010 x` where t mod 101 is
 * 1, else `-10 x`, with x kept in [-1, 1]; the best x is -1.
 */
function play(opt: Optimizer, steps: number): { x: number; regret: number } {
  const grads = { x: new Float64Array(1) };
  let params = { x: new Float64Array(1) };
  let state = opt.init(params);
  let regret = 0;
  for (let t = 1; t <= steps; t++) {
    const slope = t % 101 === 1 ? 1010 : -10;
    regret += slope * (params.x[0]! + 1);
    grads.x[0] = slope;
    [params, state] = opt.step(grads, state, params, { donate: true });
    params.x[0] = Math.min(1, Math.max(-1, params.x[0]!));
  }
  assertEquals(state.count, steps);
  return { x: params.x[0]!, regret: regret / steps };
}

/** Whole cycles, so the last steps go up the smaller slope. */
const STEPS = 101 * 4000;
const learningRate = (count: number) => 0.5 / Math.sqrt(count + 1);

Deno.test("adam() goes to the worst point of Reddi's online problem", () => {
  const { x, regret } = play(adam({ learningRate, beta2: 0.99, epsilon: 0 }), STEPS);
  assertEquals(x, 1);
  assertAlmostEquals(regret, 20 / 101, 0.05);
});

Deno.test("amsgrad() of the paper goes to the best point of Reddi's online problem, like a plain loop", () => {
  const { x, regret } = play(amsgrad({ learningRate, beta2: 0.99, variant: "paper" }), STEPS);
  let [m, v, most, w, lost] = [0, 0, 0, 0, 0];
  for (let t = 1; t <= STEPS; t++) {
    const g = t % 101 === 1 ? 1010 : -10;
    lost += g * (w + 1);
    m = 0.9 * m + (1 - 0.9) * g;
    v = 0.99 * v + (1 - 0.99) * g * g;
    most = Math.max(most, v);
    w = Math.min(1, Math.max(-1, w - 0.5 / Math.sqrt(t) * m / Math.sqrt(most)));
  }
  assertAlmostEquals(x, w, 1e-9);
  assertAlmostEquals(regret, lost / STEPS, 1e-9);
  assert(x < -0.5, `${x}`);
});
