/** Every hyper-parameter that may be a schedule, of every function. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  adam,
  chain,
  lookahead,
  type NumberOption,
  type Optimizer,
  scale,
  sgd,
  type Tensor,
  type Updater,
} from "../../mod.ts";
import * as catalog from "../../optim/catalog/mod.ts";
import { declarationsOf, OPTIMIZER_FAMILIES, type OptimizerName } from "../../optim/catalog/mod.ts";
import { flattenState, unflattenState } from "../../optim/state.ts";
import { gradients, SHAPES } from "./problem.ts";
import { advance, begin, type Held, hostIsGraph } from "./runs.ts";
import { layersOf } from "./papers/kfac.ts";
import { asOptimizer } from "./table.ts";

type Options = Readonly<Record<string, unknown>>;
type Function = (...args: readonly unknown[]) => Updater;

const FUNCTIONS = catalog as unknown as Readonly<Record<string, Function>>;
const NAMES = Object.values(OPTIMIZER_FAMILIES).flatMap((family) => Object.keys(family)) as OptimizerName[];

/** Functions whose one number is an argument of its own. */
const POSITIONAL = new Set([
  "clip",
  "clipByBlockRms",
  "clipByGlobalNorm",
  "clipByNorm",
  "perExampleGlobalNormClip",
  "perExampleLayerNormClip",
  "scale",
  "scaleByLearningRate",
]);
const AROUND = new Set([
  "applyIfFinite",
  "averaged",
  "lookahead",
  "mechanic",
  "multiSteps",
  "sam",
  "scheduleFree",
]);

function make(name: string, options: Options): Updater {
  const f = FUNCTIONS[name]!;
  if (POSITIONAL.has(name)) return f(Object.values(options)[0]);
  // Alone, this link adds a share of the parameter to it: the parameters would grow beyond float32.
  if (name.startsWith("scaleByParamBlock")) return chain(scale(0.01), f(options));
  return AROUND.has(name) ? f(sgd({ learningRate: 0.1 }), options) : f(options);
}

/** Options beside those under test, with which these act, and options that do not act with them. */
interface Setting {
  readonly options?: Options;
  readonly idle?: readonly string[];
  /** Factors on the values, for options whose usual values would have no effect on the tensors of the contract. */
  readonly times?: Readonly<Record<string, number>>;
  /** The calls of an update; 1 by default. */
  readonly calls?: number;
}

