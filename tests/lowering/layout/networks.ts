/**
 * What the tests of the layout pass share: graphs, run before and after it.
 *
 * @module
 */
import { buildModel, type Graph, type Tensor, type Value } from "../../../onnx/mod.ts";
import { type Block, NCHWC } from "../../../lowering/blocks/mod.ts";
import { layoutInBlocks } from "../../../lowering/layout/mod.ts";
import { openSession } from "../../../runtime/session/mod.ts";
import { blockGraph, distance, random } from "../blocks/blocks.ts";

/** Builds a graph: returns its results by name. */
export type Build = (n: Network) => Readonly<Record<string, Value>>;

/** A graph whose inputs are made as it is built, each with a tensor to run it with. */
export class Network {
  readonly g: Graph = blockGraph();
  readonly feeds: Record<string, Tensor> = {};

  constructor(readonly block: Block) {}

  /** Adds an input of normal numbers. Of an image with `examples`, their number is a symbol. */
  input(shape: readonly number[], { symbolic = false } = {}): Value {
    const name = `in${Object.keys(this.feeds).length}`;
    this.feeds[name] = random(name, shape);
    return this.g.input(name, "float32", symbolic ? ["N", ...shape.slice(1)] : shape);
  }

  /** Adds a convolution with weights of its own, 3x3 by default. */
  conv(x: Value, channels: number, { size = 3, stride = 1, group = 1, bias = false, pad = 1 } = {}): Value {
    const w = this.input([channels, (x.shape![1] as number) / group, size, size]);
    return this.g.conv(x, w, bias ? this.input([channels]) : null, {
      kernel_shape: [size, size],
      pads: [pad, pad, pad, pad],
      strides: [stride, stride],
      group,
    });
  }
}

/** Builds a graph with blocks or without. */
export function built(build: Build, { block, blocked }: { block: Block; blocked: boolean }): Network {
  const n = new Network(block);
  for (const [name, v] of Object.entries(build(n))) n.g.output(v, name);
  if (blocked) layoutInBlocks(n.g, { block });
  else n.g.prune();
  return n;
}

/** Returns how many nodes of each operator a graph has, those on blocks with a `*`. */
export function counted(g: Graph): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { domain, opType } of g.nodes) {
    const name = domain === NCHWC ? `*${opType}` : opType;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** Returns how many reorders a graph has. */
export function reorders(g: Graph): number {
  const counts = counted(g);
  return (counts["*ReorderInput"] ?? 0) + (counts["*ReorderOutput"] ?? 0);
}

/** Runs a graph before and after the pass at two levels of optimization, and returns how far the results are apart. */
export async function apart(build: Build, block: Block): Promise<{ distance: number; graph: Graph }> {
  const [plain, blocked] = [false, true].map((blocked) => built(build, { block, blocked }));
  const expected = await run(plain!, "basic");
  let largest = 0;
  for (const level of ["disabled", "all"] as const) {
    const got = await run(blocked!, level);
    for (const [name, want] of Object.entries(expected)) {
      largest = Math.max(largest, between(got[name]!, want));
    }
  }
  return { distance: largest, graph: blocked!.g };
}

async function run(n: Network, optimization: "disabled" | "basic" | "all") {
  await using session = await openSession(buildModel(n.g), { threads: 1, optimization });
  return await session.run(n.feeds);
}

function between(a: Tensor, b: Tensor): number {
  const numbers = (t: Tensor) => Float64Array.from(t.data as ArrayLike<number>, Number);
  return distance({ ...a, data: numbers(a) as never }, { data: numbers(b), shape: b.shape });
}
