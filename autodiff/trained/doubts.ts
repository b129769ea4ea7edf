/**
 * Warns where training an exported model differs from training the network that it was exported from.
 *
 * @module
 */
import { bitsOf, sizeOf } from "../../onnx/tensor/mod.ts";
import { bytesOf } from "../../onnx/proto/mod.ts";
import type { Graph, Initializer, StaticShape, Tensor, Value } from "../../onnx/mod.ts";
import { uniformOf } from "./contents.ts";
import { computedFrom, isExported, sourcesOf } from "./origin.ts";

/** Returns a warning for each trained initializer that the exporter computed, or stored twice. */
export function exportWarnings(graph: Graph, trained: readonly Value[]): string[] {
  const held = trained.flatMap((v) => graph.initializers.get(v.name) ?? []);
  const computed = held.flatMap((i) => {
    const sources = computedFrom(i);
    return sources.length === 0 ? [] : [
      `'${i.value.name}' was computed from ${sources.map((s) => `'${s}'`).join(", ")} by the exporter: ` +
      "training it may differ from training the original; export without optimization to keep the original parameters",
    ];
  });
  const [own, exported] = [held.filter((i) => !isExported(i)), held.filter(isExported)];
  const sums = new Map<Initializer, string>();
  const doubled = own.flatMap((i) => {
    const twins = exported.filter((other) => isCopy(other, { of: i, sums }));
    const names = [i, ...twins].map((t) => `'${t.value.name}'`).join(" and ");
    return twins.length === 0 ? [] : [
      `${names} hold the same numbers: one parameter that the exporter stored more than once is trained as several`,
    ];
  });
  return [...computed, ...doubled];
}

/** Returns whether the exporter made `copy` from what an initializer of the network holds. */
function isCopy(
  copy: Initializer,
  { of, sums }: { of: Initializer; sums: Map<Initializer, string> },
): boolean {
  const sources = sourcesOf(copy);
  if (sources !== undefined && !sources.includes(of.value.name)) return false;
  const [a, b] = [copy, of].map((i) => sizeOf(i.value.shape as StaticShape));
  if (a !== b || uniformOf(of.tensor()) !== undefined) return false;
  for (const i of [copy, of]) if (!sums.has(i)) sums.set(i, sumOf(i.tensor()));
  return sums.get(copy) === sums.get(of);
}

/** Returns a key that tensors of the same elements share, whatever their order. */
function sumOf(tensor: Tensor): string {
  const bytes = bytesOf(tensor);
  const width = Math.max(1, bitsOf(tensor.dtype) / 8);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let [sum, mixed] = [0, 0];
  for (let i = 0; i + width <= bytes.byteLength; i += width) {
    const bits = width >= 4 ? view.getUint32(i + width - 4, true) : view.getUint16(i, true);
    sum = (sum + bits) % 2 ** 52;
    mixed = (mixed + Math.imul(bits ^ (bits >>> 15), 0x2c1b3c6d)) >>> 0;
  }
  return `${tensor.dtype} ${bytes.byteLength} ${sum} ${mixed}`;
}
