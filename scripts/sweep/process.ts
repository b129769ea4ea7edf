/**
 * The command and permissions of a trial's process.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { childEnvironment } from "./child_environment.ts";
import denoJson from "../../deno.json" with { type: "json" };
import { shellLine } from "../console/mod.ts";

const CONFIG = fileURLToPath(new URL("../../deno.json", import.meta.url));
const TRIAL = fileURLToPath(new URL("../trial.ts", import.meta.url));

/** The permissions of a trial: those of the experiment task, without starting processes. */
const PERMISSIONS = denoJson.tasks.experiment.command.split(" ").filter((word) =>
  word.startsWith("--allow-") && !word.startsWith("--allow-run")
);

/** Returns the command that runs a trial, without the trial's arguments. @throws {Error} when there is no `deno` on PATH. */
export async function trialCommand(): Promise<string[]> {
  const more = Deno.env.get("DESCENT_PERMISSIONS")?.split(/\s+/).filter((word) => word !== "") ?? [];
  return [
    await deno(),
    "run",
    "--quiet",
    "--no-prompt",
    `--config=${CONFIG}`,
    ...PERMISSIONS,
    ...more,
    TRIAL,
  ];
}

/** Returns the path of this Deno if it may be run; the task allows `deno` by name only. */
async function deno(): Promise<string> {
  const path = Deno.execPath();
  const { state } = await Deno.permissions.query({ name: "run", command: path });
  if (state === "granted") return path;
  try {
    await new Deno.Command("deno", {
      args: ["--version"],
      env: childEnvironment(),
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).output();
  } catch (error) {
    // Deno throws one or the other for a missing command, depending on its version.
    if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable)) throw error;
    const folder = path.slice(0, path.lastIndexOf("/")) || "/";
    throw new Error(
      `trials are started by the command deno, which is not on PATH: PATH=${
        shellLine([folder])
      }:"$PATH" adds it`,
      { cause: error },
    );
  }
  return "deno";
}
