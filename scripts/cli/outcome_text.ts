/**
 * Formats the results of an experiment for a terminal.
 *
 * @module
 */
import { evidenceText, type Outcome, verdictText } from "../report/mod.ts";
import { table } from "../console/mod.ts";

/** Returns the tables, then each claim with its verdict, as text. */
export function outcomeText({ tables, claims = [] }: Pick<Outcome, "tables" | "claims">): string {
  const shown = tables.map(({ title, header, rows, note }) =>
    [...(title === undefined ? [] : [title, ""]), table(header, rows), ...(note === undefined ? [] : [note])]
      .join("\n")
  );
  const decided = claims.map((c) => `${c.claim}\n  ${verdictText(c.verdict)}: ${evidenceText(c)}`);
  return [...shown, ...decided].join("\n\n");
}
