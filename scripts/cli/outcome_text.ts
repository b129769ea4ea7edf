/**
 * Formats the results of an experiment for a terminal.
 *
 * @module
 */
import { type Claim, evidenceText, type Outcome, type ResultTable, verdictText } from "../report/mod.ts";
import { fittedTable, terminalWidth, wrapLines } from "../console/mod.ts";

/** Returns the tables, then each claim after its verdict, as text whose lines fit the terminal. */
export function outcomeText(
  { tables, claims = [] }: Pick<Outcome, "tables" | "claims">,
  { width = terminalWidth() }: { width?: number } = {},
): string {
  return [...tables.map((t) => tableText(t, width)), ...claims.map((c) => claimText(c, width))].join("\n\n");
}

function tableText({ title, header, rows, note }: ResultTable, width: number): string {
  return [
    ...(title === undefined ? [] : [wrapLines(title, { width }), ""]),
    fittedTable(header, rows, { width }),
    ...(note === undefined ? [] : [wrapLines(note, { width })]),
  ].join("\n");
}

/** Returns the verdict and the claim, and the evidence below them. */
function claimText(claim: Claim, width: number): string {
  return [
    wrapLines(`${verdictText(claim.verdict)}: ${claim.claim}`, { width }),
    wrapLines(evidenceText(claim), { width, indent: "  " }),
  ].join("\n");
}
