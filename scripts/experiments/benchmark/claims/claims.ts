/**
 * The claims of `benchmark`: performance varies over the problems, none dominates, several optimizers untuned are about as
 * good as one tuned, and Adam is the best.
 *
 * @module
 */
import type { Asked } from "../../../decision/mod.ts";
import type { Claim } from "../../../report/mod.ts";
import { bestClaim } from "./best_rule.ts";
import type { BenchmarkData } from "../data.ts";
import { dominanceClaim } from "./dominance.ts";
import { fieldsOf } from "./rivals.ts";
import { untunedClaim } from "./untuned.ts";
import { varyingClaim } from "./varying.ts";

/** Decides the claims; none that the data cannot be asked, such as those about several problems of a single one. */
export function claims(data: BenchmarkData, asked: Asked = {}): Claim[] {
  const fields = fieldsOf(data, asked);
  return [
    ...varyingClaim(data, fields),
    ...dominanceClaim(data, fields),
    ...untunedClaim(data),
    ...bestClaim(data),
  ];
}
