/**
 * Problems on the embedded text: predicting the next character of the Gettysburg Address.
 *
 * @module
 */
import {
  characterTokens,
  type Data,
  encodeTokens,
  GETTYSBURG_ADDRESS,
  tokenWindows,
  vocabularyOf,
} from "../../../mod.ts";
import { SUBJECTS } from "../../inputs/mod.ts";
import { LANGUAGE_MODELS, type LanguageModelName, textInputs, withTokenLoss } from "../../lab/tasks/mod.ts";
import type { Problem } from "../problem.ts";
import { taskOf, type TaskParts } from "./task_parts.ts";

/** Characters of an example. */
const WINDOW = 16;

/** Characters between the starts of two training examples. */
const STRIDE = 4;

/** The share of the text for validation, and for the test. */
const HELD_OUT = 0.15;

/** Units of a layer. */
const WIDTH = 32;

/** Returns the text in windows, and the number of different characters. */
export function textParts(): TaskParts & { readonly vocabulary: number } {
  const all = characterTokens(GETTYSBURG_ADDRESS);
  const vocabulary = vocabularyOf(all);
  const numbers = encodeTokens(all, vocabulary);
  const held = Math.round(HELD_OUT * all.length);
  const windows = (from: number, to: number, stride: number): Data =>
    textInputs(tokenWindows(numbers.slice(from, to), { length: WINDOW, stride }));
  const end = all.length;
  return {
    vocabulary: vocabulary.tokens.length,
    train: windows(0, end - 2 * held, STRIDE),
    validation: windows(end - 2 * held, end - held, WINDOW),
    test: windows(end - held, end, WINDOW),
  };
}

function languageModel(
  network: LanguageModelName,
  problem: Pick<Problem, "name" | "title" | "about" | "batchSize" | "epochs">,
): Problem {
  const about =
    `${problem.about} The Gettysburg Address by character: windows of ${WINDOW}, every ${STRIDE} characters, ` +
    "of its first 70 %; its last 30 %, half for validation and half for the test, in windows side by side.";
  return {
    ...problem,
    about,
    set: "embedded",
    metric: "loss",
    load({ published }) {
      const parts = textParts();
      const model = (seed: number) =>
        withTokenLoss(LANGUAGE_MODELS[network]({
          vocabulary: parts.vocabulary,
          window: WINDOW,
          width: WIDTH,
          layers: 1,
          dropout: 0,
          seed,
        }));
      const { train, validation, test } = parts;
      SUBJECTS.noteData("Gettysburg Address by character", { train, validation, test });
      SUBJECTS.noteModel(problem.title, () => model(0));
      return Promise.resolve(taskOf(parts, { model, metrics: ["loss"], published }));
    },
  };
}

/** A transformer of characters. */
export const textTransformer: Problem = languageModel("transformer", {
  name: "text_transformer",
  title: "character transformer",
  about:
    "A transformer in GPT-2's form: one block of 32 units and 4 heads, initial weights as GPT-2's, no dropout.",
  batchSize: 16,
  epochs: 6,
});

/** A recurrent network of characters. */
export const textRnn: Problem = languageModel("gru", {
  name: "text_rnn",
  title: "character GRU",
  about:
    "One layer of 32 gated recurrent units, with PyTorch's initial weights and an output layer tied to the embedding.",
  batchSize: 16,
  epochs: 6,
});
