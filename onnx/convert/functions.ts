/**
 * Functions of a model: bodies of nodes that replace the node that calls them.
 *
 * @module
 */
import {
  type AttributeProto,
  type FunctionProto,
  type Model,
  ModelError,
  type NodeProto,
} from "../proto/mod.ts";

/** The functions of a model, and which of them are being written out. */
export class Functions {
  readonly #byKey: ReadonlyMap<string, FunctionProto>;

  /** Of these functions; `calls` are the names of those around. */
  constructor(functions: Model["functions"] | Functions, readonly calls: readonly string[] = []) {
    this.#byKey = functions instanceof Functions
      ? functions.#byKey
      : new Map(functions.map((f) => [keyOf(f.domain, f.name, f.overload), f]));
  }

  /** Returns the function that a node calls; `undefined` for an operator. A function hides an operator of its name. */
  of(node: NodeProto): FunctionProto | undefined {
    return this.#byKey.get(keyOf(node.domain, node.opType, node.overload));
  }

  /** Returns the functions as seen inside `f`. @throws {ModelError} when `f` is already around: it calls itself. */
  inside(f: FunctionProto): Functions {
    const key = keyOf(f.domain, f.name, f.overload);
    if (this.calls.includes(key)) {
      throw new ModelError(`function '${key}' calls itself: ${[...this.calls, key].join(" calls ")}`);
    }
    return new Functions(this, [...this.calls, key]);
  }
}

function keyOf(domain: string, name: string, overload: string): string {
  return `${domain === "ai.onnx" ? "" : domain}.${name}${overload === "" ? "" : `:${overload}`}`;
}

/** Returns the values of a function's attributes in one call: those of the call, and the function's defaults. */
export function argumentsOf(f: FunctionProto, call: readonly AttributeProto[]): Map<string, AttributeProto> {
  const declared = new Set([...f.attribute, ...f.attributeProto.map((a) => a.name)]);
  const given = call.filter((a) => declared.has(a.name));
  return new Map([...f.attributeProto, ...given].map((a) => [a.name, a]));
}

/**
 * Returns a node's attributes inside a function: one that refers to an attribute of the function has its value, and is left
 * out if the call gives none.
 */
export function resolved(
  attributes: readonly AttributeProto[],
  given: ReadonlyMap<string, AttributeProto>,
): AttributeProto[] {
  return attributes.flatMap((a) => {
    if (a.refAttrName === "") return [a];
    const value = given.get(a.refAttrName);
    return value === undefined ? [] : [{ ...value, name: a.name, refAttrName: "" }];
  });
}
