/**
 * Data sets: embedded ones, file formats, splits and batches.
 *
 * @example A data set, split
 * ```ts
 * import { iris, sizeOfDataSet, split } from "./mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { train, test } = split(iris(), { fractions: { test: 0.2 }, seed: 1 });
 * assertEquals([train, test].map(sizeOfDataSet), [120, 30]);
 * assertEquals(train.inputs.x!.shape, [120, 4]);
 * ```
 *
 * @module
 */

// Data sets, embedded.
export { breastCancer } from "./breast_cancer.ts";
export { digits } from "./digits.ts";
export { GETTYSBURG_ADDRESS } from "./gettysburg.ts";
export { iris } from "./iris.ts";

// Data sets in files.
export {
  type Cifar10Options,
  type Cifar10Parts,
  parseCifar10,
  readCifar10,
  type ReadCifar10Options,
} from "./cifar10.ts";
export {
  type Cifar100Options,
  type Cifar100Parts,
  parseCifar100,
  readCifar100,
  type ReadCifar100Options,
} from "./cifar100.ts";
export { type Corpus, type CorpusName, type CorpusOptions, readCorpus } from "./corpora.ts";
export { parseSvhn, readSvhn, type ReadSvhnOptions, type SvhnOptions, type SvhnParts } from "./svhn.ts";
export { type MnistName, type MnistOptions, type MnistParts, readMnist } from "./mnist.ts";

// File formats.
export { DataError } from "./data_error.ts";
export { type IdxOptions, parseIdx } from "./idx.ts";
export { type LibsvmOptions, parseLibsvm } from "./libsvm.ts";
export { encodeNpy, type NpyOptions, parseNpy } from "./npy.ts";
export type { NpyData, NpyDType, NpyTensor } from "./npy_types.ts";
export { readLibsvm, type ReadLibsvmOptions, readTable, type ReadTableOptions } from "./read_table.ts";
export { parseTable, type TableOptions } from "./table.ts";

// Rows that stay in files.
export { type FileRows, type FileRowsOptions, openFileRows } from "./file_rows.ts";
export { openNpyRows } from "./npy_rows.ts";

// Examples: parts, batches, scales.
export {
  type DataArray,
  type DataInputs,
  type DataSet,
  type DataTensor,
  sizeOfDataSet,
  takeExamples,
} from "./data_set.ts";
export { batchesOf, epochIndices, type EpochOptions, type EpochPlan } from "./epoch_indices.ts";
export { type HeldOut, split, type SplitOptions, type SplitParts } from "./split.ts";
export {
  type FeatureStatistics,
  featureStatistics,
  standardize,
  type StatisticsOptions,
} from "./standardize.ts";

// Text.
export {
  characterTokens,
  encodeTokens,
  END_OF_LINE,
  tokenWindows,
  UNKNOWN,
  type Vocabulary,
  vocabularyOf,
  type VocabularyOptions,
  type WindowOptions,
  wordTokens,
} from "./text.ts";

// Older names, deprecated.
export {
  loadCifar10,
  type LoadCifar10Options,
  loadCorpus,
  loadLibsvm,
  type LoadLibsvmOptions,
  loadMnist,
  loadTable,
  type LoadTableOptions,
} from "./deprecated.ts";
