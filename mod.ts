/**
 * Descent: gradient-based optimization on ONNX Runtime.
 *
 * Optimizers, schedules and data sets are plain functions that need no permission; models, gradients and training programs
 * are ONNX graphs, run by ONNX Runtime, which is loaded when a session is first opened.
 *
 * @example An optimizer on the host
 * ```ts
 * import { adam, applyUpdates } from "./mod.ts";
 * import { assert } from "@std/assert";
 *
 * const opt = adam({ learningRate: 0.1 });
 * let params = { x: Float64Array.of(3) };
 * let state = opt.init(params);
 * for (let i = 0; i < 200; i++) {
 *   const grads = { x: params.x.map((x) => 2 * x) };
 *   const [updates, next] = opt.update(grads, state, params);
 *   params = applyUpdates(params, updates);
 *   state = next;
 * }
 * assert(Math.abs(params.x[0]!) < 1e-2);
 * ```
 *
 * @example A model trained inside ONNX Runtime
 * ```ts
 * import { adam, digits, fit, mlp, split, withLoss } from "./mod.ts";
 * import { assert } from "@std/assert";
 *
 * const { train, test } = split(digits(), { fractions: { test: 0.2 }, seed: 1 });
 * const inputs = (set: typeof train) => ({ x: { ...set.inputs.x!, scale: 1 / 16 }, target: set.inputs.y! });
 * const model = withLoss(mlp({ inputs: 64, hidden: [32], outputs: 10, seed: 1 }), { loss: "cross-entropy" });
 * const result = await fit({
 *   model,
 *   optimizer: adam({ learningRate: 3e-3 }),
 *   train: inputs(train),
 *   evaluate: { test: inputs(test) },
 *   metrics: ["loss", "accuracy"],
 *   epochs: 5,
 *   batchSize: 32,
 * });
 * assert(result.epochs.at(-1)!.metrics.test!.accuracy! > 0.9);
 * ```
 *
 * @module
 */

// Graphs and models.
export {
  type Attribute,
  type AttributeInput,
  broadcastShapes,
  buildModel,
  DEFAULT_OPSET,
  type Dim,
  type DType,
  type EmitOptions,
  Graph,
  graphOf,
  type GraphOptions,
  importModel,
  type ImportOptions,
  type Initializer as GraphInitializer,
  isFloat,
  type Known,
  loadWeights,
  type LoadWeightsOptions,
  type Model,
  ModelError,
  type ModelOptions,
  Node,
  numbersOf,
  type Operand,
  operatorNames,
  Ops,
  type Outputs,
  printModel,
  readModel,
  readModelFile,
  type ReadModelOptions,
  type ScanOptions,
  type Shape,
  type StaticShape,
  type Tensor,
  tensor,
  type TensorData,
  tensorOf,
  toFloat32,
  Value,
  withInitializers,
  writeModel,
  writeModelFile,
} from "./onnx/mod.ts";

// Differentiation.
export { backward, MissingRuleError, type Seed, type Target } from "./autodiff/backward.ts";
export { type Rule as DifferentiationRule, Site, type SweepAt, type SweepOptions } from "./autodiff/site.ts";
export {
  describeModel,
  type DescribeOptions,
  type ModelDescription,
  type ModelOperator,
  type ModelValue,
} from "./autodiff/describe.ts";
export type { ModelParameter } from "./autodiff/trained/trainable.ts";
export type { HiddenParameter } from "./autodiff/trained/hidden.ts";
export { untieModel } from "./autodiff/trained/prepare.ts";
export type { Quantization } from "./autodiff/straight_through.ts";
export { gradientModel, type GradientOptions } from "./autodiff/gradient_model.ts";

// Update rules: the lecture's.
export { adagrad, type AdagradOptions } from "./optim/rules/adagrad.ts";
export { adam, type AdamOptions, type EpsilonPlacement, type MomentOptions } from "./optim/rules/adam.ts";
export { momentum, type MomentumOptions } from "./optim/rules/momentum.ts";
export { nesterov, type NesterovOptions } from "./optim/rules/nesterov.ts";
export { rmsprop, type RmspropOptions } from "./optim/rules/rmsprop.ts";
export { gradientDescent, sgd, type SgdOptions } from "./optim/rules/sgd.ts";
export { swats, type SwatsOptions } from "./optim/rules/swats.ts";

// Update rules: averages, momenta and signs.
export { aggmo, type AggmoOptions } from "./optim/rules/aggmo.ts";
export { asgd, type AsgdOptions } from "./optim/rules/asgd.ts";
export { lion, type LionOptions } from "./optim/rules/lion.ts";
export { muon, type MuonOptions } from "./optim/rules/muon.ts";
export { rprop, type RpropOptions } from "./optim/rules/rprop.ts";
export { signSgd, signum, type SignumOptions } from "./optim/rules/sign_sgd.ts";

