/**
 * Chooses which values are trained for a loss.
 *
 * @module
 */
import { type Graph, isFloat, type Model, type Value } from "../../onnx/mod.ts";
import { hiddenWeights } from "../../onnx/weights/mod.ts";
import { describeHidden } from "./hidden.ts";
import type { ModelGraph } from "./model_graph.ts";
import { cutBranches, type CutOff, cutOff, type Passing } from "./cut_off.ts";
import { isQuantized, quantizedWarnings, quantizedWeights, REMEDY_QUANTIZED } from "./quantized.ts";
import { Readers } from "./readers.ts";
import { type ModelParameter, modelParameters } from "./trainable.ts";

/** Returns the names of the initializers that are trained by default for `loss`, or for all outputs when it is left out. */
export function reaching({ model, graph, values, outputs }: ModelGraph, loss?: string): string[] {
  const ends = loss === undefined ? outputs : [lossOf(values, loss)];
  return modelParameters(graph, { ends, producer: model.producerName })
    .filter((p) => p.constant === undefined).map((p) => p.name);
}

/** Returns those of the names whose values `loss` depends on, by more than their sizes. */
export function reached({ graph, values }: ModelGraph, loss: string, names: readonly string[]): string[] {
  const { contents } = new Readers(graph, [lossOf(values, loss)]);
  return names.filter((name) => contents.has(values.get(name)!));
}

/** The trained parameters, the others, and warnings about both. */
export interface Selection {
  /** The values to differentiate with respect to. */
  readonly trained: readonly Value[];
  /** The float initializers that the loss depends on; `constant` gives the reason why one is not trained. */
  readonly parameters: readonly ModelParameter[];
  /** Warnings for the user: branches that no gradient passes. */
  readonly warnings: readonly string[];
}

/** Options of {@linkcode selection}. */
export interface SelectionOptions {
  /** The model that the graph was read from. */
  readonly model: Model;
  /** The values of the model by their names in the file. */
  readonly values: ReadonlyMap<string, Value>;
  /** The value to differentiate. */
  readonly loss: Value;
  /** Names to train; by default {@linkcode modelParameters} decides. */
  readonly names?: readonly string[] | undefined;
  /** Whether inputs may be among the names. */
  readonly inputs?: boolean;
  /** Returns whether a node passes or stops gradients; `undefined` if its operator decides. */
  readonly passing?: Passing;
}

/**
 * Selects the values of a model to train for a loss.
 *
 * @throws {RangeError} when a name is not an initializer or not a float, or the loss does not depend on it; when
 * there is nothing to train; or when every path from a parameter to the loss passes through operators that stop
 * gradients.
 */
export function selection(graph: Graph, options: SelectionOptions): Selection {
  const { loss, names, model, passing } = options;
  const all = modelParameters(graph, { ends: [loss], producer: model.producerName });
  const cut = { ends: [loss], ...(passing ? { passing } : {}) };
  if (names !== undefined) {
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined) throw new RangeError(`parameters names '${twice}' twice`);
    const chosen = names.map((name) => named(graph, name, options));
    requireReached(graph, chosen, loss);
    // The gradient of Round and similar operators with respect to an input is 0, as in PyTorch; it cannot train a
    // weight.
    const weights = chosen.filter((v) => graph.initializers.has(v.name));
    const inputs = chosen.filter((v) => !graph.initializers.has(v.name));
    const lost = [...cutOff(graph, weights, cut), ...cutOff(graph, inputs, { ...cut, flat: false })];
    if (lost.length > 0) throw new RangeError(cutText(lost, options));
    const set = new Set(chosen.map((v) => v.name));
    const parameters = all.map(({ constant, ...p }) =>
      set.has(p.name) ? p : { ...p, constant: constant ?? "not among the parameters" }
    );
    return { trained: chosen, parameters, warnings: branchWarnings(graph, chosen, cut) };
  }
  const byName = (p: ModelParameter) => graph.initializers.get(p.name)!.value;
  const given = options.inputs ? givenParameters(graph, loss) : [];
  const chosen = [...given, ...all.filter((p) => p.constant === undefined).map(byName)];
  if (chosen.length === 0) throw new RangeError(nothingText(graph, all, options));
  const lost = cutOff(graph, chosen, cut);
  const trunk = lost.filter((c) => !c.beside);
  if (trunk.length > 0) throw new RangeError(cutText(trunk, options));
  const off = new Map(lost.map((c) => [c.value, c]));
  const trained = chosen.filter((v) => !off.has(v));
  if (trained.length === 0) throw new RangeError(cutText(lost, options));
  const parameters = all.map((p) => {
    const found = off.get(byName(p));
    return found === undefined
      ? p
      : { ...p, constant: `cut off by ${found.nodes.map(String).join(", ")}`, cutOff: true };
  });
  const warnings = [
    ...lost.map(branchText),
    ...branchWarnings(graph, trained, cut),
    ...quantizedWarnings(graph, [loss]),
  ];
  return { trained, parameters, warnings };
}

/** Returns the inputs that hold parameters, in a model that `gradientModel` returned, if the loss depends on them. */
function givenParameters(graph: Graph, loss: Value): Value[] {
  const { needed } = new Readers(graph, [loss]);
  return [...graph.givenParameters].filter((v) => needed.has(v) && isFloat(v.dtype));
}

