import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { adagrad, adam, sgd } from "../../../mod.ts";
import {
  meanSquaredErrorOf,
  minimumNormWeights,
  scores,
  separableProblem,
  solve,
  squaredErrorGradient,
  testError,
} from "../../../scripts/lab/problems/separable.ts";

const labels = (positive: number, negative: number) => [
  ...new Array<number>(positive).fill(1),
  ...new Array<number>(negative).fill(-1),
];

Deno.test("separableProblem() is the matrix of section 3.3", () => {
  const problem = separableProblem([1, -1, 1]);
  // x_ij as the paper defines it, i and j from 1.
  const paper = (y: number, i: number) =>
    Array.from({ length: 3 + 5 * 3 }, (_, k) => {
      const j = k + 1;
      if (j === 1) return y;
      if (j === 2 || j === 3) return 1;
      return j >= 4 + 5 * (i - 1) && j <= 4 + 5 * (i - 1) + 2 * (1 - y) ? 1 : 0;
    });
  for (const [i, y] of problem.labels.entries()) {
    paper(y, i + 1).forEach((x, j) => {
      const w = new Float64Array(problem.features);
      w[j] = 1;
      assertEquals(scores(problem, w)[i], x, `example ${i + 1}, feature ${j + 1}`);
    });
  }
  assertThrows(() => separableProblem([1, -1]), RangeError, "positive sum");
});

Deno.test("squaredErrorGradient() agrees with central differences", () => {
  const problem = separableProblem(labels(3, 2));
  const w = Float64Array.from({ length: problem.features }, (_, i) => Math.sin(i));
  squaredErrorGradient(problem, w).forEach((g, i) => {
    const at = (d: number) => meanSquaredErrorOf(problem, w.map((v, j) => (i === j ? v + d : v)));
    assertAlmostEquals((at(1e-4) - at(-1e-4)) / 2e-4, g, 1e-8);
  });
});

Deno.test("solve() finds the paper's two solutions: least norm by gradient descent, equal weights by adaptive rules", () => {
  const problem = separableProblem(labels(66, 34));
  const gd = solve(problem, { optimizer: sgd({ learningRate: 0.2 }), steps: 600 });
  const expected = minimumNormWeights(66, 34);
  [0.9615, 0.0155, 0.0155].forEach((w, i) => assertAlmostEquals(expected[i]!, w, 5e-5));
  expected.forEach((w, i) => assertAlmostEquals(gd[i]!, w, 1e-6));
  assertEquals(testError(gd, 0.7), 0);
  const rate = (count: number) => 0.01 * 0.99 ** count;
  const adaptive = [
    solve(problem, { optimizer: adagrad({ learningRate: 0.1 }), steps: 600 }),
    solve(problem, { optimizer: adam({ learningRate: rate, epsilon: 1e-30 }), steps: 1500 }),
  ];
  for (const w of adaptive) {
    for (const i of [0, 1, 2]) assertAlmostEquals(w[i]!, 0.25, 2e-3);
    assert(meanSquaredErrorOf(problem, w) < 1e-10);
    assertAlmostEquals(testError(w, 0.7), 0.3, 1e-12);
  }
});
