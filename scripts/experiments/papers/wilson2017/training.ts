/**
 * The comparison of `wilson2017`: five optimizers, tuned by the paper's protocol.
 *
 * @module
 */
import { adagrad, adam, devDecay, fixedFrequency, type Optimizer, rmsprop, sgd } from "../../../../mod.ts";
import { type RateSearch, searchRates, type TrainedEpoch, Trainer, type Training } from "../../../lab/mod.ts";
import type { Prepared } from "./tasks.ts";

/** How the rate falls: the paper's two ways. */
export const DECAYS = [
  { name: "dev-decay", text: "a rate that falls when the validation loss does not (dev-decay, factor 0.9)" },
  { name: "fixed-frequency", text: "a rate that halves ten times (fixed frequency)" },
] as const;

type Decay = typeof DECAYS[number]["name"];

const DEV_FACTOR = 0.9;

/** A training at the best rate of its optimizer. */
export interface ComparedRun {
  readonly problem: string;
  readonly decay: Decay;
  readonly optimizer: string;
  readonly rate: number;
  readonly seed: number;
  readonly trainLoss: number;
  readonly testLoss: number;
  readonly testError: number;
  readonly curves: readonly Curve[];
}

/** What was known after an epoch. */
export interface Curve {
  readonly epoch: number;
  /** What the learning rate was in it, as a share of that at the start. */
  readonly scale: number;
  readonly trainLoss: number;
  readonly trainError: number;
  readonly validationLoss: number;
  readonly testLoss: number;
  readonly testError: number;
}

/** How an optimizer was tuned. */
export interface NamedSearch extends RateSearch {
  readonly decay: Decay;
  readonly optimizer: string;
}

/** All of it. */
export interface Comparison {
  readonly runs: readonly ComparedRun[];
  readonly searches: readonly NamedSearch[];
}

/** The names of the adaptive optimizers. */
export const ADAPTIVE: readonly string[] = ["adagrad", "rmsprop", "adam"];

/** The optimizers by rate, and the exponent of the rate to begin with. */
const OPTIMIZERS: readonly (readonly [
  name: string,
  make: (learningRate: number) => Optimizer,
  center: number,
])[] = [
  ["sgd", (learningRate) => sgd({ learningRate }), -2],
  ["heavy ball", (learningRate) => sgd({ learningRate, momentum: 0.9 }), -4],
  ["adagrad", (learningRate) => adagrad({ learningRate }), -5],
  ["rmsprop", (learningRate) => rmsprop({ learningRate, decay: 0.9 }), -9],
  ["adam", (learningRate) => adam({ learningRate }), -8],
];

/** Returns the runs of an optimizer under a decay. */
export function groupOf(
  runs: readonly ComparedRun[],
  decay: string,
  optimizer: string,
): readonly ComparedRun[] {
  return runs.filter((r) => r.decay === decay && r.optimizer === optimizer);
}

/** Returns the names of the optimizers, in the order of the runs. */
export function optimizersOf(runs: readonly ComparedRun[]): readonly string[] {
  return [...new Set(runs.map((r) => r.optimizer))];
}

/** Returns test errors in percent; NaN for a run that diverged, whose error is finite but meaningless. */
export function errorsOf(runs: readonly ComparedRun[]): number[] {
  return runs.map((r) => (Number.isFinite(r.testLoss) ? 100 * r.testError : NaN));
}

/** Tunes each optimizer under each decay on the first seed, and trains it at its best rate from all. */
export async function comparedRuns(
  prepared: Prepared,
  { seeds, progress }: {
    seeds: readonly number[];
    progress: (done: number, of: number, what: string) => void;
  },
): Promise<Comparison> {
  const { train, validation, test, model, batchSize, device } = prepared;
  await using trainer = new Trainer({
    model,
    train,
    sets: { train, validation, test },
    batchSize,
    device,
  });
  const runs: ComparedRun[] = [];
  const searches: NamedSearch[] = [];
  for (const [i, [name, make, center]] of OPTIMIZERS.entries()) {
    for (const [j, { name: decay }] of DECAYS.entries()) {
      progress(i * DECAYS.length + j, OPTIMIZERS.length * DECAYS.length, `${name}, ${decay}`);
      const at = (rate: number, seed: number) =>
        trainer.train(make(rate), {
          seed,
          epochs: prepared.epochs,
          scale: scaleOf(decay, prepared.epochs),
        });
      const search = await searchRates(async (rate) => lowestLoss(await at(rate, seeds[0]!)), { center });
      searches.push({ decay, optimizer: name, ...search });
      for (const seed of seeds) {
        const { rate } = search.best;
        const curves = (await at(rate, seed)).epochs.map((e) => curveOf(e));
        const { trainLoss, testLoss, testError } = curves.at(-1)!;
        runs.push({
          problem: prepared.title,
          decay,
          optimizer: name,
          rate,
          seed,
          trainLoss,
          testLoss,
          testError,
          curves,
        });
      }
    }
  }
  return { runs, searches };
}

/** The share of the rate that is left in an epoch, from what is known of those before. */
function scaleOf(decay: Decay, epochs: number) {
  if (decay === "fixed-frequency") {
    const schedule = fixedFrequency({ initial: 1, factor: 0.5, epochs: Math.ceil(epochs / 10) });
    return (epoch: number) => schedule(epoch - 1);
  }
  const annealing = devDecay({ factor: DEV_FACTOR });
  return (_: number, before: readonly TrainedEpoch[]) =>
    before.reduce((s, e) => annealing.update(s, e.metrics.validation!.loss!), annealing.init()).scale;
}

/** The lowest validation loss; NaN where the training failed. */
function lowestLoss({ epochs }: Training): number {
  const losses = epochs.map((e) => e.metrics.validation!.loss!);
  return losses.every(Number.isFinite) ? Math.min(...losses) : NaN;
}

function curveOf({ epoch, scale, metrics }: TrainedEpoch): Curve {
  const { train, validation, test } = metrics as Record<string, Record<string, number>>;
  return {
    epoch,
    scale,
    trainLoss: train!.loss!,
    trainError: 1 - train!.accuracy!,
    validationLoss: validation!.loss!,
    testLoss: test!.loss!,
    testError: 1 - test!.accuracy!,
  };
}
