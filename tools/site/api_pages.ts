/**
 * Pages that list what each entry point of the library exports, by category.
 *
 * @module
 */
import { OPTIMIZER_FAMILIES } from "../../mod.ts";
import type { EntryPoints } from "./reference.ts";

/** An exported symbol. */
interface Symbol {
  readonly name: string;
  readonly kind: string;
  /** The first sentence of its documentation. */
  readonly about: string;
  /** The file that defines it, from the root. */
  readonly file: string;
}

/** The categories of symbols by the folder that defines them; the first that fits counts. */
const CATEGORIES: readonly (readonly [folder: string, title: string])[] = [
  ["runtime/training", "Training"],
  ["runtime/evaluation", "Evaluation"],
  ["runtime/program", "Training programs"],
  ["runtime/augment", "Augmentation"],
  ["runtime/checkpoint", "Checkpoints"],
  ["runtime", "Sessions and devices"],
  ["optim/minimize", "Minimization of functions"],
  ["optim/rules", "Update rules"],
  ["optim/transforms", "Transforms"],
  ["optim/catalog", "The catalog of optimizers"],
  ["optim", "Your own update rules"],
  ["schedules", "Schedules, annealing and switching"],
  ["models", "Models and losses"],
  ["data", "Data"],
  ["autodiff", "Gradients and products"],
  ["curvature", "Curvature"],
  ["stats", "Statistics"],
  ["plots", "Plots"],
  ["random", "Random numbers"],
  ["onnx", "ONNX graphs, tensors and files"],
];

/** The subject of the pages. */
export interface ApiOptions {
  readonly entryPoints: EntryPoints;
  readonly root: string;
  /** The folder of the reference, whose pages the names lead to. */
  readonly reference: string;
}

