/**
 * Writes `docs/coverage.md`: for every operator of `ai.onnx` the coverage of its rule, or why it has none.
 *
 * @module
 */
import { LIMITS, WITHOUT_RULE } from "./notes.ts";
import { KINKS } from "./kinks.ts";
import { RULES } from "../../autodiff/rules/mod.ts";
import backend from "../../docs/backend.json" with { type: "json" };
import exported from "../../docs/exported.json" with { type: "json" };
import { NEWEST_OPSET, RUNTIME_OPSETS, schemaVersions } from "../../onnx/ir/mod.ts";
import { operatorNames } from "../../onnx/mod.ts";
import { OLDEST_OPSET, upgradesOf } from "../../onnx/convert/mod.ts";

/** The reason of operators that could have a rule and have none. */
const NOT_YET = "not yet";

/** The path of the page. */
export const PAGE: URL = new URL("../../docs/coverage.md", import.meta.url);

/** Returns the page. */
export function coverage(): string {
  const names = operatorNames();
  const covered = names.filter((op) => Object.hasOwn(RULES, op));
  const rest = names.filter((op) => !Object.hasOwn(RULES, op));
  return `# Coverage of the differentiation rules

Made by \`deno task docs\` from the operator schemas of \`ai.onnx\` and the table of rules. Not to be edited.

- Newest operator set: ${NEWEST_OPSET}
- Operators with a rule: ${covered.length}
- Operators without: ${rest.length}

A model of an older operator set is brought to version 21 while it is read, or keeps its own if that is newer.
_Forms_ are the versions that changed the operator. Models of the versions given are differentiated; models of
operator sets before ${OLDEST_OPSET} and after ${
    RUNTIME_OPSETS[""]
  }, the newest that ONNX Runtime takes, are refused.

## With a rule

${
    table(
      ["operator", "models of versions", "forms", "limits"],
      covered.map((op) => [op, versions(op), forms(op), LIMITS[op] ?? ""]),
    )
  }

## Where there is no derivative

${
    wrapped(
      "What the rules return at kinks, ties, jumps and poles. PyTorch returns the same unless the last column says " +
        "otherwise. The gradient is that of the sum of the result. `tests/autodiff/kinks_test.ts` checks each row.",
    )
  }

${table(["operator", "at", "gradient", "unlike PyTorch"], kinks())}

## Without

${table(["operator", "forms", "why"], rest.map((op) => [op, forms(op), WITHOUT_RULE[op] ?? NOT_YET]))}

## The backend tests of the onnx package

${
    wrapped(
      `All node cases of onnx ${backend.onnx}, run through Descent by \`tools/backend.py\`. A case passes if its outputs equal ` +
        "the stored ones and its gradients with respect to every float input equal those of " +
        `PyTorch ${backend.torch} in float64 or, for operators that PyTorch lacks, central differences of the package's ` +
        `reference evaluator. ONNX Runtime takes operator sets up to ${backend.opset}: newer cases count as refused; the ` +
        `last column counts them again, run as cases of ${backend.opset}.`,
    )
  }

${table(["verdict", "cases", `newer ones, as of ${backend.opset}`], VERDICTS.map(verdict))}

## Models exported by PyTorch

${
    wrapped(
      `Layers, losses, small forms of torchvision's networks and transformers' architectures, exported by both exporters of ` +
        `PyTorch ${exported.versions.torch} (\`tools/exported/export.py\`) and compared with it by \`tools/exported/compare.ts\`. ` +
        "A model agrees if its loss is within 1e-5 of PyTorch's in float64, relative; each gradient within 1e-4 of the tensor's " +
        "largest element, or twice the error of PyTorch's own float32; and the losses of 20 steps of Adam (epsilon 1e-3), on what " +
        "Descent trains by default, within 1e-3. _Not exported_: the exporter fails, writes another function than the network's, " +
        "or folds parameters into others in every form that it has.",
    )
  }

${
    table(
      ["exporter", "agrees", "differs", "refused by name", "not exported"],
      Object.entries(exported.counts).map(([exporter, c]) => [
        EXPORTERS[exporter as keyof typeof EXPORTERS],
        ...[c.agrees, c.differs, c.refused, c["not exported"]].map(String),
      ]),
    )
  }

${table(["model", "why it differs or is refused"], Object.entries(exported.reasons))}
`;
}

const EXPORTERS = { dynamo: "`dynamo=True`", script: "`dynamo=False` (TorchScript)" };

type Verdict = keyof typeof backend.counts;

const VERDICTS: readonly (readonly [Verdict, string])[] = [
  ["pass", "pass: outputs and gradients"],
  ["outputs", "pass: outputs; no gradients to compare"],
  ["refused", "refused by name"],
  ["runtime", "ONNX Runtime itself fails, or its outputs differ from the stored ones"],
  ["not fed", "not run: its inputs are sequences, optionals or text"],
  ["fail", "fail"],
];

function verdict([key, words]: readonly [Verdict, string]): string[] {
  return [words, String(backend.counts[key]), String(backend.older[key])];
}

/** Returns a paragraph in lines of at most 110 letters, as `deno fmt` formats it. */
function wrapped(text: string): string {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1)!;
    if (line === "") lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= 110) lines[lines.length - 1] += ` ${word}`;
    else lines.push(word);
  }
  return lines.join("\n");
}

function kinks(): string[][] {
  return Object.entries(KINKS).flatMap(([op, list]) =>
    list.map((k) => [op, k.at, k.gives, k.unlikeTorch ?? ""])
  );
}

function forms(op: string): string {
  return schemaVersions(op).filter((s) => !s.deprecated).map((s) => s.since).join(", ");
}

/** Returns the operator sets that a rule covers: all with the operator, or those whose form can be upgraded. */
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
