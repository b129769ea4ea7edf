/**
 * What the rules cover of `ai.onnx`, and why not the rest. The page `docs/coverage.md` is made of it.
 *
 * @module
 */

const BOOLEAN = "not differentiable: its result is boolean";
const WHOLE = "not differentiable: its result is whole numbers";
const NO_FLOAT = "not differentiable: it depends on no float";
const RANDOM = "not differentiable: it draws random numbers, on which no gradient depends";
const QUANTISED = "not differentiable: quantised";
const TEXT = "not differentiable: text or images in";
const SEQUENCE =
  "not yet, but a sequence is taken apart while a model is read where its entries are known, " +
  "or slices of a tensor, or added one by one in a loop";
const OPTIONAL = "not yet: optionals";
const NOT_YET = "not yet";

/** Why an operator has no rule: every one of the newest operator set that is not in `RULES`. */
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
  CausalConvWithState: NOT_YET,
  CenterCropPad: NOT_YET,
  Col2Im: NOT_YET,
  ConcatFromSequence: SEQUENCE,
  Constant: NO_FLOAT,
  ConstantOfShape: NO_FLOAT,
  ConvInteger: QUANTISED,
  CumProd: NOT_YET,
  DFT: NOT_YET,
  DeformConv: NOT_YET,
  DequantizeLinear: QUANTISED,
  DynamicQuantizeLinear: QUANTISED,
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
  LinearAttention: NOT_YET,
  MatMulInteger: QUANTISED,
  MaxRoiPool: NOT_YET,
  MaxUnpool: NOT_YET,
  MelWeightMatrix: NO_FLOAT,
  Multinomial: RANDOM,
  NonMaxSuppression: WHOLE,
  NonZero: WHOLE,
  Not: BOOLEAN,
  Optional: OPTIONAL,
  OptionalGetElement: OPTIONAL,
  OptionalHasElement: BOOLEAN,
  Or: BOOLEAN,
  QLinearConv: QUANTISED,
  QLinearMatMul: QUANTISED,
  QuantizeLinear: QUANTISED,
  RandomNormal: RANDOM,
  RandomNormalLike: RANDOM,
  RandomUniform: RANDOM,
  RandomUniformLike: RANDOM,
  RegexFullMatch: TEXT,
  RoiAlign: NOT_YET,
  STFT: NOT_YET,
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
  SwiGLU: NOT_YET,
  TensorScatter: NOT_YET,
  TfIdfVectorizer: "not differentiable: it counts",
  Unique: NOT_YET,
  Upsample: "withdrawn: it becomes Resize while a model is read",
  Xor: BOOLEAN,
};

const SPATIAL = "spatial sizes that are known before the run";

/** Where a rule covers less than its operator. What is beyond is refused by an error that says so. */
export const LIMITS: Readonly<Record<string, string>> = {
  AffineGrid: "a size that is known before the run",
  Attention: "without the scores as an output after mask or softcap",
  AveragePool: SPATIAL,
  BatchNormalization: "its training form since 14",
  Conv: SPATIAL,
  ConvTranspose: SPATIAL,
  Det: "matrices of known size 1 to 3",
  Dropout: "without its training form, which training programs replace",
  GRU: "without clip; layout 1 while a model is read",
  GridSample: `without mode cubic; ${SPATIAL}`,
  LSTM: "without clip; layout 1 while a model is read",
  Loop: "at least one step at run time; states that gradients pass keep their shape",
  LpPool: SPATIAL,
  MaxPool: SPATIAL,
  RNN: "without clip; layout 1 while a model is read",
  Resize: "without antialias; sizes and scales that are known before the run",
  Scan: "at least one step at run time",
  ScatterElements: "reductions none and add; with none, no index twice",
  ScatterND: "reductions none and add; with none, no index twice",
};

const TIES = "ties share equally; an operand that stands several times counts each time";
const NORM = "0 where the norm is 0; there the gradient of the gradient is NaN";
const FIRST = "ties go to the first";
const LEFT = "at 0 as on its left";
const STEP = "0 everywhere";

/** What gradients are where a function has no slope, or several. */
export const CONVENTIONS: Readonly<Record<string, string>> = {
  Abs: "0 at 0",
  Ceil: STEP,
  Celu: LEFT,
  Clip: "passes at the bounds, where PyTorch 2.15 gives 0; where they cross, the upper one gets all",
  Elu: LEFT,
  Floor: STEP,
  GlobalLpPool: NORM,
  GlobalMaxPool: FIRST,
  HardSigmoid: "0 at the bounds",
  HardSwish: "0 at -3, 1 at 3",
  Hardmax: STEP,
  LeakyRelu: LEFT,
  LpNormalization: NORM,
  LpPool: NORM,
  Max: TIES,
  MaxPool: FIRST,
  Min: TIES,
  Mod: "that beside the jumps",
  PRelu: LEFT,
  Pow:
    "to the base 0 where the exponent is 0; to the exponent 0 where the base is 0 and the exponent is not negative",
  ReduceL1: "0 at 0",
  ReduceL2: NORM,
  ReduceLogSum: "infinite where the sum is 0",
  ReduceMax: "ties share equally",
  ReduceMin: "ties share equally",
  ReduceProd: "exact where elements are 0, gradients of gradients too",
  Relu: "0 at 0",
  Round: STEP,
  Selu: LEFT,
  Shrink: "0 at both bounds",
  Sign: STEP,
  Sqrt: "infinite at 0",
  ThresholdedRelu: "0 at the threshold",
  TopK: "to the elements that the operator chose",
};
