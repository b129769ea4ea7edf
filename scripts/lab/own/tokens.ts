/**
 * The tokens of a language model, from a file: numbers in `.npy`, or text.
 *
 * @module
 */
import {
  characterTokens,
  DataError,
  type DataTensor,
  encodeTokens,
  parseNpy,
  tokenWindows,
  wordTokens,
} from "../../../mod.ts";
import { decodeText } from "../../../files/mod.ts";
import { messageOf } from "../../../options/mod.ts";
import { UsageError } from "../../console/mod.ts";
import { INPUTS } from "../../inputs/mod.ts";
import { bytesOf } from "./file_bytes.ts";

/** How tokens are read. */
export interface TokenOptions {
  /** The number of tokens in an example. */
  readonly context: number;
  /** The number of scores of the model, if it is fixed. */
  readonly scores: number | undefined;
  /** The file with the tokens of a text by number. */
  readonly vocabulary?: string | undefined;
}

/** Windows of tokens, an example a row, and for each token the next one. */
export interface TokenExamples {
  /** int32 `[N, context]` */
  readonly inputs: DataTensor;
  /** int32 `[N, context]` */
  readonly targets: DataTensor;
  /** Whether the windows follow each other in one text. */
  readonly consecutive: boolean;
}

/** Returns whether the name of a file is that of a text. */
export function isText(file: string): boolean {
  return /\.txt$/i.test(file);
}

/**
 * Reads tokens. A text and an array `[N]` are cut into windows that follow each other; an array `[N, context + 1]` has an
 * example a row.
 *
 * @throws {DataError} naming the file, for tokens that the model has no score for, and too few of them
 * @throws {UsageError} for a text whose tokens have no numbers, and a context that does not fit the array.
 */
export async function readTokens(file: string, options: TokenOptions): Promise<TokenExamples> {
  await INPUTS.note(file, { kind: "data" });
  const bytes = await bytesOf(file);
  if (isText(file)) return windowsOf(await tokensOfText(file, { bytes, ...options }), { file, ...options });
  if (options.vocabulary !== undefined) {
    throw new UsageError(`--vocabulary numbers the tokens of a .txt, ${file} has numbers`);
  }
  const { dtype, shape, data } = parseNpy(bytes, { name: file });
  if (!/^u?int/.test(dtype)) throw new DataError(`${file}: tokens must be integers, got ${dtype}`);
  const tokens = checked(data as unknown as ArrayLike<number | bigint>, { file, ...options });
  if (shape.length === 1) return windowsOf(tokens, { file, ...options });
  if (shape.length === 2) return rowsOf(tokens, { file, shape, ...options });
  throw new DataError(
    `${file}: tokens must have the shape [N] or [N, context + 1], got [${shape.join(", ")}]`,
  );
}

/** Returns tokens as int32. @throws {DataError} for one that has no score. */
function checked(
  tokens: ArrayLike<number | bigint>,
  { file, scores = 2 ** 31 }: { file: string; scores?: number | undefined },
): Int32Array {
  const numbers = Int32Array.from(tokens, Number);
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (token >= 0 && token < scores) continue;
    throw new DataError(
      `${file}: token ${i} must be in [0, ${scores - 1}], as the model has scores, got ${token}`,
    );
  }
  return numbers;
}

function windowsOf(
  tokens: Int32Array,
  { file, context }: { file: string; context: number },
): TokenExamples {
  if (tokens.length <= context) {
    throw new DataError(
      `${file}: ${tokens.length} tokens, an example takes ${context} and the one after them: give more, or a shorter --context`,
    );
  }
  const { x, y } = tokenWindows(tokens, { length: context }).inputs;
  return { inputs: x, targets: y, consecutive: true };
}

/** Returns rows without their last token, and without their first. */
function rowsOf(
  tokens: Int32Array,
  { file, shape: [count = 0, width = 0], context }: {
    file: string;
    shape: readonly number[];
    context: number;
  },
): TokenExamples {
  if (width !== context + 1) {
    throw new UsageError(
      `${file}: rows of ${width} tokens are examples of ${
        width - 1
      } and the next of each, --context or the model takes ${context}`,
    );
  }
  const part = (from: number): DataTensor => {
    const data = new Int32Array(count * context);
    for (let i = 0; i < count; i++) {
      data.set(tokens.subarray(i * width + from, i * width + from + context), i * context);
    }
    return { dtype: "int32", shape: [count, context], data };
  };
  return { inputs: part(0), targets: part(1), consecutive: false };
}

async function tokensOfText(
  file: string,
  { bytes, scores, vocabulary }: Pick<TokenOptions, "scores" | "vocabulary"> & { bytes: Uint8Array },
): Promise<Int32Array> {
  const text = textOf(bytes, file);
  if (vocabulary === undefined) {
    if (scores === 256) return Int32Array.from(bytes);
    throw new UsageError(
      `${file}: a text is read as bytes by models of 256 scores, this one has ${
        scores ?? "a number that is not fixed"
      }: give --vocabulary FILE.json, or the tokens' numbers as .npy`,
    );
  }
  const all = await readVocabulary(vocabulary, scores);
  const numbers = new Map(all.map((token, i) => [token, i]));
  const characters = all.every((token) => characterTokens(token).length === 1 || SPECIAL.test(token));
  try {
    return encodeTokens(characters ? characterTokens(text) : wordTokens(text), { tokens: all, numbers });
  } catch (error) {
    throw new DataError(`${file}: ${messageOf(error)}`, { cause: error });
  }
}

/** Matches a token with a meaning of its own, such as `<unk>`. */
const SPECIAL = /^<.+>$/;

/** Reads the tokens by number. @throws {DataError} unless they are different texts, as many as the model has scores. */
async function readVocabulary(file: string, scores: number | undefined): Promise<string[]> {
  await INPUTS.note(file, { kind: "data" });
  const text = textOf(await bytesOf(file), file);
  let tokens: unknown;
  try {
    tokens = JSON.parse(text);
  } catch (error) {
    throw new DataError(`${file}: not JSON: ${messageOf(error)}`, { cause: error });
  }
  if (!Array.isArray(tokens) || !tokens.every((t) => typeof t === "string" && t !== "")) {
    throw new DataError(`${file}: must be a list of texts, the tokens in the order of their numbers from 0`);
  }
  const twice = tokens.find((t, i) => tokens.indexOf(t) !== i);
  if (twice !== undefined) throw new DataError(`${file}: has the token ${JSON.stringify(twice)} twice`);
  if (scores !== undefined && tokens.length !== scores) {
    throw new DataError(`${file}: has ${tokens.length} tokens, the model has ${scores} scores`);
  }
  return tokens;
}

function textOf(bytes: Uint8Array, file: string): string {
  try {
    return decodeText(bytes);
  } catch (error) {
    throw new DataError(`${file}: ${messageOf(error)}`, { cause: error });
  }
}