/** Returns the initializer called `name`, or any value of the graph where inputs may be named. @throws {RangeError} when there is none, or it is not a float. */
function named(graph: Graph, name: string, { values, inputs, model }: SelectionOptions): Value {
  const value = values.get(name);
  const held = value !== undefined &&
    (inputs === true ? value.graph === graph : graph.initializers.get(value.name)?.value === value);
  if (!held) {
    const names = [...graph.initializers.keys(), ...inputs ? graph.inputs.map((i) => i.name) : []];
    const hidden = hiddenWeights(model).map((w) => w.name);
    throw new RangeError(
      `parameters must be initializers${inputs ? ", inputs or activations" : " of the model"} (${
        [...names, ...hidden].join(", ")
      }), '${name}' is none`,
    );
  }
  if (value.known.dtype === undefined || !isFloat(value.dtype)) {
    throw new RangeError(
      `parameters must be floats, '${name}' is ${value.known.dtype}${
        isQuantized(value) ? `, which is quantized: ${REMEDY_QUANTIZED}` : ""
      }`,
    );
  }
  return value;
}

/** Checks that the loss depends on the chosen values. @throws {RangeError} naming those that it does not depend on. */
function requireReached(graph: Graph, chosen: readonly Value[], loss: Value): void {
  const { contents } = new Readers(graph, [loss]);
  const apart = chosen.filter((v) => !contents.has(v));
  if (apart.length === 0) return;
  throw new RangeError(
    `'${loss.name}' does not depend on the values of ${listed(apart.map((v) => `'${v.name}'`))}: leave ${
      apart.length === 1 ? "it" : "them"
    } out of parameters`,
  );
}

function nothingText(
  graph: Graph,
  all: readonly ModelParameter[],
  { model, loss, values, inputs }: SelectionOptions,
): string {
  const which = all.length === 0 ? "" : " that is trained by default";
  const held = [...graph.initializers.values()].map((i) => i.value);
  const floats = [...graph.inputs, ...held].filter((v) => v.known.dtype !== undefined && isFloat(v.dtype));
  const names = floats.map((v) => v.name);
  const parts = [
    `loss must depend on a float initializer${which}, '${loss.name}' depends on none: ` +
    (inputs
      ? `name in parameters what to differentiate with respect to, of ${listed(names)}`
      : "there is nothing to train"),
  ];
  const constants = all.map((p) => `'${p.name}' (${p.constant})`);
  if (constants.length > 0) parts.push(`constants are ${listed(constants)}`);
  const hidden = describeHidden(model, [...values].find(([, v]) => v === loss)?.[0]);
  if (hidden.length > 0) {
    const names = hidden.map((w) => `'${w.name}' (${w.kind})`);
    parts.push(
      `weights outside the initializers are ${listed(names)}: name them in parameters to train them`,
    );
  }
  const quantized = quantizedWeights(graph, [loss]);
  if (quantized.length > 0) {
    const names = quantized.map((v) => `'${v.name}' (${v.dtype})`);
    parts.push(`quantized weights are ${listed(names)}: ${REMEDY_QUANTIZED}`);
  }
  return parts.join("; ");
}

/** Operators that round, which a straight-through gradient may pass. */
const ROUNDING = new Set(["Cast", "Ceil", "DynamicQuantizeLinear", "Floor", "QuantizeLinear", "Round"]);

function cutText(cuts: readonly CutOff[], { passing }: Pick<SelectionOptions, "passing">): string {
  const names = listed(cuts.map((c) => `'${c.value.name}'`));
  const nodes = [...new Set(cuts.flatMap((c) => c.nodes))];
  const them = cuts.length === 1 ? "it" : "them";
  const straight = passing === undefined && nodes.some((n) => ROUNDING.has(n.opType));
  return `no gradient reaches ${names}: every path from ${them} to the loss passes nodes that let no gradient through, ${
    listed(nodes.map(String))
  }; ${
    straight
      ? 'set quantization to "straight-through" to let gradients pass where values are rounded, or '
      : ""
  }list in parameters only weights other than ${them}`;
}

/** Returns the warning about a parameter that is cut off from the loss. */
export function branchText({ value, nodes }: CutOff): string {
  return `'${value.name}' is not trained: its branch is cut off from the loss by ${
    nodes.map(String).join(", ")
  }`;
}

/** Returns a warning for each branch that stops the gradient of values which other branches still reach. */
export function branchWarnings(
  graph: Graph,
  trained: readonly Value[],
  options: Parameters<typeof cutBranches>[2],
): string[] {
  return cutBranches(graph, trained, options).map(({ node, values }) =>
    `no gradient passes ${node}: its branch is left out of the gradient of ${
      listed(values.map((v) => `'${v.name}'`))
    }`
  );
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 12).join(", ");
  return names.length > 12 ? `${shown} and ${names.length - 12} more` : shown;
}

/** Returns the value called `name`. @throws {RangeError} when it does not exist or is not a float of one element. */
export function lossOf(values: ReadonlyMap<string, Value>, name: string): Value {
  const value = values.get(name);
  if (value === undefined) throw new RangeError(`loss must name a value of the model, there is no '${name}'`);
  if (value.known.dtype === undefined || !isFloat(value.dtype)) {
    throw new RangeError(`loss must name a float, '${name}' is ${value.known.dtype ?? "of unknown type"}`);
  }
  if (value.shape?.some((d) => d !== 1)) {
    throw new RangeError(
      `loss must have one element, '${name}' has shape [${
        value.shape.join(", ")
      }]: reduce it first, say with ReduceMean`,
    );
  }
  return value;
}
