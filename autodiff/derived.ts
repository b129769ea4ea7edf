/**
 * What the models of derivatives have in common: the graph of a model, its loss, and what it is differentiated by.
 *
 * @module
 */
import { checkOptions, type OptionNames } from "../options/mod.ts";
import type { Graph, Node, Value } from "../onnx/mod.ts";
import { graphFor } from "../onnx/convert/mod.ts";
import type { Model } from "../onnx/proto/mod.ts";
import { backward, type Target } from "./backward.ts";
import { reshapeLike, type Rule } from "./site.ts";
import { type Quantization, StraightThrough } from "./straight_through.ts";
import { lossOf, Prepared, type PreparedModel, preparedOf, selection } from "./trained/mod.ts";

/** The loss to differentiate, and the values to differentiate it by. */
export interface GradientOptions {
  /** The name of the value to differentiate: a float with one element. */
  loss: string;
  /**
   * Names to differentiate with respect to: initializers, inputs, activations (values that nodes compute), and float
   * tensors of `Constant` nodes and subgraphs.
   * By default the initializers that the loss depends on and that `describeModel` calls trained; in a model that
   * `gradientModel` returned, also the inputs that hold its parameters.
   */
  parameters?: readonly string[];
  /**
   * Whether to split each initializer that stands for several parameters into one per parameter, `name`, `name_2` and
   * so on. A list of names splits these initializers only, even if one module reads them several times and the file
   * does not say whether they are one parameter. `false` by default.
   */
  untie?: boolean | readonly string[];
  /** The gradient of rounding; `"exact"` by default, which refuses parameters that would get no gradient at all. */
  quantization?: Quantization;
  /** The kind of device that the gradient is written for; `"cpu"` by default. */
  target?: Target;
}

/** The names of {@linkcode GradientOptions}. */
const GRADIENT_OPTIONS = {
  loss: true,
  parameters: false,
  untie: false,
  quantization: ["exact", "straight-through"],
  target: ["cpu", "gpu"],
} satisfies OptionNames<GradientOptions>;

const PREPARED_OPTIONS = { target: ["cpu", "gpu"] } satisfies OptionNames<Pick<GradientOptions, "target">>;

/** A model in a graph of its own, ready to be differentiated. */
export interface Derived {
  readonly graph: Graph;
  /** The model's own metadata. */
  readonly metadata: Model["metadataProps"];
  /** The values of the model by their names in the file. */
  readonly values: ReadonlyMap<string, Value>;
  readonly loss: Value;
  /** The loss's name in the file. */
  readonly name: string;
  /** What it is differentiated by; those that were initializers are inputs now. */
  readonly chosen: readonly Value[];
  readonly straight: StraightThrough | undefined;
}

/** Who derives a model, and by which names. */
export interface Derivation {
  /** The function, for messages. */
  readonly caller: string;
  /** The end of the graph's name. */
  readonly suffix: string;
  /** The beginnings of the names of outputs, which keep their name. */
  readonly prefixes: readonly string[];
}

/**
 * Adds a model to a graph of its own, and chooses what it is differentiated by.
 *
 * @throws {RangeError} as `gradientModel` does.
 */
export function derivedFrom(
  given: Model | PreparedModel,
  options: Partial<GradientOptions>,
  { caller, suffix, prefixes }: Derivation,
): Derived {
  const decided = given instanceof Prepared;
  if (decided) checkOptions(caller, options as Pick<GradientOptions, "target">, PREPARED_OPTIONS);
  else checkOptions(caller, options as GradientOptions, GRADIENT_OPTIONS);
  if (options.parameters?.length === 0) {
    throw new RangeError("parameters is empty: leave it out to take all that the loss depends on");
  }
  const prepared = preparedOf(given, decided ? {} : options);
  const { model, loss: name } = prepared;
  const graph = graphFor(model, { name: `${model.graph?.name || "graph"}_${suffix}` });
  const own = [...model.graph?.input ?? [], ...model.graph?.initializer ?? []].map((v) => v.name);
  // Inner values of the model whose name an output needs are renamed; names that callers use stay.
  const wished = prefixes.flatMap((prefix) => own.map((n) => `${prefix}${n}`));
  graph.reserve(wished.filter((n) => n !== name && !own.includes(n)));
  const straight = prepared.quantization === "straight-through" ? new StraightThrough(graph) : undefined;
  const { values } = prepared.exact.addTo(graph, straight ? { replace: straight.replace } : {});
  const loss = lossOf(values, name);
  const chosen = decided ? Object.keys(given.parameters).map((n) => values.get(n)!) : selection(graph, {
    model,
    values,
    loss,
    names: prepared.names,
    inputs: true,
    ...(straight ? { passing: straight.passing } : {}),
  }).trained;
  for (const v of chosen) if (graph.initializers.has(v.name)) graph.toInput(v);
  return { graph, metadata: model.metadataProps, values, loss, name, chosen, straight };
}

/** Writes the gradient of a value of one element. */
export function gradientsOf(
  g: Graph,
  { loss, wrt, ...options }: {
    readonly loss: Value;
    readonly wrt: readonly Value[];
    readonly target: Target;
    readonly own?: ReadonlyMap<Node, Rule>;
    readonly constants?: ReadonlySet<Value>;
  },
): Value[] {
  const one = g.constant(1, loss.dtype);
  const cotangent = loss.shape?.length === 0 ? one : reshapeLike(g, one, loss);
  return backward(g, { seeds: [{ value: loss, cotangent }], wrt, ...options });
}

/** Returns a name with a prefix, and a number appended if an input, an initializer or the loss already has it. */
export function outputName(graph: Graph, prefix: string, { name }: Value): string {
  return graph.freeName(`${prefix}${name}`, { reserved: true });
}
