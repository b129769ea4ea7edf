/**
 * The memory of L-BFGS: steps and differences of gradients, and the inverse Hessian that follows from them.
 *
 * @module
 */
import { type Tensor, tensor } from "../../onnx/tensor/mod.ts";
import { addScaled, dot, scaled } from "./vectors.ts";

/** A step `s`, the difference `y` of the gradients at its ends, and the weight `rho` = 1/(y's), or 0 to leave it out. */
export interface Pair {
  readonly s: Float64Array;
  readonly y: Float64Array;
  readonly rho: number;
}

/** Pairs, the newest last, and the scale of the identity that they start from. */
export interface History {
  readonly pairs: readonly Pair[];
  readonly scale: number;
}

/** Returns the product of the approximate inverse Hessian and a vector, by the two-loop recursion, in a new array. */
export function inverseHessianTimes({ pairs, scale }: History, vector: Float64Array): Float64Array {
  const q = vector.slice();
  const alphas = pairs.map(() => 0);
  for (let i = pairs.length - 1; i >= 0; i--) {
    const { s, y, rho } = pairs[i]!;
    alphas[i] = dot(s, q) * rho;
    addScaled(q, -alphas[i]!, y);
  }
  const r = scaled(scale, q);
  pairs.forEach(({ s, y, rho }, i) => addScaled(r, alphas[i]! - dot(y, r) * rho, s));
  return r;
}

/** Returns the newest pairs with one more. @param most how many to keep */
export function withPair(pairs: readonly Pair[], pair: Pair, most: number): readonly Pair[] {
  return [...pairs, pair].slice(-most);
}

/** Returns a history as slots of a state: `s/0` and `y/0` are the oldest pair. */
export function slotsOfHistory({ pairs, scale }: History): Record<string, Tensor> {
  const slots: Record<string, Tensor> = {
    scale: tensor(Float64Array.of(scale), []),
    rho: tensor(Float64Array.from(pairs, ({ rho }) => rho)),
  };
  pairs.forEach(({ s, y }, i) => {
    slots[`s/${i}`] = tensor(s);
    slots[`y/${i}`] = tensor(y);
  });
  return slots;
}

/** Returns the history that slots hold, which are checked to be there. */
export function historyOf(slots: Readonly<Record<string, Tensor>>): History {
  const rhos = slots.rho!.data as Float64Array;
  const vector = (name: string) => slots[name]!.data as Float64Array;
  return {
    pairs: Array.from(rhos, (rho, i) => ({ s: vector(`s/${i}`), y: vector(`y/${i}`), rho })),
    scale: (slots.scale!.data as Float64Array)[0]!,
  };
}
