/**
 * `language-model`: recurrent networks and transformers on text.
 *
 * @module
 */
import {
  characterTokens,
  type Data,
  type DataSet,
  encodeModel,
  encodeTokens,
  GETTYSBURG_ADDRESS,
  type Model,
  openSession,
  readCorpus,
  recurrentLanguageModel,
  tensorOf,
  tokenWindows,
  transformer,
  UNKNOWN,
  type Vocabulary,
  vocabularyOf,
  withLoss,
  withWeights,
  wordTokens,
} from "../../../mod.ts";
import { fileName, UsageError } from "../../console/mod.ts";
import { byComparison, type Claim, lines, type Outcome, type Plot } from "../../report/mod.ts";
import type { Context, Experiment } from "../../run/mod.ts";
import { dataFolder, howToFetch } from "../../fetch/mod.ts";
import { noteFilesOf } from "../../inputs/mod.ts";
import { choiceOption, count, listOption, numberOption, ownOptions, positive } from "../../cli/mod.ts";
import {
  chosenNetworks,
  compare,
  type Comparison,
  loadedOptimizers,
  scheduleOption,
  sizeOfParameters,
  type Trained,
  trainedTensors,
} from "../../lab/mod.ts";

const MODELS = ["lstm", "gru", "rnn", "transformer"] as const;
const CORPORA = ["embedded", "ptb", "wikitext-2"] as const;
const LEVELS = ["word", "character"] as const;
type ModelName = typeof MODELS[number];
type CorpusChoice = typeof CORPORA[number];

/** What suits a corpus: the embedded one is learned by heart, of the others a tenth is learned from. */
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

/** Tokens of the embedded text that are learned by heart. */
const BY_HEART = 200;

const part = { text: "a number above 0 and up to 1", test: (v: number) => v > 0 && v <= 1 };
const below1 = { text: "a number of at least 0 and below 1", test: (v: number) => v >= 0 && v < 1 };

const OPTIONS = {
  model: listOption(
    "A,B",
    `networks to train, of ${MODELS.join(", ")}; lstm, or transformer on the embedded text, by default`,
  ),
  corpus: choiceOption(
    CORPORA,
    `the text: ${BY_HEART} tokens of the Gettysburg Address to learn by heart (the default), or a corpus in --data-dir`,
  ),
  level: choiceOption(LEVELS, "what a token is; word by default"),
  share: numberOption("X", {
    text: "share of the training text to use; 0.1 of ptb, 0.05 of wikitext-2 by default",
    range: part,
  }),
  window: numberOption("N", {
    text: "tokens of an example; 35, or 200 of the embedded text, by default",
    range: count,
  }),
  width: numberOption("N", {
    text: "units of a layer; 160, or 64 for the embedded text, by default",
    range: count,
  }),
  layers: numberOption("N", {
    text: "recurrent layers, or blocks; 1, or 2 of a transformer, by default",
    range: count,
  }),
  dropout: numberOption("X", {
    text: "share of the units that is dropped; 0 by default",
    range: below1,
  }),
  clip: numberOption("X", {
    text: "the most that the norm of the gradient may be; 1 by default",
    range: positive,
  }),
  schedule: scheduleOption,
};

/** Trains language models, and tells their perplexity on text that they have not seen, or whether they know it by heart. */
export const languageModelExperiment: Experiment = {
  summary:
    "LSTM, GRU, RNN or transformer on an embedded text, Penn Treebank or WikiText-2 (both need --data-dir)",
  defaults: "a transformer learns 200 words by heart; with --corpus ptb, an LSTM on a tenth of the words",
  options: OPTIONS,
  async prepare(options) {
    const own = ownOptions(OPTIONS, options);
    const corpus = own.corpus ?? "embedded";
    const defaults = DEFAULTS[corpus];
    const models = chosenNetworks(own.model, {
      all: MODELS,
      defaults: defaults.models,
    }) as readonly ModelName[];
    const optimizers = await loadedOptimizers(options, ["adam"]);
    const window = own.window ?? defaults.window;
    const level = own.level ?? "word";
    const text = await readText(corpus, {
      level,
      window,
      share: own.share ?? defaults.share,
      folder: corpus === "ptb" ? dataFolder("ptb", options) : options.dataDir,
    });
    const make = (name: ModelName) =>
      network(name, {
        vocabulary: text.vocabulary.tokens.length,
        window,
        width: own.width ?? defaults.width,
        layers: own.layers ?? (name === "transformer" ? 2 : 1),
        dropout: own.dropout ?? defaults.dropout,
        seed: options.seed,
      });
    const settings: Comparison = {
      optimizers,
      networks: models.map((name) => ({
        name,
        model: withLoss(make(name), { loss: "cross-entropy", classes: "last" }),
        learningRates: { adam: name === "transformer" ? 2e-3 : 5e-3 },
      })),
      train: inputs(text.train),
      evaluate: Object.fromEntries(Object.entries(text.evaluate).map(([name, set]) => [name, inputs(set)])),
      metrics: ["loss", "accuracy"],
      epochs: options.epochs ?? defaults.epochs,
      batchSize: options.batchSize ?? defaults.batchSize,
      chunk: options.chunk ?? 16,
      schedule: own.schedule ?? "cosine",
      evaluationBatchSize: 20,
      clip: own.clip ?? 1,
    };
    return (context) => run({ settings, text, corpus, make, context });
  },
};

