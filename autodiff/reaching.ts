/**
 * What a loss depends on.
 *
 * @module
 */
import { Graph, importModel, isFloat, type Model, opsetsOf, type Value } from "../onnx/mod.ts";
import { SETTINGS } from "./trainable.ts";

/** The names of the float initialisers that `loss` depends on, settings aside, in the model's order. */
export function reaching(model: Model, loss: string): string[] {
  const graph = new Graph({ opsets: opsetsOf(model) });
  const { values } = importModel(model, graph);
  return parametersOf(graph, lossOf(values, loss)).map((v) => v.name);
}

/** The float initialisers of `graph` that `end` depends on, other than as settings of an operator. */
export function parametersOf(graph: Graph, end: Value): Value[] {
  const needed = new Set<Value>([end]);
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((y) => y !== null && needed.has(y))) continue;
    const settings = node.domain === "" ? SETTINGS[node.opType]?.map((i) => node.inputs[i]) : undefined;
    for (const x of node.reads()) if (!settings?.includes(x)) needed.add(x);
  }
  return [...graph.initializers.values()].map((i) => i.value).filter((v) =>
    needed.has(v) && isFloat(v.dtype)
  );
}

/** The value called `name`. @throws {RangeError} when it is not there or is no float with one element. */
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