/** Returns the page of each entry point by its name in `deno.json`, and the first page, `index`, which lists them. */
export async function apiPages(
  { entryPoints, root, reference }: ApiOptions,
): Promise<Map<string, string>> {
  const docs = await denoDoc(Object.values(entryPoints), root);
  const pages = new Map<string, string>();
  const rows: string[] = [];
  for (const [name, file] of Object.entries(entryPoints)) {
    const path = file.replace(/^\.\//, "");
    const { about, symbols } = docs.get(path)!;
    const place = name === "." ? "mod" : name.slice(2).replaceAll("/", "_");
    rows.push(
      `| [\`${path}\`](./${place}.md) | ${escaped(firstSentence(about))} | ${symbols.length} |`,
    );
    const folder = name === "." ? "" : `${name.slice(2)}/`;
    const linkTo = (symbol: string) => referencePage(symbol, { folder, reference });
    pages.set(place, entryPage(path, { about, symbols, linkTo }));
  }
  const index = `# API reference

The library is imported by path or by URL: \`import { adam } from "./mod.ts"\`. \`mod.ts\` exports everything that most
scripts need; the other entry points are parts of it that load less, and parts of their own. A name below leads to its
signature, options, errors and an example that is tested.

| entry point | about | names |
| --- | --- | --- |
${rows.join("\n")}

The [full index](../reference/all_symbols.html){target="_self"} has every name of every entry point, with a search of its
own. What is stable, and what may change: [releases](../release.md).
`;
  return pages.set("index", index);
}

/** Returns the address of a symbol's page: in its entry point, or in `mod.ts` if it has another name there. */
function referencePage(
  name: string,
  { folder, reference }: { folder: string; reference: string },
): string {
  const path = [`${folder}~/${name}.html`, `~/${name}.html`].find((p) => isFile(`${reference}/${p}`));
  if (path === undefined) {
    throw new Error(`the reference has no page of ${name} in ${folder}`);
  }
  return `../reference/${path}`;
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

interface EntryDoc {
  readonly about: string;
  readonly symbols: readonly Symbol[];
}

/** The output of `deno doc --json`, as far as it is read. */
interface DenoDoc {
  readonly nodes: Readonly<
    Record<
      string,
      { readonly module_doc?: Doc; readonly symbols: readonly Documented[] }
    >
  >;
}

interface Doc {
  readonly doc?: string;
}

interface Documented {
  readonly name: string;
  readonly declarations: readonly {
    readonly kind: string;
    readonly jsDoc?: Doc;
    readonly location: { readonly filename: string };
  }[];
}

/** Returns what each file exports, by its path from the root. */
async function denoDoc(
  files: readonly string[],
  root: string,
): Promise<Map<string, EntryDoc>> {
  const args = ["doc", "--json", "--quiet", ...files];
  const command = new Deno.Command(Deno.execPath(), {
    args,
    cwd: root,
    stderr: "null",
  });
  const { nodes }: DenoDoc = JSON.parse(
    new TextDecoder().decode((await command.output()).stdout),
  );
  const pathOf = (url: string) => decodeURI(new URL(url).pathname).slice(root.length);
  return new Map(
    Object.entries(nodes).map(([url, { module_doc, symbols }]) => {
      const listed = symbols.map(({ name, declarations: [first] }): Symbol => ({
        name,
        kind: first!.kind,
        about: firstSentence(first!.jsDoc?.doc ?? ""),
        file: pathOf(first!.location.filename),
      }));
      return [pathOf(url), { about: module_doc?.doc ?? "", symbols: listed }];
    }),
  );
}

/** Returns the address of the page of a symbol. */
type LinkTo = (name: string) => string;

/** Returns the page of one entry point. */
function entryPage(
  path: string,
  { about, symbols, linkTo }: EntryDoc & { linkTo: LinkTo },
): string {
  const groups = Map.groupBy(symbols, categoryOf);
  const order = [
    ...Object.keys(OPTIMIZER_FAMILIES),
    ...CATEGORIES.map(([, title]) => title),
  ];
  const rank = (
    title: string,
  ) => (order.indexOf(title) + 1 || order.length + 1);
  const sections = [...groups].sort(([a], [b]) => rank(a) - rank(b)).map((
    [title, members],
  ) => section(title, members, linkTo));
  return `# \`${path}\`\n\n${escaped(about)}\n\n${sections.join("\n\n")}\n`;
}

function categoryOf({ name, file }: Symbol): string {
  const family = Object.entries(OPTIMIZER_FAMILIES).find(([, members]) => Object.hasOwn(members, name));
  return family?.[0] ??
    CATEGORIES.find(([folder]) => file.startsWith(`${folder}/`))?.[1] ??
    "Others";
}

const isType = ({ kind }: Symbol) => kind === "interface" || kind === "typeAlias";

function section(
  title: string,
  members: readonly Symbol[],
  linkTo: LinkTo,
): string {
  const link = ({ name }: Symbol) => `[\`${name}\`](${linkTo(name)}){target="_self"}`;
  const byName = members.toSorted((a, b) => a.name.localeCompare(b.name, "en"));
  const values = byName.filter((m) => !isType(m)).map((m) => `| ${link(m)} | ${escaped(m.about)} |`);
  const types = byName.filter(isType).map(link);
  return [
    `## ${title}`,
    ...(values.length === 0 ? [] : [`| name | |\n| --- | --- |\n${values.join("\n")}`]),
    ...(types.length === 0 ? [] : [`Types: ${types.join(", ")}.`]),
  ].join("\n\n");
}

/** Returns the first sentence of a text, on one line. */
function firstSentence(text: string): string {
  const paragraph = text.trim().split(/\n\s*\n/)[0]!.replace(/\s+/g, " ");
  return /^.*?[.:](?= [A-Z(`]|$)/.exec(paragraph)?.[0].replace(/:$/, ".") ??
    paragraph;
}

/** Returns prose without what Vue or a table would take for markup. */
function escaped(text: string): string {
  return text.replace(/\{@linkcode (\w+)[^}]*\}/g, "`$1`").replace(
    /(`+)[^`]*\1|[<|]|\{\{/g,
    (piece) => piece.startsWith("`") ? piece.replaceAll("|", "\\|") : piece === "<" ? "&lt;" : `\\${piece}`,
  );
}
