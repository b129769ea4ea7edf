/**
 * The rise of the loss in a small box around a point.
 *
 * @module
 */
import type { CurvatureOperator } from "../../../../curvature/mod.ts";

/** The length of a step of the ascent, in mean half-widths of the box. */
const STEP = 0.5;

/**
 * Returns `100 (max f - f(x)) / (1 + f(x))` over the box of half-width `epsilon (|x| + 1)` around the point, found by
 * projected gradient ascent from the point: a lower bound of the maximum, as any search is. The paper searches by L-BFGS-B.
 *
 * @param steps steps of the ascent
 *
 * @see Keskar, Mudigere, Nocedal, Smelyanskiy, Tang: On large-batch training for deep learning: generalization gap and sharp
 * minima, 2017, metric 2.1 with the whole space.
 */
export async function boxSharpness(
  operator: Pick<CurvatureOperator, "gradient" | "point">,
  { epsilon, steps }: { readonly epsilon: number; readonly steps: number },
): Promise<number> {
  const { point } = operator;
  const widths = point.map((v) => epsilon * (Math.abs(v) + 1));
  // Half-widths are the unit: the box becomes a cube.
  let place = new Float64Array(point.length);
  const { loss: start, gradient } = await operator.gradient(point);
  let [highest, slope] = [start, gradient];
  for (let i = 0; i < steps; i++) {
    const scaled = slope.map((v, j) => v * widths[j]!);
    const size = scaled.reduce((sum, v) => sum + Math.abs(v), 0) / scaled.length;
    if (size === 0) break;
    place = place.map((v, j) => Math.min(1, Math.max(-1, v + STEP * scaled[j]! / size)));
    const next = await operator.gradient(point.map((v, j) => v + widths[j]! * place[j]!));
    slope = next.gradient;
    highest = Math.max(highest, next.loss);
  }
  return 100 * (highest - start) / (1 + start);
}
