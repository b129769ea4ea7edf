import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { importMatrix } from "../../deps.ts";
import {
  curvatureOperator,
  denseMatrix,
  eigenvalues,
  matrixEstimates,
  preconditioned,
  spectralDensity,
} from "../../curvature/mod.ts";
import { matrix, perceptron, withEigenvalues } from "./problems.ts";

const { EigenvalueDecomposition } = await importMatrix();

const VALUES = Array.from({ length: 60 }, (_, i) => (i < 3 ? 10 - i : i < 57 ? Math.sin(i) : -4 - i / 57));

Deno.test("eigenvalues() finds both ends of a known spectrum, with unit vectors and their residuals", async () => {
  const rows = withEigenvalues(VALUES);
  const operator = matrix(rows);
  for (const which of ["largest", "smallest"] as const) {
    const sorted = VALUES.toSorted((a, b) => (which === "largest" ? b - a : a - b));
    const { values, vectors, residuals, converged } = await eigenvalues(operator, {
      k: 5,
      which,
      tolerance: 1e-9,
    });
    assert(converged);
    values.forEach((v, i) => assertAlmostEquals(v, sorted[i]!, 1e-9));
    for (const [i, x] of vectors!.entries()) {
      assertAlmostEquals(Math.hypot(...x), 1, 1e-10);
      const y = await operator.apply(x);
      const residual = Math.hypot(...y.map((v, j) => v - values[i]! * x[j]!));
      assertAlmostEquals(residual, residuals[i]!, 1e-8);
    }
  }
});

Deno.test("eigenvalues() does not repeat an eigenvalue, and says when it has not converged", async () => {
  const operator = matrix(withEigenvalues(VALUES));
  const { values } = await eigenvalues(operator, { k: 60, maxProducts: 60 });
  VALUES.toSorted((a, b) => b - a).forEach((v, i) => assertAlmostEquals(values[i]!, v, 1e-8));
  const early = await eigenvalues(operator, { k: 3, maxProducts: 4, tolerance: 1e-12 });
  assertEquals([early.converged, early.products], [false, 4]);
  assert(early.residuals.some((r) => r > 1e-3));
});

Deno.test("eigenvalues() ends where the start reaches no further", async () => {
  const { values, products, converged } = await eigenvalues(matrix([[2, 0, 0], [0, 2, 0], [0, 0, 2]]), {
    k: 1,
  });
  assertEquals([products, converged], [1, true]);
  assertAlmostEquals(values[0]!, 2, 1e-12);
});

Deno.test("the top five eigenvalues of a network's Hessian are those of the dense one", async () => {
  for (const loss of ["cross-entropy", "mse"] as const) {
    await using operator = await curvatureOperator({ ...perceptron(loss), batchSize: 6 });
    const rows = await denseMatrix(operator);
    rows.forEach((row, i) => row.forEach((v, j) => assertAlmostEquals(v, rows[j]![i]!, 1e-12)));
    const dense = new EigenvalueDecomposition(rows.map((r) => [...r]), { assumeSymmetric: true })
      .realEigenvalues
      .toSorted((a, b) => b - a);
    const { values } = await eigenvalues(operator, { k: 5 });
    values.forEach((v, i) =>
      assert(Math.abs(v - dense[i]!) < 1e-4 * Math.abs(dense[i]!), `${values} ${dense}`)
    );
  }
});

Deno.test("spectralDensity() integrates to 1, and its weights give the moments of the spectrum", async () => {
  const operator = matrix(withEigenvalues(VALUES));
  const { places, density, nodes, weights } = await spectralDensity(operator, { steps: 60, probes: 60 });
  const step = places[1]! - places[0]!;
  assertAlmostEquals(density.reduce((a, b) => a + b) * step, 1, 1e-3);
  assertAlmostEquals(weights.reduce((a, b) => a + b), 1, 1e-10);
  const moment = (p: number) => VALUES.reduce((sum, v) => sum + v ** p, 0) / 60;
  const found = (p: number) => weights.reduce((sum, w, i) => sum + w * nodes[i]! ** p, 0);
  assertAlmostEquals(found(1), moment(1), 0.25);
  assertAlmostEquals(found(2), moment(2), 0.12 * moment(2));
  // Two outliers of 60 at 8 and above are found apart from the bulk.
  const outliers = weights.reduce((sum, w, i) => sum + (nodes[i]! > 5 ? w : 0), 0);
  assertAlmostEquals(outliers, 3 / 60, 0.02);
});

Deno.test("matrixEstimates() lies within its standard errors, and its diagonal converges", async () => {
  const rows = withEigenvalues(VALUES);
  const exact = { trace: VALUES.reduce((a, b) => a + b), frobenius: Math.hypot(...VALUES) };
  const { trace, frobenius, diagonal } = await matrixEstimates(matrix(rows), { probes: 400 });
  assert(Math.abs(trace.value - exact.trace) < 4 * trace.standardError, JSON.stringify(trace));
  assert(
    Math.abs(frobenius.value - exact.frobenius) < 4 * frobenius.standardError,
    JSON.stringify(frobenius),
  );
  assert(trace.standardError < 2);
  const apart = Math.hypot(...diagonal.map((v, i) => v - rows[i]![i]!)) /
    Math.hypot(...rows.map((r, i) => r[i]!));
  assert(apart < 0.2, String(apart));
});

Deno.test("preconditioned() has the eigenvalues of P^-1/2 A P^-1/2", async () => {
  const rows = [[2, 1], [1, 3]];
  const p = [4, 9];
  const seen = rows.map((row, i) => row.map((v, j) => v / Math.sqrt(p[i]! * p[j]!)));
  const [a, b] = [
    await eigenvalues(preconditioned(matrix(rows), p), { k: 2 }),
    await eigenvalues(matrix(seen), { k: 2 }),
  ];
  a.values.forEach((v, i) => assertAlmostEquals(v, b.values[i]!, 1e-12));
});

Deno.test("estimates refuse what they cannot do, by name", async () => {
  const operator = matrix([[1, 0], [0, 1]]);
  await assertRejects(() => eigenvalues(operator, { k: 3 }), RangeError, "k must be at most the dimension 2");
  await assertRejects(() => eigenvalues(operator, { k: 2, maxProducts: 1 }), RangeError, "maxProducts");
  await assertRejects(() => spectralDensity(operator, { steps: 1 }), RangeError, "steps");
  await assertRejects(() => matrixEstimates(operator, { probes: 0 }), RangeError, "probes");
  const infinite = { dimension: 2, apply: () => Promise.resolve(Float64Array.of(NaN, 1)) };
  await assertRejects(() => eigenvalues(infinite), RangeError, "is not finite");
  await assertRejects(
    () => denseMatrix({ ...operator, dimension: 20_000 }),
    RangeError,
    "at most 10000 rows",
  );
});
