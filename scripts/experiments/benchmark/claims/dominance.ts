/**
 * The claim that no optimizer dominates.
 *
 * @module
 */
import { LEVEL, type Tested } from "../../../decision/mod.ts";
import type { Claim, Verdict } from "../../../report/mod.ts";
import type { BenchmarkData } from "../data.ts";
import { pText } from "../results/printed.ts";
import { isNotWorse, passes, placeNeeds, type Rivals, testBetter } from "./places.ts";
import { clearest, type Field } from "./rivals.ts";
import { optimizersOf } from "../results/runs.ts";

/** An optimizer, and those that beat it in the trials, one for each problem on which one does. */
interface Beaten {
  readonly optimizer: string;
  readonly rivals: readonly Rivals[];
  readonly tested: Tested;
}

/**
 * Decides that no optimizer is the best or tied on every problem:
 *
 * - `holds`: each one is worse than another by more than matters on some problem. The rivals of each are those that beat it
 *   most clearly in the trials, whose seeds are others. The tests of all optimizers must pass, so there is nothing to
 *   correct for. An optimizer that a problem cannot take is not the best there.
 * - `contradicted`: the one that is best in the trials is shown to be not worse than any other by as much as matters, on any
 *   problem.
 *
 * Returns no claim for one optimizer or one problem.
 */
export function dominanceClaim(data: BenchmarkData, fields: readonly Field[]): Claim[] {
  const all = optimizersOf(data);
  if (all.length < 2 || fields.length < 2) return [];
  const everywhere = all.filter((o) => fields.every((f) => f.optimizers.includes(o)));
  const beaten = everywhere.map((optimizer) => beatenOf(optimizer, fields));
  const open = beaten.filter((b) => !passes(b.tested));
  const champion = championOf(everywhere, fields);
  const dominates = champion !== undefined &&
    fields.every((f) => f.optimizers.every((o) => o === champion || isNotWorse(f, champion, o)));
  const verdict: Verdict = open.length === 0 ? "holds" : dominates ? "contradicted" : "undecided";
  const weakest = beaten.reduce((p, { tested }) => Math.max(p, tested.side > 0 ? tested.p : 1), 0);
  const partly = all.filter((o) => !everywhere.includes(o));
  return [{
    claim: "None dominates: no optimizer is the best or tied with it on every problem.",
    verdict,
    evidence: [
      ...beatenTexts(beaten),
      ...partly.map((o) => `${o} cannot be used on every problem.`),
      ...(dominates
        ? [
          `${champion} is not worse than any other by as much as matters on any problem, each shown at ${
            100 * LEVEL
          } %.`,
        ]
        : []),
      `Test: each at ${
        100 * LEVEL
      } %, sign flips of the signed ranks of the seeds' differences beyond what matters, ` +
      "problem by problem. The trials chose the rivals and the problems.",
    ].join(" "),
    test: {
      name: "sign flips of signed ranks, stratified by problem",
      p: weakest,
      level: LEVEL,
      correction: "none",
      comparisons: 1,
    },
    ...(verdict === "undecided" ? { needs: placeNeeds(open.map((b) => b.rivals), data) } : {}),
  }];
}

/** Returns the tests of an optimizer against those that beat it in the trials. */
function beatenOf(optimizer: string, fields: readonly Field[]): Beaten {
  const rivals = fields.flatMap((field): Rivals[] => {
    const others = field.optimizers.filter((o) => o !== optimizer);
    if (others.length === 0) return [];
    const winner = others.reduce((a, b) => (field.lead(b, optimizer) > field.lead(a, optimizer) ? b : a));
    return [{ field, winner, loser: optimizer }];
  });
  const leadOf = ({ field, winner }: Rivals) => field.lead(winner, optimizer);
  const shown = clearest(rivals, leadOf).toSorted((a, b) => leadOf(b) - leadOf(a));
  return { optimizer, rivals: shown, tested: testBetter(shown) };
}

/** Returns the optimizer whose largest deficit in the trials is the smallest. */
function championOf(optimizers: readonly string[], fields: readonly Field[]): string | undefined {
  const deficit = (o: string) =>
    Math.max(...fields.flatMap((f) => f.optimizers.map((other) => f.lead(other, o))));
  return optimizers.length === 0 ? undefined : optimizers.reduce((a, b) => (deficit(b) < deficit(a) ? b : a));
}

/** The most optimizers that the evidence lists. */
const MOST_LISTED = 6;

/** Returns the optimizers that speak most against the claim, and how many others there are. */
function beatenTexts(beaten: readonly Beaten[]): string[] {
  const against = ({ tested: { p, side } }: Beaten) => (side > 0 ? p : 2 - p);
  const order = beaten.toSorted((a, b) => against(b) - against(a));
  const [shown, rest] = beaten.length <= MOST_LISTED
    ? [beaten, []]
    : [order.slice(0, MOST_LISTED), order.slice(MOST_LISTED)];
  const first = rest[0];
  if (first === undefined) return shown.map(beatenText);
  const others = against(first) > 1 ? "some of them not" : pText(first.tested.p).replace("=", "at most");
  return [...shown.map(beatenText), `${rest.length} others are worse than one of their rivals: ${others}.`];
}

/** Returns `sgd: worse than adam on digits_mlp and than others on 3 more problems, p = 0.031.` */
function beatenText({ optimizer, rivals, tested }: Beaten): string {
  const [first, ...more] = rivals;
  if (first === undefined) return `${optimizer}: nothing beats it in the trials.`;
  const others = more.length === 0
    ? ""
    : ` and than others on ${more.length} more ${more.length === 1 ? "problem" : "problems"}`;
  return `${optimizer}: ${
    tested.side > 0 ? "worse" : "not worse"
  } than ${first.winner} on ${first.field.problem.problem}${others}, ${pText(tested.p)}.`;
}
