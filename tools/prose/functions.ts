/**
 * The rules for the first words of an exported function's documentation.
 *
 * @module
 */
import { NO_VERBS } from "./words.ts";

/** An exported function, as `deno doc --json` describes it. */
export interface DocumentedFunction {
  readonly name: string;
  /** The path of its file, from the root of the repository. */
  readonly file: string;
  readonly doc: string;
  /** The name of the type that it returns; empty if the type has no name. */
  readonly returns: string;
}

/** Returns whether a text begins with a verb in the third person: "Returns", "Reads", "Un-broadcasts". */
export function beginsWithVerb(text: string): boolean {
  const word = /^[A-Z][a-z-]+s(?=[\s.,;])/.exec(text)?.[0];
  return word !== undefined && !NO_VERBS.has(word);
}

/**
 * Returns whether a text begins with the name of what it describes and a colon ("Adam: …") or with a formula
 * ("y = a + b."). Makers of update rules and schedules, and gradient rules, may begin so: readers look them up by name.
 */
export function beginsWithName(text: string): boolean {
  return /^`?\w+`? = /.test(text) || /^[A-Z1-9]\S*( [^\s:]+){0,5}: /.test(text);
}

/** Returns what is wrong with the beginning of a function's documentation; `undefined` if nothing is. */
export function functionFault({ doc, file, returns }: DocumentedFunction): string | undefined {
  const text = doc.trimStart();
  if (text === "") return "has no documentation";
  if (beginsWithVerb(text)) return undefined;
  const isRule = /^(Optimizer|Transform|Schedule)\b/.test(returns) ||
    /(^|\/)(autodiff|lowering\/layout)\/(rules|tangents)\//.test(file);
  if (isRule && beginsWithName(text)) return undefined;
  const line = text.split("\n")[0]!;
  return `must begin with a verb in the third person (Returns, Reads, Writes), got "${line.slice(0, 60)}"`;
}

/** Returns the exported functions of the files, each once, by `deno doc --json`. */
export async function documentedFunctions(
  files: readonly string[],
  root: URL,
): Promise<DocumentedFunction[]> {
  const args = ["doc", "--json", ...files];
  const command = new Deno.Command(Deno.execPath(), { args, cwd: root, stderr: "piped" });
  const { success, stdout, stderr } = await command.output();
  if (!success) throw new Error(`deno doc --json failed: ${new TextDecoder().decode(stderr)}`);
  const { nodes } = JSON.parse(new TextDecoder().decode(stdout)) as Doc;
  const found = new Map<string, DocumentedFunction>();
  for (const { name, declarations } of Object.values(nodes).flatMap((node) => node.symbols)) {
    for (const { kind, location, jsDoc, def } of declarations) {
      if (kind !== "function" || !location.filename.startsWith(root.href)) continue;
      const file = location.filename.slice(root.href.length);
      if (files.includes(file) && !found.has(`${file} ${name}`)) {
        const returns = def?.returnType?.repr ?? "";
        found.set(`${file} ${name}`, { name, file, doc: jsDoc?.doc ?? "", returns });
      }
    }
  }
  return [...found.values()];
}

/** The parts of the output of `deno doc --json` that are read here. */
interface Doc {
  readonly nodes: Record<string, { readonly symbols: readonly Symbol[] }>;
}

interface Symbol {
  readonly name: string;
  readonly declarations: readonly {
    readonly kind: string;
    readonly location: { readonly filename: string };
    readonly jsDoc?: { readonly doc?: string };
    readonly def?: { readonly returnType?: { readonly repr?: string } };
  }[];
}
