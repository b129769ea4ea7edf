/**
 * Reads the docstrings of the functions that make optimizers.
 *
 * @module
 */
import { OPTIMIZER_FAMILIES } from "../mod.ts";

/** An option of a function. */
export interface OptionDoc {
  readonly name: string;
  readonly text: string;
  /** Whether it accepts a single number, possibly besides other values, such as a schedule. */
  readonly numeric: boolean;
}

/** A function that makes an optimizer. */
export interface FunctionDoc {
  readonly name: string;
  /** The docstring without its tags. */
  readonly text: string;
  readonly options: readonly OptionDoc[];
  /** The docstring's sentences about the state and the default rate. */
  readonly state: string;
  readonly defaultRate: string;
  /** The docstring's sentences about PyTorch and Optax. */
  readonly elsewhere: string;
  readonly see: string;
}

/** Functions of one family. */
export interface FunctionGroup {
  readonly title: string;
  readonly functions: readonly FunctionDoc[];
}

// deno-lint-ignore no-explicit-any -- the output of deno doc has no types
type Json = any;

const ROOT = new URL("../", import.meta.url);

/** Returns the documentation of every function of {@linkcode OPTIMIZER_FAMILIES}. @throws {Error} if one has none. */
export async function documentation(): Promise<FunctionGroup[]> {
  const declarations = await read();
  return Object.entries(OPTIMIZER_FAMILIES).map(([title, family]) => ({
    title,
    functions: Object.keys(family).map((name) => {
      const declaration = declarations.get(name);
      if (declaration?.kind !== "function") throw new Error(`optim has no documented function ${name}`);
      return functionDoc(name, declaration, declarations);
    }),
  }));
}

/** Returns the text after `@see` of every function that returns a schedule, by name. */
export async function schedulePapers(): Promise<Map<string, string>> {
  const declarations = await docsOf(["schedules/mod.ts"]);
  return new Map(
    [...declarations].flatMap(([name, d]) =>
      d.kind === "function" && d.def.returnType?.repr === "Schedule" ? [[name, seeOf(d)] as const] : []
    ),
  );
}

function read(): Promise<Map<string, Json>> {
  const files = ["optim/common.ts", "optim/optimizer.ts", "optim/scheduled.ts"];
  for (const folder of ["optim/rules/", "optim/transforms/", "optim/nesting/"]) {
    for (const { name } of Deno.readDirSync(new URL(folder, ROOT))) {
      if (name !== "mod.ts") files.push(`${folder}${name}`);
    }
  }
  return docsOf(files);
}

async function docsOf(files: readonly string[]): Promise<Map<string, Json>> {
  const args = ["doc", "--json", ...files];
  const command = new Deno.Command(Deno.execPath(), { args, cwd: ROOT.pathname, stderr: "null" });
  const { success, stdout } = await command.output();
  if (!success) throw new Error("deno doc failed");
  const { nodes } = JSON.parse(new TextDecoder().decode(stdout));
  const found = new Map<string, Json>();
  for (const { symbols } of Object.values<Json>(nodes)) {
    for (const { name, declarations } of symbols) found.set(name, declarations[0]);
  }
  return found;
}

function functionDoc(name: string, d: Json, declarations: Map<string, Json>): FunctionDoc {
  const text = plain(d.jsDoc?.doc ?? "");
  const paragraph = (label: string) =>
    text.split("\n\n").find((p) => p.startsWith(label))?.slice(label.length).trim() ?? "";
  const state = paragraph("State:");
  return {
    name,
    text,
    state: state === "" ? "" : `${state[0]!.toUpperCase()}${state.slice(1)}`,
    defaultRate: state.match(/Default (?:rate|first step) ([\d.e-]*\d)/)?.[1] ?? "",
    elsewhere: paragraph("Elsewhere:"),
    see: seeOf(d),
    options: optionsOf(d, declarations),
  };
}

/** Returns the text after `@see`. */
function seeOf(d: Json): string {
  const tags: Json[] = (d.jsDoc?.tags ?? []).filter((t: Json) => t.kind === "see");
  return tags.map((t) => plain(t.doc).replaceAll("\n", " ")).join(" ");
}

/** Returns a text with links to symbols as code, without the line breaks of the source. */
function plain(text: string): string {
  const parts = text.trim().replace(/\{@linkcode (\w+)\}/g, "`$1`").split(/(```[^]*?```)/);
  return parts.map((p) => p.startsWith("```") ? p : p.replace(/([^\n])\n(?!\n)/g, "$1 ")).join("").replace(
    / +\n/g,
    "\n",
  );
}

/** The types of rules that a function takes: they are no options. */
const RULES: ReadonlySet<string> = new Set(["Optimizer", "Transform", "Updater"]);

function optionsOf({ def }: Json, declarations: Map<string, Json>): OptionDoc[] {
  const types = def.params.map((p: Json) => (p.kind === "assign" ? p.left : p).tsType).filter(Boolean);
  const found = new Map<string, OptionDoc>();
  for (const type of types) {
    if (RULES.has(type.repr)) continue;
    for (const [name, o] of membersOf(type, declarations)) found.set(name, o);
  }
  return [...found.values()];
}

/** Returns the members of a type by name: inherited ones first, which its own replace. */
function membersOf(type: Json, declarations: Map<string, Json>): Map<string, OptionDoc> {
  const { typeName, typeParams = [] } = type.value ?? {};
  if (typeName === "Omit" || typeName === "Pick") {
    const members = membersOf(typeParams[0], declarations);
    const named = namesOf(typeParams[1], declarations);
    return new Map([...members].filter(([name]) => named.includes(name) === (typeName === "Pick")));
  }
  const d = declarations.get(typeName);
  if (d === undefined) return new Map();
  if (d.kind === "typeAlias") return membersOf(d.def.tsType, declarations);
  if (d.kind !== "interface" || !typeName.endsWith("Options")) return new Map();
  const members = new Map<string, OptionDoc>();
  for (const base of d.def.extends ?? []) {
    for (const [n, o] of membersOf(base, declarations)) members.set(n, o);
  }
  for (const p of d.def.properties ?? []) {
    if (p.jsDoc?.tags?.some((t: Json) => t.kind === "deprecated")) continue;
    const numeric = isNumeric(p.tsType, declarations);
    members.set(p.name, { name: p.name, text: plain(p.jsDoc?.doc ?? ""), numeric });
  }
  return members;
}

/** Returns the names that a type of names has: texts, unions of them, aliases, and the members of a type. */
function namesOf(type: Json, declarations: Map<string, Json>): string[] {
  if (type.kind === "union") return type.value.flatMap((t: Json) => namesOf(t, declarations));
  if (type.kind === "literal") return [type.value.string];
  const alias = declarations.get(type.value?.typeName);
  if (alias?.kind === "typeAlias") return namesOf(alias.def.tsType, declarations);
  return [...membersOf(type.value, declarations).keys()];
}

/** Returns whether a type includes single numbers. */
function isNumeric(type: Json, declarations: Map<string, Json>): boolean {
  if (type?.kind === "union") return type.value.some((t: Json) => isNumeric(t, declarations));
  if (type?.kind === "keyword") return type.value === "number";
  const named = declarations.get(type?.value?.typeName);
  return named?.kind === "typeAlias" && isNumeric(named.def.tsType, declarations);
}
