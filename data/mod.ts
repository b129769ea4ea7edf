/**
 * Data sets: embedded ones, file formats, splits and batches.
 *
 * @module
 */

// Data sets.
export { breastCancer } from "./breast_cancer.ts";
export {
  type Cifar10Options,
  type Cifar10Parts,
  loadCifar10,
  type LoadCifar10Options,
  parseCifar10,
} from "./cifar10.ts";
export { type Corpus, type CorpusName, type CorpusOptions, loadCorpus } from "./corpora.ts";
export { DataError } from "./data_error.ts";
export {
  type DataArray,
  type DataInputs,
  type DataSet,
  type DataTensor,
  sizeOfDataSet,
  takeExamples,
} from "./data_set.ts";
export { digits } from "./digits.ts";
export { batchesOf, epochIndices, type EpochOptions, type EpochPlan } from "./epoch_indices.ts";
export { type IdxOptions, parseIdx } from "./idx.ts";
export { GETTYSBURG_ADDRESS } from "./gettysburg.ts";
export { iris } from "./iris.ts";
export { type LibsvmOptions, parseLibsvm } from "./libsvm.ts";
export { loadLibsvm, type LoadLibsvmOptions, loadTable, type LoadTableOptions } from "./load_table.ts";
export { loadMnist, type MnistName, type MnistOptions, type MnistParts } from "./mnist.ts";
export { encodeNpy, type NpyData, type NpyDType, type NpyOptions, type NpyTensor, parseNpy } from "./npy.ts";
export { type FileRows, type FileRowsOptions, openFileRows } from "./file_rows.ts";
export { openNpyRows } from "./npy_rows.ts";
export { type HeldOut, split, type SplitOptions, type SplitParts } from "./split.ts";
export {
  type FeatureStatistics,
  featureStatistics,
  standardize,
  type StatisticsOptions,
} from "./standardize.ts";
export { parseTable, type TableOptions } from "./table.ts";
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
