/**
 * Measures networks on a text, and how much of it they have memorized.
 *
 * @module
 */
import { encodeModel, type Model, openSession, tensorOf, withWeights } from "../../../../mod.ts";
import { required } from "../../../../options/mod.ts";
import { fileName } from "../../../console/mod.ts";
import {
  type Comparison,
  sizeOfParameters,
  type Trained,
  trainedTensors,
  trainNetworks,
} from "../../../lab/mod.ts";
import type { MeasureContext } from "../../../run/mod.ts";
import { leastBy } from "../../../statistics/mod.ts";
import type { Data, LanguageRun } from "./data.ts";
import type { CorpusChoice, Text } from "./text.ts";

/** The text and how to train, ready to run. */
export interface Setup {
  readonly settings: Comparison;
  readonly text: Text;
  readonly corpus: CorpusChoice;
  /** Makes the untrained network with a name. */
  readonly make: (name: string) => Model;
}

/** Trains each network with each optimizer, and keeps the models. */
export async function measure(
  { settings, text, corpus, make }: Setup,
  context: MeasureContext,
): Promise<Data> {
  const sets = Object.keys(text.evaluate);
  const lossOf = ({ metrics }: Pick<Trained["epochs"][number], "metrics">, set: string) =>
    required(required(metrics, set, "data set"), "loss");
  const scores = (epoch: Trained["epochs"][number]) =>
    Object.fromEntries(sets.map((s) => [`${s}Perplexity`, Math.exp(lossOf(epoch, s))]));
  const results = await trainNetworks(settings, { context, scores }, sets.map((s) => `${s}Perplexity`));
  const labelOf = (r: Trained) =>
    settings.optimizers.length === 1 ? r.network : `${r.network}, ${r.optimizer}`;
  const modelOf = (r: Trained) => withWeights(make(r.network), trainedTensors(r), { partial: true });
  const trained: LanguageRun[] = [];
  for (const r of results) {
    trained.push({
      label: labelOf(r),
      network: r.network,
      optimizer: r.optimizer,
      learningRate: r.learningRate,
      hyperparameters: r.hyperparameters,
      steps: r.steps,
      parameters: sizeOfParameters(r),
      trainLoss: lastOf(r).trainLoss,
      perplexities: r.epochs.map((e) => Object.fromEntries(sets.map((s) => [s, Math.exp(lossOf(e, s))]))),
      ...(corpus === "embedded" ? { recited: await recited(modelOf(r), text) } : {}),
      seconds: r.seconds,
    });
  }
  // The validation text; the embedded text has only the training part.
  const judged = required(sets, 0, "part of the text");
  const best = leastBy(results, (r) => lossOf(lastOf(r), judged));
  const { options: { seed }, keep } = context;
  keep({ name: "model.onnx", content: encodeModel(modelOf(best)) });
  keep({
    name: "vocabulary.txt",
    content: text.vocabulary.tokens.map((t) => `${JSON.stringify(t)}\n`).join(""),
  });
  if (results.length > 1) {
    for (const r of results) {
      const name = `models/${fileName(labelOf(r).replace(", ", "-"))}.onnx`;
      keep({ name, content: encodeModel(modelOf(r)) });
    }
  }
  const { epochs, batchSize, chunk, course } = settings;
  return {
    corpus,
    seed,
    epochs,
    batchSize,
    chunk,
    ...course,
    window: windowOf(text),
    tokens: text.tokens.length,
    vocabulary: text.vocabulary.tokens,
    share: text.share,
    sets,
    trained,
  };
}

function lastOf({ epochs }: Trained): Trained["epochs"][number] {
  return required(epochs, epochs.length - 1, "epoch");
}

/** Returns the number of tokens of an example. */
function windowOf({ train }: Text): number {
  return train.inputs.x.shape[1] ?? 0;
}

/**
 * Returns how many tokens in a row the model predicts correctly from the first one on. At each position it predicts the
 * token with the largest score, and reads that token next.
 */
async function recited(model: Model, text: Text): Promise<number> {
  const { tokens } = text;
  const length = Math.min(tokens.length - 1, windowOf(text));
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
