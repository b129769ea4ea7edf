/**
 * The gradient of a convolution's weights from the windows of the image laid out as rows, as `Unfold` of PyTorch does.
 * X is `[N, C, d…]`, the weights W `[M, C, k…]`, Y `[N, M, o…]`; group 1.
 *
 * @module
 */
import type { Graph, Value } from "../../onnx/mod.ts";
import { covered, coveredSize, entriesOfRows, places, windowsOver } from "../windows/mod.ts";
import type { Correlation } from "./correlation.ts";

/**
 * The most bytes of the rows of one product: the size that WebGPU guarantees for a tensor. Larger ones are computed for
 * some places of the window at a time.
 */
const ROWS_BYTES = 2 ** 27;

/** The limits of a product. */
interface Limits {
  /** The most bytes of the rows of one product, if they belong to more than one place. */
  readonly bytes?: number;
}

/** Returns the product of dy and the windows of some places, `[M, places * C]`. */
type Product = (at: readonly (readonly number[])[]) => Value;

/** Returns `dw` by a product for each example over its windows, summed over the examples. */
export function unfoldedByExample(g: Graph, c: Correlation, limits: Limits = {}): Value {
  const { examples, channels, windows } = sizesOf(c);
  const rows = channelsLast(g, c, [examples, -1, channels]);
  const left = g.reshape(c.dy, [examples, -1, windows]);
  return inChunks(g, c, (at) => {
    const index = entriesOfRows(c.axes, at);
    const right = g.reshape(taken(g, rows, { index, axis: 1 }), [examples, windows, -1]);
    return g.reduceSum(g.matMul(left, right), [0], { keepdims: 0 });
  }, limits);
}

/** Returns `dw` by one product over the windows of all examples, for images that have few of them. */
export function unfoldedOverExamples(g: Graph, c: Correlation, limits: Limits = {}): Value {
  const { examples, channels, windows } = sizesOf(c);
  const rows = channelsLast(g, c, [-1, channels]);
  const perm = [1, 0, ...c.axes.map((_, i) => i + 2)];
  const left = g.reshape(g.transpose(c.dy, { perm }), [-1, examples * windows]);
  const each = c.axes.reduce((n, a) => n * coveredSize(a), 1);
  return inChunks(g, c, (at) => {
    const own = entriesOfRows(c.axes, at);
    const index = Array.from({ length: examples }, (_, n) => own.map((i) => n * each + i)).flat();
    return g.gemm(left, g.reshape(taken(g, rows, { index, axis: 0 }), [examples * windows, -1]));
  }, limits);
}

function sizesOf({ x, axes }: Correlation): Record<"examples" | "channels" | "windows", number> {
  const [examples, channels] = x.shape as number[];
  return { examples: examples!, channels: channels!, windows: windowsOver(axes) };
}

/** Returns what the windows cover, channels last; a single one is last wherever it is. */
function channelsLast(g: Graph, { x, axes }: Correlation, shape: readonly number[]): Value {
  const cover = covered(g, x, { axes, fill: 0 });
  if (x.shape![1] === 1) return g.reshape(cover, shape);
  return g.reshape(g.transpose(cover, { perm: [0, ...axes.map((_, i) => i + 2), 1] }), shape);
}

/** Gathers rows; all of them in their order need no node. */
function taken(g: Graph, rows: Value, { index, axis }: { index: readonly number[]; axis: number }): Value {
  if (index.every((i, k) => i === k) && rows.shape![axis] === index.length) return rows;
  return g.gather(rows, g.constant(index, "int32"), { axis });
}

/** Returns `[M, C, k…]` from products over as many places at a time as the limit holds. */
function inChunks(g: Graph, c: Correlation, product: Product, { bytes = ROWS_BYTES }: Limits): Value {
  const { examples, channels, windows } = sizesOf(c);
  const all = places(c.axes);
  const chunk = Math.max(1, Math.floor(bytes / (4 * examples * windows * channels)));
  const parts = Array.from(
    { length: Math.ceil(all.length / chunk) },
    (_, i) => product(all.slice(i * chunk, (i + 1) * chunk)),
  );
  const dw = parts.length === 1 ? parts[0]! : g.concat(parts, { axis: 1 });
  const [m, kernel] = [c.shape[0] as number, c.axes.map((a) => a.kernel)];
  if (all.length === 1 || channels === 1) return g.reshape(dw, [m, channels, ...kernel]);
  const turned = g.transpose(g.reshape(dw, [m, all.length, channels]), { perm: [0, 2, 1] });
  return g.reshape(turned, [m, channels, ...kernel]);
}
