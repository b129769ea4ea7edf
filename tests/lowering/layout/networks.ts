/**
 * What the tests of the layout pass share: graphs, run before and after it.
 *
 * @module
 */
import { buildModel, type Graph, type Node, type Tensor, tensor, type Value } from "../../../onnx/mod.ts";
import { type Block, NCHWC } from "../../../lowering/blocks/mod.ts";
import { batchNormalization } from "../../../autodiff/composites/mod.ts";
import { backward, type Rule } from "../../../autodiff/mod.ts";
import { batchNormalizationOfBatch } from "../../../autodiff/rules/mod.ts";
import { lower } from "../../../lowering/mod.ts";
import { openSession } from "../../../runtime/session/mod.ts";
import { blockGraph, distance, random } from "../blocks/blocks.ts";

/** The examples of a batch whose size is a symbol. */
export const EXAMPLES = 3;

/** Builds a graph: returns its results by name. */
export type Build = (n: Network) => Readonly<Record<string, Value>>;

/** A graph whose inputs are made as it is built, each with a tensor to run it with. */
export class Network {
  readonly g: Graph = blockGraph();
  readonly feeds: Record<string, Tensor> = {};
  /** Weights, scales and shifts. */
  readonly parameters: Value[] = [];
  readonly #rules = new Map<Node, Rule>();

  constructor(readonly block: Block, readonly blocked: boolean) {}

  /** Returns the gradients of the sum of a value's entries, each times a normal number, by the parameters. */
  gradients(y: Value, wrt: readonly Value[] = this.parameters): Value[] {
    const cotangent = this.input(y.shape!.map((d) => (typeof d === "number" ? d : EXAMPLES)), {
      symbolic: typeof y.shape![0] === "string",
    });
    return backward(this.g, {
      seeds: [{ value: y, cotangent }],
      wrt,
      composites: this.blocked,
      own: this.#rules,
    });
  }

  /** Adds an input that belongs to the parameters. */
  parameter(shape: readonly number[]): Value {
    const p = this.input(shape);
    this.parameters.push(p);
    return p;
  }

  /** Adds a batch normalization over the batch. */
  normalized(x: Value): Value {
    const [scale, bias] = [0, 1].map(() => this.parameter([x.shape![1] as number])) as [Value, Value];
    const c = { x, scale, bias, epsilon: 1e-3 };
    const batch = batchNormalization(this.g, c, { composites: this.blocked });
    this.#rules.set(batch.y.producer!, batchNormalizationOfBatch({ x, ...batch }));
    return batch.y;
  }

  /** Adds an input of normal numbers. Of an image with `examples`, their number is a symbol. */
  input(shape: readonly number[], { symbolic = false } = {}): Value {
    const name = `in${Object.keys(this.feeds).length}`;
    this.feeds[name] = random(name, shape);
    return this.g.input(name, "float32", symbolic ? ["N", ...shape.slice(1)] : shape);
  }

  /** Adds a convolution with weights of its own, 3x3 by default. */
  conv(x: Value, channels: number, { size = 3, stride = 1, group = 1, bias = false, pad = 1 } = {}): Value {
    const w = this.parameter([channels, (x.shape![1] as number) / group, size, size]);
    return this.g.conv(x, w, bias ? this.parameter([channels]) : null, {
      kernel_shape: [size, size],
      pads: [pad, pad, pad, pad],
      strides: [stride, stride],
      group,
    });
  }
}

/** Builds a graph with blocks or without. */
export function built(build: Build, { block, blocked }: { block: Block; blocked: boolean }): Network {
  const n = new Network(block, blocked);
  for (const [name, v] of Object.entries(build(n))) n.g.output(v, name);
  n.g.prune();
  if (blocked) lower(n.g, { block });
  return n;
}

/**
 * Returns how many nodes of each operator a graph has, those on blocks with a `*`. Of reorders, only those of images with a
 * symbol for the number of examples count: weights are reordered as well.
 */
export function counted(g: Graph): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { domain, opType, inputs } of g.nodes) {
    if (opType.startsWith("Reorder") && typeof inputs[0]!.shape![0] === "number") continue;
    const name = domain === NCHWC ? `*${opType}` : opType;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/**
 * Runs a graph before and after the pass at two levels of optimization, and returns how far the results are apart, relative
 * to the largest entry of each.
 *
 * @param options.least a lower limit of that entry, relative to the largest of all results; 0 by default. A gradient that
 * is 0 but for rounding has no entry to compare with
 */
export async function apart(
  build: Build,
  block: Block,
  { least = 0 } = {},
): Promise<{ distance: number; graph: Graph }> {
  const [plain, blocked] = [false, true].map((blocked) => built(build, { block, blocked }));
  const expected = await run(plain!, "basic");
  const limit = least * Math.max(...Object.values(expected).map(largestOf));
  let distance = 0;
  for (const level of ["disabled", "all"] as const) {
    const got = await run(blocked!, level);
    for (const [name, want] of Object.entries(expected)) {
      distance = Math.max(distance, between(got[name]!, want, limit));
    }
  }
  return { distance, graph: blocked!.g };
}

async function run(n: Network, optimization: "disabled" | "basic" | "all") {
  await using session = await openSession(buildModel(n.g), { threads: 1, optimization });
  return await session.run(n.feeds);
}

function between(a: Tensor, b: Tensor, limit: number): number {
  const largest = largestOf(b);
  const got = tensor(numbersOf(a.data), [...a.shape]);
  return distance(got, { data: numbersOf(b.data), shape: b.shape }) * largest / Math.max(largest, limit);
}

/** Returns the numbers of a tensor: 0 and 1 for booleans. */
function numbersOf(data: Tensor["data"]): Float64Array<ArrayBuffer> {
  return Float64Array.from(data as ArrayLike<number>, Number);
}

function largestOf({ data }: Tensor): number {
  return numbersOf(data).reduce((most, v) => Math.max(most, Math.abs(v)), 1e-30);
}
