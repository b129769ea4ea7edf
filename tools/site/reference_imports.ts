/**
 * The import lines of the reference's examples.
 *
 * @module
 */
import { relative } from "node:path/posix";
import type { LinkPlace } from "./reference_links.ts";

/** The place of an import line, and the names that it may import. */
export interface ImportPlace extends LinkPlace {
  /** The files of the entry points, by their names in `exports` of `deno.json`. */
  readonly entryPoints: Readonly<Record<string, string>>;
}

/**
 * Returns a page whose import lines name entry points by their files, as a reader writes them. Examples import from the
 * file that they are in, and `deno doc` names entry points without their extension.
 *
 * Names come from the page's entry point, or from `mod.ts`. Lines with a name that neither exports stay as they are.
 */
export function withImports(html: string, place: ImportPlace): string {
  return html.replace(
    /(import (?:type )?\{)([^}]*)(\} from &quot;)([\w./-]*)(&quot;)/g,
    (whole, before: string, names: string, between: string, from: string, after: string) => {
      const file = fileOf(from, names, place);
      return file === undefined ? whole : `${before}${names}${between}${file}${after}`;
    },
  );
}

/** Returns the file to import from; `undefined` if the line stays as it is. */
function fileOf(from: string, names: string, place: ImportPlace): string | undefined {
  const { entryPoints, file, folder } = place;
  const named = from === "." ? entryPoints["."] : entryPoints[`./${from.replace(/^\.\//, "")}`];
  if (named !== undefined) return named;
  if (!from.startsWith(".")) return undefined;
  const [own] = relative(folder, file).split(/\/?~\//);
  const imported = names.split(",").map((name) => name.trim().replace(/^type /, "").split(" as ")[0]!).filter(
    Boolean,
  );
  const entry = [own === "" ? "." : `./${own}`, "."].find((entry) =>
    entryPoints[entry] !== undefined && imported.every((name) => exportsName(entry, name, place))
  );
  return entry === undefined ? undefined : entryPoints[entry];
}

function exportsName(entry: string, name: string, { anchors, folder }: LinkPlace): boolean {
  return anchors.has(`${folder}/${entry === "." ? "" : `${entry.slice(2)}/`}~/${name}.html`);
}
