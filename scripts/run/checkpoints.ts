/**
 * The checkpoints of a training: `checkpoints/<training>/<step>.safetensors` in the folder of its run.
 *
 * @module
 */
import { messageOf } from "../../options/mod.ts";
import { fileName, reason } from "../console/mod.ts";
import { type Checkpoint, DescentError, readCheckpoint, writeCheckpoint } from "../../mod.ts";

/** The folder of all checkpoints within that of the run. */
export const CHECKPOINTS = "checkpoints";

/** Data that a training with rows in `metrics.csv` stores with its checkpoints. */
export interface MetricsPart {
  /** The length of `metrics.csv` at that step. */
  readonly metricsLength: number;
  /** That at the start of its epoch. */
  readonly epochLength: number;
  /** The digest of `metrics.csv` up to that length; absent from checkpoints of earlier versions. */
  readonly metricsSha256?: string;
  /** Seconds that the training took so far. */
  readonly seconds: number;
}

/** A checkpoint of a run, and what its training keeps with it. */
export interface RunCheckpoint<Part = MetricsPart> extends Checkpoint {
  readonly extra: Readonly<Record<string, unknown>> & Part & {
    /** The identity of the run, and the name of the training; absent if the run has no identity. */
    readonly run?: string;
    readonly training?: string;
  };
}

/** Seconds between two checkpoints, at least, where the command line does not say after how many steps. */
export const INTERVAL = 30;

/** Names that sort by step. */
const NAME = /^\d{12}\.safetensors$/;

/** Those of files that are being written. */
const HALF = /^\d{12}\.safetensors\.tmp$/;

/** None of the checkpoints of a training can be read, or one that a later training needs cannot. */
export class DamagedCheckpoints extends DescentError {
  override readonly name = "DamagedCheckpoints";
}

/** The owner of checkpoints, and how many to keep. */
export interface CheckpointsOptions {
  /** The training's name, at least a character; its folder has that name as `fileName` writes it. */
  readonly name: string;
  /** How many of the newest to keep, at least 1. */
  readonly keep: number;
  /** The run's identity, which its checkpoints must carry; `undefined` for runs of earlier versions. */
  readonly identity?: string | undefined;
}

/** The checkpoints of one training. */
export class Checkpoints<Part = MetricsPart> {
  readonly #folder: string;
  readonly #keep: number;
  readonly #owner: { readonly run?: string; readonly training?: string };

  constructor(run: string, { name, keep, identity }: CheckpointsOptions) {
    this.#folder = `${run}/${CHECKPOINTS}/${fileName(name)}`;
    this.#keep = keep;
    this.#owner = identity === undefined ? {} : { run: identity, training: name };
  }

  /**
   * Returns the newest checkpoint that can be read; `null` if there is none. It removes files that a killed process
   * left half-written or had yet to remove.
   *
   * @param warn called with a message if a damaged checkpoint is skipped for an older one
   * @throws {DamagedCheckpoints} naming the newest, when there are checkpoints but none can be read.
   */
  async newest(warn: (text: string) => void = () => {}): Promise<RunCheckpoint<Part> | null> {
    const names = await this.#names();
    for (const name of names.filter((n) => HALF.test(n))) await Deno.remove(`${this.#folder}/${name}`);
    let damage: unknown;
    const whole = names.filter((n) => NAME.test(n));
    for (const [i, name] of [...whole.entries()].reverse()) {
      let checkpoint: RunCheckpoint<Part>;
      try {
        checkpoint = await this.#read(name);
      } catch (error) {
        damage ??= error;
        continue;
      }
      if (damage !== undefined) warn(`${messageOf(damage)}; going on from ${this.#folder}/${name}`);
      await this.#prune(whole.slice(0, i + 1));
      return checkpoint;
    }
    if (damage === undefined) return null;
    throw this.#damaged(messageOf(damage), damage);
  }

  /** Returns the checkpoint of a step. @throws {DamagedCheckpoints} naming it, when it is missing or cannot be read. */
  async at(step: number): Promise<RunCheckpoint<Part>> {
    const name = nameAt(step);
    try {
      return await this.#read(name);
    } catch (error) {
      const missing = error instanceof Deno.errors.NotFound;
      throw this.#damaged(missing ? `${this.#folder}/${name} is missing` : messageOf(error), error);
    }
  }

  #damaged(why: string, cause: unknown): DamagedCheckpoints {
    return new DamagedCheckpoints(`${why}; to begin this training again, remove ${this.#folder}`, { cause });
  }

  async #read(name: string): Promise<RunCheckpoint<Part>> {
    const checkpoint = await readCheckpoint(`${this.#folder}/${name}`) as RunCheckpoint<Part>;
    this.#requireOwn(checkpoint, name);
    const { step } = checkpoint.state;
    if (nameAt(step) !== name) throw new Error(`${this.#folder}/${name}: is the checkpoint of step ${step}`);
    return checkpoint;
  }

  /** Refuses a checkpoint of another run or training, which might fit and be continued unnoticed. @throws {Error} naming it. */
  #requireOwn({ extra: { run, training } }: RunCheckpoint<Part>, name: string): void {
    if (run === this.#owner.run && training === this.#owner.training) return;
    const whose = training === undefined
      ? ""
      : `, of '${training}'${run === this.#owner.run ? "" : " in another run"}`;
    throw new Error(`${this.#folder}/${name}: is the checkpoint of another training${whose}`);
  }

  /** Removes all of them. */
  async clear(): Promise<null> {
    for (const name of await this.#names()) await Deno.remove(`${this.#folder}/${name}`);
    return null;
  }

  /** Writes one, then removes those of later steps, and the oldest ones beyond the number to keep. */
  async save(checkpoint: RunCheckpoint<Part>): Promise<void> {
    await Deno.mkdir(this.#folder, { recursive: true });
    const name = nameAt(checkpoint.state.step);
    const extra = { ...checkpoint.extra, ...this.#owner };
    await writeCheckpoint(`${this.#folder}/${name}`, { ...checkpoint, extra });
    // Those of later steps come from the attempt that was rolled back. The latest is removed last: until then, a run that is
    // killed here goes on from it.
    for (const later of (await this.#names()).filter((n) => n > name)) {
      await Deno.remove(`${this.#folder}/${later}`);
    }
    await this.#prune((await this.#names()).filter((n) => NAME.test(n)));
  }

  async #prune(names: readonly string[]): Promise<void> {
    for (const old of names.slice(0, -this.#keep)) await Deno.remove(`${this.#folder}/${old}`);
  }

  async #names(): Promise<string[]> {
    const names: string[] = [];
    try {
      for await (const entry of Deno.readDir(this.#folder)) names.push(entry.name);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw this.#damaged(`cannot read ${this.#folder}: ${reason(error)}`, error);
    }
    return names.sort();
  }
}

/** Returns whether a run has checkpoints. A folder that cannot be read counts as having some; only a missing one has none. */
export async function hasCheckpoints(run: string): Promise<boolean> {
  try {
    for await (const { name } of Deno.readDir(`${run}/${CHECKPOINTS}`)) {
      for await (const file of Deno.readDir(`${run}/${CHECKPOINTS}/${name}`)) {
        if (NAME.test(file.name)) return true;
      }
    }
  } catch (error) {
    return !(error instanceof Deno.errors.NotFound);
  }
  return false;
}

function nameAt(step: number): string {
  return `${String(step).padStart(12, "0")}.safetensors`;
}
