/**
 * `rnn`: the lecture's 'RMSProp: best choice for RNN?'.
 *
 * @module
 */
import { stringify } from "@std/csv";
import {
  chain,
  characterTokens,
  clipByGlobalNorm,
  type Data,
  type DataSet,
  encodeTokens,
  GETTYSBURG_ADDRESS,
  loadCorpus,
  recurrentLanguageModel,
  tokenWindows,
  UNKNOWN,
  vocabularyOf,
  withLoss,
  wordTokens,
} from "../../../mod.ts";
import {
  againstText,
  type Arm,
  beatsAll,
  compareArms,
  COMPARED_COLUMNS,
  comparedRows,
  comparedTable,
  compareOptimizers,
  type Contender,
  curvePlot,
  OPTIMIZERS,
  pairedTable,
  type StudyTask,
  tuningPlot,
  valuesOf,
} from "../../lab/mod.ts";
import { UsageError } from "../../console/mod.ts";
import { byTest, type Claim } from "../../report/mod.ts";
import type { Experiment } from "../../run/mod.ts";
import { dataFolder, howToFetch } from "../../fetch/mod.ts";
import { noteFilesOf } from "../../inputs/mod.ts";
import { choiceOption, ownOptions, SCALE, type Scale, seedsFrom, seedsOption } from "../../cli/mod.ts";
import { leastBy, mean } from "../../statistics/mod.ts";
import { seedParts } from "./adam.ts";

const CELLS = ["rnn", "gru", "lstm"] as const;
const OPTIONS = {
  scale: SCALE,
  seeds: seedsOption(8),
  cell: choiceOption(CELLS, "the recurrent cells; rnn by default, lstm at the paper's scale"),
};
const SIZES = {
  default: { cell: "rnn", width: 32, window: 25, stride: 5, epochs: 12, batchSize: 16 },
  paper: { cell: "lstm", width: 200, window: 35, stride: 35, epochs: 4, batchSize: 20 },
} as const;
const NAMES = ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam"];
const OWN = "rmsprop";

/** The most that the norm of a gradient may be, for all optimizers alike. */
const CLIP = 1;

/** Rates to start from that suit recurrent networks under a clipped gradient. */
const BASES: Readonly<Record<string, number>> = {
  sgd: 1,
  momentum: 0.2,
  nesterov: 0.2,
  adagrad: 0.05,
  rmsprop: 4e-3,
  adam: 8e-3,
};
const TUNING_SEEDS = 1;

