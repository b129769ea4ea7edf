/**
 * The model of a training program: loss, gradient and update rule of one step, alone or looped over in a `Scan`.
 *
 * @module
 */
import { checkOptions, type OptionNames } from "../../options/mod.ts";
import { backward, type Quantization, StraightThrough, type Target } from "../../autodiff/mod.ts";
import { type ModelParameter, prepareModel } from "../../autodiff/trained/mod.ts";
import {
  buildModel,
  DEFAULT_OPSET,
  type DType,
  Graph,
  importModel,
  type Model,
  type ScanOptions,
  type Shape,
  type StaticShape,
  toFloat32,
  type Value,
} from "../../onnx/mod.ts";
import { opsetsOf } from "../../onnx/convert/mod.ts";
import { tieText } from "../../onnx/weights/mod.ts";
import { checkOptimizer, type Optimizer, type Trace } from "../../optim/mod.ts";
import type { Noise } from "../../optim/graph/mod.ts";
import { batchInput, type DataInput } from "./batch_input.ts";
import { halveProducts } from "./half_products.ts";
import { hessianProbes, hutchinson } from "./hutchinson.ts";
import { Lookup } from "./lookup.ts";
import { NAMES } from "../session/mod.ts";
import { selectionOf } from "./survey.ts";
import {
  type BufferSpec,
  type Mask,
  TRAINING_FORM_OPTIONS,
  trainingForm,
  type TrainingFormOptions,
  trainingLayers,
} from "./training_form.ts";

/** Sums over all parameters that a step can report. */
export type Statistic = "gradient-norm" | "gradient-sum" | "update-dot-update" | "update-dot-gradient";

/**
 * How a program runs many steps: `"scan"` all of them in one run of a model that loops over them, `"steps"` each in a run
 * of a model of one step.
 */
export type ProgramForm = "scan" | "steps";

/** What a training program is compiled from. */
export interface TrainingModelOptions extends TrainingFormOptions {
  /** A model whose outputs include the loss, such as `withLoss` makes; one of float16 trains in float32. */
  model: Model;
  /** The output to minimize: a float scalar; `"loss"` by default. */
  loss?: string;
  /** The update rule. */
  optimizer: Optimizer;
  /** For each input of the model, what the data set holds for it. */
  inputs: Readonly<Record<string, DataInput>>;
  /**
   * Names to train: initializers, and float tensors of `Constant` nodes and subgraphs. By default the initializers that
   * the loss depends on and that `describeModel` calls trained: not numbers of formulas, masks, tables or running
   * statistics.
   */
  parameters?: readonly string[];
  /**
   * Whether to split each initializer that stands for several parameters into one per parameter, `name`, `name_2` and
   * so on: exporters write equal tensors once, and training would keep them equal. A list of names splits these
   * initializers only, even if one module reads them several times and the file does not say whether they are one
   * parameter. `false` by default.
   */
  untie?: boolean | readonly string[];
  /**
   * The gradient of rounding. `"exact"`: 0, and parameters that would get no gradient at all are refused.
   * `"straight-through"`: passes quantization, casts to integers and back, `Round`, `Floor` and `Ceil` as if they were
   * not there, and is 0 where a quantization clamps. `"exact"` by default.
   */
  quantization?: Quantization;
  /** Further scalar outputs of the model to report each step. */
  metrics?: readonly string[];
  /** Sums over all parameters to report each step. */
  statistics?: readonly Statistic[];
  /**
   * How a step updates the running statistics of batch normalizations: `"moved"` moves them towards the batch's by the
   * layers' momentum, `"summed"` adds the batch's to them, for averages over many batches. `"moved"` by default.
   */
  runningStatistics?: "moved" | "summed";
  /** Seed of the estimates of the Hessian's diagonal, for rules that need them: 0 to 4294967295; 0 by default. */
  hessianSeed?: number;
  /** Examples a step, where it is always the same number; any number by default. */
  batchSize?: number;
  /** Many steps or one; `"scan"` by default. */
  form?: ProgramForm;
  /** The kind of device that the gradient is written for; `"cpu"` by default. */
  target?: Target;
}