interface NetworkOptions {
  readonly vocabulary: number;
  readonly window: number;
  readonly width: number;
  readonly layers: number;
  readonly dropout: number;
  readonly seed: number;
}

function network(name: ModelName, { window, width, ...rest }: NetworkOptions): Model {
  if (name === "transformer") {
    return transformer({ ...rest, context: window, width, heads: width % 4 === 0 ? 4 : 1 });
  }
  return recurrentLanguageModel({ ...rest, cell: name, embedding: width, hidden: width, tied: true });
}

/** A text in windows. */
interface Text {
  readonly vocabulary: Vocabulary;
  /** The share of the training text that is used. */
  readonly share: number;
  readonly tokens: Int32Array;
  readonly train: DataSet;
  readonly evaluate: Readonly<Record<string, DataSet>>;
}

async function readText(
  corpus: CorpusChoice,
  { level, window, share, folder }: {
    level: typeof LEVELS[number];
    window: number;
    share: number;
    folder: string | undefined;
  },
): Promise<Text> {
  const split = level === "word" ? wordTokens : characterTokens;
  if (corpus === "embedded") {
    const all = split(GETTYSBURG_ADDRESS);
    const tokens = all.slice(0, Math.max(2, Math.round(share * (BY_HEART + 1))));
    if (window >= tokens.length) throw tooLong(window, tokens.length);
    const vocabulary = vocabularyOf(tokens);
    const numbers = encodeTokens(tokens, vocabulary);
    const train = tokenWindows(numbers, { length: window });
    return { vocabulary, share, tokens: numbers, train, evaluate: { train } };
  }
  if (folder === undefined) {
    throw new UsageError(
      `--corpus ${corpus} needs the folder that holds its train, valid and test parts: ${
        corpus === "ptb" ? howToFetch(corpus) : "--data-dir DIR"
      }`,
    );
  }
  const { train, valid } = await readCorpus(folder, corpus, { onFile: noteFilesOf(corpus) });
  const all = split(train);
  const tokens = all.slice(0, Math.round(share * all.length));
  if (window >= tokens.length) throw tooLong(window, tokens.length);
  // What the training part does not have is unknown in the validation part, and scored as <unk>.
  const vocabulary = vocabularyOf([...tokens, UNKNOWN]);
  const numbers = encodeTokens(tokens, vocabulary);
  return {
    vocabulary,
    share,
    tokens: numbers,
    train: tokenWindows(numbers, { length: window }),
    evaluate: { valid: tokenWindows(encodeTokens(split(valid), vocabulary), { length: window }) },
  };
}

function tooLong(window: number, tokens: number): UsageError {
  return new UsageError(
    `--window must be below ${tokens}, the number of tokens to learn from, got ${window}`,
  );
}

const inputs = ({ inputs: { x, y } }: DataSet): Data => ({ tokens: x, target: y });