const layers = layersOf(SHAPES);
const decoupled = { decoupledWeightDecay: true, weightDecay: 0.1 };
/** The settings of functions whose default options leave some hyper-parameters without effect. */
const SETTINGS: Readonly<Record<string, readonly Setting[]>> = {
  sgd: [{ options: { momentum: 0.5 } }, { options: { momentum: 0.5, nesterov: true }, idle: ["dampening"] }],
  adam: [{ options: decoupled }, { options: { epsilonPlacement: "inside" } }, {
    options: { epsilonPlacement: "scaled" },
  }],
  amsgrad: [{ options: { variant: "optax" } }, { options: { variant: "paper" } }],
  rmsprop: [
    { options: { centered: true, momentum: 0.5, momentumPlacement: "after" } },
    { options: { momentum: 0.5, nesterov: true, epsilonPlacement: "inside" } },
  ],
  adafactor: [
    { idle: ["momentum"], times: { minScale: 10 } },
    { options: { form: "optax", minDimSizeToFactor: 1, momentum: 0.5 }, idle: ["minScale"] },
  ],
  adabelief: [{}, { options: { nesterov: true } }],
  adagrad: [{}, { options: { epsilonPlacement: "inside" } }],
  adan: [{}, { options: { form: "optax" } }],
  adopt: [{}, { options: { nesterov: true } }],
  lars: [{}, { options: { nesterov: true } }],
  momentum: [{}, { options: { form: "pytorch" } }],
  muon: [{}, { options: { form: "optax", adaptive: true } }],
  // PyTorch's form multiplies the momenta of all steps: its trajectories are held against PyTorch.
  nadam: [{ options: { form: "optax" }, idle: ["momentumDecay"] }],
  nadamw: [{ options: { form: "optax" }, idle: ["momentumDecay"] }],
  // The bounds depend on the greatest rate of the schedule.
  adabound: [{ idle: ["learningRate"] }, { options: { amsbound: true }, idle: ["learningRate"] }],
  lamb: [{ options: { weightDecay: 0.1 } }],
  lookahead: [{ options: { syncPeriod: 2 } }, { options: { syncPeriod: 2, resetState: true } }],
  averaged: [{ options: { decay: 0.5 } }],
  ema: [{ options: { decay: 0.5 } }],
  trace: [{ options: { decay: 0.5 } }, { options: { decay: 0.5, nesterov: true } }],
  adaptiveGradClip: [{ options: { limit: 0.1 }, times: { epsilon: 10 } }],
  polyak: [{ times: { maxLearningRate: 1e-4 } }],
  prodigy: [{ times: { coefficient: 1e6 } }],
  rprop: [{ options: { learningRate: 1 } }],
  sam: [{ calls: 2 }],
  dpSgd: [{ options: { momentum: 0.5, nesterov: true } }],
  scheduleFreeSgd: [{ options: { learningRate: 0.5 } }],
  shampoo: [
    { options: { interval: 2, grafting: "rmsprop", momentum: 0.5, mergeDims: false } },
    { options: { interval: 1, grafting: "adam", weightDecay: 0.1, nesterov: true, momentum: 0.5 } },
  ],
  soap: [{ options: { interval: 3 } }],
  // It acts at one step only: at the switch, which a test of its own observes.
  swats: [{ idle: ["tolerance"] }],
  addDecayedWeights: [{ options: { weightDecay: 0.1 } }],
  decoupledWeightDecay: [{ options: { weightDecay: 0.1 } }],
  // Its schedule counts updates, not calls: the contract has a row for it.
  multiSteps: [{ options: { every: 2 }, idle: ["every"] }],
  scaleByAdam: [{ options: { epsilonPlacement: "inside" } }, { options: { epsilonPlacement: "scaled" } }],
  scaleByAmsgrad: [{ options: { variant: "optax" } }, { options: { variant: "paper" } }],
  scaleByBelief: [{}, { options: { nesterov: true } }],
  scaleByAdan: [{}, { options: { form: "optax" } }],
  scaleByAdopt: [{}, { options: { nesterov: true } }],
  scaleByMuon: [{}, { options: { form: "optax", adaptive: true } }],
  scaleByNadam: [{ options: { form: "optax" }, idle: ["momentumDecay"] }],
  scaleByRss: [{}, { options: { epsilonPlacement: "inside" } }],
  scaleByFactoredRms: [{}, { options: { minDimSizeToFactor: 1 } }],
  scaleByRprop: [{ options: { learningRate: 1 } }],
  kfac: [{ options: { layers } }, { options: { layers, ...decoupled } }],
  galore: [{}, { options: { form: "optax" } }],
  scaleByGalore: [{}, { options: { form: "optax" } }],
  scaleByAcprop: [{}, { options: { form: "optax" } }],
  scaleByPolyak: [{ times: { maxLearningRate: 1e-4 } }],
  scaleByTrustRatio: [{ times: { minNorm: 10 } }],
  scaleByParamBlockNorm: [{ times: { minScale: 10 } }],
  scaleByParamBlockRms: [{ times: { minScale: 10 } }],
  acprop: [{}, { options: { form: "optax", ...decoupled } }],
  cocob: [{ times: { alpha: 100 } }],
  dadaptAdam: [{}, { options: { biasCorrection: true, ...decoupled } }],
  madgrad: [{}, { options: decoupled }],
  mechanic: [{}, { options: { form: "optax" } }],
  // The rate is the limit of a step that is small beside the tensors of the contract.
  momo: [
    { times: { learningRate: 1e-3 } },
    { options: { biasCorrection: true, adaptLowerBound: true }, times: { learningRate: 1e-3 } },
  ],
  momoAdam: [{}, { options: { adaptLowerBound: true, proximalDecay: false } }],
  optimisticAdam: [{}, { options: { nesterov: true } }],
};
/** Sums that adam keeps are the averages of one decay only: it is held against PyTorch. */
const SUMS = new Set(["adam", "adamw", "amsgrad", "scaleByAdam", "scaleByAmsgrad"]);

