/**
 * Finds the targets of the benchmark and stores them in `scripts/experiments/benchmark/protocol/targets.json`: the median final
 * validation result over 5 seeds of SGD with momentum (0.9), tuned with 25 trials, on seeds that no run of the benchmark
 * uses. Targets of other problems and lengths stay as they are.
 *
 * ```sh
 * deno run -A tools/benchmark_targets.ts                              # the problems that need no files, at their length
 * deno run -A tools/benchmark_targets.ts --problem fmnist_2c2d --epochs 10 --data-dir DIR
 * ```
 *
 * A target is tied to the definition of its problem: after a change of that, run this again. It takes 30 trainings a
 * problem.
 *
 * @module
 */
import { progressBar, runCommand, tell } from "../scripts/console/mod.ts";
import { askedTargets, foundTarget } from "../scripts/experiments/benchmark/protocol/target_runs.ts";
import {
  type StoredTarget,
  type StoredTargets,
  TARGETS,
} from "../scripts/experiments/benchmark/protocol/targets.ts";
import { formatted } from "./formatted.ts";

/** The file. */
const FILE = new URL("../scripts/experiments/benchmark/protocol/targets.json", import.meta.url);

/** Finds the targets that the command line asks for, and stores each as it comes. */
async function main(args: readonly string[]): Promise<void> {
  const { problems, dataDir } = askedTargets(args);
  let targets = TARGETS;
  for (const chosen of problems) {
    const { problem: { name }, epochs } = chosen;
    const bar = progressBar();
    const target = await foundTarget(chosen, {
      dataDir,
      progress: (done, of, what) => bar.update(done, of, `${name}: ${what}`),
    });
    bar.stop();
    if (target === undefined) {
      tell(`${name}: SGD with momentum diverges at its best rate, so there is no target`);
    }
    targets = withTarget(targets, { name, epochs, target });
    await Deno.writeTextFile(FILE, await formatted(JSON.stringify(targets), "json"));
    if (target !== undefined) console.log(`${name}, ${epochs} epochs: ${target.value}, ${target.from}`);
  }
}

/** Returns the targets with one of them set, or removed; sorted by problem and length. */
function withTarget(
  targets: StoredTargets,
  { name, epochs, target }: { name: string; epochs: number; target: StoredTarget | undefined },
): StoredTargets {
  const { [epochs]: _, ...others } = targets[name] ?? {};
  const all = { ...targets, [name]: target === undefined ? others : { ...others, [epochs]: target } };
  return Object.fromEntries(
    Object.entries(all).filter(([, lengths]) => Object.keys(lengths).length > 0)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

if (import.meta.main) await runCommand(main);
