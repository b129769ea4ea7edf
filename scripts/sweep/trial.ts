/**
 * Runs one trial as a process: claims it, starts or resumes it, and records how it ended.
 *
 * Called as `trial.ts CALL LEASE` with the call as JSON, or as `trial.ts LIST INDEX LEASE` with a file that lists calls, for
 * a job of an array. It is an entry point: no module imports it.
 *
 * @module
 */
import type { BeatOrder } from "./beat.ts";
import { endClaim, makeClaim } from "./claim.ts";
import { HELD, RUN, type TrialCall } from "./trial_call.ts";

/** Runs a trial. @returns the exit code. */
async function runTrial(call: TrialCall, { lease }: { lease: number }): Promise<number> {
  if (!await makeClaim(call)) return HELD;
  const { folder, args } = call;
  const run = `${folder}/${RUN}`;
  if (await exists(`${run}/summary.json`)) {
    endClaim(call, { how: "finished" });
    return 0;
  }
  const worker = new Worker(new URL("beat.ts", import.meta.url), { type: "module" });
  worker.onmessage = () => Deno.exit(HELD);
  worker.postMessage({ trial: folder, n: call.claim, every: lease / 6 } satisfies BeatOrder);
  // Deno.exit() reaches this too; stopped runs end with it.
  const leaving = () => {
    const code = Deno.exitCode;
    if (code === HELD) return;
    endClaim(call, { how: "stopped" });
  };
  globalThis.addEventListener("unload", leaving);
  const [
    { main },
    { errorText, exitCode, UsageError },
    { Interrupted },
    { DataError, ModelError, NumericalError },
    { FolderHeld },
    { firstError },
  ] = await Promise
    .all([
      import("../experiment.ts"),
      import("../console/errors.ts"),
      import("../console/interrupts.ts"),
      import("../../mod.ts"),
      import("../run/run_folder.ts"),
      import("../console/first_error.ts"),
    ]);
  let code = 0;
  console.log = () => {};
  const { error: print } = console;
  console.error = (...texts) => {
    try {
      print(...texts);
    } catch {
      // The reader is gone; the trial continues without it.
    }
  };
  // Starting the sweep with these files was consent to run them, so resuming a trial needs no --trust.
  const consent = args.filter((arg) => arg.startsWith("--optimizer="));
  // A suspended process whose claim was taken over may still hold the folder; it ends when it is resumed.
  const attempt = async (until: number): Promise<void> => {
    const begun = await exists(`${run}/config.json`);
    try {
      await main([...(begun ? ["--resume", run, ...consent] : [...args, `--out=${run}`]), "--quiet"]);
    } catch (error) {
      if (!(error instanceof FolderHeld) || performance.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
      await attempt(until);
    }
  };
  try {
    await attempt(performance.now() + 1000 * lease);
    endClaim(call, { how: "finished" });
  } catch (thrown) {
    const error = firstError(thrown);
    code = exitCode(error);
    const final = [error, (error as Error)?.cause].some((e) =>
      [UsageError, NumericalError, DataError, ModelError].some((kind) => e instanceof kind)
    );
    const stopped = error instanceof Interrupted || error instanceof FolderHeld;
    const how = stopped ? "stopped" : final ? "refused" : "failed";
    console.error(errorText(error, false));
    endClaim(call, { how, error: errorText(error, false).replace(/^error: /, "") });
  }
  globalThis.removeEventListener("unload", leaving);
  worker.terminate();
  return code;
}

function exists(path: string): Promise<boolean> {
  return Deno.stat(path).then(() => true, () => false);
}

if (import.meta.main) {
  const { args } = Deno;
  const call = args.length === 3
    ? (JSON.parse(await Deno.readTextFile(args[0]!)) as TrialCall[])[Number(args[1])]
    : JSON.parse(args[0]!) as TrialCall;
  Deno.exit(await runTrial(call!, { lease: Number(args.at(-1)) }));
}