/** The names of {@linkcode TrainingModelOptions}. */
export const TRAINING_MODEL_OPTIONS = {
  ...TRAINING_FORM_OPTIONS,
  model: true,
  loss: false,
  optimizer: true,
  inputs: true,
  parameters: false,
  untie: false,
  quantization: ["exact", "straight-through"],
  metrics: false,
  statistics: false,
  runningStatistics: ["moved", "summed"],
  hessianSeed: false,
  batchSize: false,
  form: ["scan", "steps"],
  target: ["cpu", "gpu"],
} satisfies OptionNames<TrainingModelOptions>;

/** A training program's model, and what its inputs and outputs stand for. */
export interface TrainingModel {
  /** The model. */
  readonly model: Model;
  /** Whether it runs many steps or one. */
  readonly form: ProgramForm;
  /** The parameters, by name. */
  readonly parameters: Readonly<Record<string, { dtype: DType; shape: StaticShape }>>;
  /** The float initializers that the loss depends on and that it does not train; `constant` gives the reason. */
  readonly leftOut: readonly ModelParameter[];
  /** Warnings about branches that no gradient passes; empty for most models. */
  readonly warnings: readonly string[];
  /** The running statistics that it keeps up, by name. */
  readonly buffers: Readonly<Record<string, BufferSpec>>;
  /** The masks that each step needs from the host, one for each dropout. */
  readonly masks: readonly Mask[];
  /** The update rule, traced over the parameters. */
  readonly trace: Trace;
  /** The random numbers that each step needs: the rule's, and those that estimates of the Hessian are made with. */
  readonly noises: readonly Noise[];
  /** Names of the scalars reported each step, the loss first. */
  readonly reports: readonly string[];
}

/** What the loss is multiplied by where products are float16: gradients of a mean over many examples are small. */
const HALF_LOSS_SCALE = 1024;

export { NAMES };

/**
 * Compiles loss, gradient and update into one model. Its inputs are the data set (one tensor per input of the model, an
 * example a row), `indices` int64 `[K, B]`, one vector `[K]` per step coefficient (a table indexed by a clock's value
 * if a clock of the rule counts for it), the parameters and the optimizer's state; random numbers `[K, …]` where the
 * rule draws any, masks `[K, …]` of dropouts, and the running statistics of batch normalizations; its outputs are the
 * parameters, the state and the statistics after K steps and one vector `[K]` per report. With `form: "steps"` it is
 * one step, and all those `[K, …]` are `[…]`.
 *
 * @throws {RangeError} when a parameter, metric or input is not there; whatever differentiation throws.
 */
