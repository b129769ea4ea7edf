import { decodeText } from "../files/mod.ts";
import { checkOptions, type OptionNames } from "../options/mod.ts";
import { DataError } from "./data_error.ts";
import { plainBytes } from "./plain_bytes.ts";
import { folderPath, orCompressed, readFirst } from "./read_data.ts";

/** Corpora in files, by the folder that holds them. */
export type CorpusName = "ptb" | "wikitext-2";

/** A corpus in its usual parts. */
export interface Corpus {
  /** The text to train on. */
  readonly train: string;
  /** The text to choose hyperparameters by. */
  readonly valid: string;
  /** The text to measure the final result on. */
  readonly test: string;
}

/** Options of {@linkcode readCorpus}. */
export interface CorpusOptions {
  /** Called and awaited with the path of each file before it is read. An error that it throws stops the reading. */
  readonly onFile?: (path: string) => void | Promise<void>;
}

const CORPUS_OPTIONS = { onFile: "function" } satisfies OptionNames<CorpusOptions>;

/** The names that the parts of a corpus go by, the usual ones first. */
const NAMES: Readonly<Record<CorpusName, (part: string) => readonly string[]>> = {
  ptb: (part) => [`ptb.${part}.txt`],
  "wikitext-2": (part) => [`${part}.txt`, `wiki.${part}.tokens`],
};

/** More than any of them has; a compressed file that swells beyond it is refused. */
const MOST = 2 ** 28;

/**
 * Reads Penn Treebank or WikiText-2 from three files of words in `folder`, or in the folder of the corpus's name within
 * it, each plain or compressed: `ptb.train.txt` …, or `train.txt` … (also `wiki.train.tokens` …). Requests permission
 * to read them.
 *
 * @param folder a path
 * @throws {DataError} for a file that is missing (all names and places tried are listed), damaged, or not UTF-8.
 *
 * @example
 * ```ts
 * import { readCorpus } from "./corpora.ts";
 * import { assertRejects } from "@std/assert";
 * await assertRejects(() => readCorpus("no/such/folder", "ptb"), Error, "ptb.train.txt");
 * ```
 *
 * @see Mikolov et al.: Recurrent neural network based language model, 2010; Merity et al.: Pointer sentinel mixture models, 2016.
 */
export async function readCorpus(
  folder: string,
  name: CorpusName,
  options: CorpusOptions = {},
): Promise<Corpus> {
  checkOptions("readCorpus", options, CORPUS_OPTIONS);
  if (!Object.hasOwn(NAMES, name)) {
    throw new RangeError(`name must be one of ${Object.keys(NAMES).join(", ")}, got '${name}'`);
  }
  const root = folderPath(folder);
  const read = (which: string) => part(root, which, { ...options, name });
  return { train: await read("train"), valid: await read("valid"), test: await read("test") };
}

async function part(
  folder: string,
  which: string,
  { name, onFile }: CorpusOptions & { readonly name: CorpusName },
): Promise<string> {
  const names = NAMES[name](which).flatMap(orCompressed);
  const places = [folder, `${folder}/${name}`];
  const file = await readFirst(places.flatMap((place) => names.map((n) => `${place}/${n}`)), { onFile });
  if (file !== undefined) {
    return decoded(await plainBytes(file.bytes, { name: file.path, maxBytes: MOST }), file.path);
  }
  const wanted = NAMES[name](which).map((n) => `${n}(.gz)`).join(" or ");
  throw new DataError(
    `${folder}: no ${wanted} there nor in ${folder}/${name}; ${name} needs its train, valid and test parts`,
  );
}

function decoded(bytes: Uint8Array, path: string): string {
  try {
    return decodeText(bytes);
  } catch (error) {
    throw new DataError(`${path}: must be text in UTF-8`, { cause: error });
  }
}
