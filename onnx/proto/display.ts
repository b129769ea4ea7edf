/**
 * Displays of models in notebooks: a summary and a table of parameters instead of protobuf messages.
 *
 * @module
 */
import { create } from "../../deps.ts";
import { DISPLAY, type MediaBundle, tableBundle } from "../../display/mod.ts";
import { dtypeOfCode } from "../tensor/mod.ts";
import { type GraphProto, type ModelProto, ModelProtoSchema } from "./onnx_pb.ts";
import { typeText } from "./type_text.ts";

/** Operators that a summary names. */
const MOST_OPERATORS = 6;

/** The size of initializers in elements, by their dimensions. */
function sizeOf(dims: readonly bigint[]): bigint {
  return dims.reduce((a, b) => a * b, 1n);
}

/** Returns a number with commas between thousands. */
function grouped(count: bigint | number): string {
  return count.toLocaleString("en-US");
}

/**
 * Returns a model in one line: name, inputs, outputs, the number of elements in its initializers, and its most frequent
 * operators.
 *
 * @example
 * ```ts
 * import { buildModel, Graph, tensor } from "../mod.ts";
 * import { modelSummary } from "./display.ts";
 * import { assertEquals } from "@std/assert";
 * const g = new Graph({ name: "linear" });
 * const w = g.initializer("w", tensor(Float32Array.of(1, 2), [2, 1]));
 * g.output(g.matMul(g.input("x", "float32", ["N", 2]), w), "y");
 * assertEquals(
 *   modelSummary(buildModel(g)),
 *   "linear: x float32[N, 2] → y float32[N, 1]; 2 numbers in 1 initializer; 1 node: MatMul",
 * );
 * ```
 */
export function modelSummary(model: ModelProto): string {
  const { graph } = model;
  if (graph === undefined) return "a model without a graph";
  const given = new Set(graph.initializer.map((t) => t.name));
  const values = (list: GraphProto["input"]) =>
    list.map((value) => `${value.name} ${typeText(value.type)}`).join(", ") || "nothing";
  const numbers = graph.initializer.reduce((sum, t) => sum + sizeOf(t.dims), 0n);
  const initializers = `${grouped(numbers)} numbers in ${counted(graph.initializer.length, "initializer")}`;
  const signature = `${values(graph.input.filter((v) => !given.has(v.name)))} → ${values(graph.output)}`;
  return `${graph.name || "model"}: ${signature}; ${initializers}; ${operatorsOf(graph)}`;
}

function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;
}

function operatorsOf({ node }: GraphProto): string {
  const counts = [...Map.groupBy(node, (n) => n.opType)].map(([name, nodes]) => [name, nodes.length] as const)
    .sort(([, a], [, b]) => b - a);
  // A rest of one kind takes as much room as its name.
  const shown = counts.length <= MOST_OPERATORS + 1 ? counts : counts.slice(0, MOST_OPERATORS);
  const named = shown.map(([name, count]) => (count === 1 ? name : `${count} ${name}`));
  const rest = counts.length > shown.length ? [`${counts.length - shown.length} other kinds`] : [];
  return node.length === 0
    ? "no nodes"
    : `${counted(node.length, "node")}: ${[...named, ...rest].join(", ")}`;
}

/** Returns a model's summary, and a table of its initializers. */
function modelBundle(model: ModelProto): MediaBundle {
  return tableBundle({
    summary: modelSummary(model),
    columns: ["initializer", "type", "shape", "numbers"],
    rows: (model.graph?.initializer ?? []).map(({ name, dataType, dims }) => [
      name,
      dtypeOfCode(dataType) ?? "?",
      `[${dims.join(", ")}]`,
      sizeOf(dims),
    ]),
  });
}

/** Makes all models show themselves: the messages of a schema have one prototype. */
export function displayModels(): void {
  const prototype = Object.getPrototypeOf(create(ModelProtoSchema));
  Object.defineProperty(prototype, DISPLAY, {
    value(this: ModelProto) {
      return modelBundle(this);
    },
  });
}
