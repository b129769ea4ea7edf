/**
 * Describes a model: its parts, and whether it can be differentiated.
 *
 * @module
 */
import { checkOptions } from "../options/mod.ts";
import { type DType, type Graph, isFloat, type Model, type Shape, type Value } from "../onnx/mod.ts";
import { opsetsOf } from "../onnx/convert/mod.ts";
import { runningStatistics, tiesOf, tieText } from "../onnx/weights/mod.ts";
import { ruleOf } from "./backward.ts";
import {
  branchText,
  branchWarnings,
  cutOff,
  describeHidden,
  exportWarnings,
  type HiddenParameter,
  ModelGraph,
  type ModelParameter,
  modelParameters,
  Prepared,
  type PreparedModel,
  quantizedWarnings,
} from "./trained/mod.ts";

/** An input or output of a model. */
export interface ModelValue {
  /** Its name. */
  readonly name: string;
  /** Its element type; absent if it is not known. */
  readonly dtype?: DType;
  /** Its dimensions, a name for each that is open; absent if the rank is not known. */
  readonly shape?: Shape;
}

/** The number of nodes of an operator, and whether a gradient can pass it. */
export interface ModelOperator {
  /** Its name, with its domain before it where that is not `ai.onnx`. */
  readonly name: string;
  /** The number of its nodes, those of subgraphs included. */
  readonly count: number;
  /** Whether it has a differentiation rule. */
  readonly rule: boolean;
  /** Whether any of its nodes lies between a parameter and an output, so that a gradient must pass it. */
  readonly needed: boolean;
}

/** The parts of a model. */
export interface ModelDescription {
  /** The name of its graph. */
  readonly name: string;
  /** The program that wrote it, as the file says. */
  readonly producer: string;
  /** The version of the file format. */
  readonly irVersion: number;
  /** Versions of operator sets, by domain; that of `ai.onnx` under `"ai.onnx"`. */
  readonly opsets: Readonly<Record<string, number>>;
  /** The values that it takes. */
  readonly inputs: readonly ModelValue[];
  /** The values that it returns. */
  readonly outputs: readonly ModelValue[];
  /** Its float initializers; `constant` gives the reason why one is not trained by default. */
  readonly parameters: readonly ModelParameter[];
  /**
   * Float tensors of `Constant` nodes and subgraphs that look like weights: they are trained only if `parameters` names
   * them.
   */
  readonly hidden: readonly HiddenParameter[];
  /**
   * Warnings to read before training: parameters and branches that no gradient reaches, initializers that stand for
   * several parameters, and initializers that the exporter computed from the parameters of the network. Empty for most
   * models.
   */
  readonly warnings: readonly string[];
  /** Its operators by name, as they are at the operator set that gradients are made at. */
  readonly operators: readonly ModelOperator[];
}

/** Options of {@linkcode describeModel}. */
export interface DescribeOptions {
  /**
   * The value to train for, such as `"loss"`: an output or a float inside the model. Parameters that it does not depend
   * on are left out. All outputs by default.
   */
  readonly output?: string;
}

/**
 * Describes a model: its inputs, outputs, parameters and operators, and which operators lack a differentiation rule.
 * Nodes are counted in the form that differentiation sees, at `DEFAULT_OPSET` or the model's own if newer.
 *
 * @throws {ModelError} when the model is malformed.
 * @throws {RangeError} when `output` names no value of the model.
 *
 * @example
 * ```ts
 * import { buildModel, Graph, tensor } from "../onnx/mod.ts";
 * import { describeModel } from "./describe.ts";
 * import { assertEquals } from "@std/assert";
 * const g = new Graph();
 * g.output(g.relu(g.matMul(g.input("x", "float32", ["N", 2]), g.initializer("w", tensor(new Float32Array(6), [2, 3])))), "y");
 * const { parameters, operators } = describeModel(buildModel(g));
 * assertEquals(parameters, [{ name: "w", dtype: "float32", shape: [2, 3] }]);
 * assertEquals(operators[0], { name: "MatMul", count: 1, rule: true, needed: true });
 * ```
 */
