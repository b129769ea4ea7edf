import { assert, assertEquals } from "@std/assert";
import { chainSchedules } from "../../schedules/chain.ts";
import { constantSchedule } from "../../schedules/constant.ts";
import { cosineDecay } from "../../schedules/cosine_decay.ts";
import { cosineRestarts } from "../../schedules/cosine_restarts.ts";
import { cyclic, type CyclicMode } from "../../schedules/cyclic.ts";
import { exponentialDecay } from "../../schedules/exponential_decay.ts";
import { joinSchedules } from "../../schedules/join.ts";
import { linearSchedule } from "../../schedules/linear.ts";
import { multiplicative } from "../../schedules/multiplicative.ts";
import { multiStepDecay } from "../../schedules/multi_step_decay.ts";
import { oneCycle } from "../../schedules/one_cycle.ts";
import { piecewiseConstant } from "../../schedules/piecewise_constant.ts";
import { type Interpolation, piecewiseInterpolated } from "../../schedules/piecewise_interpolated.ts";
import { plateau } from "../../schedules/plateau.ts";
import { polynomialDecay } from "../../schedules/polynomial_decay.ts";
import type { Schedule } from "../../schedules/schedule.ts";
import { stepDecay } from "../../schedules/step_decay.ts";
import { warmUp } from "../../schedules/warm_up.ts";

/** Options under the framework's names; the members depend on the schedule. */
// deno-lint-ignore no-explicit-any
type Hyper = Record<string, any>;
interface Case {
  schedule: string;
  lr: number;
  hyper: Hyper;
  values: number[];
}
interface PlateauCase {
  lr: number;
  hyper: Hyper;
  metrics: string;
  changes: [index: number, value: number][];
}
type Maker = (hyper: Hyper, lr: number) => Schedule;

function golden<T>(name: string): T {
  return JSON.parse(Deno.readTextFileSync(new URL(`../golden/schedules/${name}.json`, import.meta.url)));
}

/** PyTorch multiplies the rate of the step before, so its rounding adds up: it ends near 0 instead of at 0. */
function assertClose(schedule: Schedule, values: readonly number[]): void {
  const floor = 1e-15 * Math.max(...values);
  values.forEach((wanted, t) => {
    const got = schedule(t);
    assert(Math.abs(got - wanted) <= 1e-12 * Math.abs(wanted) + floor, `step ${t}: ${got} is not ${wanted}`);
  });
}

/** The functions that the golden file describes by their text. */
const FUNCTIONS: Readonly<Record<string, (x: number) => number>> = {
  "0.5 at every 7th": (step) => (step % 7 === 0 ? 0.5 : 1),
  "0.9 + 0.2 / step": (step) => 0.9 + 0.2 / step,
  "1 / (1 + step)": (step) => 1 / (1 + step),
  "1 / (5 ** (x * 1e-1))": (x) => 1 / 5 ** (x * 1e-1),
  "1 / (1.5 ** (x - 1))": (x) => 1 / 1.5 ** (x - 1),
};

