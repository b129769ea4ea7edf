/**
 * The comparison of `wilson2017`: five optimizers, tuned by the paper's protocol.
 *
 * @module
 */
import { devDecay, type EpochRecord, fixedFrequency } from "../../../../mod.ts";
import { optimizerOf, searchRates } from "../../../lab/mod.ts";
import type { Lab, Trained } from "../../../run/mod.ts";
import type { Prepared } from "./tasks.ts";
import {
  type ComparedRun,
  type Comparison,
  type Curve,
  type Decay,
  DECAYS,
  type NamedSearch,
} from "./data.ts";

const DEV_FACTOR = 0.9;

/** The optimizers as texts, and the exponent of the rate to begin with. */
const OPTIMIZERS: readonly (readonly [name: string, text: string, center: number])[] = [
  ["sgd", "sgd", -2],
  ["heavy ball", "sgd(momentum=0.9)", -4],
  ["adagrad", "adagrad", -5],
  ["rmsprop", "rmsprop(decay=0.9)", -9],
  ["adam", "adam", -8],
];

/** Tunes each optimizer under each decay on the first seed, and trains it at its best rate from all. */
export async function comparedRuns(
  prepared: Prepared,
  { seeds, progress, lab }: {
    seeds: readonly number[];
    progress: (done: number, of: number, what: string) => void;
    lab: Lab;
  },
): Promise<Comparison> {
  const { train, validation, test, model, augment, batchSize, device } = prepared;
  await using trainer = lab.open({
    name: prepared.title,
    model,
    train,
    ...(augment.length === 0 ? {} : { augment: { x: augment } }),
    evaluate: { train, validation, test },
    metrics: ["loss", "accuracy"],
    batchSize,
    device,
  });
  const runs: ComparedRun[] = [];
  const searches: NamedSearch[] = [];
  for (const [i, [name, text, center]] of OPTIMIZERS.entries()) {
    const { entry: { make }, hyperparameters } = optimizerOf(text);
    for (const [j, { name: decay }] of DECAYS.entries()) {
      progress(i * DECAYS.length + j, OPTIMIZERS.length * DECAYS.length, `${name}, ${decay}`);
      const at = (rate: number, seed: number) =>
        trainer.train({
          label: `${name}, ${decay}, rate ${rate}`,
          optimizer: make(rate),
          seed,
          epochs: prepared.epochs,
          remainder: "drop",
          learningRateScale: scaleOf(decay, prepared.epochs),
        });
      const search = await searchRates(async (rate) => lowestLoss(await at(rate, seeds[0]!)), { center });
      searches.push({ decay, optimizer: name, ...search });
      for (const seed of seeds) {
        const { rate } = search.best;
        const curves = (await at(rate, seed)).points.map(curveOf);
        const { epoch: _, scale: __, trainError: ___, ...last } = curves.at(-1)!;
        runs.push({
          problem: prepared.title,
          decay,
          optimizer: name,
          rate,
          hyperparameters,
          seed,
          ...last,
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
  return (_: number, before: readonly EpochRecord[]) =>
    before.reduce((s, e) => annealing.update(s, e.metrics.validation!.loss!), annealing.init()).scale;
}

/** The lowest validation loss; NaN where the training failed. */
function lowestLoss({ points }: Trained): number {
  const losses = points.map((e) => e.metrics.validation!.loss!);
  return losses.every(Number.isFinite) ? Math.min(...losses) : NaN;
}

function curveOf({ epoch, learningRateScale, metrics }: EpochRecord): Curve {
  const { train, validation, test } = metrics as Record<string, Record<string, number>>;
  return {
    epoch,
    scale: learningRateScale,
    trainLoss: train!.loss!,
    trainError: 1 - train!.accuracy!,
    validationLoss: validation!.loss!,
    validationError: 1 - validation!.accuracy!,
    testLoss: test!.loss!,
    testError: 1 - test!.accuracy!,
  };
}
