/**
 * Models in the element type that training computes in.
 *
 * @module
 */
import { clone } from "../../deps.ts";
import {
  type AttributeProto,
  decodeTensor,
  encodeTensor,
  type GraphProto,
  type Model,
  ModelProtoSchema,
  type NodeProto,
  type TensorProto,
  type TypeProto,
} from "../proto/mod.ts";
import { numbersOf, tensorOf } from "../tensor/mod.ts";

/** The codes of float16 and bfloat16, and that of float32. */
const [HALF, FLOAT]: readonly [ReadonlySet<number>, number] = [new Set([10, 16]), 1];

/** Attributes that name an element type by its code. */
const TYPE_ATTRIBUTES = new Set(["to", "dtype", "output_dtype", "precision", "softmax_precision"]);

/**
 * Returns a model with float32 wherever it has float16 or bfloat16: parameters, inputs, outputs, constants and casts,
 * subgraphs and functions included. Every value of the narrow types is one of float32, so nothing is rounded; what the
 * model computes differs from what it did by the rounding that is left out.
 *
 * Training does this by itself: steps are often smaller than what a float16 next to a parameter can hold. The result is
 * written back with `withWeights` into the model as it was, in the types that it has there.
 *
 * @returns the model itself where it holds neither type.
 *
 * @example
 * ```ts
 * import { buildModel, Graph, tensorOf, toFloat32, withWeights } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 * const g = new Graph();
 * g.output(g.neg(g.initializer("w", tensorOf([0.5, 1], "float16"))), "y");
 * const half = buildModel(g);
 * const wide = toFloat32(half);
 * assertEquals(wide.graph!.initializer[0]!.dataType, 1);
 * const trained = withWeights(half, { w: tensorOf([0.25, 2]) });
 * assertEquals(trained.graph!.initializer[0]!.dataType, 10);
 * ```
 */
export function toFloat32(model: Model): Model {
  if (ofModel(model).next().done) return model;
  const copy = clone(ModelProtoSchema, model);
  for (const widen of [...ofModel(copy)]) widen();
  return copy;
}

/** Makes one place of a model float32 that is narrower. */
type Widen = () => void;

function* ofModel(model: Model): Generator<Widen> {
  if (model.graph !== undefined) yield* ofGraph(model.graph);
  for (const f of model.functions) {
    for (const v of f.valueInfo) yield* ofType(v.type);
    for (const a of f.attributeProto) yield* ofAttribute(a);
    for (const n of f.node) yield* ofNode(n);
  }
}

function* ofGraph(g: GraphProto): Generator<Widen> {
  for (const v of [...g.input, ...g.output, ...g.valueInfo]) yield* ofType(v.type);
  yield* ofTensors(g.initializer);
  for (const n of g.node) yield* ofNode(n);
}

function* ofNode(n: NodeProto): Generator<Widen> {
  for (const a of n.attribute) {
    const named = (n.domain === "" || n.domain === "ai.onnx") && TYPE_ATTRIBUTES.has(a.name);
    if (named && HALF.has(Number(a.i))) yield () => a.i = BigInt(FLOAT);
    yield* ofAttribute(a);
  }
}

function* ofAttribute(a: AttributeProto): Generator<Widen> {
  if (a.t !== undefined && HALF.has(a.t.dataType)) yield () => a.t = widened(a.t!);
  yield* ofTensors(a.tensors);
  for (const t of [a.tp, ...a.typeProtos]) yield* ofType(t);
  for (const g of a.g === undefined ? a.graphs : [a.g, ...a.graphs]) yield* ofGraph(g);
}

function* ofTensors(tensors: TensorProto[]): Generator<Widen> {
  for (const [i, t] of tensors.entries()) if (HALF.has(t.dataType)) yield () => tensors[i] = widened(t);
}

function* ofType(type: TypeProto | undefined): Generator<Widen> {
  const value = type?.value;
  switch (value?.case) {
    case "tensorType":
      if (HALF.has(value.value.elemType)) yield () => value.value.elemType = FLOAT;
      break;
    case "sequenceType":
    case "optionalType":
      yield* ofType(value.value.elemType);
      break;
    case "mapType":
      yield* ofType(value.value.valueType);
  }
}

function widened(t: TensorProto): TensorProto {
  const narrow = decodeTensor(t);
  return encodeTensor(t.name, tensorOf(numbersOf(narrow), "float32", narrow.shape));
}