async function run(
  { settings, text, corpus, make, context }: {
    settings: Comparison;
    text: Text;
    corpus: CorpusChoice;
    make: (name: ModelName) => Model;
    context: Context;
  },
): Promise<Outcome> {
  const sets = Object.keys(text.evaluate);
  const columns = sets.map((s) => `${s}Perplexity`);
  const scores = ({ metrics }: Trained["epochs"][number]) =>
    Object.fromEntries(sets.map((s) => [`${s}Perplexity`, Math.exp(metrics[s]!.loss!)]));
  const trained = await compare(settings, { context, scores }, columns);
  const last = (r: Trained) => r.epochs.at(-1)!;
  const judged = sets[0]!;
  const best = trained.reduce((
    a,
    b,
  ) => (last(b).metrics[judged]!.loss! < last(a).metrics[judged]!.loss! ? b : a));
  const bytes = (r: Trained) =>
    withWeights(make(r.network as ModelName), trainedTensors(r), { partial: true });
  const known = corpus === "embedded" ? await Promise.all(trained.map((r) => recited(bytes(r), text))) : [];
  const { epochs, batchSize, chunk, schedule } = settings;
  const label = (
    r: Trained,
  ) => (settings.optimizers.length === 1 ? r.network : `${r.network}, ${r.optimizer}`);
  const { seed } = context.options;
  return {
    runs: trained.map((r, i) => ({
      model: r.network,
      optimizer: r.optimizer,
      learningRate: r.learningRate,
      seed,
      epochs,
      steps: r.steps,
      parameters: sizeOfParameters(r),
      trainLoss: last(r).trainLoss,
      ...scores(last(r)),
      ...(known[i] === undefined ? {} : { recited: known[i] }),
      seconds: r.seconds,
    })),
    results: { corpus, tokens: text.tokens.length, vocabulary: text.vocabulary.tokens.length },
    config: { epochs, batchSize, chunk, schedule, window: text.train.inputs.x.shape[1] },
    files: [
      { name: "model.onnx", content: encodeModel(bytes(best)) },
      {
        name: "vocabulary.txt",
        content: text.vocabulary.tokens.map((t) => `${JSON.stringify(t)}\n`).join(""),
      },
      ...(trained.length > 1
        ? trained.map((r) => ({
          name: `models/${fileName(label(r).replace(", ", "-"))}.onnx`,
          content: encodeModel(bytes(r)),
        }))
        : []),
    ],
    tables: [{
      header: [
        "model",
        "parameters",
        "optimizer",
        "learning rate",
        "steps",
        "train loss",
        ...sets.map((s) => `${s} perplexity`),
        ...(corpus === "embedded" ? ["recited"] : []),
        "seconds",
      ],
      rows: trained.map((r, i) => [
        r.network,
        String(sizeOfParameters(r)),
        r.optimizer,
        String(r.learningRate),
        String(r.steps),
        last(r).trainLoss.toFixed(4),
        ...Object.values(scores(last(r))).map((p) => p.toPrecision(5)),
        ...(known[i] === undefined ? [] : [String(known[i])]),
        r.seconds.toFixed(1),
      ]),
      note:
        `${text.tokens.length} tokens to learn from, ${text.vocabulary.tokens.length} of them different. ` +
        "The training loss is the mean over the batches of the last epoch, each before its update.",
    }],
    plots: [perplexityPlot(trained, { sets, label })],
    claims: claims(trained, { corpus, known, text }),
  };
}

/**
 * How many tokens the model gives rightly in a row when it goes on by itself from the first: at each place the one of
 * the largest score, which is then what it reads next.
 */
async function recited(model: Model, { tokens, train }: Text): Promise<number> {
  const length = Math.min(tokens.length - 1, train.inputs.x.shape[1]!);
  await using session = await openSession(model);
  const said = [tokens[0]!];
  while (said.length <= length) {
    const { scores } = await session.run({ tokens: tensorOf(said, [1, said.length], "int64") });
    const classes = scores!.shape[2]!;
    const row = (scores!.data as Float32Array).subarray((said.length - 1) * classes);
    said.push(row.indexOf(row.reduce((a, b) => Math.max(a, b))));
    if (said.at(-1) !== tokens[said.length - 1]) return said.length - 2;
  }
  return length;
}

function perplexityPlot(
  trained: readonly Trained[],
  { sets, label }: { sets: readonly string[]; label: (r: Trained) => string },
): Plot {
  const points = trained.flatMap((r) =>
    r.epochs.flatMap((e) =>
      sets.map((s) => ({ x: e.epoch, y: Math.exp(e.metrics[s]!.loss!), line: `${label(r)}, ${s}` }))
    )
  );
  return lines(points, { name: "perplexity", title: "Perplexity", x: "epoch", y: "perplexity", log: true });
}

function claims(
  trained: readonly Trained[],
  { corpus, known, text }: { corpus: CorpusChoice; known: readonly number[]; text: Text },
): Claim[] {
  if (corpus === "embedded") {
    const length = text.train.inputs.x.shape[1]!;
    return trained.map((r, i) => ({
      claim: `The ${r.network} learns ${length} tokens by heart.`,
      verdict: byComparison(known[i] === length),
      evidence: `from the first token on it says ${known[i]} of ${length} without an error`,
    }));
  }
  const lstm = trained.find((r) => r.network === "lstm");
  if (corpus !== "ptb" || lstm === undefined) return [];
  const perplexities = lstm.epochs.map((e) => Math.exp(e.metrics.valid!.loss!));
  return [{
    claim: `An LSTM on ${
      Number((100 * text.share).toPrecision(3))
    }% of Penn Treebank's words falls below a perplexity of 250 on its validation text.`,
    verdict: byComparison(Math.min(...perplexities) < 250),
    evidence: `${
      perplexities.at(-1)!.toFixed(1)
    } after ${lstm.epochs.length} epochs on ${text.tokens.length} tokens, of a vocabulary of ${text.vocabulary.tokens.length}`,
  }];
}
