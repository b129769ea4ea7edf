/**
 * Text as numbers: tokens, vocabularies, and the windows that a language model learns from.
 *
 * @module
 */
import { checkOptions, type OptionNames } from "../options/mod.ts";
import { DataError } from "./data_error.ts";
import type { DataSet } from "./data_set.ts";
import { displayedSet } from "./display.ts";

/** The token at the end of a line. */
export const END_OF_LINE = "<eos>";

/** The token that replaces those outside a vocabulary. */
export const UNKNOWN = "<unk>";

/**
 * Splits a text into words at white space, with `<eos>` after each line that has any, as usual for the Penn Treebank
 * and WikiText.
 *
 * @example
 * ```ts
 * import { wordTokens } from "./text.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(wordTokens("a rose\n is red \n\n"), ["a", "rose", "<eos>", "is", "red", "<eos>"]);
 * ```
 */
export function wordTokens(text: string): string[] {
  return text.split("\n").flatMap((line) => {
    // Spaces of ASCII alone: WikiText-2 has words of U+FEFF, which JavaScript counts as white space.
    const words = line.split(/[ \t\v\f\r]+/).filter((word) => word !== "");
    return words.length === 0 ? [] : [...words, END_OF_LINE];
  });
}

/**
 * Splits a text into characters, line breaks among them; those outside the basic plane are one each.
 *
 * @example
 * ```ts
 * import { characterTokens } from "./text.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(characterTokens("a🌹\n"), ["a", "🌹", "\n"]);
 * ```
 */
export function characterTokens(text: string): string[] {
  return [...text];
}

/** Tokens and their numbers. */
export interface Vocabulary {
  /** The tokens by number. */
  readonly tokens: readonly string[];
  /** The numbers by token. */
  readonly numbers: ReadonlyMap<string, number>;
}

/** Options of {@linkcode vocabularyOf}. */
export interface VocabularyOptions {
  /** The most tokens to number, `<unk>` included: an integer of at least 1. All by default. */
  readonly size?: number;
  /** The occurrences that a token needs to be numbered: an integer of at least 1. 1 by default. */
  readonly minCount?: number;
}

const VOCABULARY_OPTIONS = { size: false, minCount: false } satisfies OptionNames<VocabularyOptions>;

/**
 * Returns the tokens of a text by falling frequency, those of equal frequency in the order of their first appearance.
 * If some are left out, `<unk>` is among the rest, last if the text does not have it.
 *
 * @throws {RangeError} for an option out of range, or a text without tokens.
 *
 * @example
 * ```ts
 * import { encodeTokens, vocabularyOf, wordTokens } from "./text.ts";
 * import { assertEquals } from "@std/assert";
 * const vocabulary = vocabularyOf(wordTokens("a rose is a rose is a rose"), { size: 3 });
 * assertEquals(vocabulary.tokens, ["a", "rose", "<unk>"]);
 * assertEquals(encodeTokens(["a", "rose", "is", "red"], vocabulary), Int32Array.of(0, 1, 2, 2));
 * ```
 */
export function vocabularyOf(tokens: readonly string[], options: VocabularyOptions = {}): Vocabulary {
  checkOptions("vocabularyOf", options, VOCABULARY_OPTIONS);
  const { size = Infinity, minCount = 1 } = options;
  if (size !== Infinity && !(Number.isInteger(size) && size >= 1)) {
    throw new RangeError(`size must be an integer of at least 1, got ${size}`);
  }
  if (!(Number.isInteger(minCount) && minCount >= 1)) {
    throw new RangeError(`minCount must be an integer of at least 1, got ${minCount}`);
  }
  if (tokens.length === 0) throw new RangeError("tokens must hold at least one token, holds none");
  const counts = new Map<string, number>();
  for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
  const ranked = [...counts].filter(([, n]) => n >= minCount).sort(([, a], [, b]) => b - a).map(([t]) => t);
  const all = ranked.length === counts.size && ranked.length <= size;
  const kept = all ? ranked : withUnknown(ranked, size);
  return { tokens: kept, numbers: new Map(kept.map((token, i) => [token, i])) };
}

