/**
 * Prunes a trial while it trains.
 *
 * The process that drives the sweep writes `pruner.json` into the trial's folder before the trial starts: the medians
 * depend on earlier trials that have ended, so every machine writes the same. The process of the trial writes
 * `pruned.json` when it decides to stop; if it is killed before it has stopped, its successor stops at once.
 *
 * @module
 */
import { DescentError, replaceFile } from "../../mod.ts";
import type { Pruned } from "./claim.ts";
import { epochValues, stepOf } from "./curve.ts";
import { type Curve, isPruned, type PruneOptions } from "./median.ts";

/** The file by which a trial knows that it was pruned. */
const PRUNED = "pruned.json";

/** What may prune a trial. */
export interface PrunerFile extends PruneOptions {
  readonly metric: string;
  /** The medians by step. */
  readonly medians: readonly (readonly [step: number, median: number])[];
  /** The trials whose values the medians are of. */
  readonly of: readonly string[];
}

/** Stops the training of a pruned trial. */
class PrunedTrial extends DescentError {
  override readonly name = "PrunedTrial";
}

/** Writes what may prune a trial, before it starts. */
export async function writePruner(trial: string, pruner: PrunerFile): Promise<void> {
  await Deno.mkdir(trial, { recursive: true });
  // Several machines may write at once, so each writes under its own name first.
  const own = `${trial}/pruner.json.${crypto.randomUUID()}`;
  await replaceFile(own, [new TextEncoder().encode(JSON.stringify(pruner))]);
  await Deno.rename(own, `${trial}/pruner.json`);
}

/** The pruning of one trial in its own process; without a `pruner.json` it prunes nothing. */
export class TrialPruning {
  readonly #folder: string;
  readonly #pruner: PrunerFile | undefined;
  readonly #medians: Curve;
  /** The values so far, also those of an earlier process. */
  readonly #values: Map<number, number>;
  #pruned: Pruned | undefined;

  private constructor(
    folder: string,
    { pruner, values, pruned }: { pruner: PrunerFile | undefined; values: Curve; pruned: Pruned | undefined },
  ) {
    this.#folder = folder;
    this.#pruner = pruner;
    this.#medians = new Map(pruner?.medians);
    this.#values = new Map(values);
    this.#pruned = pruned;
  }

  /** Reads what may prune a trial. */
  static async of(folder: string, run: string): Promise<TrialPruning> {
    const pruner = await readJson<PrunerFile>(`${folder}/pruner.json`);
    if (pruner === undefined) {
      return new TrialPruning(folder, { pruner, values: new Map(), pruned: undefined });
    }
    const { curve: values } = await epochValues(run, pruner.metric);
    return new TrialPruning(folder, { pruner, values, pruned: await prunedBefore(folder) });
  }

  /** Why the trial was pruned; `undefined` if it was not, or not yet. */
  get pruned(): Pruned | undefined {
    return this.#pruned;
  }

  /** Looks at the row of an epoch. @returns an error to stop the training. */
  watch(row: Readonly<Record<string, unknown>>): Error | undefined {
    if (this.#pruner === undefined) return undefined;
    const { metric, goal } = this.#pruner;
    const value = row[metric];
    if (typeof value !== "number") return undefined;
    const step = stepOf(row.epoch);
    this.#values.set(step, value);
    // A run that was killed may have measured later epochs than its checkpoint holds.
    const curve = new Map([...this.#values].filter(([s]) => s <= step));
    if (!isPruned(curve, this.#medians, this.#pruner)) return undefined;
    const numbers = [...curve.values()].filter((v) => !Number.isNaN(v));
    const best = finite(goal === "max" ? Math.max(...numbers) : Math.min(...numbers));
    const median = this.#medians.get(step) ?? null;
    this.#pruned = { epoch: step + 1, value: finite(value), best, median };
    Deno.writeTextFileSync(`${this.#folder}/${PRUNED}`, JSON.stringify(this.#pruned));
    return new PrunedTrial(
      `pruned after epoch ${
        step + 1
      }: the best ${metric}, ${best}, is worse than ${median}, the median of earlier trials`,
    );
  }

  /** Forgets that the trial was pruned. */
  async forget(): Promise<void> {
    if (this.#pruned === undefined) return;
    this.#pruned = undefined;
    await Deno.remove(`${this.#folder}/${PRUNED}`).catch(() => {});
  }
}

/** Returns why a trial was pruned; `undefined` if it was not, or the file is damaged as after a loss of power. */
async function prunedBefore(folder: string): Promise<Pruned | undefined> {
  try {
    return await readJson<Pruned>(`${folder}/${PRUNED}`);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** Reads a file; `undefined` if it is missing. */
async function readJson<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await Deno.readTextFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
