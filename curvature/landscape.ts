/**
 * The loss along lines and on planes.
 *
 * @module
 */
import { normal } from "../random/normal.ts";
import { sizeOf } from "../onnx/tensor/mod.ts";
import type { CurvatureOperator } from "./operator.ts";
import { norm, plus, type Specs } from "./vectors.ts";

/**
 * Returns the loss at `point + t direction` for each `t`.
 *
 * @example
 * ```ts
 * import { curvatureOperator } from "./operator.ts";
 * import { lossAlong } from "./landscape.ts";
 * import { mlp, tensor, withLoss } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 * const model = withLoss(mlp({ inputs: 1, hidden: [], outputs: 1 }), { loss: "mse" });
 * const data = { x: tensor(Float32Array.of(1), [1, 1]), target: tensor(Float32Array.of(0), [1, 1]) };
 * await using operator = await curvatureOperator({ model, data });
 * operator.point = Float64Array.of(1, 0);
 * assertEquals([...await lossAlong(operator, { direction: [1, 0], at: [-1, 0, 1] })], [0, 1, 4]);
 * ```
 */
export async function lossAlong(
  operator: Pick<CurvatureOperator, "loss" | "point">,
  { direction, at }: { readonly direction: ArrayLike<number>; readonly at: readonly number[] },
): Promise<Float64Array> {
  const losses = new Float64Array(at.length);
  for (const [i, t] of at.entries()) losses[i] = await operator.loss(plus(operator.point, direction, t));
  return losses;
}

/**
 * Returns the loss at `point + s a + t b` for each `s` of `across`, a row for each `t` of `up`.
 *
 * @example
 * ```ts
 * import { lossOnPlane } from "./landscape.ts";
 * import { assertEquals } from "@std/assert";
 * const operator = {
 *   point: Float64Array.of(0, 0),
 *   loss: (w: ArrayLike<number> = [0, 0]) => Promise.resolve(w[0]! + 10 * w[1]!),
 * };
 * const rows = await lossOnPlane(operator, { a: [1, 0], b: [0, 1], across: [0, 1], up: [0, 2] });
 * assertEquals(rows.map((row) => [...row]), [[0, 1], [20, 21]]);
 * ```
 */
export async function lossOnPlane(
  operator: Pick<CurvatureOperator, "loss" | "point">,
  { a, b, across, up }: {
    readonly a: ArrayLike<number>;
    readonly b: ArrayLike<number>;
    readonly across: readonly number[];
    readonly up: readonly number[];
  },
): Promise<Float64Array[]> {
  const rows: Float64Array[] = [];
  for (const t of up) {
    rows.push(
      await lossAlong({ loss: (w) => operator.loss(w), point: plus(operator.point, b, t) }, {
        direction: a,
        at: across,
      }),
    );
  }
  return rows;
}

/**
 * Returns a random direction in which each filter has the norm of the filter at the point: a row of a weight with two or
 * more axes, such as the weights of one output of a layer. Parameters of one axis, such as biases and the scales of
 * normalizations, do not move.
 *
 * @see Li et al.: Visualizing the loss landscape of neural nets, 2018.
 *
 * @example
 * ```ts
 * import { filterDirection } from "./landscape.ts";
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 * const parameters = { w: { dtype: "float32", shape: [2, 3] }, b: { dtype: "float32", shape: [2] } } as const;
 * const point = Float64Array.of(3, 0, 4, 0, 0, 1, 7, 8);
 * const direction = filterDirection({ parameters, point }, { seed: 1 });
 * assertAlmostEquals(Math.hypot(...direction.subarray(0, 3)), 5);
 * assertAlmostEquals(Math.hypot(...direction.subarray(3, 6)), 1);
 * assertEquals([...direction.subarray(6)], [0, 0]);
 * ```
 */
export function filterDirection(
  { parameters, point }: { readonly parameters: Specs; readonly point: Float64Array },
  { seed = 0 }: { seed?: number } = {},
): Float64Array {
  const direction = new Float64Array(point.length);
  let at = 0;
  for (const [name, { shape }] of Object.entries(parameters)) {
    const size = sizeOf(shape);
    if (shape.length > 1) {
      const drawn = Float64Array.from(normal({ seed, stream: name }, size));
      const length = size / shape[0]!;
      for (let from = 0; from < size; from += length) {
        const own = drawn.subarray(from, from + length);
        const wanted = norm(point.subarray(at + from, at + from + length));
        const have = norm(own);
        direction.set(own.map((v) => have > 0 ? v * wanted / have : 0), at + from);
      }
    }
    at += size;
  }
  return direction;
}

/** Returns the loss on the way from one point to another: at `(1 - t) from + t to` for each `t`. */
export async function lossBetween(
  operator: Pick<CurvatureOperator, "loss">,
  { from, to, at }: {
    readonly from: Float64Array;
    readonly to: ArrayLike<number>;
    readonly at: readonly number[];
  },
): Promise<Float64Array> {
  const direction = from.map((v, i) => to[i]! - v);
  return await lossAlong({ loss: (w) => operator.loss(w), point: from }, { direction, at });
}
