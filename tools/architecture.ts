/**
 * Writes `docs/architecture.svg`, the picture of the rooms and their imports: `deno task docs`.
 *
 * @module
 */
import { draw } from "./architecture/draw.ts";
import { innerRoomOf, roomImports, roomOf, sourceFiles } from "./architecture/imports.ts";
import { withoutImplied } from "./architecture/layers.ts";
import { layout } from "./architecture/layout.ts";

const ROOT = new URL("../", import.meta.url);

/** The file that the picture is written to. */
export const PICTURE = new URL("docs/architecture.svg", ROOT);

/** How many letters of inner rooms stand on a line of a box. */
const LINE_LENGTH = 34;

/** Returns the picture: rooms as boxes with their inner rooms, imports as arrows, those that follow from others left out. */
export function architecture(): string {
  const files = sourceFiles(ROOT);
  const imports = roomImports(ROOT, files);
  const arrows = withoutImplied(imports);
  const lines = (room: string) => wrap(innerRooms(files, room));
  return draw(layout(imports, { lines, arrows }), "The rooms of Descent and what they import");
}

function innerRooms(files: readonly string[], room: string): string[] {
  const inner = files.filter((file) => roomOf(file) === room).map(innerRoomOf);
  return [...new Set(inner.filter((name) => name !== undefined))].sort();
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

if (import.meta.main) await Deno.writeTextFile(PICTURE, architecture());
