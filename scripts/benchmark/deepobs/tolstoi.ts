/**
 * Tolstoi's War and Peace as DeepOBS prepares it: its characters as numbers.
 *
 * @module
 */
import { decodeText, NotAFile, readFileIfAny, systemText } from "../../../files/mod.ts";
import { DataError, parseNpy } from "../../../mod.ts";
import { noteFilesOf } from "../../inputs/mod.ts";

/** The characters of the text, each a number below 83. */
export const CHARACTERS = 83;

/** The text in parts, each a number for each character. */
export interface TolstoiText {
  readonly train: Uint8Array;
  readonly test: Uint8Array;
}

/**
 * Reads the text from `train.npy` and `test.npy`, as DeepOBS's preparation writes them, or from its `input.txt`, of which the last
 * fifth is the test; in `folder`, or in the folder `tolstoi` within it.
 *
 * @throws {DataError} if no file is there, or one holds something else than 83 characters.
 */
export async function readTolstoi(folder: string): Promise<TolstoiText> {
  const root = folder.replace(/(.)\/+$/, "$1");
  for (const place of [root, `${root}/tolstoi`]) {
    const text = await readArrays(place) ?? await readText(`${place}/input.txt`);
    if (text !== undefined) return text;
  }
  throw new DataError(
    `${root}: train.npy and test.npy, or input.txt, must be in it or in ${root}/tolstoi: War and Peace as DeepOBS prepares it`,
  );
}

/** Reads a file and records its digest. Returns `undefined` if there is none. @throws {DataError} if it cannot be read. */
async function found(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  let bytes: Uint8Array<ArrayBuffer> | undefined;
  try {
    bytes = await readFileIfAny(path);
  } catch (error) {
    const { message } = error as Error;
    throw new DataError(`${path}: ${error instanceof NotAFile ? message : systemText(message)}`, {
      cause: error,
    });
  }
  if (bytes !== undefined) await noteFilesOf("tolstoi")(path);
  return bytes;
}

async function readArrays(folder: string): Promise<TolstoiText | undefined> {
  const [train, test] = [`${folder}/train.npy`, `${folder}/test.npy`];
  const bytes = await found(train);
  const more = bytes && await found(test);
  if (bytes === undefined || more === undefined) return undefined;
  return { train: numbersOf(bytes, train), test: numbersOf(more, test) };
}

function numbersOf(bytes: Uint8Array, path: string): Uint8Array {
  const { dtype, shape, data } = parseNpy(bytes, { name: path });
  if (!/^u?int\d+$/.test(dtype) || shape.length !== 1) {
    throw new DataError(`${path}: must hold integers of one dimension, got ${dtype} [${shape.join(", ")}]`);
  }
  const numbers = new Uint8Array(data.length);
  for (let i = 0; i < numbers.length; i++) {
    const number = Number(data[i]);
    if (!(number >= 0 && number < CHARACTERS)) {
      throw new DataError(`${path}: character ${i} must be in [0, ${CHARACTERS - 1}], got ${number}`);
    }
    numbers[i] = number;
  }
  return numbers;
}

async function readText(path: string): Promise<TolstoiText | undefined> {
  const bytes = await found(path);
  if (bytes === undefined) return undefined;
  const characters = [...decoded(bytes, path)];
  const counts = new Map<string, number>();
  for (const c of characters) counts.set(c, (counts.get(c) ?? 0) + 1);
  if (counts.size !== CHARACTERS) {
    throw new DataError(
      `${path}: must hold ${CHARACTERS} different characters, as DeepOBS's preparation leaves them, got ${counts.size}`,
    );
  }
  // The most frequent first; of equally frequent ones, that which the text has first.
  const order = [...counts].sort(([, a], [, b]) => b - a).map(([c]) => c);
  const numbers = new Map(order.map((c, i) => [c, i]));
  const all = Uint8Array.from(characters, (c) => numbers.get(c)!);
  const train = Math.ceil(0.8 * all.length);
  return { train: all.subarray(0, train), test: all.subarray(train) };
}

function decoded(bytes: Uint8Array, path: string): string {
  try {
    return decodeText(bytes);
  } catch (error) {
    throw new DataError(`${path}: ${(error as Error).message}`, { cause: error });
  }
}
