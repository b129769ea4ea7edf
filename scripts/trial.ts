/**
 * The entry point of a process that runs one trial of a sweep.
 *
 * Called as `trial.ts CALL LEASE` with the call as JSON, or as `trial.ts LIST INDEX LEASE` with a file that lists calls, for
 * a job of an array.
 *
 * @module
 */
import type { TrialCall } from "./sweep/mod.ts";

if (import.meta.main) {
  const { args } = Deno;
  const call = args.length === 3
    ? (JSON.parse(await Deno.readTextFile(args[0]!)) as TrialCall[])[Number(args[1])]
    : JSON.parse(args[0]!) as TrialCall;
  // The room's door and the command line take a while to load: first the trial is claimed.
  const { runTrial } = await import("./sweep/trial.ts");
  const load = () => import("./experiment.ts");
  Deno.exit(await runTrial(call!, { lease: Number(args.at(-1)), load }));
}
