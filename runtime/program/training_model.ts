/**
 * The model of a training program: loss, gradient and update rule of one step, alone or looped over in a `Scan`.
 *
 * @module
 */
import { checkOptions } from "../../options/mod.ts";
import { type Prepared, preparedOf } from "../../autodiff/trained/mod.ts";
import { buildModel, type DType, type Graph, type Shape, type Value } from "../../onnx/mod.ts";
import { graphFor } from "../../onnx/convert/mod.ts";
import { lowerForGpu } from "../../lowering/accelerator/mod.ts";
import { lower, LOWERED_OPSETS } from "../../lowering/mod.ts";
import { foldContents } from "../../onnx/ir/mod.ts";
import { checkOptimizer, type Trace } from "../../optim/mod.ts";
import { CPU_VECTORS, type FlatOptions, GPU_VECTORS, joinedInputs } from "../../optim/flat/mod.ts";
import { gatePays } from "../../optim/fused/mod.ts";
import { NAMES } from "../session/mod.ts";
import { requireExamples } from "./example_gradients.ts";
import { type FlatState, flatState, SEPARATE } from "./flat_state.ts";
import { factorDraws } from "./factors.ts";
import { hessianProbes } from "./hutchinson.ts";
import { Lookup } from "./lookup.ts";
import { masksOf } from "./masks.ts";
import { optimizerFor } from "./model_layers.ts";
import { augmentOf, checkSmoothing } from "./augmented.ts";
import { addStep, record, type StepInput, type StepPlan } from "./training_step.ts";
import {
  type ProgramForm,
  STATISTICS,
  TRAINING_MODEL_OPTIONS,
  type TrainingModel,
  type TrainingModelOptions,
} from "./training_types.ts";

/** The loss scale if products are float16: gradients of a mean over many examples are small. */
const HALF_LOSS_SCALE = 1024;

/**
 * Compiles loss, gradient and update into one model. Its inputs are the data set (one tensor per input of the model, an
 * example a row), `indices` int64 `[K, B]`, one vector `[K]` per step coefficient (a table indexed by a clock's value
 * if a clock of the rule counts for it), the parameters and the optimizer's state; random numbers `[K, …]` where the
 * rule draws any, masks `[K, …]` of dropouts, and the running statistics of batch normalizations; its outputs are the
 * parameters, the state and the statistics after K steps and one vector `[K]` per report. With `form: "steps"` it is
 * one step, and all those `[K, …]` are `[…]`.
 *
 * @throws {RangeError} when an option is out of its range; when a parameter, metric or input does not exist; when
 * `runtimeOperators` or `block` is asked for another target than `"cpu"`; whatever `prepareModel` and differentiation throw.
 *
 * @example
 * ```ts
 * import { mlp, sgd, trainingModel, withLoss } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 * const model = withLoss(mlp({ inputs: 4, hidden: [], outputs: 2, seed: 1 }), { loss: "cross-entropy" });
 * const compiled = trainingModel({
 *   model,
 *   optimizer: sgd({ learningRate: 0.1 }),
 *   inputs: { x: { dtype: "float32", shape: [100, 4] }, target: { dtype: "int64", shape: [100] } },
 * });
 * assertEquals(Object.values(compiled.parameters).map((p) => p.shape), [[2, 4], [2]]);
 * assertEquals(compiled.reports, ["loss"]);
 * ```
 */
export function trainingModel(options: TrainingModelOptions): TrainingModel {
  checkOptions("trainingModel", options, TRAINING_MODEL_OPTIONS);
  const lossScale = lossScaleOf(options);
  checkBlock(options);
  checkStatistics(options);
  checkOptimizer("optimizer", options.optimizer);
  const prepared = preparedOf(options.model, options);
  const plan = planOf(prepared, { ...options, lossScale });
  const { form = "scan", block } = options;
  const { trace, probes, metrics, statistics } = plan;
  const opsets = {
    ...(plan.runtimeOperators ? { "com.microsoft": 1 } : {}),
    ...(block === undefined ? {} : LOWERED_OPSETS),
  };
  const graph = graphFor(prepared.wide.model, { name: "training", opsets });
  const reports = [prepared.loss, ...metrics, ...statistics];
  addSteps(graph, { plan, options, form, reports });
  graph.prune();
  if (block !== undefined) lower(stepOf(graph, form), { block });
  if (plan.target === "gpu") lowerForGpu(stepOf(graph, form));
  return {
    model: buildModel(graph),
    form,
    parameters: plan.parameters,
    leftOut: prepared.leftOut,
    warnings: prepared.gradientWarnings,
    buffers: plan.buffers,
    masks: plan.masks,
    draws: plan.augment.draws,
    seed: options.seed ?? 0,
    trace,
    noises: [...trace.noises, ...probes],
    reports,
  };
}

