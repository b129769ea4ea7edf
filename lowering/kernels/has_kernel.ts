/**
 * Whether a provider has a kernel for a node.
 *
 * @module
 */
import type { Node, Value } from "../../onnx/mod.ts";
import { type Schema, schemaOf } from "../../onnx/ir/mod.ts";
import { LIMITS } from "./limits.ts";
import { type Kernel, kernelsOf, type Provider } from "./table.ts";

/**
 * Returns whether a provider has a kernel for a node. Element types that the graph does not know count as taken.
 *
 * A node with a kernel may run on the CPU all the same: ONNX Runtime keeps arithmetic on shapes there.
 *
 * @example
 * ```ts
 * import { Graph } from "../../onnx/mod.ts";
 * import { hasKernel } from "./has_kernel.ts";
 * import { assertEquals } from "@std/assert";
 * const g = new Graph();
 * const x = g.input("x", "float32", [3]);
 * assertEquals(hasKernel("webgpu", g.relu(x).producer!), true);
 * assertEquals(hasKernel("webgpu", g.sign(x).producer!), false);
 * assertEquals(hasKernel("cuda", g.sign(x).producer!), true);
 * ```
 */
export function hasKernel(provider: Provider, node: Node): boolean {
  return missingKernel(provider, node) === undefined;
}

/** Returns why a provider has no kernel for a node; `undefined` if it has one. */
export function missingKernel(provider: Provider, node: Node): string | undefined {
  const all = kernelsOf(provider, node);
  const name = node.domain === "" ? node.opType : `${node.domain}:${node.opType}`;
  if (all.length === 0) return `${provider} has no kernel for ${name}`;
  const schema = node.domain === "" ? schemaOf(node.opType, node.opset) : undefined;
  const since = schema?.since ?? 1;
  const ofVersion = all.filter((k) => isFor(k, since));
  if (ofVersion.length === 0) return `${provider} has no kernel for version ${since} of ${name}`;
  const refusals = ofVersion.map((k) => refusal(k, node, schema));
  if (!refusals.includes(undefined)) {
    return `${provider} has no kernel for ${name} of these types: ${refusals.join("; or ")}`;
  }
  const limit = LIMITS[provider][name]?.(node);
  return limit === undefined ? undefined : `${provider} has no kernel for ${name} with ${limit}`;
}

/** Returns whether a kernel is for a version of its operator. One without a last version may not fit later forms. */
function isFor({ first, last }: Kernel, since: number): boolean {
  return since === first || (last !== null && first <= since && since <= last);
}

/** Returns which type of a node a kernel does not take; `undefined` if it takes all. */
function refusal({ types }: Kernel, node: Node, schema: Schema | undefined): string | undefined {
  for (const [variable, taken] of Object.entries(types)) {
    const strange = valuesOf(variable, node, schema)
      .find((v) => v.known.dtype !== undefined && !taken.includes(v.known.dtype));
    if (strange !== undefined) return `${variable} is ${strange.dtype}, not one of ${taken.join(", ")}`;
  }
  return undefined;
}

/** Returns the inputs and outputs of a node that a type variable stands for, or the input of that name. */
function valuesOf(variable: string, node: Node, schema: Schema | undefined): Value[] {
  if (schema === undefined) return [];
  const named = (formals: Schema["inputs"], values: Node["outputs"]) =>
    values.filter((v, i): v is Value => {
      const formal = formals[Math.min(i, formals.length - 1)];
      return v !== null && formal !== undefined && (formal.type === variable || formal.name === variable);
    });
  return [...named(schema.inputs, node.inputs), ...named(schema.outputs, node.outputs)];
}