/** A recurrent language model with every optimizer, its rate chosen by validation with the same budget. */
export const rnnExperiment: Experiment = {
  summary: "RMSProp, the best choice for RNN? A recurrent language model with every optimizer, tuned equally",
  defaults:
    "characters of the Gettysburg Address (embedded), an RNN of 32 units, 8 seeds; at --scale paper words of Penn Treebank",
  common: ["seed", "device", "data-dir", "out", "resume"],
  options: OPTIONS,
  async prepare(options) {
    const { scale = "default", seeds: n, cell } = ownOptions(OPTIONS, options);
    const [seeds, tuningSeeds] = seedParts(seedsFrom(options, n + TUNING_SEEDS), n);
    const sizes = { ...SIZES[scale], ...(cell === undefined ? {} : { cell }) };
    const { width, window, stride, epochs, batchSize } = sizes;
    const { name, vocabulary, train, validation, test } = await textAt(scale, {
      window,
      stride,
      dataDir: options.dataDir,
    });
    const task: StudyTask = {
      model(seed) {
        const model = recurrentLanguageModel({
          vocabulary,
          cell: sizes.cell,
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
    const contenders = NAMES.map((optimizer): Contender => ({
      name: optimizer,
      rates: null,
      learningRate: BASES[optimizer]!,
      make: (learningRate) => chain(clipByGlobalNorm(CLIP), OPTIMIZERS[optimizer]!.make(learningRate)),
    }));
    return async ({ options: { device }, progress }) => {
      const compared = await compareOptimizers({
        task,
        contenders,
        seeds,
        tuningSeeds,
        epochs,
        batchSize,
        device,
        progress,
      });
      const { arms } = compared;
      const own = arms.find((a) => a.name === OWN)!;
      const title = `${name}, ${sizes.cell.toUpperCase()} of ${width} units`;
      return {
        runs: arms.flatMap((a) => a.runs).map((r) => ({ ...r, testPerplexity: Math.exp(r.testLoss) })),
        results: { trials: compared.trials },
        config: { scale, text: name, vocabulary, ...sizes, clip: CLIP, seeds, tuningSeeds },
        files: [{
          name: "metrics.csv",
          content: stringify(comparedRows(compared), { columns: COMPARED_COLUMNS }),
        }],
        tables: [
          comparedTable(compared, title),
          pairedTable(compared, {
            against: own,
            measure: "validationLoss",
            title: "Validation loss, difference from RMSProp's",
          }),
        ],
        plots: [
          curvePlot(compared, {
            name: "train",
            title: `Training loss: ${title}`,
            measure: "trainLoss",
            log: false,
          }),
          curvePlot(compared, {
            name: "validation",
            title: `Validation loss: ${title}`,
            measure: "validationLoss",
            log: false,
          }),
          tuningPlot(compared, { name: "tuning", title: `Validation loss by learning rate: ${title}` }),
        ],
        claims: claims(own, arms),
      };
    };
  },
};

interface Text {
  readonly name: string;
  readonly vocabulary: number;
  readonly train: Data;
  readonly validation: Data;
  readonly test: Data;
}

/** Shares of the embedded text, in order: the rest is for training. */
const HELD_OUT = 0.15;

/** The share of Penn Treebank's words to learn from. */
const SHARE = 0.1;

async function textAt(
  scale: Scale,
  { window, stride, dataDir }: { window: number; stride: number; dataDir: string | undefined },
): Promise<Text> {
  const windows = (numbers: Int32Array<ArrayBuffer>, every: number): Data => {
    const { x, y } = (tokenWindows(numbers, { length: window, stride: every }) as DataSet).inputs;
    return { tokens: x!, target: y! } as Data;
  };
  if (scale === "default") {
    const all = characterTokens(GETTYSBURG_ADDRESS);
    const vocabulary = vocabularyOf(all);
    const numbers = encodeTokens(all, vocabulary);
    const held = Math.round(HELD_OUT * all.length);
    const part = (from: number, to?: number) => numbers.slice(from, to);
    return {
      name: "Gettysburg Address by character",
      vocabulary: vocabulary.tokens.length,
      train: windows(part(0, -2 * held), stride),
      validation: windows(part(-2 * held, -held), window),
      test: windows(part(-held), window),
    };
  }
  const folder = dataFolder("ptb", { dataDir });
  if (folder === undefined) {
    throw new UsageError(
      `--scale paper needs the folder that holds ptb.train.txt and its like: ${howToFetch("ptb")}`,
    );
  }
  const corpus = await loadCorpus(folder, "ptb", { onFile: noteFilesOf("ptb") });
  const words = wordTokens(corpus.train);
  const train = words.slice(0, Math.round(SHARE * words.length));
  const vocabulary = vocabularyOf([...train, UNKNOWN]);
  const encoded = (text: string) => windows(encodeTokens(wordTokens(text), vocabulary), window);
  return {
    name: "a tenth of Penn Treebank by word",
    vocabulary: vocabulary.tokens.length,
    train: windows(encodeTokens(train, vocabulary), stride),
    validation: encoded(corpus.valid),
    test: encoded(corpus.test),
  };
}

/** Decides the claims by the test losses of all arms. */
export function claims(own: Arm, arms: readonly Arm[]): Claim[] {
  const others = arms.filter((a) => a !== own).map((arm) => ({
    arm,
    c: compareArms(own, arm, { measure: "testLoss" }),
  }));
  const text = (of: typeof others) => of.map(({ arm, c }) => againstText(own, arm, { c })).join("; ");
  const best = leastBy(arms, (arm) => mean(valuesOf(arm, "validationLoss")));
  const plain = others.filter(({ arm }) => arm.name === "sgd");
  return [
    {
      claim: "RMSProp is the best choice for a recurrent network.",
      verdict: byTest(beatsAll(others.map(({ c }) => c), { sign: -1 })),
      evidence:
        `Tuned equally, test loss of rmsprop less that of ${
          text(others)
        }. The best by validation is ${best.name}. ` +
        `Test: below 0 against each, with p < 0.05 by Holm's procedure (sign flips of ${own.runs.length} seeds' differences).`,
    },
    {
      claim: "RMSProp is a better choice for a recurrent network than plain SGD.",
      verdict: byTest(plain.every(({ c }) => c !== null && c.value < 0 && c.p < 0.05)),
      evidence: `Tuned equally, test loss of rmsprop less that of ${text(plain)}. ` +
        "Test: below 0 with p < 0.05 (sign flips of the seeds' differences).",
    },
  ];
}