// Update rules: the family of Adam.
export { adabelief, type AdabeliefOptions } from "./optim/rules/adabelief.ts";
export { adabound, type AdaboundOptions } from "./optim/rules/adabound.ts";
export { adadelta, type AdadeltaOptions } from "./optim/rules/adadelta.ts";
export { adafactor, type AdafactorOptions } from "./optim/rules/adafactor.ts";
export { adamax, type AdamaxOptions } from "./optim/rules/adamax.ts";
export { adamw, type AdamwOptions } from "./optim/rules/adamw.ts";
export { adan, type AdanOptions } from "./optim/rules/adan.ts";
export { ademamix, type AdemamixOptions } from "./optim/rules/ademamix.ts";
export { adopt, type AdoptOptions } from "./optim/rules/adopt.ts";
export { amsgrad, type AmsgradOptions } from "./optim/rules/amsgrad.ts";
export { nadam, type NadamOptions, nadamw, type NadamwOptions } from "./optim/rules/nadam.ts";
export { qhadam, type QhadamOptions } from "./optim/rules/qhadam.ts";
export { radam, type RadamOptions } from "./optim/rules/radam.ts";
export { sm3, type Sm3Options } from "./optim/rules/sm3.ts";
export { sophia, type SophiaOptions } from "./optim/rules/sophia.ts";
export { yogi, type YogiOptions } from "./optim/rules/yogi.ts";

// Update rules: a rate for each layer.
export { fromage, type FromageOptions } from "./optim/rules/fromage.ts";
export { lamb, type LambOptions } from "./optim/rules/lamb.ts";
export { lars, type LarsOptions } from "./optim/rules/lars.ts";
export { novograd, type NovogradOptions } from "./optim/rules/novograd.ts";

// Update rules: no rate, or no schedule, to tune.
export { dog, type DogOptions, dowg, type DowgOptions } from "./optim/rules/dog.ts";
export { polyak, type PolyakOptions } from "./optim/rules/polyak.ts";
export { prodigy, type ProdigyOptions } from "./optim/rules/prodigy.ts";
export {
  scheduleFree,
  scheduleFreeAdamw,
  type ScheduleFreeAdamwOptions,
  type ScheduleFreeOptions,
  scheduleFreeSgd,
  type ScheduleFreeSgdOptions,
} from "./optim/transforms/schedule_free.ts";

// Rules around a rule.
export { applyIfFinite, type ApplyIfFiniteOptions } from "./optim/transforms/apply_if_finite.ts";
export { averaged, type AveragedOptions } from "./optim/transforms/averaged.ts";
export { injectHyperparams } from "./optim/transforms/inject_hyperparams.ts";
export { lookahead, type LookaheadOptions } from "./optim/transforms/lookahead.ts";
export { multiSteps, type MultiStepsOptions } from "./optim/transforms/multi_steps.ts";
export { freeze, type Labelled, type LabelOf, masked, partition } from "./optim/transforms/partition.ts";
export { sam, type SamOptions } from "./optim/transforms/sam.ts";

// Links of a chain.
export { chain } from "./optim/transforms/chain.ts";
export { centralize } from "./optim/transforms/centralize.ts";
export {
  adaptiveGradClip,
  type AdaptiveGradClipOptions,
  clip,
  clipByBlockRms,
  clipByGlobalNorm,
  clipByNorm,
} from "./optim/transforms/clip.ts";
export { ema, type EmaOptions } from "./optim/transforms/ema.ts";
export { gradientNoise, type GradientNoiseOptions } from "./optim/transforms/gradient_noise.ts";
export { scale, scaleByLearningRate } from "./optim/transforms/scale.ts";
export { trace, type TraceOptions } from "./optim/transforms/trace.ts";
export {
  addDecayedWeights,
  decoupledWeightDecay,
  type WeightDecayOptions,
} from "./optim/transforms/weight_decay.ts";

// Update rules of one's own, and their use.
export { applyUpdates } from "./optim/apply_updates.ts";
export type { CommonOptions, DecoupledOptions } from "./optim/common.ts";
export * as ops from "./optim/language/expr.ts";
export type { Arg, Binary, Expr, Reduction, Unary } from "./optim/language/expr.ts";
export {
  type Optimizer,
  optimizer,
  type OptimizerParts,
  type StepOptions,
  type UpdateOptions,
} from "./optim/optimizer.ts";
export type { LearningRate } from "./optim/options.ts";
export type { Param, Params } from "./optim/params.ts";
export {
  type ParameterInputs,
  type ParamSpec,
  perParameter,
  type PerParameterOptions,
  type Rule,
  type RuleInputs,
  type RuleOutputs,
  type Slot,
  type SlotOf,
  type StepInfo,
} from "./optim/language/rule.ts";
export { flattenState, type OptimizerState, unflattenState } from "./optim/state.ts";
export type { Coefficient, EmitInputs, EmitOutputs, Noise, StateSpec, Trace } from "./optim/graph/trace.ts";