function scheduledOptions(name: OptimizerName): [string, NumberOption][] {
  return Object.entries(declarationsOf(name)).flatMap(([option, d]) =>
    d.kind === "number" && d.schedule ? [[option, d] as [string, NumberOption]] : []
  );
}

/** Returns a value of the range that differs from step to step. */
function valueOf({ range }: NumberOption, k: number, times = 1): number {
  const share = (k * 0.37 + 0.1) % 1;
  switch (range) {
    case "a finite number of at least 4":
      return 4 + 5 * share;
    case "a finite number above 1":
      return 1.05 + 0.3 * share;
    case "in [0, 1)":
    case "in [0, 1]":
    case "in (0, 1)":
    case "in (0, 1]":
      return 0.4 + 0.5 * share;
    default:
      return times * (0.02 + 0.3 * share);
  }
}

const STEPS = 12;
const numbers = (of: Readonly<Record<string, Tensor>>) =>
  Object.values(of).flatMap((t) => Array.from(t.data as Float64Array));

/** Returns the numbers that an update leads to, from a state that any rule of the same slots accepts. */
function after(opt: Updater, { params, state }: Held, k: number): number[] {
  const given = unflattenState(flattenState(state), state.count);
  const next = advance(opt, { params, state: given }, k);
  return [
    ...numbers(next.params),
    ...numbers(flattenState(next.state)),
    ...numbers(opt.evaluationParams(next.params, next.state) as Record<string, Tensor>),
  ];
}

function assertNear(got: readonly number[], expected: readonly number[], what: string): void {
  assertEquals(got.length, expected.length, what);
  got.forEach((v, i) => {
    const error = Math.abs(v - expected[i]!) / Math.max(1, Math.abs(expected[i]!));
    assert(error <= 1e-13, `${what}: number ${i} is ${v} instead of ${expected[i]}`);
  });
}

for (const name of NAMES) {
  const options = scheduledOptions(name);
  if (options.length === 0) continue;
  const settings = SETTINGS[name] ?? [{}];
  for (const [option, declared] of options) {
    if (SUMS.has(name) && option.startsWith("beta")) continue;
    const acting = settings.filter(({ idle = [] }) => !idle.includes(option));
    if (acting.length === 0) continue;
    Deno.test(`${name}() takes the value of each step from a schedule of ${option}`, () => {
      let acts = false;
      for (const { options = {}, times = {}, calls = 1 } of acting) {
        const value = (count: number) => valueOf(declared, count, times[option]);
        const constant = (k: number) => make(name, { ...options, [option]: value(Math.floor(k / calls)) });
        const opt = make(name, { ...options, [option]: value });
        let held = begin(opt, "float64");
        for (let k = 0; k < STEPS; k++) {
          const expected = after(constant(k), held, k);
          assertNear(after(opt, held, k), expected, `${JSON.stringify(options)} at step ${k}`);
          acts ||= after(constant(k + calls), held, k).some((v, i) => v !== expected[i]);
          held = advance(opt, held, k);
        }
      }
      assert(acts, `${option} has no effect`);
    });
  }

  Deno.test(`${name}() with schedules of all its hyper-parameters gives the same on the host and in a graph`, async () => {
    const bounds: Readonly<Record<string, number>> = { muon: 1e-3 };
    for (const { options: base = {}, idle = [] } of settings.slice(0, 1)) {
      const schedules = options.filter(([option]) => !idle.includes(option)).map((
        [option, d],
      ) => [option, (count: number) => valueOf(d, count)]);
      const opt = asOptimizer(make(name, { ...base, ...Object.fromEntries(schedules) }));
      await hostIsGraph(opt, "float32", bounds[name] ?? 1e-4);
    }
  });

  Deno.test(`${name}() writes one graph for all schedules of its hyper-parameters`, () => {
    const specs = Object.fromEntries(
      Object.entries(SHAPES).map(([n, shape]) => [n, { dtype: "float32", shape } as const]),
    );
    const { options: base = {}, idle = [] } = settings[0]!;
    const traced = (shift: number) => {
      const schedules = options.filter(([option]) => !idle.includes(option)).map((
        [option, d],
      ) => [option, (count: number) => valueOf(d, count + shift)]);
      return make(name, { ...base, ...Object.fromEntries(schedules) }).trace(specs).signature;
    };
    assertEquals(traced(0), traced(5));
  });

  Deno.test(`${name}() names the value of a schedule that leaves its range, and its step`, () => {
    const { options: base = {}, idle = [] } = settings[0]!;
    for (const [option, declared] of options) {
      if (idle.includes(option) || declared.range === "a finite number") continue;
      const opt = make(name, { ...base, [option]: (k: number) => (k < 2 ? valueOf(declared, k) : -1) });
      const run = () => {
        let held = begin(opt, "float64");
        for (let k = 0; k < 5; k++) held = advance(opt, held, k);
      };
      const error = assertThrows(run, RangeError);
      assert(
        error.message.includes(
          `: ${option} must be ${declared.range} at every step, its schedule returns -1 after`,
        ),
        error.message,
      );
    }
  });
}

