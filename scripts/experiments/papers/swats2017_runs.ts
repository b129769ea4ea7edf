/**
 * The trainings of `swats2017`.
 *
 * @module
 */
import {
  adam,
  type Device,
  fit,
  type Optimizer,
  sgd,
  type SwitchCriterion,
  switchCriterion,
  type SwitchState,
  type TrainState,
} from "../../../mod.ts";
import { clippedAdam, searchRates, type TrainedEpoch, Trainer, type Training } from "../../lab/mod.ts";
import type { SwatsTask } from "./swats2017_tasks.ts";

/** The paper's beta1, which is also the momentum of its SGD. */
const BETA1 = 0.9;

/** The tolerances of the sweep; the paper's is the first. */
export const TOLERANCES = [1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1];

/** What the criterion said at a tolerance. */
export interface ToleranceResult {
  readonly task: string;
  readonly tolerance: number;
  readonly seed: number;
  readonly switched: boolean;
  /** The last step of Adam, and its epoch. */
  readonly step?: number;
  readonly epoch?: number;
  readonly Lambda?: number;
}

/** A training. */
export interface SwatsRun {
  readonly task: string;
  readonly method: string;
  readonly seed: number;
  readonly score: number;
  readonly trainLoss: number;
  readonly testLoss: number;
  readonly switchedAtStep?: number;
  readonly Lambda?: number;
  readonly curves: readonly { readonly epoch: number; readonly trainLoss: number; readonly score: number }[];
}

/** The estimate of SGD's rate at a step. */
export interface Estimate {
  readonly step: number;
  readonly gamma: number;
  readonly Lambda: number;
}

/** Whether SWATS with its switch forced is Adam and then SGD. */
export interface Replay {
  readonly task: string;
  /** The last step of Adam. */
  readonly step: number;
  readonly steps: number;
  readonly Lambda: number;
  /** Elements of all parameters, and how many of them differ in any bit at the end. */
  readonly elements: number;
  readonly different: number;
}

/** Everything that was found on a task. */
export interface SwatsResult {
  readonly task: SwatsTask;
  readonly rates: { readonly adam: number; readonly sgd: number };
  readonly tolerances: readonly ToleranceResult[];
  /** The tolerance that SWATS was trained with. */
  readonly tolerance: number;
  readonly runs: readonly SwatsRun[];
  readonly estimates: readonly Estimate[];
  readonly replay: Replay;
}

