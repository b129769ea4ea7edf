/**
 * Runs the command line of experiments as a process, for tests.
 *
 * @module
 */

import denoJson from "../../deno.json" with { type: "json" };

const ROOT = new URL("../../", import.meta.url).pathname;

/** The permissions that the task grants, so the tests find out whether they are enough. */
const PERMISSIONS = denoJson.tasks.experiment.command.split(" ").filter((a) => a.startsWith("--allow"));

/** The result of a process: exit code, standard output and standard error. */
export interface Result {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Further settings of a process: variables of its environment. */
export interface Given {
  readonly env: Readonly<Record<string, string>>;
}

/** The command without its arguments. */
const COMMAND = [
  Deno.execPath(),
  "run",
  "--quiet",
  "--no-prompt",
  "--config",
  `${ROOT}deno.json`,
  ...PERMISSIONS,
  `${ROOT}scripts/experiment.ts`,
];

/** Starts the command line in a folder. */
export function start(cwd: string, ...given: (string | Given)[]): Deno.ChildProcess {
  const args = given.filter((g) => typeof g === "string");
  const env = Object.assign({}, ...given.filter((g) => typeof g !== "string").map((g) => g.env));
  return spawn(cwd, { words: [...COMMAND, ...args], env });
}

/** Starts the command line within a line of a POSIX shell, such as `exec "$@" > /dev/full`, where `"$@"` stands for it. */
export function startIn(line: string, cwd: string, ...args: string[]): Deno.ChildProcess {
  return spawn(cwd, { words: ["sh", "-c", line, "sh", ...COMMAND, ...args], env: {} });
}

function spawn(
  cwd: string,
  { words: [command, ...args], env }: { words: readonly string[]; env: Readonly<Record<string, string>> },
): Deno.ChildProcess {
  return new Deno.Command(command!, {
    args,
    cwd,
    // The user's own data sets must not be found.
    env: { NO_COLOR: "1", DESCENT_CACHE_DIR: `${cwd}/cache`, ...env },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/**
 * Waits for a process to end, and returns its result. Its errors are without the notes that a design with few seeds
 * cannot decide: those of small runs never can.
 */
export async function end(child: Deno.ChildProcess): Promise<Result> {
  const { code, stdout, stderr } = await child.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr).replace(/^design: .*\n/gm, "") };
}

/** Runs the command line in a folder. */
export function run(cwd: string, ...given: (string | Given)[]): Promise<Result> {
  return end(start(cwd, ...given));
}

/** Runs a test in a temporary folder. */
export async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Returns the contents of all files below a folder, by path. */
export function filesIn(folder: string, path = ""): Record<string, Uint8Array> {
  const files: Record<string, Uint8Array> = {};
  for (const entry of Deno.readDirSync(`${folder}/${path}`)) {
    const name = `${path}${entry.name}`;
    if (entry.isDirectory) Object.assign(files, filesIn(folder, `${name}/`));
    else files[name] = Deno.readFileSync(`${folder}/${name}`);
  }
  return files;
}
