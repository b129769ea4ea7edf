/**
 * The texts that `rnn` learns from.
 *
 * @module
 */
import {
  characterTokens,
  type Data,
  encodeTokens,
  GETTYSBURG_ADDRESS,
  readCorpus,
  tokenWindows,
  UNKNOWN,
  vocabularyOf,
  wordTokens,
} from "../../../../mod.ts";
import type { Scale } from "../../../cli/mod.ts";
import { UsageError } from "../../../console/mod.ts";
import { dataFolder, howToFetch } from "../../../fetch/mod.ts";
import { noteFilesOf } from "../../../inputs/mod.ts";

/** A text in parts, as windows of tokens. */
export interface Text {
  readonly name: string;
  /** Tokens of the vocabulary. */
  readonly vocabulary: number;
  readonly train: Data;
  readonly validation: Data;
  readonly test: Data;
}

/** The options by which a text is cut into examples. */
export interface TextOptions {
  /** Tokens of an example. */
  readonly window: number;
  /** Tokens between the starts of two training examples. */
  readonly stride: number;
  readonly dataDir: string | undefined;
}

/** The shares of the embedded text to choose rates by and to test on: its end. The rest is for training. */
const HELD_OUT = 0.15;

/** The share of Penn Treebank's words to learn from. */
const SHARE = 0.1;

/** Reads the text of a scale. @throws {UsageError} without a folder of Penn Treebank at the paper's scale. */
export function textAt(scale: Scale, options: TextOptions): Promise<Text> {
  return scale === "default" ? Promise.resolve(gettysburgAddress(options)) : pennTreebank(options);
}

function gettysburgAddress({ window, stride }: TextOptions): Text {
  const all = characterTokens(GETTYSBURG_ADDRESS);
  const vocabulary = vocabularyOf(all);
  const numbers = encodeTokens(all, vocabulary);
  const held = Math.round(HELD_OUT * all.length);
  return {
    name: "Gettysburg Address by character",
    vocabulary: vocabulary.tokens.length,
    train: windows(numbers.slice(0, -2 * held), { window, stride }),
    validation: windows(numbers.slice(-2 * held, -held), { window, stride: window }),
    test: windows(numbers.slice(-held), { window, stride: window }),
  };
}

async function pennTreebank({ window, stride, dataDir }: TextOptions): Promise<Text> {
  const folder = dataFolder("ptb", { dataDir });
  if (folder === undefined) {
    throw new UsageError(
      `--scale paper needs the folder of Penn Treebank (ptb.train.txt and others): ${howToFetch("ptb")}`,
    );
  }
  const corpus = await readCorpus(folder, "ptb", { onFile: noteFilesOf("ptb") });
  const words = wordTokens(corpus.train);
  const train = words.slice(0, Math.round(SHARE * words.length));
  const vocabulary = vocabularyOf([...train, UNKNOWN]);
  const encoded = (text: string) =>
    windows(encodeTokens(wordTokens(text), vocabulary), { window, stride: window });
  return {
    name: "a tenth of Penn Treebank by word",
    vocabulary: vocabulary.tokens.length,
    train: windows(encodeTokens(train, vocabulary), { window, stride }),
    validation: encoded(corpus.valid),
    test: encoded(corpus.test),
  };
}

function windows(
  numbers: Int32Array<ArrayBuffer>,
  { window, stride }: Pick<TextOptions, "window" | "stride">,
): Data {
  const { x, y } = tokenWindows(numbers, { length: window, stride }).inputs;
  return { tokens: x, target: y };
}