export function trainingModel(options: TrainingModelOptions): TrainingModel {
  checkOptions("trainingModel", options, TRAINING_MODEL_OPTIONS);
  const {
    loss = "loss",
    optimizer,
    inputs,
    metrics = [],
    statistics = [],
    form: kind = "scan",
    target = "cpu",
    precision = "float32",
    lossScale: scale = precision === "float16" ? HALF_LOSS_SCALE : 1,
  } = options;
  if (!(typeof scale === "number" && scale > 0 && scale < Infinity)) {
    throw new RangeError(`lossScale must be finite and above 0, got ${String(scale)}`);
  }
  checkOptimizer("optimizer", optimizer);
  const prepared = prepareModel(options.model, options);
  const model = toFloat32(prepared.model);
  const opsets = opsetsOf(model);
  const straightThrough = options.quantization === "straight-through";
  const graph = new Graph({
    name: "training",
    opsets: { ...opsets, "": Math.max(opsets[""] ?? 0, DEFAULT_OPSET) },
  });
  const form = trainingForm(model, options);
  checkList("parameters", options.parameters);
  const chosen = selectionOf(model, { loss, names: prepared.parameters, straightThrough });
  const names = chosen.trained.map((v) => v.name);
  const parameters = record(
    names,
    chosen.trained.map((v) => ({ dtype: v.dtype, shape: v.shape as StaticShape })),
  );
  const kept = options.batchStatistics === false ? {} : form.statistics;
  const buffers = Object.fromEntries(Object.entries(kept).filter(([n]) => !names.includes(n)));
  const trace = optimizer.trace(parameters, buffers);
  const data = Object.entries(inputs).map(([name, spec]) => {
    const shape: Shape = ["examples", ...spec.shape.slice(1)];
    return { name, spec, value: graph.input(NAMES.data(name), spec.dtype, shape) };
  });
  const perStep = (name: string, dtype: DType, shape: Shape) =>
    graph.input(name, dtype, kind === "scan" ? ["steps", ...shape] : shape);
  const indices = perStep(NAMES.indices, "int64", [options.batchSize ?? "batch"]);
  const float = Object.values(parameters)[0]!.dtype;
  const byStep = trace.coefficients.filter((c) => c.clock === null);
  const coefficients = byStep.map((c) => perStep(NAMES.coefficient(c.name), float, []));
  const probes = trace.needs.hessians
    ? hessianProbes(parameters, {
      seed: options.hessianSeed ?? 0,
      interval: optimizer.rule.hessianInterval ?? 1,
      clock: trace.counter,
    })
    : [];
  const drawn = [...trace.noises, ...probes];
  const drawnByStep = drawn.filter((n) => n.clock === null);
  const noises = drawnByStep.map((n) => perStep(NAMES.noise(n.name), float, n.shape));
  const lookup = new Lookup(graph, { trace, noises: drawn, dtype: float });
  const params = names.map((name) => graph.input(name, parameters[name]!.dtype, parameters[name]!.shape));
  const state = trace.state.map((s) => graph.input(NAMES.state(s.name), s.dtype, s.shape));
  const bufferNames = Object.keys(buffers);
  const running = bufferNames.map((n) => graph.input(n, buffers[n]!.dtype, buffers[n]!.shape));
  const masks = form.masks.map((m) => perStep(NAMES.mask(m.name), "bool", [graph.freshDim()]));
  const reports = [loss, ...metrics, ...statistics];
  const loop: ScanOptions = {
    states: [...params, ...state, ...running],
    scanned: [indices, ...coefficients, ...noises, ...masks],
    body(step, states, [rows, ...given]) {
      const p = record(names, states.slice(0, names.length));
      const bound: Record<string, Value> = { ...p };
      for (const { name, spec, value } of data) {
        bound[name] = batchInput(step, step.gather(value, rows!, { axis: 0 }), { name, spec, model });
      }
      const layers = trainingLayers({
        buffers: record(bufferNames, states.slice(states.length - bufferNames.length)),
        masks: record(form.masks.map((m) => m.name), given.slice(given.length - masks.length)),
        sums: options.runningStatistics === "summed",
      });
      const straight = straightThrough ? new StraightThrough(step) : undefined;
      const { values, outputs } = importModel(model, step, {
        bind: { ...bound, ...layers.next },
        replace: (node, g) => layers.replace(node, g) ?? straight?.replace(node, g),
      });
      const byOutput = (name: string) => outputs[model.graph!.output.findIndex((o) => o.name === name)];
      const reported = [loss, ...metrics].map((name) =>
        scalar(step, byOutput(name) ?? values.get(name), name)
      );
      const lossValue = values.get(loss)!;
      const seed = step.constant(scale, lossValue.dtype);
      const cotangent = lossValue.rank === 0 ? seed : step.reshape(seed, lossValue.shape!.map(() => 1));
      const scaled = backward(step, {
        seeds: [{ value: lossValue, cotangent }],
        wrt: Object.values(p),
        target,
        own: straight ? new Map([...layers.rules, ...straight.rules]) : layers.rules,
        ...(straight ? { constants: straight.constants } : {}),
      });
      const grads = record(names, scale === 1 ? scaled : scaled.map((v) => step.mul(v, 1 / scale)));
      const slots = record(trace.state.map((s) => s.name), states.slice(names.length));
      const looked = lookup.at(step, slots);
      const noise = {
        ...record(drawnByStep.map((n) => n.name), given.slice(coefficients.length)),
        ...looked.noises,
      };
      const hessians = probes.length === 0 ? {} : {
        hessians: hutchinson(step, {
          grads,
          params: p,
          probes: record(names, probes.map((n) => noise[n.name]!)),
          target,
          ...(straight ? { straight } : {}),
        }),
      };
      // The update's own products are not among them.
      if (precision === "float16") halveProducts(step);
      const next = trace.emit(step, {
        grads,
        params: p,
        state: slots,
        coefficients: { ...record(byStep.map((c) => c.name), given), ...looked.coefficients },
        noises: noise,
        buffers: layers.next,
        ...hessians,
        ...(trace.needs.value ? { value: scalar(step, lossValue, loss) } : {}),
      });
      const sums = statistics.map((s) => statistic(step, s, { grads, updates: () => next.updates }));
      return {
        states: [
          ...names.map((n) => next.params[n]!),
          ...trace.state.map((s) => next.state[s.name]!),
          ...bufferNames.map((n) => layers.next[n]!),
        ],
        outputs: [...reported, ...sums],
      };
    },
  };
  const result = kind === "scan"
    ? graph.scan(loop)
    : loop.body(graph, [...params, ...state, ...running], [...loop.scanned]);
  const finals = [...names, ...trace.state.map((s) => NAMES.state(s.name)), ...bufferNames];
  finals.forEach((name, i) => graph.output(result.states[i]!, NAMES.next(name)));
  reports.forEach((name, i) => graph.output(result.outputs[i]!, NAMES.report(name)));
  graph.prune();
  return {
    model: buildModel(graph),
    form: kind,
    parameters,
    leftOut: chosen.parameters.filter((p) => p.constant !== undefined),
    warnings: [...chosen.warnings, ...chosen.ties.map(tieText)],
    buffers,
    masks: form.masks,
    trace,
    noises: drawn,
    reports,
  };
}

