/**
 * Follows README line by line: saves its files, runs its commands and compares what they print with what it shows.
 *
 * `deno task readme` follows it in a fresh clone with an empty cache of Deno, as a newcomer does, with nothing but Node.
 * `--here` follows it in this checkout with this Deno; `--write` also writes what the commands print into README.
 * `--tests` runs all tests as well, which takes about ten minutes.
 *
 * @module
 */
import { type Command, stepsOf, withOutput } from "./blocks.ts";
import { differences } from "./same_output.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** The command that README calls Deno with. */
const NODE_ALONE = "npx -y deno@2.9.6";

/** The command that runs all tests. */
const TESTS = /task -q test$/;

/** The folder, the program and the environment for following a page. */
export interface Place {
  readonly folder: string;
  /** The program in place of `npx -y deno@2.9.6`; that itself by default. */
  readonly deno?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A command of a page, and what it printed. */
export interface Followed extends Command {
  readonly code: number;
  readonly printed: string;
}

/** Runs the commands of a page in their order, but the one that runs all tests unless `tests` is set. */
export async function follow(page: string, { folder, deno = NODE_ALONE, env = {}, tests = false }: Place & {
  tests?: boolean;
}): Promise<Followed[]> {
  const followed: Followed[] = [];
  for (const step of stepsOf(page)) {
    if ("file" in step) {
      await Deno.writeTextFile(`${folder}/${step.file}`, step.code, { createNew: true });
      continue;
    }
    if (TESTS.test(step.command) && !tests) continue;
    const command = step.command.replaceAll(NODE_ALONE, deno);
    const { code, stdout } = await new Deno.Command("sh", {
      args: ["-c", command],
      cwd: folder,
      env: { NO_COLOR: "1", ...env },
      stderr: "null",
    }).output();
    followed.push({ ...step, code, printed: new TextDecoder().decode(stdout) });
  }
  return followed;
}

/** Returns what went otherwise than a page says. */
export function faults(followed: readonly Followed[]): string[] {
  return followed.flatMap(({ command, code, output, printed }) => [
    ...(code === 0 ? [] : [`${command}: exit code ${code}`]),
    ...(output === null ? [] : differences(output, printed).map((text) => `${command}: ${text}`)),
  ]);
}

/** Makes a fresh clone of this checkout's last commit. */
async function clone(folder: string): Promise<void> {
  const { success } = await new Deno.Command("git", { args: ["clone", "--quiet", ROOT, folder] }).output();
  if (!success) throw new Error(`git clone fails in ${folder}`);
}

if (import.meta.main) {
  const [here, write, tests] = ["--here", "--write", "--tests"].map((flag) => Deno.args.includes(flag));
  const path = `${ROOT}README.md`;
  let page = await Deno.readTextFile(path);
  const folder = await Deno.makeTempDir({ prefix: "readme-" });
  await clone(`${folder}/clone`);
  const place = here
    ? { folder: `${folder}/clone`, deno: Deno.execPath() }
    : { folder: `${folder}/clone`, env: { DENO_DIR: `${folder}/cache` } };
  const followed = await follow(page, { ...place, tests: tests! });
  await Deno.remove(folder, { recursive: true });
  if (write) {
    for (const { command, output, printed } of followed) {
      if (output !== null) page = withOutput(page, { command, output: printed });
    }
    await Deno.writeTextFile(path, page);
  } else {
    const found = faults(followed);
    console.log(found.length === 0 ? `README holds: ${followed.length} commands` : found.join("\n"));
    if (found.length > 0) Deno.exit(1);
  }
}
