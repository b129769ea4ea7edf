/**
 * Writes the pictures and the table of ARCHITECTURE.md, from the imports and the table of rooms: `deno task docs`.
 *
 * @module
 */
import { draw } from "./architecture/draw.ts";
import { type Imports, withoutImplied } from "./architecture/layers.ts";
import { layout } from "./architecture/layout.ts";
import { formatted } from "./formatted.ts";
import { type Import, importsOf, sourceFiles } from "./module_graph.ts";
import { type Room, roomOf, ROOMS } from "./rooms.ts";

const ROOT = new URL("../", import.meta.url);

/** The most letters of inner rooms on a line of a box. */
const LINE_LENGTH = 34;

/** The marks around the table of rooms in ARCHITECTURE.md. */
const MARKS = ["<!-- Written by `deno task docs`. -->", "<!-- End of what is written. -->"] as const;

/** A generated file and its text. */
export interface Written {
  readonly path: string;
  readonly text: string;
}

/** Returns the pictures and the page with their new contents. */
export async function architecture(): Promise<Written[]> {
  const places = [...new Set(Object.keys(ROOMS).map(top))];
  const imports = await importsOf(await sourceFiles(places));
  const page = await Deno.readTextFile(new URL("ARCHITECTURE.md", ROOT));
  return [
    { path: "docs/architecture.svg", text: await overview(imports) },
    {
      path: "docs/architecture_library.svg",
      text: await inside(imports, (room) => !/^(scripts|bench|tools|mod\.ts)/.test(room)),
    },
    {
      path: "docs/architecture_scripts.svg",
      text: await inside(imports, (room) => room.startsWith("scripts/")),
    },
    { path: "ARCHITECTURE.md", text: await formatted(withTable(page)) },
  ];
}

/** Returns the picture of the top-level rooms, with the names of the rooms inside. */
function overview(imports: readonly Import[]): Promise<string> {
  const inner = (room: string) =>
    Object.keys(ROOMS).filter((r) => r.startsWith(`${room}/`)).map((r) => r.slice(room.length + 1));
  return picture(edges(imports, (file) => top(roomOf(file) ?? "")), (room) => wrap(inner(room)));
}

/** Returns the picture of the rooms that `shows` selects. */
function inside(imports: readonly Import[], shows: (room: string) => boolean): Promise<string> {
  const node = (file: string) => {
    const room = roomOf(file);
    return room !== undefined && shows(room) ? room : "";
  };
  return picture(edges(imports, node), () => []);
}

function picture(imports: Imports, lines: (room: string) => readonly string[]): Promise<string> {
  const arrows = withoutImplied(imports);
  return formatted(
    draw(layout(imports, { lines, arrows }), "The rooms of Descent and what they import"),
    "svg",
  );
}

/**
 * Returns the imports between the nodes that files belong to, without files of node "", and without the imports of a room
 * from the rooms around it.
 */
function edges(imports: readonly Import[], node: (file: string) => string): Imports {
  const found = new Map<string, Set<string>>();
  for (const { from, to, dynamic } of imports) {
    const [a, b] = [node(from), node(to)];
    for (const name of [a, b]) if (name !== "" && !found.has(name)) found.set(name, new Set());
    if (!dynamic && a !== "" && b !== "" && a !== b && !a.startsWith(`${b}/`)) found.get(a)!.add(b);
  }
  return found;
}

function top(path: string): string {
  return path.split("/")[0]!;
}

/** Returns names as lines of at most {@linkcode LINE_LENGTH} letters. */
function wrap(names: readonly string[]): string[] {
  const lines: string[] = [];
  for (const name of names) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + name.length + 2 <= LINE_LENGTH) {
      lines[lines.length - 1] = `${last}, ${name}`;
    } else lines.push(name);
  }
  return lines.map((line, i) => i < lines.length - 1 ? `${line},` : line);
}

/** Returns the page with the table of rooms between its marks. */
function withTable(page: string): string {
  const [before, after] = [page.indexOf(MARKS[0]), page.indexOf(MARKS[1])];
  if (before < 0 || after < before) throw new Error(`ARCHITECTURE.md must hold ${MARKS.join(" and ")}`);
  const rows = Object.entries(ROOMS).toReversed().map(([name, room]) =>
    `| ${
      [`\`${name}\``, room.holds, door(name, room), room.imports.map((r) => `\`${r}\``).join(", ")].join(
        " | ",
      )
    } |`
  );
  const table = ["| room | what it holds | door | may import |", "| --- | --- | --- | --- |", ...rows].join(
    "\n",
  );
  return `${page.slice(0, before)}${MARKS[0]}\n\n${table}\n\n${page.slice(after)}`;
}

function door(name: string, { open = false }: Room): string {
  return open ? "every file" : name.endsWith(".ts") ? "itself" : "`mod.ts`";
}

if (import.meta.main) {
  for (const { path, text } of await architecture()) await Deno.writeTextFile(new URL(path, ROOT), text);
}
