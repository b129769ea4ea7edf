/**
 * Older names of the functions that read data sets from files.
 *
 * @module
 */
import { type Cifar10Parts, readCifar10, type ReadCifar10Options } from "./cifar10.ts";
import { type Corpus, type CorpusName, type CorpusOptions, readCorpus } from "./corpora.ts";
import type { DataSet } from "./data_set.ts";
import { type MnistOptions, type MnistParts, readMnist } from "./mnist.ts";
import { readLibsvm, type ReadLibsvmOptions, readTable, type ReadTableOptions } from "./read_table.ts";

/**
 * Options of {@linkcode loadCifar10}.
 *
 * @deprecated Use `ReadCifar10Options`. Will be removed in 0.3.0.
 */
export type LoadCifar10Options = ReadCifar10Options;

/**
 * Options of {@linkcode loadTable}.
 *
 * @deprecated Use `ReadTableOptions`. Will be removed in 0.3.0.
 */
export type LoadTableOptions = ReadTableOptions;

/**
 * Options of {@linkcode loadLibsvm}.
 *
 * @deprecated Use `ReadLibsvmOptions`. Will be removed in 0.3.0.
 */
export type LoadLibsvmOptions = ReadLibsvmOptions;

/**
 * Reads CIFAR-10 from a folder.
 *
 * @example
 * ```ts
 * import { loadCifar10 } from "./mod.ts";
 * import { assertRejects } from "@std/assert";
 * await assertRejects(() => loadCifar10("no/such/folder"), Error, "data_batch_1.bin");
 * ```
 *
 * @deprecated Use `readCifar10(folder, options)`. Will be removed in 0.3.0.
 */
export function loadCifar10(folder: string, options: LoadCifar10Options = {}): Promise<Cifar10Parts> {
  return readCifar10(folder, options);
}

/**
 * Reads MNIST or Fashion-MNIST from a folder.
 *
 * @example
 * ```ts
 * import { loadMnist } from "./mod.ts";
 * import { assertRejects } from "@std/assert";
 * await assertRejects(() => loadMnist("no/such/folder"), Error, "train-images-idx3-ubyte");
 * ```
 *
 * @deprecated Use `readMnist(folder, options)`. Will be removed in 0.3.0.
 */
export function loadMnist(folder: string, options: MnistOptions = {}): Promise<MnistParts> {
  return readMnist(folder, options);
}

/**
 * Reads Penn Treebank or WikiText-2 from a folder.
 *
 * @example
 * ```ts
 * import { loadCorpus } from "./mod.ts";
 * import { assertRejects } from "@std/assert";
 * await assertRejects(() => loadCorpus("no/such/folder", "ptb"), Error, "ptb.train.txt");
 * ```
 *
 * @deprecated Use `readCorpus(folder, name, options)`. Will be removed in 0.3.0.
 */
export function loadCorpus(folder: string, name: CorpusName, options: CorpusOptions = {}): Promise<Corpus> {
  return readCorpus(folder, name, options);
}

/**
 * Reads a table of numbers from a file.
 *
 * @example
 * ```ts
 * import { loadTable } from "./mod.ts";
 * import { assertEquals } from "@std/assert";
 * const path = await Deno.makeTempFile({ suffix: ".csv" });
 * await Deno.writeTextFile(path, "length,kind\n1.5,rose\n2.5,lily\n");
 * const set = await loadTable(path);
 * await Deno.remove(path);
 * assertEquals(set.featureNames, ["length"]);
 * ```
 *
 * @deprecated Use `readTable(path, options)`. Will be removed in 0.3.0.
 */
export function loadTable(path: string, options: LoadTableOptions = {}): Promise<DataSet> {
  return readTable(path, options);
}

/**
 * Reads LIBSVM's sparse text from a file.
 *
 * @example
 * ```ts
 * import { loadLibsvm } from "./mod.ts";
 * import { assertEquals } from "@std/assert";
 * const path = await Deno.makeTempFile();
 * await Deno.writeTextFile(path, "+1 2:0.5\n-1 1:2\n");
 * const set = await loadLibsvm(path);
 * await Deno.remove(path);
 * assertEquals(set.inputs.x!.data, Float32Array.of(0, 0.5, 2, 0));
 * ```
 *
 * @deprecated Use `readLibsvm(path, options)`. Will be removed in 0.3.0.
 */
export function loadLibsvm(path: string, options: LoadLibsvmOptions = {}): Promise<DataSet> {
  return readLibsvm(path, options);
}
