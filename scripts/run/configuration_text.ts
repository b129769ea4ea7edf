/**
 * The configuration of a run in words, for its report and for comparisons of runs.
 *
 * @module
 */
import { type Configuration, examplesText, type OptimizerRecord, type Place } from "./configuration.ts";
import { countOf, shortText } from "../statistics/mod.ts";

/** Returns the configuration in rows of a name and a text. Parts that a run of an earlier version lacks are left out. */
export function configurationRows(configuration: Partial<Configuration>): (readonly [string, string])[] {
  const { data = [], models = [], optimizers = [], resumed = [] } = configuration;
  return [
    ...data.map(({ name, examples, sha256 }) =>
      [
        `data: ${name}`,
        `${examplesText(examples)}${sha256 === undefined ? "" : `; SHA-256 ${short(sha256)}`}`,
      ] as const
    ),
    ...models.map(({ name, parameters }) =>
      [`model: ${name}`, `${parameters.toLocaleString("en")} parameters`] as const
    ),
    ...optimizers.map((o) => [`optimizer: ${o.name}`, optimizerText(o)] as const),
    ...placeRows(configuration),
    ...resumed.map((place, i) =>
      [
        `resumed${resumed.length === 1 ? "" : ` (${i + 1})`}`,
        placeRows(place).map(([, text]) => text).join("; "),
      ] as const
    ),
  ];
}

function optimizerText({ learningRates, hyperparameters = {} }: OptimizerRecord): string {
  const rates = learningRates.map((r) => shortText(r, 6)).join(", ");
  return [
    ...(rates === "" ? [] : [`learning rate ${rates}`]),
    ...Object.entries(hyperparameters).map(([name, value]) =>
      `${name} ${typeof value === "object" ? JSON.stringify(value) : value}`
    ),
  ].join("; ");
}

function sessionText({ device, precision, tf32 = false }: Place["session"]): string {
  return `${device}, ${precision}${tf32 ? ", TF32" : ""}`;
}

function placeRows({ descent, machine, session }: Partial<Place>): (readonly [string, string])[] {
  return [
    ...(session === undefined ? [] : [["device", sessionText(session)] as const]),
    ...(machine === undefined ? [] : [["machine", machineText(machine)] as const]),
    ...(descent === undefined ? [] : [["Descent", descentText(descent)] as const]),
  ];
}

function machineText({ processor, cores, threads, block, memory, os }: Place["machine"]): string {
  return [
    ...(processor === undefined ? [] : [processor]),
    countOf(cores, "core"),
    threads === "auto" ? "threads not chosen yet" : countOf(threads, "thread"),
    ...(block === undefined ? [] : [block === "none" ? "no blocks" : `blocks of ${block}`]),
    ...(memory === undefined ? [] : [`${(memory / 2 ** 30).toFixed(1)} GiB`]),
    os,
  ].join(", ");
}

function descentText({ version, commit }: Place["descent"]): string {
  return commit === undefined ? version : `${version}, commit ${short(commit)}`;
}

/** Returns the first digits of a digest; `config.json` has all of them. */
function short(digest: string): string {
  return `${digest.slice(0, 12)}…`;
}
