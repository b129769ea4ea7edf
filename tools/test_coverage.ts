/**
 * `deno task coverage`: how much of each room the tests reach, from the data that `deno test --coverage` has collected.
 *
 * @module
 */
import { table } from "../scripts/console/mod.ts";
import { sourceFiles } from "./module_graph.ts";
import { ROOMS } from "./rooms.ts";

/** The number of lines or branches, and how many of them a test reaches. */
export interface Share {
  readonly found: number;
  readonly hit: number;
}

/** The coverage of a file, or of several together. */
export interface Coverage {
  readonly files: number;
  readonly lines: Share;
  readonly branches: Share;
}

const NONE: Coverage = { files: 0, lines: { found: 0, hit: 0 }, branches: { found: 0, hit: 0 } };

/** Returns the coverage of each file of a report in lcov's format, by path below the root. */
export function parseLcov(lcov: string, root: string): Map<string, Coverage> {
  const files = new Map<string, Coverage>();
  for (const record of lcov.split("end_of_record\n")) {
    const path = /^SF:(.*)$/m.exec(record)?.[1];
    if (path === undefined || !path.startsWith(root)) continue;
    const count = (name: string) => Number(new RegExp(`^${name}:(\\d+)$`, "m").exec(record)?.[1] ?? 0);
    files.set(path.slice(root.length), {
      files: 1,
      lines: { found: count("LF"), hit: count("LH") },
      branches: { found: count("BRF"), hit: count("BRH") },
    });
  }
  return files;
}

/** Returns the coverage of several files together. */
function together(files: readonly Coverage[]): Coverage {
  const add = (a: Share, b: Share): Share => ({ found: a.found + b.found, hit: a.hit + b.hit });
  return [...files].reduce((sum, { files, lines, branches }) => ({
    files: sum.files + files,
    lines: add(sum.lines, lines),
    branches: add(sum.branches, branches),
  }), NONE);
}

/** Returns a share in percent with one digit after the point, rounded down: 100.0 only if nothing is missing. */
function percent({ found, hit }: Share): string {
  return found === 0 ? "" : (Math.floor(1000 * hit / found) / 10).toFixed(1);
}

/** Returns the line that `--summary` prints in place of the table, for the files of `all`. */
export function summary(files: ReadonlyMap<string, Coverage>, all: readonly string[]): string {
  const part = (name: string, belongs: (path: string) => boolean) => {
    const paths = all.filter(belongs);
    const { files: loaded, lines, branches } = together(paths.flatMap((path) => files.get(path) ?? []));
    const rest = loaded === paths.length
      ? ""
      : ` (${paths.length - loaded} of ${paths.length} files not loaded)`;
    return `${name} ${percent(lines)} % of lines, ${percent(branches)} % of branches${rest}`;
  };
  const scripts = (path: string) => path.startsWith("scripts/");
  return `coverage by the tests' own processes: ${part("library", (path) => !scripts(path))}; ${
    part("scripts", scripts)
  }`;
}

/** Returns the table, with a row for each folder of the tree's first level and for each room of the scripts. */
export function coverageTable(files: ReadonlyMap<string, Coverage>, all: readonly string[]): string {
  const folderOf = (path: string) => path.split("/").slice(0, path.startsWith("scripts/") ? 2 : 1).join("/");
  const paths = Map.groupBy(all, folderOf);
  const rows = [...paths].map(([folder, paths]) => {
    const { files: loaded, lines, branches } = together(paths.flatMap((path) => files.get(path) ?? []));
    return [folder, `${paths.length}`, `${paths.length - loaded}`, percent(lines), percent(branches)];
  });
  return table(["folder", "files", "not loaded", "lines %", "branches %"], rows);
}

/** Returns the files whose coverage counts: the library and the scripts, without declarations. */
async function countedFiles(): Promise<string[]> {
  const places = [...new Set(Object.keys(ROOMS).map((room) => room.split("/")[0]!))];
  const files = await sourceFiles(places.filter((place) => !["bench", "tools", "tests"].includes(place)));
  return files.filter((file) => !file.endsWith(".d.ts"));
}

/** Returns the report of `deno coverage` on a folder of data. @throws {Error} with what it says when it fails. */
async function lcovOf(folder: string): Promise<string> {
  const args = ["coverage", "--quiet", "--lcov", folder];
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  if (!success) throw new Error(`deno coverage fails on ${folder}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

if (import.meta.main) {
  const [folder, flag] = Deno.args;
  const all = await countedFiles();
  const files = parseLcov(await lcovOf(folder!), new URL("../", import.meta.url).pathname);
  if (flag !== "--summary") console.log(`${coverageTable(files, all)}\n`);
  console.log(summary(files, all));
}
