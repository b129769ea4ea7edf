/**
 * Models as text.
 *
 * @module
 */
import { dtypeOfCode } from "../tensor/mod.ts";
import type { Model } from "./model.ts";
import {
  type AttributeProto,
  AttributeProto_AttributeType as Kind,
  type GraphProto,
  type NodeProto,
} from "./onnx_pb.ts";
import { typeText } from "./type_text.ts";

/**
 * Returns a model as text to read, near to ONNX's own textual syntax: the graph's signature with types and shapes, the
 * initializers by type and shape, a node a line, subgraphs indented below theirs.
 *
 * @example
 * ```ts
 * import { buildModel, Graph } from "../mod.ts";
 * import { printModel } from "./print.ts";
 * import { assertStringIncludes } from "@std/assert";
 * const g = new Graph();
 * g.output(g.elu(g.input("x", "float32", ["N", 3]), { alpha: 0.5 }), "y");
 * assertStringIncludes(printModel(buildModel(g)), "y = Elu <alpha = 0.5> (x)");
 * ```
 */
export function printModel(model: Model): string {
  const imports = model.opsetImport.map((o) => `"${o.domain}" : ${o.version}`).join(", ");
  const head = `<ir_version: ${model.irVersion}, opset_import: [${imports}]>`;
  return [head, ...(model.graph ? graphLines(model.graph) : [])].join("\n");
}

function graphLines(graph: GraphProto): string[] {
  const values = (list: GraphProto["input"]) => list.map((v) => `${typeText(v.type)} ${v.name}`).join(", ");
  return [
    `${graph.name || "graph"} (${values(graph.input)}) => (${values(graph.output)}) {`,
    ...graph.initializer.map((t) => `  ${dtypeOfCode(t.dataType) ?? "?"}[${t.dims.join(", ")}] ${t.name}`),
    ...graph.node.flatMap(nodeLines).map((line) => `  ${line}`),
    "}",
  ];
}

function nodeLines(node: NodeProto): string[] {
  const plain = node.attribute.filter((a) => a.type !== Kind.GRAPH).map((a) => `${a.name} = ${valueText(a)}`);
  const domain = node.domain === "" || node.domain === "ai.onnx" ? "" : `${node.domain}.`;
  const attributes = plain.length === 0 ? " " : ` <${plain.join(", ")}> `;
  const line = `${node.output.join(", ")} = ${domain}${node.opType}${attributes}(${node.input.join(", ")})`;
  const bodies = node.attribute.filter((a) => a.type === Kind.GRAPH && a.g !== undefined);
  return [
    line,
    ...bodies.flatMap((a) => graphLines(a.g!).map((l, i) => `  ${i === 0 ? `${a.name} = ` : ""}${l}`)),
  ];
}

function valueText(a: AttributeProto): string {
  const utf8 = (bytes: Uint8Array) => JSON.stringify(new TextDecoder().decode(bytes));
  switch (a.type) {
    case Kind.FLOAT:
      return String(Number(a.f.toPrecision(7)));
    case Kind.INT:
      return String(a.i);
    case Kind.STRING:
      return utf8(a.s);
    case Kind.FLOATS:
      return `[${a.floats.map((f) => Number(f.toPrecision(7))).join(", ")}]`;
    case Kind.INTS:
      return `[${a.ints.join(", ")}]`;
    case Kind.STRINGS:
      return `[${a.strings.map(utf8).join(", ")}]`;
    case Kind.TENSOR:
      return `${dtypeOfCode(a.t?.dataType ?? 0) ?? "?"}[${a.t?.dims.join(", ") ?? ""}]`;
    default:
      return "…";
  }
}
