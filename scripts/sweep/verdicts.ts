/**
 * Counts the verdicts on the claims of a sweep's trials.
 *
 * @module
 */
import { type ClaimDocument, type ResultTable, type Verdict, verdictOf } from "../report/mod.ts";

/** The verdicts of a trial, by claim. */
export type Verdicts = Readonly<Record<string, Verdict>>;

/** A claim, and the number of trials with each verdict on it. */
export interface VerdictCount extends Readonly<Record<Verdict, number>> {
  readonly claim: string;
}

/** The largest number of claims in a table. */
const MOST_ROWS = 30;

/** Returns the verdicts in a summary; without claims whose verdict a former version did not tell. */
export function verdictsIn({ claims }: Readonly<Record<string, unknown>>): Verdicts {
  const all = Array.isArray(claims) ? claims as ClaimDocument[] : [];
  return Object.fromEntries(all.flatMap((claim) => {
    const verdict = verdictOf(claim);
    return verdict === undefined ? [] : [[claim.claim, verdict]];
  }));
}

/** Counts the verdicts by claim, in the order in which the trials make them. */
export function verdictCounts(trials: readonly { readonly verdicts?: Verdicts }[]): VerdictCount[] {
  const counts = new Map<string, Record<Verdict, number>>();
  for (const { verdicts = {} } of trials) {
    for (const [claim, verdict] of Object.entries(verdicts)) {
      const of = counts.get(claim) ?? { holds: 0, contradicted: 0, undecided: 0 };
      of[verdict]++;
      counts.set(claim, of);
    }
  }
  return [...counts].map(([claim, of]) => ({ claim, ...of }));
}

/** Returns the table of the counts; none if the trials make no claims. */
export function verdictTables(counts: readonly VerdictCount[]): ResultTable[] {
  if (counts.length === 0) return [];
  return [{
    title: "Claims: the number of trials with each verdict",
    header: ["claim", "holds", "contradicted", "undecided"],
    rows: counts.slice(0, MOST_ROWS).map(({ claim, holds, contradicted, undecided }) => [
      claim,
      ...[holds, contradicted, undecided].map(String),
    ]),
    ...(counts.length > MOST_ROWS ? { note: `The first ${MOST_ROWS} of ${counts.length} claims.` } : {}),
  }];
}
