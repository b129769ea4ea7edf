/**
 * Adam with clipped rates: a user-defined rule, written with the library's operations.
 *
 * @module
 */
import { ops, type Optimizer, optimizer, perParameter } from "../../mod.ts";

/** Options of {@linkcode clippedAdam}. */
export interface ClippedAdamOptions {
  readonly learningRate: number;
  /** The lowest rate of an element. */
  readonly low: number;
  /** The highest rate of an element; may be infinite. */
  readonly high: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

/**
 * Returns Adam with bounds on the rate of each element, which fall with the learning rate's scale:
 *
 * ```text
 * r = clip(eta sqrt(1 - beta2^t) / (1 - beta1^t) / (sqrt(v) + epsilon), low, high);  u = -r m
 * ```
 *
 * With equal bounds it is SGD with momentum, without any it is Adam.
 *
 * @see Keskar, Socher, 2017, section 2: Adam-Clip(p, q) has bounds of p and q times the rate of SGD.
 */
export function clippedAdam(options: ClippedAdamOptions): Optimizer {
  const { learningRate, low, high, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-9 } = options;
  const { add, div, max, min, mul, neg, sqrt, square } = ops;
  const rule = perParameter({ m: 0, v: 0 }, (state, at) => {
    const m = add(mul(beta1, state.m), mul(1 - beta1, state.g));
    const v = add(mul(beta2, state.v), mul(1 - beta2, square(state.g)));
    const free = div(
      at("rate", (s) => s.learningRate * Math.sqrt(1 - beta2 ** s.t) / (1 - beta1 ** s.t)),
      add(sqrt(v), epsilon),
    );
    const bound = (name: string, value: number) => at(name, (s) => value * s.learningRate / learningRate);
    const below = Number.isFinite(high) ? min(free, bound("high", high)) : free;
    const rate = low > 0 ? max(below, bound("low", low)) : below;
    return { u: neg(mul(rate, m)), m, v };
  });
  return optimizer({ name: "clippedAdam", learningRate, rule });
}
