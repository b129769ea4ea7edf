/**
 * Infers the types and shapes of body inputs of Loop and Scan from the node: the body need not declare them.
 *
 * @module
 */
import type { Graph, Value } from "../ir/mod.ts";
import type { Known } from "../infer/mod.ts";
import { type Dim, normalizeAxis } from "../tensor/mod.ts";
import type { DecodedNode } from "./decode_graph.ts";

/** Returns the type and shape of input `i` of a body, given those that the body declares. */
export type Entry = (i: number, declared: Known) => Known;

/** A node with a body. */
export interface Caller {
  /** Its operator's domain; `""` is `ai.onnx`. */
  readonly domain: string;
  /** Its operator. */
  readonly opType: string;
  /** The version of its operator set. */
  readonly opset: number;
  /** Its inputs. */
  readonly inputs: readonly (Value | null)[];
  /** Its attributes. */
  readonly attributes: DecodedNode["attributes"];
}

const UNKNOWN: Known = { dtype: undefined, shape: undefined };

/** Reads the body of a node: `build` does so with the types and shapes of its inputs. */
export function bodyOf(
  caller: Caller,
  { build, freshDim }: { build: (entry?: Entry) => Graph; freshDim: () => string },
): Graph {
  if (caller.domain !== "") return build();
  // Before version 9 a scan's values had a batch dimension; such nodes are refused.
  if (caller.opType === "Scan") return build(caller.opset < 9 ? undefined : scanEntry(caller));
  return caller.opType === "Loop" ? loopBody(caller, build, freshDim) : build();
}

/** Returns the entries of a Scan body: states keep their shapes, scanned inputs come a slice per step. */
function scanEntry({ inputs, attributes }: Caller): Entry | undefined {
  const count = attributes.get("num_scan_inputs");
  const scanned = count?.type === "INT" ? count.value : 0;
  const axes = attributes.get("scan_input_axes");
  const states = inputs.length - scanned;
  return (i, declared) => {
    const { dtype, shape } = inputs[i]?.known ?? UNKNOWN;
    if (i < states || shape === undefined) return narrowed({ dtype, shape }, declared);
    const given = axes?.type === "INTS" ? axes.value[i - states] ?? 0 : 0;
    const axis = normalizeAxis(given, shape.length, "attribute 'scan_input_axes'");
    return narrowed({ dtype, shape: shape.toSpliced(axis, 1) }, declared);
  };
}

/** Returns the type and shape that a node gives, made more precise by those that the body declares. */
function narrowed(given: Known, declared: Known): Known {
  const [a, b] = [given.shape, declared.shape];
  const shape = a === undefined || b === undefined || a.length !== b.length
    ? a ?? b
    : a.map((d, i): Dim => (typeof d === "number" ? d : b[i]!));
  return { dtype: declared.dtype ?? given.dtype, shape };
}

/**
 * Reads the body of a Loop. Its states, which follow the step number and the condition, may change their shapes from
 * step to step. A state without a declared shape is first read with that of the initial value. If the body returns
 * another size, the body is read again with a symbol for that size.
 */
function loopBody({ inputs }: Caller, build: (entry: Entry) => Graph, freshDim: () => string): Graph {
  const initial = inputs.slice(2);
  const shapes = initial.map((x) => x?.known.shape);
  const supposed = new Set<number>();
  /** Symbols that replace sizes which change from step to step. */
  const open = new Set<Dim>();
  for (;;) {
    const body = build((i, declared) => {
      if (i < 2) {
        return { dtype: declared.dtype ?? (i === 0 ? "int64" : "bool"), shape: declared.shape ?? [] };
      }
      const k = i - 2;
      const dtype = declared.dtype ?? initial[k]?.known.dtype;
      if (declared.shape !== undefined) return { dtype, shape: declared.shape };
      supposed.add(k);
      return { dtype, shape: shapes[k] };
    });
    const returned = body.outputs.slice(1);
    let lasts = true;
    for (const k of supposed) {
      const [before, after] = [shapes[k], returned[k]?.known.shape];
      if (before === undefined) continue;
      const known = after?.length === before.length;
      if (known && before.every((d, i) => d === after[i] || open.has(d))) continue;
      lasts = false;
      shapes[k] = known ? before.map((d, i) => (d === after[i] || open.has(d) ? d : opened())) : undefined;
    }
    if (lasts) return body;
  }

  function opened(): string {
    const symbol = freshDim();
    open.add(symbol);
    return symbol;
  }
}