// Schedules of the learning rate, and decisions.
export { constantSchedule } from "./schedules/constant.ts";
export { cosineDecay, type CosineDecayOptions } from "./schedules/cosine_decay.ts";
export { exponentialDecay, type ExponentialDecayOptions } from "./schedules/exponential_decay.ts";
export { inverseSqrtDecay, type InverseSqrtDecayOptions } from "./schedules/inverse_sqrt_decay.ts";
export { inverseTimeDecay, type InverseTimeDecayOptions } from "./schedules/inverse_time_decay.ts";
export { joinSchedules, type JoinSchedulesOptions } from "./schedules/join.ts";
export { linearSchedule, type LinearScheduleOptions } from "./schedules/linear.ts";
export { multiStepDecay, type MultiStepDecayOptions } from "./schedules/multi_step_decay.ts";
export { noam, type NoamOptions } from "./schedules/noam.ts";
export { piecewiseConstant, type PiecewiseConstantOptions } from "./schedules/piecewise_constant.ts";
export { type Plateau, plateau, type PlateauState } from "./schedules/plateau.ts";
export type { PlateauOptions, PlateauSemantics } from "./schedules/plateau_options.ts";
export { polynomialDecay, type PolynomialDecayOptions } from "./schedules/polynomial_decay.ts";
export type { Schedule } from "./schedules/schedule.ts";
export { stepDecay, type StepDecayOptions } from "./schedules/step_decay.ts";
export {
  type SwitchCriterion,
  switchCriterion,
  type SwitchCriterionOptions,
  type SwitchObservation,
  type SwitchState,
} from "./schedules/switch_criterion.ts";
export { warmUp, type WarmUpOptions } from "./schedules/warm_up.ts";

export { chainSchedules } from "./schedules/chain.ts";
export { cosineRestarts, type CosineRestartsOptions } from "./schedules/cosine_restarts.ts";
export { cyclic, type CyclicMode, type CyclicOptions } from "./schedules/cyclic.ts";
export { devDecay, type DevDecayOptions } from "./schedules/dev_decay.ts";
export {
  type EarlyStopping,
  earlyStopping,
  type EarlyStoppingOptions,
  type EarlyStoppingState,
} from "./schedules/early_stopping.ts";
export { fixedFrequency, type FixedFrequencyOptions } from "./schedules/fixed_frequency.ts";
export { oneCycle, type OneCycleOptions } from "./schedules/one_cycle.ts";
export {
  type Interpolation,
  piecewiseInterpolated,
  type PiecewiseInterpolatedOptions,
} from "./schedules/piecewise_interpolated.ts";
export { rex, type RexOptions } from "./schedules/rex.ts";
export { warmUpStableDecay, type WarmUpStableDecayOptions } from "./schedules/warm_up_stable_decay.ts";

// Random numbers.
export { normal, type NormalOptions } from "./random/normal.ts";
export { permutation } from "./random/permutation.ts";
export { randomBits, type RandomKey } from "./random/random_bits.ts";
export { randomInt, type RandomIntOptions } from "./random/random_int.ts";
export { uniform, type UniformOptions } from "./random/uniform.ts";

// Data sets.
export { breastCancer } from "./data/breast_cancer.ts";
export {
  type Cifar10Options,
  type Cifar10Parts,
  loadCifar10,
  type LoadCifar10Options,
  parseCifar10,
} from "./data/cifar10.ts";
export { type Corpus, type CorpusName, type CorpusOptions, loadCorpus } from "./data/corpora.ts";
export { DataError } from "./data/data_error.ts";
export {
  type DataArray,
  type DataInputs,
  type DataSet,
  type DataTensor as DataSetTensor,
  sizeOfDataSet,
  takeExamples,
} from "./data/data_set.ts";
export { digits } from "./data/digits.ts";
export { batchesOf, epochIndices, type EpochOptions, type EpochPlan } from "./data/epoch_indices.ts";
export { type IdxOptions, parseIdx } from "./data/idx.ts";
export { GETTYSBURG_ADDRESS } from "./data/gettysburg.ts";
export { iris } from "./data/iris.ts";
export { type LibsvmOptions, parseLibsvm } from "./data/libsvm.ts";
export { loadLibsvm, type LoadLibsvmOptions, loadTable, type LoadTableOptions } from "./data/load_table.ts";
export { loadMnist, type MnistName, type MnistOptions, type MnistParts } from "./data/mnist.ts";
export {
  encodeNpy,
  type NpyData,
  type NpyDType,
  type NpyOptions,
  type NpyTensor,
  parseNpy,
} from "./data/npy.ts";
export { type FileRows, type FileRowsOptions, openFileRows } from "./data/file_rows.ts";
export { openNpyRows } from "./data/npy_rows.ts";
export { type HeldOut, split, type SplitOptions, type SplitParts } from "./data/split.ts";
export {
  type FeatureStatistics,
  featureStatistics,
  standardize,
  type StatisticsOptions,
} from "./data/standardize.ts";
export { parseTable, type TableOptions } from "./data/table.ts";
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
} from "./data/text.ts";

