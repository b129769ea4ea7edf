/**
 * One step of training as nodes of a graph: the model in training form, its gradient, and the update.
 *
 * @module
 */
import { backward, type Target } from "../../autodiff/mod.ts";
import type { BufferSpec, Prepared } from "../../autodiff/trained/mod.ts";
import type { DType, Graph, StaticShape, Value } from "../../onnx/mod.ts";
import type { Trace } from "../../optim/mod.ts";
import { type FlatOptions, flatten, joinedInputs } from "../../optim/flat/mod.ts";
import { fewerPasses } from "../../optim/fused/mod.ts";
import type { Noise } from "../../optim/graph/mod.ts";
import { batchInput, type DataInput } from "./batch_input.ts";
import { together } from "./flat_state.ts";
import { halveProducts, type Precision } from "./half_products.ts";
import { addFactors, exampleGradients, ownLosses, type StepLayers, stepLayers } from "./factors.ts";
import { hutchinson } from "./hutchinson.ts";
import { meanOverExamples } from "./example_gradients.ts";
import type { Lookup } from "./lookup.ts";
import type { AugmentPlan } from "../augment/mod.ts";
import type { Mask } from "./masks.ts";
import { SoftLabels } from "./soft_labels.ts";
import { poolFirst } from "./pool_first.ts";
import { scalar, statistic } from "./step_reports.ts";
import { type TrainingLayers, trainingLayers } from "./training_layers.ts";
import type { Statistic } from "./training_types.ts";

type Values = Readonly<Record<string, Value>>;

/** The plan of a step, decided before any of its nodes is written. */
export interface StepPlan {
  readonly prepared: Prepared;
  /** The parameters, by name. */
  readonly parameters: Readonly<Record<string, { dtype: DType; shape: StaticShape }>>;
  /** The running statistics that it keeps up, by name. */
  readonly buffers: Readonly<Record<string, BufferSpec>>;
  /** The dropouts that drop. */
  readonly masks: readonly Mask[];
  /** The augmentation of the batch. */
  readonly augment: AugmentPlan;
  /** The share of each label that is spread over all classes. */
  readonly labelSmoothing: number;
  /** The update rule. */
  readonly trace: Trace;
  /** The directions of the estimates of the Hessian; empty if the rule needs none. */
  readonly probes: readonly Noise[];
  readonly metrics: readonly string[];
  readonly statistics: readonly Statistic[];
  /** Whether running statistics are added up. */
  readonly sums: boolean;
  readonly target: Target;
  readonly precision: Precision;
  readonly lossScale: number;
  /** Whether composite nodes stay in the graph of the step. */
  readonly composites: boolean;
  /** Whether it may use operators of ONNX Runtime's own. */
  readonly runtimeOperators: boolean;
  /** The flat vectors that the update is computed on; absent if it is computed for each parameter. */
  readonly flat: FlatOptions | undefined;
}

/** The inputs of a step: values of the graph that it is written into, or of an outer graph. */
export interface StepInput {
  /** The data set, for each input of the model. */
  readonly data: readonly { readonly name: string; readonly spec: DataInput; readonly value: Value }[];
  /** The numbers of the batch's rows. */
  readonly rows: Value;
  readonly params: Values;
  readonly slots: Values;
  readonly buffers: Values;
  readonly masks: Values;
  /** The augmentation's numbers for this very step, drawn by the host. */
  readonly draws: Values;
  /** Coefficients and random numbers of this very step. */
  readonly coefficients: Values;
  readonly noises: Values;
  /** Tables for those that a clock of the rule counts. */
  readonly lookup: Lookup;
}

/** The outputs of a step. */
export interface StepOutput {
  readonly params: Values;
  readonly slots: Values;
  readonly buffers: Values;
  /** The loss, the metrics and the statistics. */
  readonly reports: readonly Value[];
}

/** Writes a step into a graph. @throws {RangeError} when a metric does not exist; whatever differentiation throws. */
export function addStep(step: Graph, plan: StepPlan, input: StepInput): StepOutput {
  const { trace, probes, precision, target } = plan;
  const forward = addForward(step, plan, input);
  const layers = stepLayers(step, input.params, trace.needs.factors);
  const losses = ownLosses(step, layers, { loss: forward.loss, draws: input.draws });
  const { grads, outputs } = trace.eachExample === null
    ? addGradient(step, plan, { params: input.params, forward, layers })
    : {
      grads: meanOverExamples(step, plan, { input, batch: forward.batch, initializers: forward.values }),
      outputs: [],
    };
  const looked = input.lookup.at(step, input.slots);
  const noises = { ...input.noises, ...looked.noises };
  const { straight, loss } = forward;
  const hessians = probes.length === 0 ? {} : {
    hessians: hutchinson(step, {
      grads,
      params: input.params,
      probes: record(Object.keys(plan.parameters), probes.map((n) => noises[n.name]!)),
      target,
      ...(straight ? { straight } : {}),
    }),
  };
  const factors = layers.factors.length === 0
    ? {}
    : { factors: factorsOf(step, { input, forward, layers, outputs, losses, looked }) };
  // The update's own products are not among them.
  if (precision === "float16") halveProducts(step);
  const next = trace.emit(
    step,
    {
      grads,
      params: input.params,
      state: input.slots,
      coefficients: { ...input.coefficients, ...looked.coefficients },
      noises,
      buffers: forward.layers.next,
      ...hessians,
      ...factors,
      ...(trace.needs.value ? { value: scalar(step, loss, plan.prepared.loss) } : {}),
    },
    plan.runtimeOperators ? fewerPasses : undefined,
    plan.flat && flatten(plan.flat),
  );
  const join = summed(step, plan);
  const sums = plan.statistics.map((s) =>
    statistic(step, s, { grads: join(grads), updates: () => join(next.updates), target })
  );
  return {
    params: next.params,
    slots: next.state,
    buffers: forward.layers.next,
    reports: [...forward.reports, ...sums],
  };
}

