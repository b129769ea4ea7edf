import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { tensor } from "../../../onnx/mod.ts";
import { lbfgs, type LbfgsOptions, minimize } from "../../../optim/minimize/mod.ts";
import { sgd } from "../../../optim/rules/sgd.ts";
import { type Function, problems, startOf } from "./problems.ts";

const PROBLEMS = problems(1e-3);
const SEARCHES = ["strong-wolfe", "zoom"] as const;

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, v, i) => sum + v * b[i]!, 0);
}

/** Half of x'Ax - b'x with a symmetric, positive definite A, and its minimum. */
function quadratic(n: number): { evaluate: Function; minimum: number[] } {
  const A = Array.from(
    { length: n },
    (_, i) => Float64Array.from({ length: n }, (_, j) => (i === j ? i + 2 : 1 / (1 + i + j))),
  );
  const minimum = Array.from({ length: n }, (_, i) => Math.sin(i + 1));
  const b = A.map((row) => dot(row, Float64Array.from(minimum)));
  return {
    minimum,
    evaluate: ({ x }) => {
      const Ax = Float64Array.from(A, (row) => dot(row, x!));
      return {
        value: 0.5 * dot(x!, Ax) - dot(x!, Float64Array.from(b)),
        grads: { x: Ax.map((v, i) => v - b[i]!) },
      };
    },
  };
}

for (const lineSearch of SEARCHES) {
  for (const name of ["rosenbrock2", "rosenbrock10", "logistic"]) {
    Deno.test(`lbfgs with ${lineSearch} descends, and its points meet the Wolfe conditions: ${name}`, async () => {
      const problem = PROBLEMS[name]!;
      const method = lbfgs({ lineSearch });
      let params = startOf(problem);
      let state = await method.init(params, problem.evaluate);
      for (let k = 0; k < 25; k++) {
        const before = problem.evaluate(params);
        const step = await method.step({ params, state }, problem.evaluate);
        const after = problem.evaluate(step.params);
        // The step is the rate times the direction, so slopes times the rate need no direction.
        const slopes = [before, after].map(({ grads }) =>
          Object.entries(grads).reduce(
            (sum, [p, g]) => sum + dot(g, step.params[p]!.map((v, i) => v - params[p]![i]!)),
            0,
          )
        );
        const [down, left] = slopes as [number, number];
        assert(after.value < before.value, `iteration ${k}: from ${before.value} to ${after.value}`);
        assert(after.value <= before.value + 1e-4 * down * (1 - 1e-6), `iteration ${k}: decrease`);
        assert(Math.abs(left) <= 0.9 * Math.abs(down) * (1 + 1e-6), `iteration ${k}: curvature`);
        assertEquals(step.value, after.value);
        ({ params, state } = step);
      }
    });
  }

  Deno.test(`lbfgs with ${lineSearch} minimizes a quadratic with a full history`, async () => {
    const { evaluate, minimum } = quadratic(6);
    const { params, iterations } = await minimize(evaluate, { x: new Float64Array(6) }, {
      method: lbfgs({ lineSearch, historySize: 6, toleranceGrad: 1e-10, toleranceChange: 0 }),
      maxIterations: 60,
    });
    assert(iterations < 30, `${iterations} iterations`);
    minimum.forEach((m, i) => assertAlmostEquals(params.x[i]!, m, 1e-8));
  });
}

Deno.test("lbfgs with exact steps needs as many iterations as a quadratic has dimensions", async () => {
  const n = 6;
  const { evaluate, minimum } = quadratic(n);
  let x = new Float64Array(n);
  // The step along a line is exact: -g'd / d'Ad, where Ad is the difference of the gradients at 1 and 0.
  let state = await lbfgs({ lineSearch: "none" }).init({ x }, evaluate);
  for (let k = 0; k < n; k++) {
    const unit = await lbfgs({ lineSearch: "none" }).step({ params: { x }, state }, evaluate);
    const d = unit.params.x.map((v, i) => v - x[i]!);
    const [g, g1] = [evaluate({ x }).grads.x!, evaluate({ x: unit.params.x }).grads.x!];
    const exact = -dot(g, d) / dot(d, g1.map((v, i) => v - g[i]!));
    const step = await lbfgs({ lineSearch: "none", learningRate: exact }).step(
      { params: { x }, state },
      evaluate,
    );
    x = step.params.x;
    state = step.state;
  }
  minimum.forEach((m, i) => assertAlmostEquals(x[i]!, m, 1e-9));
});

Deno.test("lbfgs takes promises, tensors and float32, and changes neither parameters nor state", async () => {
  const start = { w: tensor(Float32Array.of(3, -2), [2, 1]) };
  const method = lbfgs();
  const evaluate = ({ w }: typeof start) =>
    Promise.resolve({
      value: Array.from(w.data as Float32Array).reduce((sum, v) => sum + (v - 1) ** 4, 0),
      grads: { w: tensor((w.data as Float32Array).map((v) => 4 * (v - 1) ** 3), [2, 1]) },
    });
  const state = await method.init(start, evaluate);
  const kept = structuredClone(state);
  const once = await method.step({ params: start, state }, evaluate);
  const again = await method.step({ params: start, state }, evaluate);
  assertEquals(once, again);
  assertEquals([structuredClone(state), [...start.w.data as Float32Array]], [kept, [3, -2]]);
  const { params } = await minimize(evaluate, start, { method });
  assertEquals([params.w.dtype, params.w.shape], ["float32", [2, 1]]);
  assertAlmostEquals(Number(params.w.data[0]), 1, 0.05);
});

