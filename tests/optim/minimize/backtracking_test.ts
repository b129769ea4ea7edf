/** Backtracking around rules, against Optax and on functions worked out by hand. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  adam,
  averaged,
  backtracking,
  type BacktrackingOptions,
  chain,
  clip,
  dpSgd,
  fit,
  type FitState,
  lbfgs,
  linear,
  minimize,
  momentum,
  type Optimizer,
  sam,
  sgd,
  sophia,
  tensor,
  withLoss,
} from "../../../mod.ts";
import { problems, startOf } from "./problems.ts";

/** A number, or "inf", which JSON does not have. */
type Stored = number | "inf";

interface Golden {
  readonly versions: { readonly optax: string };
  readonly penalty: number;
  readonly cases: readonly {
    readonly problem: string;
    readonly rule: "sgd" | "adam";
    readonly options: { readonly learning_rate: number; readonly momentum?: number };
    readonly search: Readonly<Record<string, Stored>>;
    readonly rows: readonly {
      readonly value: number;
      readonly params: Readonly<Record<string, readonly number[]>>;
      readonly rate: number;
      readonly evaluations: number;
    }[];
  }[];
}

const FILE = new URL("../../golden/backtracking/optax.json", import.meta.url);
const { versions, penalty, cases } = JSON.parse(Deno.readTextFileSync(FILE)) as Golden;

/** Returns Optax's options under our names. */
function optionsOf(search: Readonly<Record<string, Stored>>): BacktrackingOptions {
  return Object.fromEntries(
    Object.entries(search).map(([name, v]) => [
      name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()),
      v === "inf" ? Infinity : v,
    ]),
  );
}

function ruleOf({ rule, options }: Golden["cases"][number]): Optimizer {
  const { learning_rate: learningRate, momentum = 0 } = options;
  return rule === "sgd" ? sgd({ learningRate, momentum }) : adam({ learningRate });
}

for (const c of cases) {
  const what = `${c.problem}, ${c.rule} ${JSON.stringify(c.options)}, ${JSON.stringify(c.search)}`;
  Deno.test(`backtracking() equals Optax ${versions.optax} for ${c.rows.length} iterations: ${what}`, async () => {
    const problem = problems(penalty)[c.problem]!;
    const method = backtracking(ruleOf(c), optionsOf(c.search));
    let params = startOf(problem);
    let state = await method.init(params, problem.evaluate);
    for (const [i, row] of c.rows.entries()) {
      const step = await method.step({ params, state }, problem.evaluate);
      ({ params, state } = step);
      const where = `iteration ${i + 1}`;
      assertEquals(step.evaluations, row.evaluations, where);
      const got = [step.rate, step.value, ...Object.keys(row.params).flatMap((n) => [...params[n]!])];
      const want = [row.rate, row.value, ...Object.values(row.params).flat()];
      want.forEach((v, k) => {
        const error = Math.abs(got[k]! - v) / Math.max(1, Math.abs(v));
        assert(error <= 1e-9, `${where}: off by ${error}`);
      });
      assertEquals(step.converged, null);
    }
  });
}

/** Is NaN below 0. */
const domain = problems(0).domain!;

Deno.test("backtracking() stays where it is and ends when every trial is NaN, or the gradient is 0", async () => {
  const method = backtracking(sgd({ learningRate: 1e9 }), { maxBacktrackingSteps: 3 });
  const found = await minimize(domain.evaluate, startOf(domain), { method });
  assertEquals([found.reason, found.params, found.evaluations], ["step", startOf(domain), 1 + 4]);
  assert(Number.isFinite(found.value));
  const flat = () => ({ value: 2, grads: { x: Float64Array.of(0) } });
  const there = await minimize(flat, { x: Float64Array.of(5) }, { method });
  assertEquals([there.reason, there.evaluations, there.value], ["gradient", 1, 2]);
});

Deno.test("backtracking() ends a search at the limit of evaluations, and does not change its arguments", async () => {
  const problem = problems(penalty).rosenbrock2!;
  const method = backtracking(sgd({ learningRate: 1 }), { maxBacktrackingSteps: 40 });
  const params = startOf(problem);
  const state = await method.init(params, problem.evaluate);
  const before = structuredClone({ params, state });
  const step = await method.step({ params, state }, problem.evaluate, { maxEvaluations: 2 });
  assertEquals([step.evaluations, step.rate], [2, 0.8]);
  assertEquals({ params, state }, before);
});

/** Two classes that a line separates but for one example. */
function data() {
  const x = Float32Array.of(-2, -1.5, -1, -0.5, 0.5, 1, 1.5, 2);
  return { x: tensor(x, [8, 1]), target: tensor(BigInt64Array.of(0n, 0n, 0n, 1n, 0n, 1n, 1n, 1n)) };
}

Deno.test("fit() with backtracking() lowers the loss in each epoch, and goes on from a saved state", async () => {
  const train = data();
  const run = (more: object = {}) =>
    fit({
      model: withLoss(linear({ inputs: 1, outputs: 2 }), { loss: "cross-entropy" }),
      optimizer: backtracking(momentum({ learningRate: 20 })),
      train,
      batchSize: 8,
      epochs: 8,
      ...more,
    });
  const { state, epochs } = await run({ optimizer: backtracking(sgd({ learningRate: 20 })) });
  epochs.slice(1).forEach(({ trainLoss }, k) => assert(trainLoss < epochs[k]!.trainLoss));
  assertEquals(state.optimizer.count, 8);
  const whole = await run();
  let saved: FitState | undefined;
  await run({ epochs: 3, checkpoint: { save: (s: FitState) => void (saved = s) } });
  assertEquals((await run({ resume: saved })).state, whole.state);
  await assertRejects(
    () => run({ batchSize: 4 }),
    RangeError,
    "fit: backtracking momentum needs all examples in every step: batchSize must be 8, got 4",
  );
});

Deno.test("backtracking() refuses rules that need more than one value and gradient, and states of others", async () => {
  const needs: readonly [Optimizer, string][] = [
    [dpSgd(), "dpSgd takes the gradients of single examples"],
    [sophia(), "sophia needs estimates of the Hessian"],
    [sam(sgd()), "sam sgd takes several gradients for an update"],
    [averaged(sgd()), "averaged sgd evaluates at other parameters than it trains"],
  ];
  for (const [rule, message] of needs) assertThrows(() => backtracking(rule), RangeError, message);
  assertThrows(() => backtracking(clip(1) as never), TypeError, "got the transform clip");
  assert(backtracking(chain(clip(1), sgd())).name.startsWith("backtracking "));
  assertThrows(() => backtracking(sgd(), { decreaseFactor: 1 }), RangeError, "decreaseFactor");
  const params = startOf(domain);
  const state = await lbfgs().init(params, domain.evaluate);
  await assertRejects(
    () => backtracking(sgd()).step({ params, state }, domain.evaluate),
    TypeError,
    "state belongs to lbfgs, not to backtracking sgd",
  );
});