/** Returns what statistics sum over: few vectors on a GPU; on a CPU each tensor, which keeps the order of the sums. */
function summed(
  step: Graph,
  { trace, target, flat, parameters }: StepPlan,
): (values: Record<string, Value>) => Record<string, Value> {
  if (flat === undefined || target === "cpu") return (values) => values;
  const shapes = Object.fromEntries(Object.entries(parameters).map(([n, { shape }]) => [n, shape]));
  const join = together(shapes, { known: joinedInputs(trace, flat).gradients, flat });
  return (values) => join(step, values);
}

/** The model in training form, on a batch. */
interface Forward {
  /** The values of the model's inputs. */
  readonly batch: Values;
  /** The values of the model, by name. */
  readonly values: ReadonlyMap<string, Value>;
  readonly loss: Value;
  /** The loss and the metrics as scalars. */
  readonly reports: readonly Value[];
  readonly layers: TrainingLayers;
  readonly straight: ReturnType<Prepared["addTo"]>["straight"];
}

function addForward(
  step: Graph,
  { prepared, metrics, sums, composites, augment, labelSmoothing, target, flat }: StepPlan,
  input: StepInput,
): Forward {
  const { loss, wide: { model } } = prepared;
  const batch: Record<string, Value> = {};
  for (const { name, spec, value } of input.data) {
    const own = augment.inputs[name];
    batch[name] = batchInput(step, step.gather(value, input.rows, { axis: 0 }), {
      name,
      spec,
      model,
      augment: own && { stored: own.stored, apply: (g, x) => own.apply(g, x, input.draws) },
    });
  }
  const layers = trainingLayers({
    buffers: input.buffers,
    masks: input.masks,
    sums,
    composites,
    ...(flat && target === "gpu" ? { flat } : {}),
  });
  const labels = new SoftLabels({ smoothing: labelSmoothing, augment, batch, draws: input.draws });
  const { values, outputs, straight } = prepared.addTo(step, {
    bind: { ...input.params, ...batch, ...layers.next },
    replace: (node, g) => labels.replace(node, g) ?? layers.replace(node, g),
  });
  layers.finish(step);
  labels.check(loss, values.get(loss)!);
  const byOutput = (name: string) => outputs[model.graph!.output.findIndex((o) => o.name === name)];
  const reported = [loss, ...metrics].map((name) => [name, byOutput(name) ?? values.get(name)] as const);
  poolFirst(step, new Set(reported.flatMap(([, value]) => value ?? [])));
  const reports = reported.map(([name, value]) => scalar(step, value, name));
  return { batch, values, loss: values.get(loss)!, reports, layers, straight };
}

/** Writes the gradient of the loss with respect to each parameter. */
function addGradient(
  step: Graph,
  { target, lossScale, composites }: StepPlan,
  { params, forward: { loss, layers, straight }, layers: { outputs } }: {
    params: Values;
    forward: Forward;
    layers: StepLayers;
  },
): { grads: Record<string, Value>; outputs: readonly Value[] } {
  const seed = step.constant(lossScale, loss.dtype);
  const cotangent = loss.rank === 0 ? seed : step.reshape(seed, loss.shape!.map(() => 1));
  const scaled = backward(step, {
    seeds: [{ value: loss, cotangent }],
    wrt: [...Object.values(params), ...outputs],
    target,
    composites,
    own: straight ? new Map([...layers.rules, ...straight.rules]) : layers.rules,
    ...(straight ? { constants: straight.constants } : {}),
  });
  const grads = lossScale === 1 ? scaled : scaled.map((v) => step.mul(v, 1 / lossScale));
  const names = Object.keys(params);
  return { grads: record(names, grads), outputs: grads.slice(names.length) };
}

/** Writes the moments of the layers that the rule reads. */
function factorsOf(
  step: Graph,
  { input, forward, layers, outputs, losses, looked }: {
    input: StepInput;
    forward: Forward;
    layers: StepLayers;
    /** The gradients of the layers' outputs, of the mean loss. */
    outputs: readonly Value[];
    /** The losses at sampled labels. */
    losses: Value | undefined;
    looked: ReturnType<Lookup["at"]>;
  },
): Record<string, Value> {
  const { loss, straight } = forward;
  const examples = step.cast(step.size(input.rows), { to: loss.dtype });
  const own = straight ? new Map([...forward.layers.rules, ...straight.rules]) : forward.layers.rules;
  return addFactors(step, layers, {
    gradients: losses === undefined ? outputs : exampleGradients(step, layers, { losses, own, straight }),
    // The gradients of the mean are those of the examples divided by their number.
    scale: losses === undefined ? examples : step.constant(1, loss.dtype),
    examples,
    coefficients: { ...input.coefficients, ...looked.coefficients },
  });
}

/** Returns names with their values. */
export function record<T>(names: readonly string[], values: readonly T[]): Record<string, T> {
  return Object.fromEntries(names.map((name, i) => [name, values[i]!]));
}