const torch: Record<string, Maker> = {
  StepLR: (h, lr) => stepDecay({ initial: lr, every: h.step_size, factor: h.gamma }),
  MultiStepLR: (h, lr) => multiStepDecay({ initial: lr, milestones: h.milestones, factor: h.gamma }),
  ExponentialLR: (h, lr) => exponentialDecay({ initial: lr, factor: h.gamma }),
  ConstantLR: (h, lr) => piecewiseConstant({ boundaries: [h.total_iters], values: [lr * h.factor, lr] }),
  LinearLR: (h, lr) =>
    linearSchedule({ initial: lr * h.start_factor, final: lr * h.end_factor, steps: h.total_iters }),
  PolynomialLR: (h, lr) => polynomialDecay({ initial: lr, steps: h.total_iters, power: h.power }),
  // Beyond T_max PyTorch's schedule rises again while ours stays, so its steps are folded back onto [0, T_max].
  CosineAnnealingLR: (h, lr) => {
    const inner = cosineDecay({ initial: lr, final: h.eta_min, steps: h.T_max });
    return (step) => inner(h.T_max - Math.abs(step % (2 * h.T_max) - h.T_max));
  },
  CosineAnnealingWarmRestarts: (h, lr) =>
    cosineRestarts({ initial: lr, final: h.eta_min, period: h.T_0, multiplier: h.T_mult }),
  OneCycleLR: (h) =>
    oneCycle({
      peak: h.max_lr,
      steps: h.total_steps,
      rise: h.pct_start,
      initialDivisor: h.div_factor,
      finalDivisor: h.final_div_factor,
      interpolation: h.anneal_strategy === "cos" ? "cosine" : "linear",
      threePhases: h.three_phase,
    }),
  CyclicLR: (h) =>
    cyclic({
      minimum: h.base_lr,
      maximum: h.max_lr,
      up: h.step_size_up,
      down: h.step_size_down ?? h.step_size_up,
      ...(h.scale_fn
        ? { scale: FUNCTIONS[h.scale_fn]!, scaleMode: h.scale_mode }
        : { mode: h.mode.replace("_", "-") as CyclicMode, factor: h.gamma }),
    }),
  MultiplicativeLR: (h, lr) => multiplicative({ initial: lr, factor: FUNCTIONS[h.lr_lambda]! }),
  LambdaLR: (h, lr) => (step) => lr * FUNCTIONS[h.lr_lambda]!(step),
  // SWALR anneals to its rate from the one before, and stays there.
  SWALR: (h, lr) => {
    const make = h.anneal_strategy === "cos" ? cosineDecay : linearSchedule;
    return make({ initial: lr, final: h.swa_lr, steps: h.anneal_epochs });
  },
  SequentialLR: (h, lr) => joinSchedules(parts(torch, h, lr), { boundaries: h.milestones }),
  // The first schedule has the rate, the others are factors.
  ChainedScheduler: (h, lr) =>
    chainSchedules(
      h.parts.map(([name, hyper]: [string, Hyper], i: number) => maker(torch, name)(hyper, i === 0 ? lr : 1)),
    ),
};

const optax: Record<string, Maker> = {
  constant_schedule: (h) => constantSchedule(h.value),
  linear_schedule: (h) => delayed(h, linearSchedule(range(h))),
  polynomial_schedule: (h) => delayed(h, polynomialDecay({ ...range(h), power: h.power })),
  exponential_decay: (h) => {
    const make = h.staircase ? stepDecay : exponentialDecay;
    const options = { initial: h.init_value, every: h.transition_steps, factor: h.decay_rate };
    return delayed(h, make({ ...options, minimum: h.end_value ?? 0 }));
  },
  cosine_decay_schedule: (h) => {
    const options = { initial: h.init_value, final: h.alpha * h.init_value, steps: h.decay_steps };
    return cosineDecay({ ...options, power: h.exponent ?? 1 });
  },
  piecewise_constant_schedule: (h) => piecewiseConstant(scaled(h)),
  piecewise_interpolate_schedule: (h) =>
    piecewiseInterpolated({ ...scaled(h), interpolation: h.interpolate_type as Interpolation }),
  linear_onecycle_schedule: (h) =>
    oneCycle({ ...cycle(h), interpolation: "linear", threePhases: true, fall: h.pct_final }),
  cosine_onecycle_schedule: (h) => oneCycle(cycle(h)),
  warmup_constant_schedule: (h) => warmedUp(h, constantSchedule(h.peak_value)),
  warmup_cosine_decay_schedule: (h) =>
    warmedUp(
      h,
      cosineDecay({
        initial: h.peak_value,
        final: h.end_value,
        steps: h.decay_steps - h.warmup_steps,
        power: h.exponent ?? 1,
      }),
    ),
  warmup_exponential_decay_schedule: (h) =>
    warmedUp(h, maker(optax, "exponential_decay")({ ...h, init_value: h.peak_value }, 0)),
  sgdr_schedule: (h) => {
    const cycles: Hyper[] = h.cosine_kwargs;
    const ends = cycles.map((_, i) => cycles.slice(0, i + 1).reduce((sum, c) => sum + c.decay_steps, 0));
    const schedules = cycles.map((c) => maker(optax, "warmup_cosine_decay_schedule")(c, 0));
    return joinSchedules(schedules, { boundaries: ends.slice(0, -1) });
  },
  join_schedules: (h) => joinSchedules(parts(optax, h, 0), { boundaries: h.boundaries }),
};