/** Returns the graph of one step. */
function stepOf(graph: Graph, form: ProgramForm): Graph {
  return form === "steps" ? graph : graph.nodes.find((n) => n.opType === "Scan")!.subgraph("body")!;
}

/** @throws {RangeError} when the block is not a processor's, or the model is not for one. */
function checkBlock({ block, target = "cpu", precision = "float32" }: TrainingModelOptions): void {
  if (block === undefined) return;
  if (block !== 8 && block !== 16) throw new RangeError(`block must be 8 or 16, got ${String(block)}`);
  if (target === "cpu" && precision === "float32") return;
  throw new RangeError(
    `block ${block} is for target 'cpu' and precision 'float32', got '${target}' and '${precision}': leave block out`,
  );
}

/** @throws {RangeError} when a statistic is unknown. */
function checkStatistics({ statistics = [] }: TrainingModelOptions): void {
  const unknown = statistics.find((name) => !STATISTICS.includes(name));
  if (unknown === undefined) return;
  throw new RangeError(
    `statistics: there is no '${String(unknown)}': it must be one of ${STATISTICS.join(", ")}`,
  );
}

function lossScaleOf(
  { precision, lossScale = precision === "float16" ? HALF_LOSS_SCALE : 1 }: TrainingModelOptions,
): number {
  if (typeof lossScale === "number" && lossScale > 0 && lossScale < Infinity) return lossScale;
  throw new RangeError(`lossScale must be finite and above 0, got ${String(lossScale)}`);
}

/** Decides what a step computes. */
function planOf(
  prepared: Prepared,
  { optimizer, inputs, lossScale, ...options }: TrainingModelOptions & { lossScale: number },
): StepPlan {
  const masks = masksOf(prepared, { inputs, seed: options.seed ?? 0 });
  const { parameters } = prepared;
  const kept = options.batchStatistics === false ? {} : prepared.statistics;
  const buffers = Object.fromEntries(Object.entries(kept).filter(([n]) => !Object.hasOwn(parameters, n)));
  const bound = optimizerFor(optimizer, prepared);
  const trace = bound.trace(parameters, buffers);
  if (trace.eachExample !== null) {
    requireExamples({ masks, statistics: kept, needs: trace.needs, options: { ...options, optimizer } });
  }
  const interval = bound.rule.hessianInterval ?? 1;
  const { factors } = trace.needs;
  checkFactors(optimizer.name, trace, options);
  const augment = augmentOf(options.augment ?? {}, { inputs, model: prepared.wide.model });
  return {
    prepared,
    parameters,
    buffers,
    masks: options.dropout === false ? [] : masks,
    augment: { ...augment, draws: [...augment.draws, ...factorDraws(factors)] },
    labelSmoothing: checkSmoothing(options.labelSmoothing ?? 0),
    trace,
    probes: trace.needs.hessians
      ? hessianProbes(parameters, { seed: options.hessianSeed ?? 0, interval, clock: trace.counter })
      : [],
    metrics: options.metrics ?? [],
    statistics: options.statistics ?? [],
    sums: options.runningStatistics === "summed",
    target: options.target ?? "cpu",
    precision: options.precision ?? "float32",
    lossScale,
    // A second backward pass differentiates the first, and needs its operators.
    composites: options.block !== undefined && !trace.needs.hessians && trace.eachExample === null,
    runtimeOperators: runtimeOperatorsOf(options),
    flat: flatOf(options),
  };
}