function withUnknown(ranked: readonly string[], size: number): string[] {
  const kept = ranked.slice(0, size);
  if (kept.includes(UNKNOWN)) return kept;
  return [...kept.slice(0, size - 1), UNKNOWN];
}

/**
 * Returns the numbers of tokens; those outside the vocabulary have that of `<unk>`.
 *
 * @throws {DataError} for a token outside a vocabulary that has no `<unk>`; its place is named.
 *
 * @example
 * ```ts
 * import { encodeTokens, vocabularyOf } from "./text.ts";
 * import { assertEquals } from "@std/assert";
 * const vocabulary = vocabularyOf(["a", "rose", "is", "a", "rose", "too"], { size: 3 });
 * assertEquals(encodeTokens(["a", "rose", "red"], vocabulary), Int32Array.of(0, 1, 2));
 * ```
 */
export function encodeTokens(tokens: readonly string[], vocabulary: Vocabulary): Int32Array<ArrayBuffer> {
  const unknown = vocabulary.numbers.get(UNKNOWN);
  return Int32Array.from(tokens, (token, i) => {
    const number = vocabulary.numbers.get(token) ?? unknown;
    if (number !== undefined) return number;
    throw new DataError(
      `token ${i}, ${
        JSON.stringify(token)
      }, is not in the vocabulary, which has no ${UNKNOWN} for other tokens`,
    );
  });
}

/** Options of {@linkcode tokenWindows}. */
export interface WindowOptions {
  /** Tokens per window: an integer of at least 1. */
  readonly length: number;
  /** Tokens from the start of one window to the start of the next: an integer of at least 1. `length` by default. */
  readonly stride?: number;
  /** The data set's name. `"text"` by default. */
  readonly name?: string;
}

const WINDOW_OPTIONS = { length: true, stride: false, name: false } satisfies OptionNames<WindowOptions>;

/**
 * Cuts a text into windows of equally many tokens, an example a row: `x` int32 `[N, length]`, and `y` int32
 * `[N, length]`, the token after each of them. A training program gathers rows, so batches can be shuffled as for any
 * data set. Tokens at the end of the text that do not fill a window are left out.
 *
 * @throws {RangeError} for an option out of range, or a text of no more than `length` tokens.
 *
 * @example
 * ```ts
 * import { tokenWindows } from "./text.ts";
 * import { assertEquals } from "@std/assert";
 * const { x, y } = tokenWindows(Int32Array.of(5, 6, 7, 8, 9), { length: 2 }).inputs;
 * assertEquals(x.data, Int32Array.of(5, 6, 7, 8));
 * assertEquals(y.data, Int32Array.of(6, 7, 8, 9));
 * ```
 */
export function tokenWindows(tokens: Int32Array, options: WindowOptions): DataSet {
  checkOptions("tokenWindows", options, WINDOW_OPTIONS);
  const { length, stride = length, name = "text" } = options;
  for (const [option, value] of Object.entries({ length, stride })) {
    if (!(Number.isInteger(value) && value >= 1)) {
      throw new RangeError(`${option} must be an integer of at least 1, got ${value}`);
    }
  }
  const count = Math.floor((tokens.length - 1 - length) / stride) + 1;
  if (count < 1) {
    throw new RangeError(`length must be below ${tokens.length}, the number of tokens, got ${length}`);
  }
  const x = new Int32Array(count * length);
  const y = new Int32Array(count * length);
  for (let i = 0; i < count; i++) {
    x.set(tokens.subarray(i * stride, i * stride + length), i * length);
    y.set(tokens.subarray(i * stride + 1, i * stride + length + 1), i * length);
  }
  return displayedSet({
    name,
    inputs: {
      x: { dtype: "int32", shape: [count, length], data: x },
      y: { dtype: "int32", shape: [count, length], data: y },
    },
  });
}
