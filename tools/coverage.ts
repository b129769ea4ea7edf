/**
 * Writes `docs/coverage.md`: for every operator of `ai.onnx`, what its rule covers, or why it has none.
 *
 * @module
 */
import { CONVENTIONS, LIMITS, WITHOUT_RULE } from "../autodiff/coverage.ts";
import { RULES } from "../autodiff/rules.ts";
import { RUNTIME_OPSETS, schemaVersions } from "../onnx/schema.ts";
import { NEWEST_OPSET, operatorNames } from "../onnx/mod.ts";
import { OLDEST_OPSET, upgradesOf } from "../onnx/upgrade.ts";

/** Where the page is. */
export const PAGE: URL = new URL("../docs/coverage.md", import.meta.url);

/** The page. @throws {Error} naming operators that have neither a rule nor a reason. */
export function coverage(): string {
  const names = operatorNames();
  const silent = names.filter((op) => !Object.hasOwn(RULES, op) && !Object.hasOwn(WITHOUT_RULE, op));
  if (silent.length > 0) {
    throw new Error(`autodiff/coverage.ts must say why there is no rule for ${silent.join(", ")}`);
  }
  const covered = names.filter((op) => Object.hasOwn(RULES, op));
  const rest = names.filter((op) => !Object.hasOwn(RULES, op));
  return `# Coverage of the differentiation rules

Made by \`deno task docs\` from the operator schemas of \`ai.onnx\` and the table of rules. Not to be edited.

- Newest operator set: ${NEWEST_OPSET}
- Operators with a rule: ${covered.length}
- Operators without: ${rest.length}

A model of an older operator set is brought to version 21 while it is read, or keeps its own if that is newer.
_Forms_ are the versions that changed the operator. Models of the versions given are differentiated; models of
operator sets before ${OLDEST_OPSET} and after ${RUNTIME_OPSETS[""]}, the newest that ONNX Runtime takes, are refused.

## With a rule

${
    table(
      ["operator", "models of versions", "forms", "limits"],
      covered.map((op) => [op, versions(op), forms(op), LIMITS[op] ?? ""]),
    )
  }

## At kinks

What gradients are where a function has no slope, or several: as in PyTorch unless said.

${table(["operator", "gradient"], Object.entries(CONVENTIONS))}

## Without

${table(["operator", "forms", "why"], rest.map((op) => [op, forms(op), WITHOUT_RULE[op]!]))}
`;
}

function forms(op: string): string {
  return schemaVersions(op).filter((s) => !s.deprecated).map((s) => s.since).join(", ");
}

/** Which versions of models the rule covers: all since the operator is there, or since its form can be upgraded. */
function versions(op: string): string {
  const refused = upgradesOf(op).filter((c) => c.refused).map((c) => c.since);
  const first = Math.max(OLDEST_OPSET, schemaVersions(op)[0]!.since, ...refused);
  return `${first} to ${RUNTIME_OPSETS[""]}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((h, i) => Math.max(h.length, ...rows.map((r) => r[i]!.length)));
  const line = (cells: readonly string[]) => `| ${cells.map((c, i) => c.padEnd(widths[i]!)).join(" | ")} |`;
  return [line(head), line(widths.map((w) => "-".repeat(w))), ...rows.map(line)].join("\n");
}

if (import.meta.main) await Deno.writeTextFile(PAGE, coverage());
