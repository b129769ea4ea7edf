import { assert, assertEquals } from "@std/assert";
import { INFER } from "../../onnx/infer/index.ts";
import type { InferNode } from "../../onnx/infer/types.ts";
import { operatorNames } from "../../onnx/mod.ts";
import { schemaOf } from "../../onnx/ir/schema.ts";
import * as basic from "./infer/cases_basic.ts";
import * as network from "./infer/cases_network.ts";

const NEWEST = 28;

/** Operators whose outputs are sequences or optionals, which have no shape. */
const SHAPELESS = [
  "Optional",
  "SequenceConstruct",
  "SequenceEmpty",
  "SequenceErase",
  "SequenceInsert",
  "SequenceMap",
  "SplitToSequence",
];

Deno.test("INFER has a rule for every operator whose outputs are tensors, and for nothing else", () => {
  const names = operatorNames().filter((n) => !SHAPELESS.includes(n));
  assertEquals(Object.keys(INFER).sort(), [...names].sort());
});

Deno.test("INFER's rules are compared with ONNX Runtime, except control flow and sequences", () => {
  const tried = new Set(Object.values({ ...basic, ...network }).flat().map((c) => c.op));
  const elsewhere = /^(If|Loop|Scan|Sequence\w+|ConcatFromSequence|Optional\w+)$/;
  assertEquals(Object.keys(INFER).filter((op) => !tried.has(op) && !elsewhere.test(op)), []);
});

/** Returns a node with unknown inputs, whose attributes have their defaults, or 1 if they are required. */
function blank(opType: string, inputs: number): InferNode {
  const schema = schemaOf(opType, NEWEST) ?? schemaOf(opType, 9)!;
  let symbols = 0;
  const read = (name: string, required: unknown) => {
    const attribute = schema.attributes[name];
    return (attribute?.default ?? (attribute?.required ? required : undefined)) as never;
  };
  return {
    opType,
    opset: NEWEST,
    inputs: Array.from({ length: inputs }, () => ({ dtype: undefined, shape: undefined })),
    outputCount: Math.max(1, schema.outputCount[0]),
    int: (name) => read(name, 1),
    ints: (name) => read(name, [1]),
    float: (name) => read(name, 1),
    floats: (name) => read(name, [1]),
    string: (name) => read(name, opType === "Einsum" ? "ij,jk" : ""),
    tensor: () => undefined,
    subgraphOutputs: () => [],
    freshDim: () => `d${symbols++}`,
  };
}

Deno.test("INFER's rules accept unknown inputs", () => {
  for (const [opType, rule] of Object.entries(INFER)) {
    const schema = schemaOf(opType, NEWEST) ?? schemaOf(opType, 9)!;
    const outputs = rule(blank(opType, Math.max(opType === "Einsum" ? 2 : 1, schema.inputCount[0])));
    for (const { shape } of outputs) assert(shape === undefined || Array.isArray(shape), opType);
  }
});
