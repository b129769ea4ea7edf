import { assert, assertEquals } from "@std/assert";
import { lbfgs, type LbfgsOptions, minimize } from "../../../optim/minimize/mod.ts";
import { problems, startOf, type Vectors } from "./problems.ts";

/** A number, or the name of one that JSON does not have. */
type Stored = number | "nan" | "inf" | "-inf";

interface Row {
  readonly value: Stored;
  readonly params: Readonly<Record<string, readonly Stored[]>>;
  readonly evaluations?: number;
  readonly rate?: number;
}

interface Case {
  readonly name: string;
  readonly problem: string;
  // deno-lint-ignore no-explicit-any -- each framework has its own
  readonly options: Readonly<Record<string, any>>;
  readonly rows?: readonly Row[];
  readonly whole?: Row & { readonly iterations: number; readonly evaluations: number };
}

interface Golden {
  readonly penalty: number;
  readonly cases: readonly Case[];
}

/** The largest error of a number, relative to the largest of its tensor or to 1. */
const BOUND = 1e-9;

function golden(name: string): Golden {
  return JSON.parse(Deno.readTextFileSync(new URL(`../../golden/lbfgs/${name}.json`, import.meta.url)));
}

function numberOf(stored: Stored): number {
  return typeof stored === "number" ? stored : { nan: NaN, inf: Infinity, "-inf": -Infinity }[stored];
}

function errorOf(got: number, want: number, size: number): number {
  return Object.is(got, want) ? 0 : Math.abs(got - want) / Math.max(1, size);
}

/** Returns the largest error of parameters and value; NaN where only one side is NaN. */
function difference({ params, value }: { params: Vectors; value: number }, row: Row): number {
  const errors = Object.entries(row.params).flatMap(([name, stored]) => {
    const want = stored.map(numberOf);
    const size = Math.max(...want.map(Math.abs));
    return want.map((w, i) => errorOf(params[name]![i]!, w, size));
  });
  const want = numberOf(row.value);
  return Math.max(...errors, errorOf(value, want, Math.abs(want)));
}

/** Compares a method's steps with the rows. */
async function compareSteps(c: Case, { penalty, options }: { penalty: number; options: LbfgsOptions }) {
  const problem = problems(penalty)[c.problem]!;
  const method = lbfgs(options);
  let params = startOf(problem);
  let state = await method.init(params, problem.evaluate);
  for (const [i, row] of c.rows!.entries()) {
    const step = await method.step({ params, state }, problem.evaluate);
    ({ params, state } = step);
    const where = `${c.problem}: ${c.name}, iteration ${i + 1}`;
    const error = difference(step, row);
    assert(error <= BOUND, `${where}: off by ${error}`);
    if (options.lineSearch !== "none") assertEquals(step.evaluations, row.evaluations, where);
    if (row.rate !== undefined) assert(errorOf(step.rate, row.rate, row.rate) <= 1e-6, where);
  }
}

/** The options of PyTorch's LBFGS under our names. */
function torchOptions(o: Case["options"]): LbfgsOptions {
  return {
    lineSearch: o.line_search_fn === "strong_wolfe" ? "strong-wolfe" : "none",
    ...(o.lr === undefined ? {} : { learningRate: o.lr }),
    ...(o.history_size === undefined ? {} : { historySize: o.history_size }),
  };
}

/** The options of Optax's lbfgs and of its line search under our names. */
function optaxOptions(o: Case["options"]): LbfgsOptions {
  const { max_linesearch_steps, max_learning_rate, approx_dec_rtol } = o.search ?? {};
  return {
    lineSearch: o.linesearch ? "zoom" : "none",
    form: "optax",
    ...(o.learning_rate === undefined ? {} : { learningRate: o.learning_rate }),
    ...(o.memory_size === undefined ? {} : { historySize: o.memory_size }),
    ...(o.scale_init_precond === undefined ? {} : { scaleInitPrecond: o.scale_init_precond }),
    ...(max_linesearch_steps === undefined ? {} : { maxSearch: max_linesearch_steps }),
    ...(max_learning_rate === undefined ? {} : { maxRate: max_learning_rate }),
    ...(approx_dec_rtol === undefined ? {} : { approximateWolfe: approx_dec_rtol !== null }),
  };
}

for (const [framework, optionsOf] of [["torch", torchOptions], ["optax", optaxOptions]] as const) {
  const { penalty, cases } = golden(framework);
  for (const c of cases) {
    if (c.rows === undefined) continue;
    // Each step of the stored runs begins anew, without tolerances.
    const tolerances = { toleranceGrad: 0, toleranceChange: 0 };
    Deno.test(`lbfgs equals ${framework} for ${c.rows.length} iterations: ${c.problem}, ${c.name}`, () =>
      compareSteps(c, { penalty, options: { ...optionsOf(c.options), ...tolerances } }));
  }
}

const whole = golden("torch");
for (const c of whole.cases.filter(({ whole }) => whole !== undefined)) {
  Deno.test(`minimize ends where torch.optim.LBFGS ends: ${c.problem}, ${c.name}`, async () => {
    const problem = problems(whole.penalty)[c.problem]!;
    const { max_iter, max_eval = Math.floor(max_iter * 5 / 4) } = c.options;
    const options = torchOptions(c.options);
    // PyTorch bounds a search by the evaluations that are left alone.
    const bound = options.lineSearch === "none" ? {} : { maxSearch: 1000 };
    const result = await minimize(problem.evaluate, startOf(problem), {
      method: lbfgs({ ...options, ...bound }),
      maxIterations: max_iter,
      maxEvaluations: max_eval,
    });
    const { evaluations, reason } = result;
    // PyTorch counts the iteration that ends it because the direction does not descend.
    const iterations = result.iterations + (reason === "slope" ? 1 : 0);
    assertEquals({ iterations, evaluations }, {
      iterations: c.whole!.iterations,
      evaluations: c.whole!.evaluations,
    });
    const error = difference(result, c.whole!);
    assert(error <= BOUND, `off by ${error}`);
  });
}
