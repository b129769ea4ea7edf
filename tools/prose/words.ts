/**
 * The words that the prose check goes by. The style guide in CONTRIBUTING.md gives the reasons.
 *
 * @module
 */

/** Words that end in s, may begin a sentence, and are not verbs in the third person. */
export const NO_VERBS: ReadonlySet<string> = new Set(
  `Always Arrays As Attributes Averages Axes Batches Biases Bits Blocks Bounds Buffers Bytes Cases Checkpoints
  Chunks Classes Columns Contents Contours Corpora Digits Dimensions Documents Elements Entries Epochs Errors
  Examples Exponents Factors Features Figures Files Folders Functions Gradients Graphs Groups Images Indices
  Inputs Is Its Keys Labels Layers Less Lines Losses Masks Matrices Means Metrics Models Moments Multiplications
  Names Nodes Numbers Operators Optimizers Options Outputs Pairs Parameters Paths Perhaps Pixels Places
  Probabilities Problems Products Rates Rows Rules Schedules Seconds Seeds Sequences Sizes Slots Sometimes
  States Steps Sums Tables Tasks Tensors Texts Thus Times Trainings Trials Values Vectors Versions
  Weights Words Yes Zeros`.split(/\s+/),
);

/** Phrases to avoid wherever they stand, with what to write in their place. */
export const RIDDLES: readonly { readonly pattern: RegExp; readonly say: string }[] = [
  { pattern: /\bSays how\b/, say: '"Reports", and what' },
  { pattern: /\b(go|goes|going|gone) on with\b/i, say: '"resume", "continue" or "keep"' },
  { pattern: /\btold of\b/i, say: '"receives", "reported" or "called for"' },
  { pattern: /\b(comes|came|come) to no number\b/i, say: '"diverged (NaN loss)"' },
  { pattern: /\bgives up what\b/i, say: "the thing that is given up" },
  { pattern: /\bwhat (is|are) no\b/i, say: '"a … that is not …"' },
];