/** @throws {RangeError} when a rule reads moments of layers in a program for which no test covers them. */
function checkFactors(
  name: string,
  { needs }: Trace,
  { target = "cpu", precision = "float32" }: Partial<TrainingModelOptions>,
) {
  if (needs.factors.length === 0 || (target === "cpu" && precision === "float32")) return;
  throw new RangeError(
    `${name} reads moments of layers, which programs for a GPU or of precision "float16" do not compute: use device "cpu" ` +
      'and precision "float32"',
  );
}

/** Returns the vectors that the update is computed on, if it is. */
function flatOf(
  { target = "cpu", flatUpdate = target === "gpu", runtimeOperators = false, form = "scan" }: Pick<
    TrainingModelOptions,
    "flatUpdate" | "target" | "runtimeOperators" | "form"
  >,
): FlatOptions | undefined {
  if (!flatUpdate) return undefined;
  // WebGPU runs step by step, and its kernels take elements as they take rows.
  if (target === "gpu") return { ...GPU_VECTORS, rows: form === "scan" };
  // The runtime's operators round some sums in another order: each tensor keeps the order that it has by itself.
  return runtimeOperators ? { ...CPU_VECTORS, alike: gatePays } : CPU_VECTORS;
}

function runtimeOperatorsOf(
  { runtimeOperators = false, target = "cpu" }: Pick<TrainingModelOptions, "runtimeOperators" | "target">,
): boolean {
  if (!runtimeOperators || target === "cpu") return runtimeOperators;
  throw new RangeError(
    `runtimeOperators: only a model for target "cpu" can use them, got target "${target}"`,
  );
}

/** The inputs of a training model that its steps read, in groups. */
interface ModelInputs {
  readonly data: StepInput["data"];
  /** Those of which each step gets its own slice: row numbers, coefficients, random numbers, masks and draws. */
  readonly sliced: readonly Value[];
  readonly lookup: Lookup;
  /** Those that a step changes: parameters, the optimizer's slots and running statistics. */
  readonly carried: readonly Value[];
}

/** Writes the inputs, one step or a loop over steps, and the outputs. */
function addSteps(
  graph: Graph,
  { plan, options, form, reports }: {
    plan: StepPlan;
    options: TrainingModelOptions;
    form: ProgramForm;
    reports: readonly string[];
  },
): void {
  const inputs = addInputs(graph, plan, options);
  const names = namesOf(plan);
  const body = (step: Graph, carried: readonly Value[], sliced: readonly Value[]) => {
    const next = addStep(step, plan, inputOf(plan, { ...inputs, carried, sliced }));
    const states = [
      ...names.params.map((n) => next.params[n]!),
      ...names.slots.map((n) => next.slots[n]!),
      ...names.buffers.map((n) => next.buffers[n]!),
    ];
    // With a block, the last pass does.
    if (options.block === undefined) foldContents(step);
    return { states, outputs: next.reports };
  };
  const result = form === "scan"
    ? loop(graph, { state: flatStateOf(plan), carried: inputs.carried, scanned: inputs.sliced, body })
    : body(graph, inputs.carried, inputs.sliced);
  const finals = [...names.params, ...names.slots.map(NAMES.state), ...names.buffers];
  finals.forEach((name, i) => graph.output(result.states[i]!, NAMES.next(name)));
  reports.forEach((name, i) => graph.output(result.outputs[i]!, NAMES.report(name)));
}

/** The values after a step: those that it changes, and its reports. */
interface StepResult {
  readonly states: readonly Value[];
  readonly outputs: readonly Value[];
}

/** Writes the loop over the steps, which carries vectors where the update is computed on vectors. */
function loop(
  graph: Graph,
  { state, carried, scanned, body }: {
    state: FlatState;
    carried: readonly Value[];
    scanned: readonly Value[];
    body: (step: Graph, carried: readonly Value[], sliced: readonly Value[]) => StepResult;
  },
): StepResult {
  const { states, outputs } = graph.scan({
    states: state.pack(graph, carried),
    scanned,
    body(step, packed, sliced) {
      const next = body(step, state.unpack(step, packed), sliced);
      return { states: state.pack(step, next.states), outputs: [...next.outputs] };
    },
  });
  return { states: state.unpack(graph, states), outputs };
}