Deno.test("what cannot be a schedule is refused by name", () => {
  const schedule = () => 3;
  assertThrows(
    () => lookahead(sgd(), { syncPeriod: schedule as never }),
    RangeError,
    "syncPeriod must be an integer of at least 1, not a schedule",
  );
  assertThrows(() => sgd({ nesterov: schedule as never }), TypeError, "sgd: nesterov must be true or false");
  assertThrows(
    () => catalog.scheduleFreeSgd({ beta1: schedule as never }),
    RangeError,
    "beta1 must be in (0, 1), not a schedule",
  );
});

Deno.test("adam() with scheduled decays keeps averages, and refuses the state of sums", () => {
  const averages = adam({ beta1: () => 0.9, beta2: 0.75 });
  const sums = adam({ beta1: 0.9, beta2: 0.75 });
  let [a, s] = [begin(averages, "float64"), begin(sums, "float64")];
  for (let k = 0; k < 5; k++) [a, s] = [advance(averages, a, k), advance(sums, s, k)];
  assertNear(numbers(a.params), numbers(s.params), "parameters");
  const scaled = numbers({ m: s.state.slots["m/cube"]! }).map((v) => v * (1 - 0.9));
  assertNear(numbers({ m: a.state.slots["mAverage/cube"]! }), scaled, "the average");
  // A state that was read from a file tells its rule by its slots alone; a rule around another has them, too.
  for (const around of [(o: Optimizer) => o, (o: Optimizer) => lookahead(o)]) {
    const before = begin(around(sums), "float64");
    const read = unflattenState(flattenState(before.state), 0);
    assertThrows(() => advance(around(averages), { ...before, state: read }, 0), TypeError, "m/scalar'");
  }
});

Deno.test("swats() switches at the step at which a schedule of its tolerance lets it", () => {
  const opt = catalog.swats({ tolerance: (count) => (count < 5 ? 1e-300 : 1e300) });
  let held = begin(opt, "float64");
  const switched = Array.from({ length: 7 }, (_, k) => {
    held = advance(opt, held, k);
    return numbers({ s: held.state.slots.switched! })[0];
  });
  assertEquals(switched, [0, 0, 0, 0, 0, 1, 1]);
});

Deno.test("lion() follows a transcription with schedules of its decays", () => {
  const [beta1, beta2, decay] = [
    (k: number) => 0.5 + 0.04 * k,
    (k: number) => 0.95 - 0.05 * k,
    (k: number) => 0.1 / (k + 1),
  ];
  const opt = catalog.lion({ learningRate: 0.01, beta1, beta2, weightDecay: decay });
  let held = begin(opt, "float64");
  let [m, w] = [[0, 0, 0], numbers({ w: held.params.vector! })];
  for (let k = 0; k < 10; k++) {
    const g = numbers({ g: gradients("float64", k).vector! });
    w = w.map((x, i) => x - 0.01 * (Math.sign(beta1(k) * m[i]! + (1 - beta1(k)) * g[i]!) + decay(k) * x));
    m = m.map((x, i) => beta2(k) * x + (1 - beta2(k)) * g[i]!);
    held = advance(opt, held, k);
    assertNear(numbers({ w: held.params.vector! }), w, `step ${k}`);
  }
});
