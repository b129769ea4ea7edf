/**
 * The coverage of `ai.onnx` by the rules, and the reasons for the rest. `docs/coverage.md` is generated from it.
 *
 * @module
 */

const BOOLEAN = "not differentiable: its result is boolean";
const WHOLE = "not differentiable: its result is whole numbers";
const NO_FLOAT = "not differentiable: it depends on no float";
const RANDOM = "not differentiable: it draws random numbers, on which no gradient depends";
const QUANTIZED = "not differentiable: quantized";
const TEXT = "not differentiable: text or images in";
const SEQUENCE =
  "not yet; reading a model replaces sequences whose entries are known, are slices of a tensor, " +
  "or are appended one by one in a loop";
const OPTIONAL = "not yet: optionals";

/** Why an operator has no rule. Those that are neither here nor in `RULES` are not covered yet. */
export const WITHOUT_RULE: Readonly<Record<string, string>> = {
  And: BOOLEAN,
  ArgMax: WHOLE,
  ArgMin: WHOLE,
  Bernoulli: RANDOM,
  BitCast: "not differentiable: it reads bits as another type",
  BitShift: WHOLE,
  BitwiseAnd: WHOLE,
  BitwiseNot: WHOLE,
  BitwiseOr: WHOLE,
  BitwiseXor: WHOLE,
  BlackmanWindow: NO_FLOAT,
  ConcatFromSequence: SEQUENCE,
  Constant: NO_FLOAT,
  ConstantOfShape: NO_FLOAT,
  ConvInteger: QUANTIZED,
  DequantizeLinear: QUANTIZED,
  DynamicQuantizeLinear: QUANTIZED,
  Equal: BOOLEAN,
  EyeLike: NO_FLOAT,
  Greater: BOOLEAN,
  GreaterOrEqual: BOOLEAN,
  HammingWindow: NO_FLOAT,
  HannWindow: NO_FLOAT,
  ImageDecoder: TEXT,
  IsInf: BOOLEAN,
  IsNaN: BOOLEAN,
  Less: BOOLEAN,
  LessOrEqual: BOOLEAN,
  MatMulInteger: QUANTIZED,
  MelWeightMatrix: NO_FLOAT,
  Multinomial: RANDOM,
  NonMaxSuppression: WHOLE,
  NonZero: WHOLE,
  Not: BOOLEAN,
  Optional: OPTIONAL,
  OptionalGetElement: OPTIONAL,
  OptionalHasElement: BOOLEAN,
  Or: BOOLEAN,
  QLinearConv: QUANTIZED,
  QLinearMatMul: QUANTIZED,
  QuantizeLinear: QUANTIZED,
  RandomNormal: RANDOM,
  RandomNormalLike: RANDOM,
  RandomUniform: RANDOM,
  RandomUniformLike: RANDOM,
  RegexFullMatch: TEXT,
  Scatter: "withdrawn: it becomes ScatterElements while a model is read",
  SequenceAt: SEQUENCE,
  SequenceConstruct: SEQUENCE,
  SequenceEmpty: NO_FLOAT,
  SequenceErase: SEQUENCE,
  SequenceInsert: SEQUENCE,
  SequenceLength: WHOLE,
  SequenceMap: SEQUENCE,
  Shape: WHOLE,
  Size: WHOLE,
  SplitToSequence: SEQUENCE,
  StringConcat: TEXT,
  StringNormalizer: TEXT,
  StringSplit: TEXT,
  TfIdfVectorizer: "not differentiable: it counts",
  Upsample: "withdrawn: it becomes Resize while a model is read",
  Xor: BOOLEAN,
};

const SIZES = "spatial sizes must be known before the run";
const RECURRENT = "without clip; the hidden size must be known; layout 1 is rewritten when a model is read";
const SCATTERED = "reductions none and add; with none, indices must not repeat";

/**
 * Limits of the rules that cover less than their operator. Anything beyond a limit is refused with an error that says
 * so; inputs listed as getting no gradient are not refused.
 */
export const LIMITS: Readonly<Record<string, string>> = {
  AffineGrid: "the size must be known before the run",
  Attention: "without the scores as an output after mask or softcap; the head size must be known",
  AveragePool: SIZES,
  BatchNormalization:
    "training form since 14; the loss must not depend on the running statistics that it returns",
  Conv: SIZES,
  ConvTranspose: SIZES,
  Det: "matrices whose size is known, 1 to 3",
  Dropout: "inference form (training programs replace the training form); the ratio gets no gradient",
  GRU: RECURRENT,
  GridSample: `modes linear and nearest; ${SIZES}`,
  LSTM: RECURRENT,
  Loop: "at least one step at run time; states that get a gradient must keep their shape",
  LpPool: SIZES,
  MaxPool: SIZES,
  RNN: RECURRENT,
  Range: "the limit gets no gradient",
  Resize: "without antialias; sizes, scales and region must be known before the run, and get no gradient",
  RotaryEmbedding: "the head size must be known",
  Scan: "at least one step at run time",
  ScatterElements: SCATTERED,
  ScatterND: SCATTERED,
};
