/**
 * The measurements of `rnn`: a recurrent language model with every optimizer, each tuned alike.
 *
 * @module
 */
import { chain, clipByGlobalNorm, recurrentLanguageModel, withLoss } from "../../../../mod.ts";
import { required } from "../../../../options/mod.ts";
import { choiceOption, type Options, ownOptions, SCALE, seedParts, seedsOption } from "../../../cli/mod.ts";
import { SUBJECTS } from "../../../inputs/mod.ts";
import { compareOptimizers, type Contender, OPTIMIZERS, type StudyTask } from "../../../lab/mod.ts";
import type { Context } from "../../../run/mod.ts";
import type { RnnConfig, RnnData } from "./data.ts";
import { type Text, textAt } from "./text.ts";

const CELLS = ["rnn", "gru", "lstm"] as const;

/** The options of `rnn`. */
export const OPTIONS = {
  scale: SCALE,
  seeds: seedsOption(8),
  cell: choiceOption(CELLS, "the recurrent cells; rnn by default, lstm at the paper's scale"),
};

const SIZES = {
  default: { cell: "rnn", width: 32, window: 25, stride: 5, epochs: 12, batchSize: 16 },
  paper: { cell: "lstm", width: 200, window: 35, stride: 35, epochs: 4, batchSize: 20 },
} as const;

/** The most that the norm of a gradient may be, for all optimizers alike. */
const CLIP = 1;

/** The rates that tuning starts from: they suit recurrent networks under a clipped gradient. */
export const BASES = { sgd: 1, momentum: 0.2, nesterov: 0.2, adagrad: 0.05, rmsprop: 4e-3, adam: 8e-3 };

/** How many seeds rates are chosen by. */
const TUNING_SEEDS = 1;

interface Setup {
  readonly config: RnnConfig;
  readonly task: StudyTask;
}

/** Reads the text. */
export async function prepare(options: Options): Promise<Setup> {
  const { scale = "default", seeds: n, cell } = ownOptions(OPTIONS, options);
  const [seeds, tuningSeeds] = seedParts(options, { seeds: n, tuning: TUNING_SEEDS });
  const sizes = { ...SIZES[scale], ...(cell === undefined ? {} : { cell }) };
  const { window, stride } = sizes;
  const text = await textAt(scale, { window, stride, dataDir: options.dataDir });
  const { name, vocabulary } = text;
  const config = { scale, text: name, vocabulary, ...sizes, clip: CLIP, seeds, tuningSeeds };
  const task = taskOf(text, config);
  SUBJECTS.noteData(name, task.evaluate);
  SUBJECTS.noteModel(`${config.cell.toUpperCase()} of ${config.width} units`, () => task.model(0));
  return { config, task };
}

function taskOf({ train, validation, test }: Text, { vocabulary, cell, width }: RnnConfig): StudyTask {
  return {
    model(seed) {
      const model = recurrentLanguageModel({
        vocabulary,
        cell,
        embedding: width,
        hidden: width,
        layers: 1,
        seed,
      });
      return withLoss(model, { loss: "cross-entropy", classes: "last" });
    },
    train,
    evaluate: { train, validation, test },
  };
}

/** Compares the optimizers. */
export async function measure(
  { config, task }: Setup,
  { options: { device }, progress, lab }: Context,
): Promise<RnnData> {
  const { seeds, tuningSeeds, epochs, batchSize } = config;
  const contenders = Object.entries(BASES).map(([name, rate]) => contender(name, rate));
  const compared = await compareOptimizers({
    task,
    contenders,
    seeds,
    tuningSeeds,
    epochs,
    batchSize,
    device,
    lab,
    progress,
  });
  return { config, compared };
}

function contender(name: string, learningRate: number): Contender {
  const { make, hyperparameters } = required(OPTIMIZERS, name, "optimizer");
  return {
    name,
    rates: null,
    learningRate,
    hyperparameters,
    make: (rate) => chain(clipByGlobalNorm(CLIP), make(rate)),
  };
}
