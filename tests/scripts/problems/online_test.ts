import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { adam, amsgrad, sgd } from "../../../mod.ts";
import { periodic, play, stochastic, theorem1 } from "../../../scripts/lab/problems/online.ts";

/** Computes the paper's algorithm 2, or Adam without correction, from the formulas: x and `R_t / t` against x = -1. */
function transcription(steps: number, { greatest }: { greatest: boolean }) {
  let [x, m, v, vHat, regret] = [0, 0, 0, 0, 0];
  for (let t = 1; t <= steps; t++) {
    const g = t % 101 === 1 ? 1010 : -10;
    regret += g * (x + 1);
    m = 0.9 * m + 0.1 * g;
    v = 0.99 * v + 0.01 * g * g;
    vHat = greatest ? Math.max(vHat, v) : v;
    x = Math.max(-1, Math.min(1, x - 0.5 / Math.sqrt(t) * m / Math.sqrt(vHat)));
  }
  return { x, averageRegret: regret / steps };
}

const settings = { beta2: 0.99, learningRate: (count: number) => 0.5 / Math.sqrt(count + 1) };

Deno.test("play() follows the paper's algorithm", async () => {
  const [got] = await play([periodic], {
    optimizer: amsgrad({ ...settings, variant: "paper" }),
    steps: 3000,
  });
  const expected = transcription(3000, { greatest: true });
  assertAlmostEquals(got!.x, expected.x, 1e-12);
  assertAlmostEquals(got!.averageRegret, expected.averageRegret, 1e-12);
  const last = got!.rounds.at(-1)!;
  assertEquals([last.t, last.x, last.averageRegret], [3000, got!.x, got!.averageRegret]);
});

Deno.test("play() plays several problems side by side like each one alone", async () => {
  const problems = () => [periodic, stochastic(3), theorem1(3)];
  const options = { optimizer: adam(settings), steps: 5000 };
  const together = await play(problems(), options);
  for (const [i, problem] of problems().entries()) {
    assertEquals((await play([problem], options))[0], together[i]);
  }
});

Deno.test("play() measures the mean of the tail and the regret of standing still", async () => {
  const still = { optimizer: sgd({ learningRate: 0 }), steps: 101 * 20 };
  const [online, random] = await play([periodic, stochastic(0)], still);
  assertEquals([online!.x, online!.tailX], [0, 0]);
  assertAlmostEquals(online!.averageRegret, 10 / 101, 1e-12);
  assertAlmostEquals(random!.averageRegret, 0.2, 1e-9);
});

Deno.test("stochastic() draws 1010 once in a hundred rounds", () => {
  const { slope } = stochastic(1);
  let high = 0;
  for (let t = 1; t <= 50_000; t++) high += slope(t) === 1010 ? 1 : 0;
  assert(Math.abs(high - 500) < 4 * Math.sqrt(500), String(high));
  assertEquals(stochastic(1).slope(12345), stochastic(1).slope(12345));
});

Deno.test("Adam goes to +1 and AMSGrad to -1 on the problem of theorem 1", async () => {
  const C = 3;
  const rate = (count: number) => 0.5 / Math.sqrt(count + 1);
  const of = { beta1: 0, beta2: 1 / (1 + C * C), learningRate: rate };
  const [wrong] = await play([theorem1(C)], { optimizer: adam({ ...of, epsilon: 0 }), steps: 3000 });
  const [right] = await play([theorem1(C)], {
    optimizer: amsgrad({ ...of, variant: "paper" }),
    steps: 3000,
  });
  assert(wrong!.tailX > 0.95, `Adam: ${wrong!.tailX}`);
  assert(right!.tailX < -0.95, `AMSGrad: ${right!.tailX}`);
});
