/**
 * The process that a trial is.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

const CONFIG = fileURLToPath(new URL("../../deno.json", import.meta.url));
const TRIAL = fileURLToPath(new URL("trial.ts", import.meta.url));

/** What a trial may do: what the task for experiments may, but for starting processes. */
const PERMISSIONS = [
  "--allow-ffi",
  "--allow-read",
  "--allow-write",
  "--allow-env=DESCENT_*,MLFLOW_*,XDG_CACHE_HOME,HOME,LOCALAPPDATA",
  // A tracker may listen there.
  "--allow-net=127.0.0.1,localhost",
];

/** The command of a trial, up to the arguments that say which. */
export async function trialCommand(): Promise<string[]> {
  return [await deno(), "run", "--quiet", "--no-prompt", `--config=${CONFIG}`, ...PERMISSIONS, TRIAL];
}

/** This Deno, where it may be run by its path; it may not where `deno` is a link to it. */
async function deno(): Promise<string> {
  const path = Deno.execPath();
  const { state } = await Deno.permissions.query({ name: "run", command: path });
  return state === "granted" ? path : "deno";
}