/** Returns which of the values that a loop carries are in vectors: those that the update puts together. */
function flatStateOf(plan: StepPlan): FlatState {
  const { flat, trace, parameters, buffers } = plan;
  if (flat === undefined) return SEPARATE;
  const { params, slots } = namesOf(plan);
  const { parameters: whole, slots: state } = joinedInputs(trace, flat);
  const places = [
    ...whole.map((names) => names.map((n) => params.indexOf(n))),
    ...state.map((names) => names.map((n) => params.length + slots.indexOf(n))),
  ];
  const specs = [...Object.values(parameters), ...trace.state, ...Object.values(buffers)];
  return flatState(places, { shapes: specs.map((s) => s.shape), flat });
}

/** The names of what goes in and out of a step, each group in order. */
function namesOf({ parameters, buffers, trace, probes, masks, augment }: StepPlan) {
  return {
    params: Object.keys(parameters),
    slots: trace.state.map((s) => s.name),
    buffers: Object.keys(buffers),
    coefficients: trace.coefficients.filter((c) => c.clock === null).map((c) => c.name),
    noises: [...trace.noises, ...probes].filter((n) => n.clock === null).map((n) => n.name),
    masks: masks.map((m) => m.name),
    draws: augment.draws.map((d) => d.name),
  };
}

function addInputs(
  graph: Graph,
  { parameters, buffers, trace, probes, masks, augment }: StepPlan,
  { inputs, batchSize, form = "scan" }: TrainingModelOptions,
): ModelInputs {
  const data = Object.entries(inputs).map(([name, spec]) => {
    const shape: Shape = ["examples", ...spec.shape.slice(1)];
    return { name, spec, value: graph.input(NAMES.data(name), spec.dtype, shape) };
  });
  const sliced = (name: string, dtype: DType, shape: Shape) =>
    graph.input(name, dtype, form === "scan" ? ["steps", ...shape] : shape);
  const rows = sliced(NAMES.indices, "int64", [batchSize ?? "batch"]);
  const float = Object.values(parameters)[0]!.dtype;
  const coefficients = trace.coefficients.filter((c) => c.clock === null)
    .map((c) => sliced(NAMES.coefficient(c.name), float, []));
  const drawn = [...trace.noises, ...probes];
  const noises = drawn.filter((n) => n.clock === null)
    .map((n) => sliced(NAMES.noise(n.name), float, n.shape));
  const lookup = new Lookup(graph, { trace, noises: drawn, dtype: float });
  const carried = [
    ...Object.entries(parameters).map(([name, p]) => graph.input(name, p.dtype, p.shape)),
    ...trace.state.map((s) => graph.input(NAMES.state(s.name), s.dtype, s.shape)),
    ...Object.entries(buffers).map(([name, b]) => graph.input(name, b.dtype, b.shape)),
  ];
  const drops = masks.map((m) => sliced(NAMES.mask(m.name), "bool", [graph.freshDim()]));
  const draws = augment.draws.map(({ name, dtype, shape }) =>
    sliced(NAMES.draw(name), dtype, shape.map((d) => (d === "batch" ? batchSize ?? d : d)))
  );
  return { data, sliced: [rows, ...coefficients, ...noises, ...drops, ...draws], lookup, carried };
}

/** Returns what a step is given, by name. */
function inputOf(plan: StepPlan, { data, sliced, lookup, carried }: ModelInputs): StepInput {
  const names = namesOf(plan);
  const [rows, ...drawn] = sliced;
  const taken = { carried: [...carried], drawn };
  const take = (from: Value[], wanted: readonly string[]) => record(wanted, from.splice(0, wanted.length));
  return {
    data,
    rows: rows!,
    params: take(taken.carried, names.params),
    slots: take(taken.carried, names.slots),
    buffers: take(taken.carried, names.buffers),
    coefficients: take(taken.drawn, names.coefficients),
    noises: take(taken.drawn, names.noises),
    masks: take(taken.drawn, names.masks),
    draws: take(taken.drawn, names.draws),
    lookup,
  };
}