function record<T>(names: readonly string[], values: readonly T[]): Record<string, T> {
  return Object.fromEntries(names.map((name, i) => [name, values[i]!]));
}

/** Checks a list of names. @throws {RangeError} when it is empty or names something twice. */
function checkList(what: string, names: readonly string[] | undefined): void {
  if (names === undefined) return;
  if (names.length === 0) {
    throw new RangeError(`${what} names nothing: leave it out to take all, or name at least one`);
  }
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new RangeError(`${what} names '${twice}' twice`);
}

function scalar(g: Graph, value: Value | undefined, name: string): Value {
  if (value === undefined) throw new RangeError(`'${name}' is no value of the model`);
  if (value.shape?.length === 0) return value;
  return g.reshape(value, g.constant({ dtype: "int64", shape: [0], data: new BigInt64Array(0) }));
}

function statistic(
  g: Graph,
  name: Statistic,
  { grads, updates }: { grads: Record<string, Value>; updates: () => Record<string, Value> },
): Value {
  const dot = (a: Record<string, Value>, b: Record<string, Value>) => {
    const parts = Object.keys(a).map((n) => g.reduceSum(g.mul(a[n]!, b[n]!), null, { keepdims: 0 }));
    return parts.length === 1 ? parts[0]! : g.sum(parts);
  };
  switch (name) {
    case "gradient-norm":
      return g.sqrt(dot(grads, grads));
    case "gradient-sum": {
      const parts = Object.values(grads).map((v) => g.reduceSum(v, null, { keepdims: 0 }));
      return parts.length === 1 ? parts[0]! : g.sum(parts);
    }
    case "update-dot-update":
      return dot(updates(), updates());
    case "update-dot-gradient":
      return dot(updates(), grads);
  }
}
