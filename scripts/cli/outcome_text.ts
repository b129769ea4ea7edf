/**
 * Formats the results of an experiment for a terminal.
 *
 * @module
 */
import type { Outcome } from "../report/mod.ts";
import { table } from "../console/mod.ts";

/** Returns the tables, then each claim with its verdict, as text. */
export function outcomeText({ tables, claims = [] }: Pick<Outcome, "tables" | "claims">): string {
  const shown = tables.map(({ title, header, rows, note }) =>
    [...(title === undefined ? [] : [title, ""]), table(header, rows), ...(note === undefined ? [] : [note])]
      .join("\n")
  );
  const told = claims.map((c) =>
    `${c.claim}\n  ${c.holds ? "Holds here" : "Does not hold here"}: ${c.evidence}`
  );
  return [...shown, ...told].join("\n\n");
}