/** Trains a task with all methods. */
export async function swatsRuns(
  task: SwatsTask,
  { seeds, device, progress }: {
    seeds: readonly number[];
    device: Device;
    progress: (done: number, of: number, what: string) => void;
  },
): Promise<SwatsResult> {
  await using trainer = new Trainer({
    model: task.model,
    train: task.train,
    sets: { train: task.train, validation: task.validation, test: task.test },
    batchSize: task.batchSize,
    device,
    statistics: ["update-dot-update", "update-dot-gradient"],
  });
  const stages = 2 + seeds.length * (5 + task.switches.length);
  let stage = 0;
  const tell = (what: string) => progress(stage++, stages, what);
  const annealed = (epoch: number) => 0.1 ** task.milestones.filter((m) => epoch > m).length;
  const train = (
    optimizer: Optimizer,
    options: {
      seed: number;
      from?: { state: TrainState; step: number };
      keepStates?: boolean;
    },
  ) => trainer.train(optimizer, { epochs: task.epochs, scale: annealed, ...options });
  const tune = async (make: (rate: number) => Optimizer, center: number) => {
    const search = await searchRates(
      async (rate) => validationLoss(await train(make(rate), { seed: seeds[0]! })),
      { center },
    );
    return search.best.rate;
  };
  tell("tuning Adam");
  const adamRate = task.rates?.adam ?? await tune(first, task.centers.adam);
  tell("tuning SGD");
  const sgdRate = task.rates?.sgd ?? await tune(momentum, task.centers.sgd);

  const runs: SwatsRun[] = [];
  const add = (
    method: string,
    { seed, epochs, ...more }: {
      seed: number;
      epochs: readonly TrainedEpoch[];
      step?: number;
      Lambda?: number;
    },
  ) => runs.push({ task: task.name, method, seed, ...summarized(task, epochs), ...switched(more) });
  const adams = new Map<number, Training>();
  for (const seed of seeds) {
    tell(`Adam, seed ${seed}`);
    const training = await train(first(adamRate), { seed, keepStates: true });
    adams.set(seed, training);
    add("adam", { seed, epochs: training.epochs });
    tell(`SGD, seed ${seed}`);
    add("sgd", { seed, epochs: (await train(momentum(sgdRate), { seed })).epochs });
  }
  const tolerances = TOLERANCES.flatMap((tolerance) =>
    seeds.map((seed) => sweep(task, { tolerance, seed, training: adams.get(seed)!, trainer }))
  );
  const tolerance = TOLERANCES.find((t) => tolerances.every((r) => r.tolerance !== t || r.switched)) ??
    TOLERANCES.at(-1)!;
  for (const seed of seeds) {
    tell(`SWATS, seed ${seed}`);
    const found = tolerances.find((r) => r.tolerance === tolerance && r.seed === seed)!;
    if (!found.switched) {
      add("swats", { seed, epochs: adams.get(seed)!.epochs });
      continue;
    }
    const { step, Lambda } = found as Required<ToleranceResult>;
    const epochs = await swatsFrom(trainer, {
      adamOf: adams.get(seed)!,
      optimizer: first(adamRate),
      step,
      Lambda,
      seed,
      annealed,
    });
    add("swats", { seed, epochs, step, Lambda });
  }
  for (const seed of seeds) {
    for (const epoch of task.switches) {
      tell(`switch after epoch ${epoch}, seed ${seed}`);
      const before = adams.get(seed)!;
      const reached = before.states[epoch - 1]!;
      const step = epoch * trainer.stepsPerEpoch;
      const optimizer = momentum(sgdRate);
      const state = { ...reached, optimizer: optimizer.init(reached.params) };
      const after = await train(optimizer, { seed, from: { state, step } });
      add(`switch after epoch ${epoch}`, {
        seed,
        epochs: [...before.epochs.slice(0, epoch), ...after.epochs],
        step,
      });
    }
  }
  // The rate of SGD per unit of Adam's m: its buffer sums what m averages.
  const bound = sgdRate / (1 - BETA1);
  const clips = [
    ["adam-clip (1, ∞)", clippedAdam({ learningRate: adamRate, low: bound, high: Infinity })],
    ["adam-clip (0, 1)", clippedAdam({ learningRate: adamRate, low: 0, high: bound })],
  ] as const;
  for (const seed of seeds) {
    for (const [method, optimizer] of clips) {
      tell(`${method}, seed ${seed}`);
      add(method, { seed, epochs: (await train(optimizer, { seed })).epochs });
    }
  }
  return {
    task,
    rates: { adam: adamRate, sgd: sgdRate },
    tolerances,
    tolerance,
    runs,
    estimates: estimatesOf(adams.get(seeds[0]!)!),
    replay: await replay(task, { trainer, optimizer: first(adamRate), seed: seeds[0]!, device }),
  };
}

/** The paper's Adam. */
const first = (learningRate: number) => adam({ learningRate, epsilon: 1e-9, epsilonPlacement: "scaled" });

/** The paper's SGD. */
const momentum = (learningRate: number) => sgd({ learningRate, momentum: BETA1 });

function switched({ step, Lambda }: { step?: number; Lambda?: number }) {
  return {
    ...(step === undefined ? {} : { switchedAtStep: step }),
    ...(Lambda === undefined ? {} : { Lambda }),
  };
}

function summarized(task: SwatsTask, epochs: readonly TrainedEpoch[]) {
  const curves = epochs.map(({ epoch, metrics }) => ({
    epoch,
    trainLoss: metrics.train!.loss!,
    score: task.score.of(metrics.test!),
  }));
  const last = epochs.at(-1)!.metrics;
  return { score: curves.at(-1)!.score, trainLoss: last.train!.loss!, testLoss: last.test!.loss!, curves };
}

function validationLoss({ epochs }: Training): number {
  const losses = epochs.map((e) => e.metrics.validation!.loss!);
  return losses.every(Number.isFinite) ? Math.min(...losses) : NaN;
}

/** Follows the criterion over Adam's steps. Until it fires SWATS is Adam, so that one training tells of all tolerances. */
function follow({ steps }: Pick<Training, "steps">, criterion: SwitchCriterion): SwitchState[] {
  const [pp, pg] = [steps["update-dot-update"]!, steps["update-dot-gradient"]!];
  const states: SwitchState[] = [];
  let state = criterion.init();
  for (let i = 0; i < pp.length; i++) {
    state = criterion.update(state, { k: i + 1, pp: pp[i]!, pg: pg[i]! });
    states.push(state);
  }
  return states;
}

