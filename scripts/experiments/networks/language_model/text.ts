/**
 * The texts of `language-model`.
 *
 * @module
 */
import {
  characterTokens,
  type DataSet,
  encodeTokens,
  GETTYSBURG_ADDRESS,
  readCorpus,
  UNKNOWN,
  type Vocabulary,
  vocabularyOf,
  wordTokens,
} from "../../../../mod.ts";
import { UsageError } from "../../../console/mod.ts";
import { howToFetch } from "../../../fetch/mod.ts";
import { noteFilesOf } from "../../../inputs/mod.ts";
import { windowsOf } from "../../../lab/tasks/mod.ts";

/** Names of the texts. */
export const CORPORA = ["embedded", "ptb", "wikitext-2"] as const;

/** The name of a text. */
export type CorpusChoice = typeof CORPORA[number];

/** The kinds of tokens. */
export const LEVELS = ["word", "character"] as const;

/** The number of tokens of the embedded text that are memorized. */
export const BY_HEART = 200;

/** A text in windows. */
export interface Text {
  readonly vocabulary: Vocabulary;
  /** The share of the training text that is used. */
  readonly share: number;
  readonly tokens: Int32Array;
  readonly train: DataSet;
  readonly evaluate: Readonly<Record<string, DataSet>>;
}

/** Reads a text. @throws {UsageError} if its files are missing, or it has no more tokens than a window. */
export async function readText(
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
    const train = windowsOf(tokens, { vocabulary, length: window });
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
  // Tokens of the validation part that the training part lacks are scored as <unk>.
  const vocabulary = vocabularyOf([...tokens, UNKNOWN]);
  const numbers = encodeTokens(tokens, vocabulary);
  return {
    vocabulary,
    share,
    tokens: numbers,
    train: windowsOf(tokens, { vocabulary, length: window }),
    evaluate: { valid: windowsOf(split(valid), { vocabulary, length: window }) },
  };
}

function tooLong(window: number, tokens: number): UsageError {
  return new UsageError(
    `--window must be below ${tokens}, the number of tokens to learn from, got ${window}`,
  );
}
