/**
 * What the docstrings say of the functions that make optimizers.
 *
 * @module
 */

/** An option of a function. */
export interface OptionDoc {
  readonly name: string;
  readonly text: string;
}

/** A function that makes an optimizer. */
export interface FunctionDoc {
  readonly name: string;
  /** The docstring without its tags. */
  readonly text: string;
  readonly options: readonly OptionDoc[];
  /** What it says of its state, and of the default rate. */
  readonly state: string;
  readonly defaultRate: string;
  /** What it says of PyTorch and Optax. */
  readonly elsewhere: string;
  readonly see: string;
}

/** Functions that stand together in `optim/mod.ts`. */
export interface FunctionGroup {
  readonly title: string;
  readonly functions: readonly FunctionDoc[];
}

// deno-lint-ignore no-explicit-any -- the output of deno doc has no types
type Json = any;

const ROOT = new URL("../", import.meta.url);

/** All of them, in the groups and the order of `optim/mod.ts`. */
export async function documentation(): Promise<FunctionGroup[]> {
  const declarations = await read();
  return groups(await Deno.readTextFile(new URL("optim/mod.ts", ROOT))).flatMap(({ title, names }) => {
    const functions = names.flatMap((name) => {
      const d = declarations.get(name);
      return d?.kind === "function" && isOptimizer(d) ? [functionDoc(name, d, declarations)] : [];
    });
    return functions.length === 0 ? [] : [{ title, functions }];
  });
}

async function read(): Promise<Map<string, Json>> {
  const files = ["optim/common.ts", "optim/optimizer.ts"];
  for (const folder of ["optim/rules/", "optim/transforms/"]) {
    for (const { name } of Deno.readDirSync(new URL(folder, ROOT))) files.push(`${folder}${name}`);
  }
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

/** The names that each comment of `optim/mod.ts` stands above, where they come from rules and transforms. */
function groups(source: string): { title: string; names: string[] }[] {
  return source.split(/^\/\/ /m).slice(1).map((part) => {
    const title = part.slice(0, part.indexOf("\n")).replace(/\.$/, "");
    const names = [...part.matchAll(/export \{([^}]*)\} from "\.\/(?:rules|transforms)\//g)]
      .flatMap(([, list]) =>
        list!.split(",").map((n) => n.trim()).filter((n) => n !== "" && !n.startsWith("type "))
      );
    return { title, names };
  });
}

function isOptimizer({ def }: Json): boolean {
  return def.returnType?.repr === "Optimizer";
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
    see: (d.jsDoc?.tags ?? []).filter((t: Json) => t.kind === "see").map((t: Json) =>
      plain(t.doc).replaceAll("\n", " ")
    )
      .join(" "),
    options: optionsOf(d, declarations),
  };
}

/** Links to symbols as code, without the line breaks of the source. */
function plain(text: string): string {
  const parts = text.trim().replace(/\{@linkcode (\w+)\}/g, "`$1`").split(/(```[^]*?```)/);
  return parts.map((p) => p.startsWith("```") ? p : p.replace(/([^\n])\n(?!\n)/g, "$1 ")).join("").replace(
    / +\n/g,
    "\n",
  );
}

function optionsOf({ def }: Json, declarations: Map<string, Json>): OptionDoc[] {
  const types = def.params.map((p: Json) => (p.kind === "assign" ? p.left : p).tsType).filter(Boolean);
  const found = new Map<string, OptionDoc>();
  for (const type of types) {
    if (type.repr === "Optimizer") continue;
    for (const [name, o] of membersOf(type, declarations)) found.set(name, o);
  }
  return [...found.values()];
}

/** The members of a type, by name: those that it inherits first, its own in their place. */
function membersOf(type: Json, declarations: Map<string, Json>): Map<string, OptionDoc> {
  const { typeName, typeParams = [] } = type.value ?? {};
  if (typeName === "Omit" || typeName === "Pick") {
    const members = membersOf(typeParams[0], declarations);
    const named = (typeParams[1].kind === "union" ? typeParams[1].value : [typeParams[1]]).flatMap((
      t: Json,
    ) => t.kind === "literal" ? [t.value.string] : [...membersOf(t.value, declarations).keys()]);
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
    members.set(p.name, { name: p.name, text: plain(p.jsDoc?.doc ?? "") });
  }
  return members;
}
