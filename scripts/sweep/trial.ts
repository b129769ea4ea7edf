/**
 * Runs one trial in this process: claims it, starts or resumes it, and records how it ended.
 *
 * @module
 */
import type { WatchEpoch } from "../run/mod.ts";
import type { BeatOrder } from "./beat.ts";
import { endClaim, type Ended, makeClaim } from "./claim.ts";
import { HELD, RUN, type TrialCall } from "./trial_call.ts";

/** The command line of experiments. */
type Main = (args: readonly string[], options: { watchEpoch?: WatchEpoch }) => Promise<void>;

/** The options of a trial. */
export interface TrialOptions {
  /** Seconds without a sign of life after which others take the trial over. */
  readonly lease: number;
  /** Loads the command line, once the trial is claimed. */
  readonly load: () => Promise<{ main: Main }>;
}

/** Runs a trial. @returns the exit code. */
export async function runTrial(call: TrialCall, { lease, load }: TrialOptions): Promise<number> {
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
    { TrialPruning },
  ] = await Promise
    .all([
      load(),
      import("../console/errors.ts"),
      import("../console/interrupts.ts"),
      import("../../mod.ts"),
      import("../run/run_folder.ts"),
      import("../console/first_error.ts"),
      import("./pruning.ts"),
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
  // Another machine may continue a trial: bits that differ by rounding are better than none.
  // A suspended process whose claim was taken over may still hold the folder; it ends when it is resumed.
  const attempt = async (until: number, watchEpoch: WatchEpoch): Promise<void> => {
    const begun = await exists(`${run}/config.json`);
    try {
      await main([
        ...(begun ? ["--resume", run, "--other-bits", ...consent] : [...args, `--out=${run}`]),
        "--quiet",
      ], {
        watchEpoch,
      });
    } catch (error) {
      if (!(error instanceof FolderHeld) || performance.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
      await attempt(until, watchEpoch);
    }
  };
  const train = async (): Promise<Ended> => {
    const pruning = await TrialPruning.of(folder, run);
    try {
      if (pruning.pruned === undefined) {
        await attempt(performance.now() + 1000 * lease, (row) => pruning.watch(row));
        // After the last epoch there was nothing left to stop.
        await pruning.forget();
        return { how: "finished" };
      }
    } catch (error) {
      if (pruning.pruned === undefined) throw error;
    }
    return { how: "pruned", pruned: pruning.pruned };
  };
  try {
    endClaim(call, await train());
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
