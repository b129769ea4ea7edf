/**
 * `inspect`: describes a model, and says whether it can be trained.
 *
 * @module
 */
import type { HiddenParameter, ModelDescription, ModelParameter, Shape } from "../../mod.ts";
import type { Query } from "../run/mod.ts";
import type { ResultTable } from "../report/mod.ts";
import { ownOptions, textOption } from "../cli/mod.ts";
import { requiredModel } from "../lab/own/mod.ts";

const OPTIONS = {
  model: textOption("FILE", "the model: an .onnx file; its external tensors are read from the same folder"),
};

/** Reads a model, and lists its contents. */
export const inspectExperiment: Query = {
  summary:
    "list the contents of an ONNX model, and the operators without a differentiation rule (needs --model)",
  examples: [["--model net.onnx", "inputs, parameters and operators"], [
    "--model net.onnx --json",
    "the same as JSON",
  ]],
  defaults: "prints; writes nothing",
  common: [],
  options: OPTIONS,
  async run(options) {
    const { file, description } = await requiredModel(ownOptions(OPTIONS, options).model, "inspect");
    return { document: { model: file, ...description }, tables: descriptionTables(file, description) };
  },
};

/** Returns a description as tables. */
function descriptionTables(file: string, d: ModelDescription): ResultTable[] {
  const opsets = Object.entries(d.opsets).map(([domain, version]) => `${domain} ${version}`).join(", ");
  const producer = d.producer === "" ? "" : `, by ${d.producer}`;
  const lacking = d.operators.filter((o) => o.needed && !o.rule).map((o) => o.name);
  const values = (list: ModelDescription["inputs"]) => ({
    header: ["name", "type", "shape"],
    rows: list.map((v) => [v.name, v.dtype ?? "?", dims(v.shape)]),
  });
  return [
    {
      title: `${file}: graph "${d.name}", IR version ${d.irVersion}, ${opsets}${producer}\n\nInputs`,
      ...values(d.inputs),
    },
    { title: "Outputs", ...values(d.outputs) },
    parameterTable(d.parameters, { hidden: d.hidden, warnings: d.warnings }),
    {
      title: "Operators",
      header: ["operator", "count", "rule"],
      rows: d.operators.map((
        o,
      ) => [o.name, String(o.count), o.rule ? "yes" : o.needed ? "none" : "none needed"]),
      note: lacking.length === 0
        ? "\nEvery operator between the parameters and the outputs has a differentiation rule."
        : `\nNo differentiation rule for ${lacking.join(", ")}: the model cannot be trained through them.`,
    },
  ];
}

/** Returns the table of parameters, with the reason for each that is not trained. */
export function parameterTable(
  parameters: readonly ModelParameter[],
  { trained = usual(parameters), hidden = [], warnings = [] }: {
    trained?: ReadonlySet<string>;
    hidden?: readonly HiddenParameter[];
    warnings?: readonly string[];
  } = {},
): ResultTable {
  const size = (list: readonly ModelParameter[]) => list.reduce((sum, p) => sum + sizeOf(p.shape), 0);
  const use = (p: ModelParameter) => {
    if (trained.has(p.name)) return p.standsFor ? `trained (stands for ${p.standsFor})` : "trained";
    return p.constant === undefined ? "frozen" : `constant (${p.constant})`;
  };
  const rows = parameters.map((p) => [p.name, p.dtype, dims(p.shape), String(sizeOf(p.shape)), use(p)]);
  const count = parameters.filter((p) => trained.has(p.name));
  const notes = [
    ...hidden.map((w) =>
      `'${w.name}' ${dims(w.shape)} is in a ${w.kind}: it is trained only if --parameters names it.`
    ),
    ...warnings.map((w) => `Warning: ${w}.`),
  ];
  return {
    title: `Parameters: ${count.length} of ${parameters.length} tensors, ` +
      `${size(count)} of ${size(parameters)} numbers to train`,
    header: ["name", "type", "shape", "size", "use"],
    rows,
    ...(notes.length === 0 ? {} : { note: `\n${notes.join("\n")}` }),
  };
}

/** Returns the names that are trained by default. */
function usual(parameters: readonly ModelParameter[]): Set<string> {
  return new Set(parameters.filter((p) => p.constant === undefined).map((p) => p.name));
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

function dims(shape: Shape | undefined): string {
  return shape === undefined ? "?" : `[${shape.join(", ")}]`;
}
