/**
 * `language-model`: recurrent networks and transformers on text.
 *
 * @module
 */
import {
  choiceOption,
  count,
  namesOption,
  numberOption,
  type Options,
  ownOptions,
} from "../../../cli/mod.ts";
import { dataFolder } from "../../../fetch/mod.ts";
import { SUBJECTS } from "../../../inputs/mod.ts";
import { chosenNetworks, type CourseDefaults, courseOf, loadedOptimizers } from "../../../lab/mod.ts";
import {
  LANGUAGE_MODELS,
  type LanguageModelName,
  textInputs,
  withTokenLoss,
} from "../../../lab/tasks/mod.ts";
import { experiment } from "../../../run/mod.ts";
import { claims } from "./claims.ts";
import { measure, type Setup } from "./measure.ts";
import { page } from "./page.ts";
import { BY_HEART, CORPORA, LEVELS, readText } from "./text.ts";

const MODELS = Object.keys(LANGUAGE_MODELS);

/** Settings for each corpus: the models memorize the embedded one, and train on a tenth of the others. */
const DEFAULTS = {
  embedded: {
    models: ["transformer"],
    share: 1,
    window: 200,
    epochs: 150,
    batchSize: 1,
    dropout: 0,
    width: 64,
  },
  ptb: { models: ["lstm"], share: 0.1, window: 35, epochs: 5, batchSize: 10, dropout: 0, width: 160 },
  "wikitext-2": {
    models: ["lstm"],
    share: 0.05,
    window: 35,
    epochs: 5,
    batchSize: 10,
    dropout: 0,
    width: 160,
  },
} as const;

const part = { text: "a number above 0 and up to 1", test: (v: number) => v > 0 && v <= 1 };
const below1 = { text: "a number of at least 0 and below 1", test: (v: number) => v >= 0 && v < 1 };

/** The schedule of the learning rate and the clip of the gradient by default. */
const COURSE: CourseDefaults = { schedule: "cosine", clip: "globalNorm(1)" };

const OPTIONS = {
  model: namesOption(
    MODELS,
    `networks to train: ${MODELS.join(", ")}; by default lstm, or transformer on the embedded text`,
  ),
  corpus: choiceOption(
    CORPORA,
    `the text: ${BY_HEART} tokens of the Gettysburg Address to memorize (default), or a corpus in --data-dir`,
  ),
  level: choiceOption(LEVELS, "unit of a token; word by default"),
  share: numberOption("X", {
    text: "share of the training text to use; by default 0.1 of ptb, 0.05 of wikitext-2",
    range: part,
  }),
  window: numberOption("N", {
    text: "tokens per example; 35 by default, 200 on the embedded text",
    range: count,
  }),
  width: numberOption("N", {
    text: "units per layer; 160 by default, 64 on the embedded text",
    range: count,
  }),
  layers: numberOption("N", {
    text: "recurrent layers, or transformer blocks; 1 by default, 2 for a transformer",
    range: count,
  }),
  dropout: numberOption("X", {
    text: "share of units to drop, from 0 to below 1; 0 by default",
    range: below1,
  }),
};

/** Trains language models, and reports their perplexity on unseen text, or whether they have memorized the text. */
export const languageModelExperiment = experiment({
  summary:
    "LSTM, GRU, RNN or transformer on an embedded text, Penn Treebank or WikiText-2 (both need --data-dir)",
  examples: [
    ["", "a transformer memorizes 200 words"],
    ["--model lstm,gru --level character --epochs 20", "two networks on characters"],
    ["--corpus ptb --data-dir data/ptb --share 0.1", "Penn Treebank; fetch ptb downloads it"],
  ],
  defaults: "a transformer memorizes 200 words; with --corpus ptb, an LSTM on a tenth of the words",
  options: OPTIONS,
  prepare,
  measure,
  claims,
  page,
});

/** Reads the text, and makes the networks. */
async function prepare(options: Options): Promise<Setup> {
  const own = ownOptions(OPTIONS, options);
  const corpus = own.corpus ?? "embedded";
  const defaults = DEFAULTS[corpus];
  const models = chosenNetworks(own.model, { all: MODELS, defaults: defaults.models });
  const optimizers = await loadedOptimizers(options, ["adam"], COURSE);
  const window = own.window ?? defaults.window;
  const text = await readText(corpus, {
    level: own.level ?? "word",
    window,
    share: own.share ?? defaults.share,
    folder: corpus === "ptb" ? dataFolder("ptb", options) : options.dataDir,
  });
  const evaluate = Object.fromEntries(
    Object.entries(text.evaluate).map(([name, set]) => [name, textInputs(set)]),
  );
  const make = (name: string) =>
    LANGUAGE_MODELS[name as LanguageModelName]({
      vocabulary: text.vocabulary.tokens.length,
      window,
      width: own.width ?? defaults.width,
      layers: own.layers ?? (name === "transformer" ? 2 : 1),
      dropout: own.dropout ?? defaults.dropout,
      seed: options.seed,
    });
  SUBJECTS.noteData(corpus, { train: textInputs(text.train), ...evaluate });
  for (const name of models) SUBJECTS.noteModel(name, () => make(name));
  return {
    text,
    corpus,
    make,
    settings: {
      optimizers,
      networks: models.map((name) => ({
        name,
        model: withTokenLoss(make(name)),
        learningRates: { adam: name === "transformer" ? 2e-3 : 5e-3 },
      })),
      train: textInputs(text.train),
      evaluate,
      metrics: ["loss", "accuracy"],
      epochs: options.epochs ?? defaults.epochs,
      batchSize: options.batchSize ?? defaults.batchSize,
      chunk: options.chunk ?? 16,
      course: courseOf(options, COURSE).texts,
      evaluationBatchSize: 20,
    },
  };
}
