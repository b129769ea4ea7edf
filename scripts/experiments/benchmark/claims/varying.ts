/**
 * The claim that which optimizer is the better one depends on the problem.
 *
 * @module
 */
import { LEVEL } from "../../../decision/mod.ts";
import type { Claim, Verdict } from "../../../report/mod.ts";
import { agreementText } from "../results/agreement.ts";
import type { BenchmarkData } from "../data.ts";
import { pText } from "../results/printed.ts";
import { isNotWorse, passes, placeNeeds, type Rivals, testBetter } from "./places.ts";
import { clearest, type Field } from "./rivals.ts";
import { optimizersOf } from "../results/runs.ts";

/** Two optimizers that change places in the trials: problems on which the one is ahead, and the other. */
interface Exchange {
  readonly a: string;
  readonly b: string;
  readonly ahead: readonly Rivals[];
  readonly behind: readonly Rivals[];
}

/**
 * Decides that performance varies over the problems:
 *
 * - `holds`: of one pair of optimizers, the first is better by more than matters on a problem, and the second on another.
 *   The pair and its problems are those that change places most clearly in the trials, whose seeds are others, so there is
 *   nothing to correct for; both tests must pass.
 * - `contradicted`: no pair changes places by as much as matters: of every two, one is shown to be not worse than the other by
 *   as much on any problem. All these tests must pass, so there is nothing to correct for either.
 *
 * Returns no claim for one optimizer or one problem.
 */
export function varyingClaim(data: BenchmarkData, fields: readonly Field[]): Claim[] {
  const optimizers = optimizersOf(data);
  if (optimizers.length < 2 || fields.length < 2) return [];
  const exchange = clearestExchange(optimizers, fields);
  const [ahead, behind] = [testBetter(exchange.ahead), testBetter(exchange.behind)];
  const found = passes(ahead) && passes(behind);
  const verdict: Verdict = found ? "holds" : keepPlaces(optimizers, fields) ? "contradicted" : "undecided";
  const open = [exchange.ahead, exchange.behind].filter((_, i) => !passes([ahead, behind][i]!));
  return [{
    claim:
      "Performance varies over the problems: an optimizer that is better than another on one problem, by more than " +
      "matters, is worse by more than matters on another.",
    verdict,
    evidence: [
      exchangeText(exchange, [ahead, behind]),
      verdict === "contradicted"
        ? "Of every two optimizers, one is not worse than the other by as much as matters on any problem, each shown at " +
          `${100 * LEVEL} %.`
        : undefined,
      agreementText(data),
      `Test: both at ${
        100 * LEVEL
      } %, sign flips of the signed ranks of the seeds' differences beyond what matters, ` +
      "problem by problem. The trials chose the pair and the problems.",
    ].filter((t) => t !== undefined).join(" "),
    test: {
      name: "sign flips of signed ranks, stratified by problem",
      p: Math.max(ahead.side > 0 ? ahead.p : 1, behind.side > 0 ? behind.p : 1),
      level: LEVEL,
      correction: "none",
      comparisons: 1,
    },
    ...(verdict === "undecided" ? { needs: placeNeeds(open, data) } : {}),
  }];
}

/** Returns the two optimizers that change places most clearly in the trials; of several, those that do on most problems. */
function clearestExchange(optimizers: readonly string[], fields: readonly Field[]): Exchange {
  const exchanges = optimizers.flatMap((a, i) =>
    optimizers.slice(i + 1).map((b) => {
      const both = fields.filter((f) => f.optimizers.includes(a) && f.optimizers.includes(b));
      const rivals = (winner: string, loser: string) =>
        clearest(both, (f) => f.lead(winner, loser)).map((field) => ({ field, winner, loser }));
      const leads = both.map((f) => f.lead(a, b));
      const exchange = { a, b, ahead: rivals(a, b), behind: rivals(b, a) };
      return {
        exchange,
        lead: Math.min(Math.max(0, ...leads), -Math.min(0, ...leads)),
        count: Math.min(exchange.ahead.length, exchange.behind.length),
      };
    })
  );
  return exchanges.reduce((best, e) =>
    e.lead > best.lead || (e.lead === best.lead && e.count > best.count) ? e : best
  ).exchange;
}

/** Returns whether of every two optimizers one is shown to be not worse by as much as matters on any problem. */
function keepPlaces(optimizers: readonly string[], fields: readonly Field[]): boolean {
  return optimizers.every((a, i) =>
    optimizers.slice(i + 1).every((b) => {
      const both = fields.filter((f) => f.optimizers.includes(a) && f.optimizers.includes(b));
      return both.length > 0 &&
        (both.every((f) => isNotWorse(f, a, b)) || both.every((f) => isNotWorse(f, b, a)));
    })
  );
}

function exchangeText(
  { a, b, ahead, behind }: Exchange,
  [first, second]: readonly [{ p: number; side: number }, { p: number; side: number }],
): string {
  if (ahead.length === 0 || behind.length === 0) return "In the trials no two optimizers change places.";
  const names = (rivals: readonly Rivals[]) => rivals.map((r) => r.field.problem.problem).join(", ");
  const p = ({ p, side }: { p: number; side: number }) =>
    side < 0 ? `not so on the test set, ${pText(p)}` : pText(p);
  return `In the trials ${a} is ahead of ${b} on ${names(ahead)} (${p(first)}) and behind on ${
    names(behind)
  } (${p(second)}).`;
}