Deno.test("lbfgs continues with parameters in another order", async () => {
  const { evaluate, start } = PROBLEMS.logistic!;
  const method = lbfgs();
  const first = startOf({ evaluate, start });
  const once = await method.step({ params: first, state: await method.init(first, evaluate) }, evaluate);
  const turned = { bias: once.params.bias!, weight: once.params.weight! };
  const steps = [once.params, turned].map((params) => method.step({ params, state: once.state }, evaluate));
  const [straight, other] = await Promise.all(steps);
  assertEquals(Object.keys(other!.params), ["bias", "weight"]);
  assertEquals(other, straight);
});

Deno.test("lbfgs keeps historySize pairs, the newest ones", async () => {
  const problem = PROBLEMS.rosenbrock10!;
  const method = lbfgs({ historySize: 3 });
  let params = startOf(problem);
  let state = await method.init(params, problem.evaluate);
  let before = params;
  for (let k = 0; k < 5; k++) {
    before = params;
    ({ params, state } = await method.step({ params, state }, problem.evaluate));
  }
  assertEquals(Object.keys(state.slots).filter((s) => s.startsWith("s/")), ["s/0", "s/1", "s/2"]);
  const newest = state.slots["s/2"]!.data as Float64Array;
  params.x!.forEach((v, i) => assertAlmostEquals(newest[i]!, v - before.x![i]!, 1e-12));
});

Deno.test("minimize ends by its limits, and says why", async () => {
  const problem = PROBLEMS.rosenbrock2!;
  const run = (options: { maxIterations?: number; maxEvaluations?: number }) =>
    minimize(problem.evaluate, startOf(problem), { method: lbfgs(), ...options });
  const few = await run({ maxIterations: 3 });
  assertEquals([few.iterations, few.reason], [3, "iterations"]);
  let calls = 0;
  const counted = await minimize((p) => (calls++, problem.evaluate(p)), startOf(problem), {
    maxEvaluations: 9,
  });
  assertEquals([counted.reason, counted.evaluations], ["evaluations", calls]);
  assert(calls <= 10);
});

Deno.test("minimize ends at once where the gradient is 0, and for no parameters", async () => {
  const still = await minimize(() => ({ value: 1, grads: { x: new Float64Array(2) } }), {
    x: new Float64Array(2),
  });
  assertEquals([still.iterations, still.evaluations, still.reason], [0, 1, "gradient"]);
  const none = await minimize(() => ({ value: 1, grads: {} }), {});
  assertEquals([none.iterations, none.reason], [0, "gradient"]);
});

Deno.test("minimize keeps the last finite parameters where a step reaches NaN", async () => {
  const problem = PROBLEMS.domain!;
  const lost = await minimize(problem.evaluate, startOf(problem), { method: lbfgs({ learningRate: 20 }) });
  assertEquals([lost.reason, lost.params], ["not finite", startOf(problem)]);
  const start = await minimize(() => ({ value: NaN, grads: { x: Float64Array.of(1) } }), {
    x: Float64Array.of(1),
  });
  assertEquals(start.reason, "not finite");
});

Deno.test("lbfgs with zoom stays where every other point is NaN", async () => {
  const at = Float64Array.of(2);
  const hole: Function = ({ x }) => ({ value: x![0] === 2 ? 1 : NaN, grads: { x: Float64Array.of(1) } });
  const method = lbfgs({ lineSearch: "zoom" });
  const state = await method.init({ x: at }, hole);
  const { params, value, rate, evaluations } = await method.step({ params: { x: at }, state }, hole);
  assertEquals([params.x[0], value, rate, evaluations], [2, 1, 0, 20]);
});

Deno.test("lbfgs refuses options that do not fit, and states of others", async () => {
  const wrong: readonly (readonly [LbfgsOptions, string])[] = [
    [{ learningRate: 0 }, "learningRate must be a finite number above 0, got 0"],
    [{ historySize: 0 }, "historySize must be an integer of at least 1, got 0"],
    [{ lineSearch: "zoom", form: "torch" }, 'lineSearch "zoom" is that of the form "optax", got "torch"'],
    [{ maxRate: 1 }, 'lineSearch "strong-wolfe" has no maxRate: leave it out'],
    [{ lineSearch: "none", maxSearch: 3 }, 'lineSearch "none" has no maxSearch: leave it out'],
    [{ scaleInitPrecond: true }, 'scaleInitPrecond goes with the form "optax", which is "torch"'],
    [{ lineSearch: "wolfe" as "zoom" }, "lbfgs: lineSearch must be one of"],
  ];
  for (const [options, message] of wrong) assertThrows(() => lbfgs(options), RangeError, message);
  const { evaluate } = quadratic(2);
  const params = { x: new Float64Array(2) };
  const step = (state: Parameters<ReturnType<typeof lbfgs>["step"]>[0]["state"]) => () =>
    lbfgs().step({ params, state }, evaluate);
  await assertRejects(step(sgd().init(params)), TypeError, "state belongs to sgd, not to lbfgs");
  const other = await lbfgs().init({ x: new Float64Array(3) }, quadratic(3).evaluate);
  await assertRejects(step(other), TypeError, "the state needs 'gradient' as float64 of 2 elements");
  await assertRejects(
    () => minimize(() => ({ value: 1, grads: { y: new Float64Array(2) } }), params),
    TypeError,
    "grads has 'y', which params does not have",
  );
  await assertRejects(
    () => minimize(() => ({ value: undefined as unknown as number, grads: params }), params),
    TypeError,
    "evaluate must return { value, grads }",
  );
  await assertRejects(
    () => minimize(evaluate, params, { method: sgd() as never }),
    TypeError,
    "method must be a minimizer, such as lbfgs()",
  );
});
