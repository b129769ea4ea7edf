/**
 * What the tests of blocked tensors share: graphs that import the domain, runs at each level of optimization, reference
 * loops in float64.
 *
 * @module
 */
import type { Block } from "../../../lowering/blocks/mod.ts";
import type { Axis } from "../../../autodiff/windows/mod.ts";
import { buildModel, Graph, type Tensor, tensor, type Value } from "../../../onnx/mod.ts";
import { normal } from "../../../random/mod.ts";
import { cpuBlock, openSession, type SessionOptions } from "../../../runtime/session/mod.ts";

/** The levels of the runtime's graph optimizations. */
export const LEVELS = ["disabled", "basic", "extended", "all"] as const;

/** Adds a test, skipped with a message where the processor has no blocks. */
export function blockTest(name: string, body: (block: Block) => Promise<void>): void {
  Deno.test(name, async (t) => {
    const block = await cpuBlock();
    if (block !== undefined) return await body(block);
    await t.step({ name: "skipped: ONNX Runtime has no blocks here", ignore: true, fn: () => {} });
  });
}

/** Starts a graph that may hold operators on blocked tensors. */
export function blockGraph(): Graph {
  return new Graph({ opsets: { "": 21, "com.microsoft": 1, "com.microsoft.nchwc": 1 } });
}

/** Returns normal numbers, the same for the same name and shape. */
export function random(name: string, shape: readonly number[]): Tensor {
  return tensor(normal({ seed: 18, stream: `${name}${shape}` }, shape.reduce((a, b) => a * b, 1)), [
    ...shape,
  ]);
}

/** Runs a graph built from tensors. */
export async function run(
  feeds: Readonly<Record<string, Tensor>>,
  build: (g: Graph, x: Record<string, Value>) => Value,
  { symbolic = false, ...options }: SessionOptions & { symbolic?: boolean } = {},
): Promise<Tensor> {
  const g = blockGraph();
  const inputs = Object.entries(feeds).map(([name, t]) => {
    const shape = symbolic && t.shape.length === 4 && name === "x" ? ["N", ...t.shape.slice(1)] : t.shape;
    return [name, g.input(name, t.dtype, shape)];
  });
  g.output(build(g, Object.fromEntries(inputs)), "result");
  await using session = await openSession(buildModel(g), { threads: 1, ...options });
  return (await session.run(feeds)).result!;
}

/** Returns the largest difference of two tensors, relative to the largest entry of the second. */
export function distance(a: Tensor, b: { data: ArrayLike<number>; shape: readonly number[] }): number {
  if (`${a.shape}` !== `${b.shape}`) throw new Error(`shapes differ: ${a.shape} and ${b.shape}`);
  let [most, apart] = [1e-30, 0];
  for (let i = 0; i < b.data.length; i++) {
    most = Math.max(most, Math.abs(b.data[i]!));
    // A NaN is infinitely far from everything.
    const d = Math.abs(Number(a.data[i]) - b.data[i]!);
    apart = Math.max(apart, Number.isNaN(d) ? Infinity : d);
  }
  return apart / most;
}

/** A convolution by its sizes; everything else of it follows. */
export interface Sizes {
  readonly n: number;
  readonly c: number;
  readonly m: number;
  readonly axes: readonly [Axis, Axis];
  readonly group: number;
}

/** Returns an axis of windows with padding `[begin, end]` as a model would state it. */
export function axis(
  size: number,
  kernel: number,
  { stride = 1, dilation = 1, pads: [begin, after] = [0, 0] as readonly [number, number] } = {},
): Axis {
  const extent = (kernel - 1) * dilation + 1;
  const count = Math.floor((size + begin + after - extent) / stride) + 1;
  return { size, kernel, stride, dilation, begin, end: (count - 1) * stride + extent - size - begin, count };
}

/** Returns the tensors of a convolution. */
export function operands({ n, c, m, axes: [h, w], group }: Sizes) {
  return {
    x: random("x", [n, c, h.size, w.size]),
    w: random("w", [m, c / group, h.kernel, w.kernel]),
    dy: random("dy", [n, m, h.count, w.count]),
  };
}

/** Calls `visit` for each product of a convolution, with the places of the entries of y, x and w. */
function eachProduct(
  { n, c, m, axes: [h, w], group }: Sizes,
  visit: (y: number, x: number, w: number) => void,
): void {
  const [each, to] = [c / group, m / group];
  for (let e = 0; e < n; e++) {
    for (let o = 0; o < m; o++) {
      for (let i = 0; i < each; i++) {
        const channel = Math.floor(o / to) * each + i;
        for (let a = 0; a < h.count * h.kernel; a++) {
          const [oy, ky] = [Math.floor(a / h.kernel), a % h.kernel];
          const iy = oy * h.stride + ky * h.dilation - h.begin;
          if (iy < 0 || iy >= h.size) continue;
          for (let b = 0; b < w.count * w.kernel; b++) {
            const [ox, kx] = [Math.floor(b / w.kernel), b % w.kernel];
            const ix = ox * w.stride + kx * w.dilation - w.begin;
            if (ix < 0 || ix >= w.size) continue;
            visit(
              ((e * m + o) * h.count + oy) * w.count + ox,
              ((e * c + channel) * h.size + iy) * w.size + ix,
              ((o * each + i) * h.kernel + ky) * w.kernel + kx,
            );
          }
        }
      }
    }
  }
}

type Numbers = { readonly data: ArrayLike<unknown>; readonly shape: readonly number[] };

/** Returns a convolution and its gradients, computed one product at a time in float64. */
export function reference(s: Sizes, { x, w, dy }: Record<"x" | "w" | "dy", Numbers> = operands(s)) {
  const zeros = (t: Numbers) => ({ data: new Float64Array(t.data.length), shape: t.shape });
  const [y, dx, dw] = [zeros(dy), zeros(x), zeros(w)];
  const at = (t: Numbers) => t.data as Float64Array;
  eachProduct(s, (j, i, k) => {
    y.data[j]! += at(x)[i]! * at(w)[k]!;
    dx.data[i]! += at(dy)[j]! * at(w)[k]!;
    dw.data[k]! += at(dy)[j]! * at(x)[i]!;
  });
  return { y, dx, dw };
}
