/**
 * Rules that take several gradients of a batch, such as `sam`.
 *
 * @module
 */
import type { Optimizer } from "../../optim/mod.ts";
import type { ProgramRun } from "../program/mod.ts";

/**
 * Returns how many gradients of a batch a rule takes for an update.
 *
 * @example
 * ```ts
 * import { gradientsOf } from "./gradients_per_update.ts";
 * import { sam, sgd } from "../../optim/all.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals([gradientsOf(sgd()), gradientsOf(sam(sgd()))], [1, 2]);
 * ```
 */
export function gradientsOf({ rule }: Optimizer): number {
  return rule.gradientsPerUpdate ?? 1;
}

/**
 * Turns reports of one number a gradient into reports of one number a batch.
 *
 * @param each gradients a batch
 *
 * @example
 * ```ts
 * import { perBatch } from "./gradients_per_update.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(perBatch({ loss: Float32Array.of(1, 2, 3, 4) }, 2), { loss: Float32Array.of(1, 3) });
 * ```
 */
export function perBatch(reports: ProgramRun["reports"], each: number): ProgramRun["reports"] {
  return Object.fromEntries(
    Object.entries(reports).map(([name, values]) => {
      // The first of a batch's gradients is at the parameters themselves; any of them may fail.
      const first = values.filter((_, k) => k % each === 0);
      const sums = first.map(() => 0);
      values.forEach((v, k) => (sums[Math.floor(k / each)]! += v));
      return [name, name === "gradient-sum" ? sums : first] as const;
    }),
  );
}
