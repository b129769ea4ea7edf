/**
 * Sums the events of ONNX Runtime's profiler: how a step spends its time, by operator and by kind of operator.
 *
 * @module
 */

import { median } from "../stats/sample.ts";

/** An event of the profiler: a kernel that ran. */
export interface Event {
  /** `Node` for kernels, `Api` for each start of a WebGPU kernel. */
  readonly cat: string;
  /** The node's name, with `_kernel_time` behind it for the time of its kernel. */
  readonly name: string;
  /** Its beginning, in microseconds. */
  readonly ts: number;
  /** Its duration in microseconds. */
  readonly dur: number;
  readonly args?: {
    readonly op_name?: string;
    /** The execution provider that ran the node. */
    readonly provider?: string;
    /** The types and shapes of its inputs. */
    readonly input_type_shape?: readonly Readonly<Record<string, readonly number[]>>[];
    /** The pipeline of a WebGPU kernel. */
    readonly cache_key?: string;
  };
}

/** The time of an operator's nodes. */
export interface OperatorShare {
  readonly name: string;
  /** Number of its nodes in a step. */
  readonly nodes: number;
  /** Its share of the time of all kernels. */
  readonly share: number;
}

/** The time of a step by what it is spent on. */
export interface Shares {
  /** Milliseconds of all kernels of a step. */
  readonly ms: number;
  /** Nodes of a step. */
  readonly nodes: number;
  /** The shares of the kinds of operators, in the order of {@linkcode GROUPS}. */
  readonly groups: Readonly<Record<string, number>>;
  /** The shares of the operators, the largest first. */
  readonly operators: readonly OperatorShare[];
}

/** The kinds of operators in the order of the table; what is in none is `others`. */
export const GROUPS: Readonly<Record<string, readonly string[]>> = {
  products: [
    "MatMul",
    "Gemm",
    "FusedMatMul",
    "FusedGemm",
    "Conv",
    "FusedConv",
    "ConvTranspose",
    "TransposeMatMul",
  ],
  "Add, Mul, Sub": ["Add", "Mul", "Sub", "GatedAdd"],
  "Sqrt, Div": ["Sqrt", "Div", "Reciprocal"],
  moving: [
    "Transpose",
    "Reshape",
    "Concat",
    "Split",
    "Slice",
    "Gather",
    "GatherElements",
    "GatherND",
    "ScatterElements",
    "ScatterND",
    "Cast",
    "Pad",
    "Expand",
    "Tile",
    "Unsqueeze",
    "Squeeze",
    "Identity",
    "ReorderInput",
    "ReorderOutput",
    "MemcpyFromHost",
    "MemcpyToHost",
  ],
  sums: [
    "ReduceSum",
    "ReduceMean",
    "ReduceSumSquare",
    "Sum",
    "AveragePool",
    "GlobalAveragePool",
    "ReduceMax",
  ],
};

const OTHERS = "others";

/** Nodes that run other nodes, whose own kernels are counted. */
export const LOOPS: ReadonlySet<string> = new Set(["Scan", "Loop", "If"]);

/** A node, and the median of its time over the steps in microseconds: other work on the machine must not count. */
interface Timed {
  readonly op: string;
  readonly dur: number;
}

/**
 * Returns how a step spends its time.
 *
 * @param runs how many steps the events are of, one run each
 * @param skip how many of them, the first ones, are not counted
 * @throws {RangeError} unless all runs have the same nodes
 */
export function sharesOf(events: readonly Event[], { runs, skip }: { runs: number; skip: number }): Shares {
  const nodes = nodesOf(events, { runs, skip });
  const all = nodes.reduce((sum, { dur }) => sum + dur, 0);
  const operators = [...Map.groupBy(nodes, ({ op }) => op)]
    .map(([name, some]) => ({
      name,
      nodes: some.length,
      share: some.reduce((sum, { dur }) => sum + dur, 0) / all,
    }))
    .sort((a, b) => b.share - a.share);
  const groups = Object.fromEntries(
    [...Object.keys(GROUPS), OTHERS].map((group) => [
      group,
      operators.filter(({ name }) => groupOf(name) === group).reduce((sum, { share }) => sum + share, 0),
    ]),
  );
  return { ms: all / 1000, nodes: nodes.length, groups, operators };
}

/** Returns the nodes of a step in the order in which they run. */
function nodesOf(events: readonly Event[], { runs, skip }: { runs: number; skip: number }): Timed[] {
  const kernels = timedKernels(events)
    .filter(({ op }) => !LOOPS.has(op))
    .sort((a, b) => a.ts - b.ts);
  const count = kernels.length / runs;
  return Array.from({ length: Math.ceil(count) }, (_, i) => {
    const same = Array.from({ length: runs - skip }, (_, run) => kernels[(skip + run) * count + i]);
    const op = same[0]?.op;
    if (op === undefined || same.some((k) => k?.op !== op)) {
      throw new RangeError(`the ${kernels.length} kernels of ${runs} runs are not the same in each run`);
    }
    return { op, dur: median(same.map((k) => k!.dur)) };
  });
}

/** Returns the events of nodes' kernels, those of loops too. */
export function kernelsIn(events: readonly Event[]): Event[] {
  return events.filter((e) => e.cat === "Node" && e.name.endsWith("_kernel_time"));
}

/**
 * Returns the operators that took time. On WebGPU the nodes' own times are those of starting kernels, which have events
 * of their own: `Conv:conv_1&Conv&Conv2dMM` is a kernel of a node of `Conv`.
 */
function timedKernels(events: readonly Event[]): { op: string; ts: number; dur: number }[] {
  const started = events.filter((e) => e.cat === "Api");
  if (started.length > 0) {
    return started.map(({ name, ts, dur }) => ({ op: name.split("&")[1] ?? name, ts, dur }));
  }
  return kernelsIn(events).map(({ args, ts, dur }) => ({ op: args?.op_name ?? "", ts, dur }));
}

function groupOf(op: string): string {
  return Object.keys(GROUPS).find((group) => GROUPS[group]!.includes(op)) ?? OTHERS;
}
