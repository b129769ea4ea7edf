/**
 * Reads which file imports which, and which room imports which.
 *
 * @module
 */

/** Names by room or file: what each imports. */
export type Imports = ReadonlyMap<string, ReadonlySet<string>>;

/** Folders that hold no source of the product, and hidden ones. Tests may import anything. */
const SKIPPED = /^(\..*|node_modules|runs|coverage|docs|tests)$/;

/** Returns all TypeScript files below the root, by their paths from it. */
export function sourceFiles(root: URL, folder = ""): string[] {
  const found: string[] = [];
  for (const { name, isDirectory } of Deno.readDirSync(new URL(folder || ".", root))) {
    if (isDirectory && !SKIPPED.test(name)) found.push(...sourceFiles(root, `${folder}${name}/`));
    else if (name.endsWith(".ts")) found.push(`${folder}${name}`);
  }
  return found.sort();
}

/** Returns the relative imports of a source, dynamic ones too, as paths from the root; those in comments are left out. */
export function importsIn(source: string, file: string): string[] {
  const code = source.split("\n").filter((line) => !/^\s*(\/\*\*|\*|\/\/)/.test(line)).join("\n");
  return [...code.matchAll(/(?:\bfrom|\bimport)[\s(]*"(\.{1,2}\/[^"]+)"/g)]
    .map(([, to]) => new URL(to!, `file:///${file}`).pathname.slice(1));
}

/** Returns the room that a file stands in: its folder at the top, or the file itself where it has none. */
export function roomOf(file: string): string {
  return file.split("/")[0]!;
}

/** Returns the folder within a room that a file stands in; `undefined` for files that stand in the room itself. */
export function innerRoomOf(file: string): string | undefined {
  const parts = file.split("/");
  return parts.length > 2 ? parts[1] : undefined;
}

/** Returns the imports between the rooms of these files. */
export function roomImports(root: URL, files: readonly string[]): Imports {
  const rooms = new Map(files.map((file): [string, Set<string>] => [roomOf(file), new Set()]));
  for (const file of files) {
    for (const to of importsIn(Deno.readTextFileSync(new URL(file, root)), file).map(roomOf)) {
      if (to !== roomOf(file) && rooms.has(to)) rooms.get(roomOf(file))!.add(to);
    }
  }
  return rooms;
}
