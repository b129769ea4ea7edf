/**
 * Finds weights that a model keeps outside its initializers: in `Constant` nodes and in subgraphs.
 *
 * @module
 */
import { clone, create } from "../../deps.ts";
import {
  AttributeProto_AttributeType as Kind,
  AttributeProtoSchema,
  encodeTensor,
  type GraphProto,
  type Model,
  ModelError,
  ModelProtoSchema,
  type NodeProto,
  type TensorProto,
  TensorProtoSchema,
} from "../proto/mod.ts";
import { dtypeOfCode, isFloat, tensorOf } from "../tensor/mod.ts";

/** A float tensor of a model that is not an initializer of its graph. */
export interface HiddenWeight {
  /** The name that nodes read it by. */
  readonly name: string;
  /** The place that holds it. */
  readonly kind: "Constant node" | "initializer of a subgraph";
}

/** The place of such a tensor in a model, to read and change it. */
export interface HiddenPlace extends HiddenWeight {
  /** Returns the tensor. */
  readonly tensor: () => TensorProto;
  /** Replaces the tensor. */
  readonly replace: (tensor: TensorProto) => void;
  /** Removes the tensor from the model. */
  readonly remove: () => void;
}

/** Returns the float tensors of `Constant` nodes and subgraphs, in order; those of functions are left out. */
export function hiddenWeights(model: Model): HiddenWeight[] {
  return placesOf(model).map(({ name, kind }) => ({ name, kind }));
}

/**
 * Returns a copy of a model with the hidden weights of these names among its initializers, where they can be trained;
 * the model itself when it has none of them.
 *
 * @throws {ModelError} when several tensors have one of the names.
 */
export function withHiddenWeights(model: Model, names: readonly string[]): Model {
  const wanted = new Set(names);
  for (const t of model.graph?.initializer ?? []) wanted.delete(t.name);
  if (!placesOf(model).some((p) => wanted.has(p.name))) return model;
  const copy = clone(ModelProtoSchema, model);
  const places = placesOf(copy).filter((p) => wanted.has(p.name));
  checkDistinct(places);
  for (const place of places) {
    copy.graph!.initializer.push(
      Object.assign(clone(TensorProtoSchema, place.tensor()), { name: place.name }),
    );
    place.remove();
  }
  return copy;
}

/** Returns the place of the hidden weight called `name`; `undefined` when there is none. @throws {ModelError} for several. */
export function hiddenWeight(model: Model, name: string): HiddenPlace | undefined {
  const places = placesOf(model).filter((p) => p.name === name);
  checkDistinct(places);
  return places[0];
}

function checkDistinct(places: readonly HiddenPlace[]): void {
  const seen = new Set<string>();
  for (const { name } of places) {
    if (seen.has(name)) {
      throw new ModelError(
        `several subgraphs have a tensor '${name}': give each its own name to train it`,
      );
    }
    seen.add(name);
  }
}

function placesOf(model: Model): HiddenPlace[] {
  return model.graph === undefined ? [] : [...places(model.graph, false)];
}

function* places(graph: GraphProto, inner: boolean): Generator<HiddenPlace> {
  for (const t of inner ? graph.initializer : []) {
    if (!isFloatCode(t.dataType)) continue;
    yield {
      name: t.name,
      kind: "initializer of a subgraph",
      tensor: () => t,
      replace: (value) => graph.initializer.splice(graph.initializer.indexOf(t), 1, value),
      remove: () => graph.initializer.splice(graph.initializer.indexOf(t), 1),
    };
  }
  for (const node of graph.node) {
    const tensor = constantOf(node);
    if (tensor !== undefined) {
      yield {
        name: node.output[0]!,
        kind: "Constant node",
        tensor: () => tensor,
        replace: (value) => {
          node.attribute = [create(AttributeProtoSchema, { name: "value", type: Kind.TENSOR, t: value })];
        },
        remove: () => graph.node.splice(graph.node.indexOf(node), 1),
      };
    }
    for (const a of node.attribute) {
      for (const g of a.g === undefined ? a.graphs : [a.g, ...a.graphs]) yield* places(g, true);
    }
  }
}

/** Returns the tensor of a `Constant` node of floats; `undefined` for other nodes. */
function constantOf({ opType, domain, attribute, output }: NodeProto): TensorProto | undefined {
  const [a] = attribute;
  if (opType !== "Constant" || (domain !== "" && domain !== "ai.onnx") || !a || !output[0]) return undefined;
  if (a.name === "value") return a.t !== undefined && isFloatCode(a.t.dataType) ? a.t : undefined;
  if (a.name === "value_float") return encodeTensor("", tensorOf([a.f], [], "float32"));
  return a.name === "value_floats" ? encodeTensor("", tensorOf(a.floats, "float32")) : undefined;
}

function isFloatCode(code: number): boolean {
  const dtype = dtypeOfCode(code);
  return dtype !== undefined && isFloat(dtype);
}