function sweep(
  task: SwatsTask,
  { tolerance, seed, training, trainer }: {
    tolerance: number;
    seed: number;
    training: Training;
    trainer: Trainer;
  },
): ToleranceResult {
  const { fired, firedAt, Lambda } = follow(training, switchCriterion({ tolerance, requirePositive: true }))
    .at(-1)!;
  const common = { task: task.name, tolerance, seed, switched: fired };
  if (firedAt === null) return common;
  return { ...common, step: firedAt, epoch: firedAt / trainer.stepsPerEpoch, Lambda };
}

/** About 400 of the estimates, evenly spaced. */
function estimatesOf(training: Training): Estimate[] {
  // A tolerance that no estimate meets.
  const states = follow(training, switchCriterion({ tolerance: Number.MIN_VALUE }));
  const every = Math.ceil(states.length / 400);
  return states.flatMap(({ gamma, Lambda }, i) => (i % every === 0 ? [{ step: i + 1, gamma, Lambda }] : []));
}

/** The paper's SGD after the switch: `v = beta1 v + g, w = w - (1 - beta1) Lambda v`. */
function second(Lambda: number): Optimizer {
  return sgd({ learningRate: (1 - BETA1) * Lambda, momentum: BETA1 });
}

interface SwatsFrom {
  readonly adamOf: Training;
  /** Adam at its rate. */
  readonly optimizer: Optimizer;
  readonly step: number;
  readonly Lambda: number;
  readonly seed: number;
  /** The factor on the rate in an epoch. */
  readonly annealed: (epoch: number) => number;
}

/** SWATS from Adam's training: Adam up to a step, then SGD. */
async function swatsFrom(
  trainer: Trainer,
  { adamOf, optimizer, step, Lambda, seed, annealed }: SwatsFrom,
): Promise<TrainedEpoch[]> {
  const perEpoch = trainer.stepsPerEpoch;
  const whole = Math.floor((step - 1) / perEpoch);
  const from = whole === 0 ? {} : { from: { state: adamOf.states[whole - 1]!, step: whole * perEpoch } };
  const epochs = adamOf.epochs.length;
  const reached = await trainer.train(optimizer, { ...from, seed, epochs, steps: step, scale: annealed });
  const then = second(Lambda);
  const state = { ...reached.state, optimizer: then.init(reached.state.params) };
  // What the milestones have taken from Adam's rate is in Lambda already.
  const begun = annealed(whole + 1);
  const after = await trainer.train(then, {
    seed,
    epochs,
    scale: (e) => annealed(e) / begun,
    from: { state, step },
  });
  // An epoch that both train in is evaluated after its last step.
  const between = step % perEpoch === 0 ? reached.epochs : [];
  return [...adamOf.epochs.slice(0, whole), ...between, ...after.epochs];
}

/** A criterion that fires at a step of one's choice, with the estimate of that step. */
export function forcedAt(step: number): SwitchCriterion {
  const { init, update } = switchCriterion({ tolerance: Number.MIN_VALUE });
  return {
    init,
    update(state, observation) {
      if (state.fired) return state;
      const next = update(state, observation);
      return observation.k === step ? { ...next, fired: true, firedAt: step } : next;
    },
  };
}

/**
 * Trains two epochs with the library's `fit`, its switch forced in the middle of the second and of a chunk, and the same by
 * hand: Adam for so many steps, then SGD.
 */
async function replay(
  task: SwatsTask,
  { trainer, optimizer, seed, device }: {
    trainer: Trainer;
    optimizer: Optimizer;
    seed: number;
    device: Device;
  },
): Promise<Replay> {
  const perEpoch = trainer.stepsPerEpoch;
  const step = perEpoch + Math.ceil(perEpoch / 2);
  let Lambda = NaN;
  const fitted = await fit({
    model: task.model(seed),
    optimizer,
    train: task.train,
    epochs: 2,
    batchSize: task.batchSize,
    seed,
    chunk: 7,
    device,
    switching: { criterion: forcedAt(step), to: (found) => second(Lambda = found) },
  });
  const reached = await trainer.train(optimizer, { seed, epochs: 2, steps: step });
  const then = second(Lambda);
  const begun = { ...reached.state, optimizer: then.init(reached.state.params) };
  const { state } = await trainer.train(then, { seed, epochs: 2, from: { state: begun, step } });
  let [elements, different] = [0, 0];
  for (const [name, a] of Object.entries(fitted.state.params)) {
    const b = state.params[name]!;
    a.data.forEach((v, i) => {
      elements++;
      if (!Object.is(v, b.data[i])) different++;
    });
  }
  return { task: task.name, step, steps: 2 * perEpoch, Lambda, elements, different };
}
