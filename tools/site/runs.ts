/**
 * The runs whose reports the site shows.
 *
 * @module
 */
import { LECTURE } from "./nav.ts";

/** The experiments of the gallery besides those of the lecture: default runs that need no data. */
export const OTHERS = [
  "digits",
  "gallery",
  "compare",
  "find-rate",
  "language-model",
  "noise-scale",
  "reddi2018",
  "wilson2017",
  "swats2017",
] as const;

/** A claim in `summary.json`. */
export interface StoredClaim {
  readonly claim: string;
  readonly verdict: string;
}

/** A finished run. */
export interface StoredRun {
  readonly name: string;
  readonly folder: string;
  readonly claims: readonly StoredClaim[];
  readonly seconds: number;
  /** The names of the pictures of its plots. */
  readonly plots: readonly string[];
}

/** The folder of the runs, and the project that is run. */
export interface RunOptions {
  /** The folder of the runs; one that is there is taken as it is. */
  readonly folder: string;
  readonly root: string;
  /** Says what runs. */
  readonly report: (text: string) => void;
}

/** Returns the runs of all experiments of the site; runs those that are not in the folder yet, one after another. */
export async function storedRuns(options: RunOptions): Promise<StoredRun[]> {
  const runs: StoredRun[] = [];
  for (const name of [...LECTURE, ...OTHERS]) {
    const folder = `${options.folder}/${name}`;
    if (!await isFinished(folder)) await runExperiment(name, folder, options);
    runs.push(await readRun(name, folder));
  }
  return runs;
}

async function isFinished(folder: string): Promise<boolean> {
  try {
    return (await Deno.stat(`${folder}/summary.json`)).isFile;
  } catch {
    return false;
  }
}

async function runExperiment(
  name: string,
  folder: string,
  { root, report }: RunOptions,
): Promise<void> {
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  const start = performance.now();
  const args = ["task", "-q", "experiment", name, "--quiet", "--out", folder];
  const command = new Deno.Command(Deno.execPath(), {
    args,
    cwd: root,
    stdout: "piped",
    stderr: "piped",
  });
  const { success, stderr } = await command.output();
  if (!success) {
    throw new Error(
      `experiment ${name} failed: ${new TextDecoder().decode(stderr)}`,
    );
  }
  report(`${name}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

/** Reads a finished run. */
export async function readRun(
  name: string,
  folder: string,
): Promise<StoredRun> {
  const { claims = [], seconds } = JSON.parse(
    await Deno.readTextFile(`${folder}/summary.json`),
  );
  const names = [...Deno.readDirSync(folder)].map((entry) => entry.name);
  return {
    name,
    folder,
    claims,
    seconds,
    plots: names.filter((n) => n.endsWith(".svg")).sort(),
  };
}