// Models.
export { cifarnet, type CifarnetOptions } from "./models/cifarnet.ts";
export { densenet, type DensenetOptions } from "./models/densenet.ts";
export {
  activate,
  type Activation,
  dense,
  type DenseOptions,
  linear,
  type LinearOptions,
  mlp,
  type MlpOptions,
} from "./models/dense.ts";
export {
  type Draw,
  fans,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  type Initializer,
  lecunNormal,
  lecunUniform,
  normalOf,
  ones,
  orthogonal,
  uniformWithin,
  zeros,
} from "./models/initializers.ts";
export {
  batchNorm,
  type BatchNormOptions,
  channelMeans,
  conv,
  type ConvOptions,
  dropout,
  layerNorm,
  type LayerNormOptions,
  maxPool2,
} from "./models/layers.ts";
export { lenet, type LenetOptions } from "./models/lenet.ts";
export {
  accuracy,
  binaryCrossEntropy,
  crossEntropy,
  hinge,
  huber,
  type Loss,
  type LossOptions,
  meanAbsoluteError,
  meanSquaredError,
  tokenCrossEntropy,
  withLoss,
} from "./models/loss.ts";
export {
  type Cell,
  recurrentLanguageModel,
  type RecurrentLanguageModelOptions,
  recurrentLayer,
  type RecurrentLayerOptions,
} from "./models/recurrent.ts";
export { resnet, type ResnetOptions } from "./models/resnet.ts";
export { transformer, type TransformerOptions } from "./models/transformer.ts";
export { vgg, VGG16, type VggOptions } from "./models/vgg.ts";

// Running and training.
export { ONNX_RUNTIME_VERSION } from "./deps.ts";
export type { DataInput } from "./runtime/program/batch_input.ts";
export { type Device, DeviceError, DEVICES, requireDevice } from "./runtime/session/device.ts";
export { type Evaluator, evaluator, type EvaluatorOptions } from "./runtime/evaluation/evaluate.ts";
export {
  type EvaluationBuffers,
  evaluationBuffers,
  type EvaluationBuffersInput,
  type EvaluationBuffersOptions,
} from "./runtime/evaluation/evaluation_buffers.ts";
export {
  type Checkpointing,
  type Data,
  fit,
  type FitOptions,
  type FitResult,
  type SaveReason,
  type Switch,
} from "./runtime/training/fit.ts";
export { type Fault, type FaultPolicy, faultText, NumericalError } from "./runtime/training/faults.ts";
export type {
  EpochRecord,
  FaultState,
  FitOrder,
  FitState,
  StepRecord,
} from "./runtime/training/fit_state.ts";
export { replaceFile } from "./runtime/checkpoint/replace_file.ts";
export {
  parseSafetensors,
  type Safetensors,
  safetensorsChunks,
  SafetensorsError,
  type SafetensorsOptions,
  writeSafetensors,
} from "./runtime/checkpoint/safetensors.ts";
export {
  type Checkpoint,
  CheckpointError,
  readCheckpoint,
  writeCheckpoint,
} from "./runtime/checkpoint/checkpoint.ts";
export {
  type Batches,
  type DataTensor,
  type ProgramOptions,
  type ProgramRun,
  type RunOptions,
  type TrainingProgram,
  trainingProgram,
  type TrainState,
} from "./runtime/program/program.ts";
export { type Precision, PRECISIONS, requirePrecision } from "./runtime/program/half_products.ts";
export type { DataColumn, RowSource } from "./runtime/program/row_source.ts";
export {
  openSession,
  type ResidentOptions,
  type Session,
  type SessionOptions,
} from "./runtime/session/session.ts";
export type { BufferSpec, Mask, TrainingFormOptions } from "./runtime/program/training_form.ts";
export {
  type ProgramForm,
  type Statistic,
  type TrainingModel,
  trainingModel,
  type TrainingModelOptions,
} from "./runtime/program/training_model.ts";
