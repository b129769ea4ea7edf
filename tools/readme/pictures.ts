/**
 * Makes the pictures of README and docs/experiments.md from runs of the experiments that they show:
 * `deno task pictures`.
 *
 * @module
 */

const ROOT = new URL("../../", import.meta.url).pathname;

/** A picture of the docs: the experiment that draws it, and the name that it has in the run's folder. */
interface Picture {
  readonly experiment: string;
  readonly file: string;
  readonly to: string;
}

const PICTURES: readonly Picture[] = [
  { experiment: "digits", file: "loss.svg", to: "docs/digits.svg" },
  { experiment: "tuning", file: "accuracy.svg", to: "docs/tuning.svg" },
];

/** Runs an experiment with its defaults and copies a picture of it. @throws {Error} if the experiment fails. */
async function draw({ experiment, file, to }: Picture): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "picture-" });
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "-q", "experiment", experiment, "--out", `${folder}/run`],
    cwd: ROOT,
    stdout: "null",
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`experiment ${experiment} fails`);
  await Deno.copyFile(`${folder}/run/${file}`, `${ROOT}${to}`);
  await Deno.remove(folder, { recursive: true });
}

if (import.meta.main) { for (const picture of PICTURES) await draw(picture); }