function maker(makers: Record<string, Maker>, name: string): Maker {
  const make = makers[name];
  if (make === undefined) throw new Error(`no schedule for ${name}`);
  return make;
}

function parts(makers: Record<string, Maker>, hyper: Hyper, lr: number): Schedule[] {
  return hyper.parts.map(([name, h]: [string, Hyper]) => maker(makers, name)(h, lr));
}

function range(h: Hyper): { initial: number; final: number; steps: number } {
  return { initial: h.init_value, final: h.end_value, steps: h.transition_steps };
}

/** Optax's `transition_begin`: the first value until then. */
function delayed(h: Hyper, schedule: Schedule): Schedule {
  if (!h.transition_begin) return schedule;
  return joinSchedules([constantSchedule(schedule(0)), schedule], { boundaries: [h.transition_begin] });
}

/** The products of the first value and the factors that Optax gives at the boundaries. */
function scaled(h: Hyper): { boundaries: number[]; values: number[] } {
  const values = [h.init_value as number];
  for (const scale of Object.values(h.boundaries_and_scales) as number[]) values.push(values.at(-1)! * scale);
  return { boundaries: Object.keys(h.boundaries_and_scales).map(Number), values };
}

function cycle(h: Hyper) {
  return {
    peak: h.peak_value,
    steps: h.transition_steps,
    rise: h.pct_start,
    initialDivisor: h.div_factor,
    finalDivisor: h.final_div_factor,
    semantics: "optax" as const,
  };
}

function warmedUp(h: Hyper, schedule: Schedule): Schedule {
  return warmUp(schedule, { steps: h.warmup_steps, from: h.init_value / h.peak_value });
}

for (const [framework, makers] of Object.entries({ torch, optax })) {
  const { cases } = golden<{ cases: Case[] }>(framework);
  cases.forEach(({ schedule, lr, hyper, values }, i) => {
    Deno.test(`schedules follow ${framework}'s ${schedule}, case ${i}: ${JSON.stringify(hyper)}`, () => {
      assertClose(maker(makers, schedule)(hyper, lr), values);
    });
  });
}

Deno.test("every mapped schedule has a golden case", () => {
  for (const [framework, makers] of Object.entries({ torch, optax })) {
    const names = golden<{ cases: Case[] }>(framework).cases.map((c) => c.schedule);
    assertEquals([...new Set(names)].toSorted(), Object.keys(makers).toSorted());
  }
});

const plateaus = {
  torch: (h: Hyper, lr: number) =>
    plateau({
      semantics: "pytorch",
      mode: h.mode,
      factor: h.factor,
      patience: h.patience,
      cooldown: h.cooldown,
      threshold: h.threshold,
      thresholdMode: h.threshold_mode === "rel" ? "relative" : "absolute",
      initial: lr,
      minimum: h.min_lr,
      minimumChange: h.eps,
    }),
  optax: (h: Hyper) =>
    plateau({
      semantics: "optax",
      factor: h.factor,
      patience: h.patience,
      cooldown: h.cooldown,
      threshold: h.rtol || h.atol,
      thresholdMode: h.rtol ? "relative" : "absolute",
      minimum: h.min_scale,
      accumulate: h.accumulation_size,
    }),
};

for (const [framework, make] of Object.entries(plateaus)) {
  const { metrics, cases } = golden<{ metrics: Record<string, number[]>; cases: PlateauCase[] }>(
    `${framework}_plateau`,
  );
  Deno.test(`plateau() reduces at the same epochs and by the same factors as ${framework}: ${cases.length} cases`, async (t) => {
    for (const { lr, hyper, metrics: name, changes } of cases) {
      await t.step(`${name}: ${JSON.stringify(hyper)}`, () => {
        const annealing = make(hyper, lr);
        let state = annealing.init();
        let wanted = NaN;
        metrics[name]!.forEach((metric, i) => {
          state = annealing.update(state, metric);
          wanted = changes.find(([at]) => at === i)?.[1] ?? wanted;
          const error = Math.abs(state.scale - wanted);
          assert(error <= 1e-12 * wanted, `metric ${i}: ${state.scale} is not ${wanted}`);
        });
      });
    }
  });
}
