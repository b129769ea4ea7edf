/**
 * Finds the nodes that read a value, in a graph and in the bodies of its nodes.
 *
 * @module
 */
import { type Graph, isFloat, type Node, type Value } from "../../onnx/mod.ts";

/** An operand of a node. */
export interface Reading {
  /** The node. */
  readonly node: Node;
  /** The number of the input. */
  readonly index: number;
  /** The operand: the value itself, or one with the same elements in another layout. */
  readonly value: Value;
}

/** Operators whose first output holds elements of their first input, and no others. */
const CARRIERS = new Set([
  "Cast",
  "CastLike",
  "Expand",
  "Flatten",
  "Identity",
  "Neg",
  "Reshape",
  "Slice",
  "Split",
  "Squeeze",
  "Tile",
  "Transpose",
  "Unsqueeze",
]);

/** Returns whether a node passes on the elements of its input `index`. */
export function carries(node: Node, index: number, oneElement: boolean): boolean {
  if (node.domain !== "" || index !== 0) return false;
  return CARRIERS.has(node.opType) || (oneElement && node.opType === "Gather");
}

/** Returns the value whose elements `value` holds: it goes up past operators that only pass them on. */
export function carried(value: Value): Value {
  let at = value;
  while (at.producer?.inputs[0] && carries(at.producer, 0, false)) at = at.producer.inputs[0];
  return at;
}

/** Inputs of operators that give sizes, places, counts and types, never contents. */
const SIZES: Readonly<Record<string, readonly number[]>> = {
  AffineGrid: [1],
  CastLike: [1],
  CenterCropPad: [1],
  ConstantOfShape: [0],
  EyeLike: [0],
  Expand: [1],
  Loop: [0],
  MaxUnpool: [2],
  OneHot: [1],
  Pad: [1, 3],
  RandomNormalLike: [0],
  RandomUniformLike: [0],
  Range: [1],
  Reshape: [1],
  Resize: [1, 2, 3],
  Slice: [1, 2, 3, 4],
  Split: [1],
  Squeeze: [1],
  Tile: [1],
  TopK: [1],
  Unsqueeze: [1],
  Upsample: [1],
};

/** Returns the values whose contents a node reads, including outer values that its subgraphs read. */
export function contentsOf(node: Node): Value[] {
  if (readsShape(node)) return [];
  const sizes = node.domain !== "" ? undefined : node.opType.startsWith("Reduce") ? [1] : SIZES[node.opType];
  if (sizes === undefined) return node.reads();
  const skipped = node.inputs.filter((_, i) => sizes.includes(i));
  const kept = node.inputs.filter((_, i) => !sizes.includes(i));
  return node.reads().filter((x) => !skipped.includes(x) || kept.includes(x));
}

/** The readers of all values that `ends` depend on. */
export class Readers {
  /** The values that `ends` depend on by more than their shape. */
  readonly needed: ReadonlySet<Value>;
  /** Those of them that give contents, not only sizes and indices. */
  readonly contents: ReadonlySet<Value>;
  readonly #direct = new Map<Value, Reading[]>();

  /** Finds the readers in `graph`; nodes that `ends` do not depend on are skipped. */
  constructor(readonly graph: Graph, ends: readonly Value[]) {
    const needed = new Set<Value>(ends);
    for (const node of graph.nodes.toReversed()) {
      if (!node.outputs.some((y) => y !== null && needed.has(y))) continue;
      if (readsShape(node)) continue;
      for (const x of node.reads()) needed.add(x);
      this.#add(node);
    }
    this.needed = needed;
    const contents = new Set<Value>(ends);
    for (const node of graph.nodes.toReversed()) {
      if (!node.outputs.some((y) => y !== null && contents.has(y))) continue;
      for (const x of contentsOf(node)) contents.add(x);
    }
    this.contents = contents;
  }

  /** Returns the operands that are the value itself. */
  of(value: Value): readonly Reading[] {
    return this.#direct.get(value) ?? [];
  }

  /** Returns the operands that hold a value's elements, past nodes that only pass them on and inside the bodies of loops. */
  uses(value: Value, oneElement = false): Reading[] {
    const found: Reading[] = [];
    const seen = new Set<Value>([value]);
    const pending = [value];
    const follow = (next: Value | null | undefined) => {
      if (!next || seen.has(next)) return;
      if (next.known.dtype !== undefined && !isFloat(next.known.dtype)) return;
      seen.add(next);
      pending.push(next);
    };
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      for (const reading of this.of(at)) {
        const { node, index } = reading;
        const inner = bodyInput(node, index);
        const floats = node.outputs.filter((y) => y !== null && isFloatOrUnknown(y));
        if (carries(node, index, oneElement) && floats.length > 0) { for (const y of floats) follow(y); }
        else if (inner !== undefined && !inner.state) follow(inner.value);
        else found.push(reading);
      }
    }
    return found;
  }

  #add(node: Node): void {
    node.inputs.forEach((value, index) => {
      if (value === null) return;
      const list = this.#direct.get(value) ?? [];
      list.push({ node, index, value });
      this.#direct.set(value, list);
    });
    for (const a of node.attributes.values()) {
      if (a.type === "GRAPH") { for (const inner of a.value.nodes) this.#add(inner); }
    }
  }
}

function isFloatOrUnknown({ known: { dtype } }: Value): boolean {
  return dtype === undefined || isFloat(dtype);
}

/** Returns whether a node reads only the sizes of its inputs. */
export function readsShape({ domain, opType }: Node): boolean {
  return domain === "" && (opType === "Shape" || opType === "Size");
}

/** Returns the body's input for an operand of a loop, and whether it is a state, which changes from step to step. */
export function bodyInput(node: Node, index: number): { value: Value; state: boolean } | undefined {
  if (node.domain !== "") return undefined;
  const body = node.subgraph("body");
  if (body === undefined) return undefined;
  const value = body.inputs[index];
  if (value === undefined) return undefined;
  if (node.opType === "Loop") return index < 2 ? undefined : { value, state: true };
  const scanned = node.int("num_scan_inputs") ?? 0;
  return { value, state: index < node.inputs.length - scanned };
}
