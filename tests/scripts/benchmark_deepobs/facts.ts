/** Facts about a model's initial values. */
import type { Model } from "../../../mod.ts";

/** A parameter's initial values. */
export interface Initial {
  readonly shape: readonly number[];
  readonly mean: number;
  readonly std: number;
  /** The greatest absolute value. */
  readonly greatest: number;
}

/** Returns the trained parameters of a network, by name. */
export function initialOf(model: Model): Readonly<Record<string, Initial>> {
  const parameters = model.graph!.initializer.filter(({ name }) => /\.(weight|bias|W|R|B)$/.test(name));
  return Object.fromEntries(parameters.map(({ name, dims, rawData }) => {
    const values = new Float32Array(rawData.slice().buffer);
    // A loop: `reduce` over millions of numbers takes seconds.
    let [sum, squares, greatest] = [0, 0, 0];
    for (const v of values) {
      sum += v;
      squares += v * v;
      greatest = Math.max(greatest, Math.abs(v));
    }
    const mean = sum / values.length;
    const variance = Math.max(0, squares / values.length - mean ** 2);
    return [name, { shape: dims.map(Number), mean, std: Math.sqrt(variance), greatest }];
  }));
}

/** Returns how many numbers the parameters hold. */
export function countOf(initial: Readonly<Record<string, Initial>>): number {
  return Object.values(initial).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
}
