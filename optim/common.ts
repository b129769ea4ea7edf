/**
 * Options that many rules share.
 *
 * @module
 */
import { add, type Expr, mul, neg } from "./expr.ts";
import { checkOption, type LearningRate } from "./options.ts";

/** Options that PyTorch's optimisers share. */
export interface CommonOptions {
  /** The learning rate: a finite number of at least 0, or a schedule: a function of the number of updates done. */
  learningRate?: LearningRate;
  /** L2 penalty: `weightDecay * w` is added to the gradient. At least 0; 0 by default. */
  weightDecay?: number;
  /** Whether to climb instead of descend. `false` by default. */
  maximize?: boolean;
}

/** The gradient after `maximize` and `weightDecay`, in PyTorch's order. */
export function penalized(g: Expr, w: Expr, { weightDecay = 0, maximize = false }: CommonOptions): Expr {
  const signed = maximize ? neg(g) : g;
  return weightDecay === 0 ? signed : add(signed, mul(weightDecay, w));
}

/** @throws {RangeError} when `weightDecay` is negative or not finite. */
export function checkCommon({ weightDecay = 0 }: CommonOptions): void {
  checkOption("weightDecay", weightDecay, "a finite number of at least 0");
}