export function describeModel(
  given: Model | PreparedModel,
  options: DescribeOptions = {},
): ModelDescription {
  checkOptions("describeModel", options, { output: false });
  const { output } = options;
  const read = given instanceof Prepared ? given.exact : new ModelGraph(given as Model);
  const { model, graph, values, outputs } = read;
  const opsets = opsetsOf(model);
  const ends = output === undefined ? outputs : [values.get(output)];
  if (!ends.every((v) => v !== undefined)) {
    throw new RangeError(`output must name a value of the model, got '${output}'`);
  }
  const { parameters, warnings } = parametersOf(graph, { ends, model });
  return {
    name: model.graph!.name || "graph",
    producer: [model.producerName, model.producerVersion].filter((t) => t !== "").join(" "),
    irVersion: Number(model.irVersion),
    opsets: Object.fromEntries(Object.entries(opsets).map(([domain, v]) => [domain || "ai.onnx", v])),
    inputs: graph.inputs.map(valueOf),
    outputs: outputs.map((v, i) => ({ ...valueOf(v), name: model.graph!.output[i]!.name })),
    parameters,
    hidden: describeHidden(model, output),
    warnings,
    operators: operatorsOf(graph, { parameters, ends }),
  };
}

function valueOf({ name, known: { dtype, shape } }: Value): ModelValue {
  return { name, ...(dtype === undefined ? {} : { dtype }), ...(shape === undefined ? {} : { shape }) };
}

/** Returns the parameters and the warnings about them; a parameter that no gradient reaches becomes a constant. */
function parametersOf(
  graph: Graph,
  { ends, model }: { ends: readonly Value[]; model: Model },
): Pick<ModelDescription, "parameters" | "warnings"> {
  const all = modelParameters(graph, { ends, producer: model.producerName });
  const values = all.filter((p) => p.constant === undefined).map((p) =>
    graph.initializers.get(p.name)!.value
  );
  // An output of integers, such as the predicted class, cannot be trained for: ignore it if there is another output.
  const floats = ends.filter((v) => v.known.dtype === undefined || isFloat(v.dtype));
  const options = { ends: floats.length > 0 ? floats : ends };
  const lost = cutOff(graph, values, options);
  const off = new Map(lost.map((c) => [c.value.name, c]));
  const trained = values.filter((v) => !off.has(v.name));
  const parameters = all.map((p) => {
    const found = off.get(p.name);
    return found === undefined
      ? p
      : { ...p, constant: `cut off by ${found.nodes.map(String).join(", ")}`, cutOff: true };
  });
  const ties = tiesOf(model, [...new Set([...trained.map((v) => v.name), ...runningStatistics(model)])]);
  return {
    parameters: parameters.map((p) => {
      const tie = ties.find((t) => t.name === p.name);
      return tie === undefined || tie.count < 2 || tie.unsure ? p : { ...p, standsFor: tie.count };
    }),
    warnings: [
      ...lost.map(branchText),
      ...branchWarnings(graph, trained, options),
      ...trained.length > 0 ? quantizedWarnings(graph, ends) : [],
      ...ties.map(tieText),
      ...exportWarnings(graph, trained),
    ],
  };
}

function operatorsOf(
  graph: Graph,
  { parameters, ends }: { parameters: readonly ModelParameter[]; ends: readonly Value[] },
): ModelOperator[] {
  const names = new Set(parameters.filter((p) => p.constant === undefined).map((p) => p.name));
  // A value of unknown type may be a float and carry a gradient.
  const carries = (v: Value | null) => v !== null && (v.known.dtype === undefined || isFloat(v.dtype));
  const forward = new Set<Value>();
  for (const { value } of graph.initializers.values()) if (names.has(value.name)) forward.add(value);
  for (const node of graph.nodes) {
    if (node.reads().some((v) => forward.has(v))) {
      for (const y of node.outputs) if (carries(y)) forward.add(y!);
    }
  }
  const backward = new Set<Value>(ends);
  const found = new Map<string, { count: number; rule: boolean; needed: boolean }>();
  const count = (g: Graph) => {
    for (const node of g.nodes.toReversed()) {
      const outer = g === graph;
      const read = outer && node.outputs.some((y) => y !== null && backward.has(y));
      if (read) { for (const x of node.reads()) backward.add(x); }
      const needed = read && node.outputs.some((y) => y !== null && backward.has(y) && forward.has(y));
      const name = node.domain === "" ? node.opType : `${node.domain}.${node.opType}`;
      const before = found.get(name) ?? { count: 0, rule: ruleOf(node) !== undefined, needed: false };
      found.set(name, { ...before, count: before.count + 1, needed: before.needed || needed });
      for (const a of node.attributes.values()) if (a.type === "GRAPH") count(a.value);
    }
  };
  count(graph);
  return [...found].map(([name, f]) => ({ name, ...f })).sort((a, b) => (a.name < b.name ? -1 : 1));
}
