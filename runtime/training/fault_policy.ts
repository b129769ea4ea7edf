/**
 * Limits how long a training may continue after numerical faults.
 *
 * @module
 */
import { type Fault, type FaultPolicy, NumericalError } from "./faults.ts";
import type { FaultState } from "./fit_state.ts";

/** How many steps may be skipped one after another. */
export const MOST_SKIPPED = 100;

/** How often the learning rate may be halved within one epoch. */
export const MOST_HALVINGS = 20;

/**
 * Checks that a policy lets a training continue after a step that failed.
 *
 * @param how.policy what to do about it
 * @param how.faults what became of faults so far
 * @throws {NumericalError} when the policy says to stop, or was applied too often.
 *
 * @example
 * ```ts
 * import { requireRemedy } from "./fault_policy.ts";
 * import { NumericalError } from "./faults.ts";
 * import { NO_FAULTS } from "./fit_state.ts";
 * import { assertThrows } from "@std/assert";
 * const fault = { step: 1, epoch: 1, loss: NaN, gradients: {}, updates: {}, learningRate: null };
 * requireRemedy(fault, { policy: "skip", faults: NO_FAULTS });
 * assertThrows(() => requireRemedy(fault, { policy: "stop", faults: NO_FAULTS }), NumericalError, "the loss is NaN");
 * ```
 */
export function requireRemedy(
  fault: Fault,
  { policy, faults }: { policy: FaultPolicy | "end" | undefined; faults: FaultState },
): void {
  if (policy === "skip") {
    if (faults.inARow < MOST_SKIPPED) return;
    throw new NumericalError(fault, `${MOST_SKIPPED} were skipped before it`);
  }
  if (policy !== "reduce") throw new NumericalError(fault);
  if (faults.halvings < MOST_HALVINGS) return;
  throw new NumericalError(fault, `its rate has been halved ${MOST_HALVINGS} times in this epoch`);
}
