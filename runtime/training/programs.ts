/**
 * The compiled programs of a trainer.
 *
 * @module
 */
import { preparedOf } from "../../autodiff/trained/mod.ts";
import type { Optimizer, ParamSpec } from "../../optim/mod.ts";
import {
  type Batches,
  openProgram,
  optimizerFor,
  type PlacedData,
  placedDataOf,
  type ProgramOptions,
  type RunOptions,
  type SessionChoice,
  type Statistic,
  type TrainingProgram,
  type TrainState,
} from "../program/mod.ts";
import { SizedProgram } from "./sized_program.ts";

/** The options that all programs of a trainer share. */
export type SharedProgramOptions = Omit<ProgramOptions, "optimizer" | "statistics">;

/** The first run of a training. */
export interface FirstRun {
  readonly state: TrainState;
  readonly batches: Batches;
  readonly options: RunOptions;
}

/**
 * Training programs, compiled once for all optimizers that write the same graph, such as one rule at several learning
 * rates, and for each size of batches. The data set is placed once for all of them.
 */
export class Programs implements AsyncDisposable {
  /** How many programs were compiled so far. */
  compilations = 0;
  /** Programs by key, the most recently used last. */
  readonly #open = new Map<string, SizedProgram>();
  /** The parameters and buffers that optimizers are traced over; known once a program is compiled. */
  #specs: Readonly<Record<"parameters" | "buffers", Readonly<Record<string, ParamSpec>>>> | undefined;

  #options: SharedProgramOptions;
  #choice: SessionChoice | undefined;
  #placed: Promise<PlacedData> | undefined;

  /**
   * Compiles nothing yet.
   *
   * @param keep.most how many programs to keep open
   * @param keep.onSession told the choice of the session
   */
  constructor(
    options: SharedProgramOptions,
    readonly keep: {
      readonly most: number;
      readonly onSession?: (choice: SessionChoice) => void | Promise<void>;
    },
  ) {
    this.#options = options;
  }

  /** The options of all programs; once a session is chosen, with its number of threads. */
  get options(): SharedProgramOptions {
    return this.#options;
  }

  /**
   * Returns the session that all trainings use. Unless an earlier training did, a program chooses it by a training's first
   * run.
   */
  async choose(program: TrainingProgram, { state, batches, options }: FirstRun): Promise<SessionChoice> {
    if (this.#choice !== undefined) return this.#choice;
    const choice = await program.chooseThreads(state, batches, options);
    if (choice.timed !== undefined) this.#options = { ...this.#options, threads: choice.threads };
    await this.keep.onSession?.(choice);
    return this.#choice = choice;
  }

  /** Returns an optimizer for the model, as the programs run it. */
  ruleFor(optimizer: Optimizer): Optimizer {
    return optimizerFor(optimizer, preparedOf(this.options.model, this.options));
  }

  /**
   * Returns a program to run with an optimizer. It may close those that were used least recently; nobody may be using
   * them any more.
   *
   * @param batchSize examples of a whole batch; the program takes others too
   */
  async for(
    optimizer: Optimizer,
    { statistics, batchSize }: { statistics: readonly Statistic[]; batchSize: number },
  ): Promise<SizedProgram> {
    const key = () => this.#key(optimizer, { statistics, batchSize });
    const known = this.#specs && this.#open.get(key());
    if (known === undefined) { while (this.#open.size >= this.keep.most) await this.#closeOldest(); }
    const open = (batchSize: number, keepMemory: boolean) =>
      this.#compile({ ...this.options, optimizer, statistics, batchSize }, keepMemory);
    const program = known ?? new SizedProgram(await open(batchSize, true), {
      batchSize,
      // It runs once an epoch.
      open: (size) => open(size, false),
    });
    this.#specs ??= program.compiled;
    this.#open.delete(key());
    this.#open.set(key(), program);
    return program;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    while (this.#open.size > 0) await this.#closeOldest();
    await (await this.#placed?.catch(() => undefined))?.close();
  }

  async #compile(options: ProgramOptions, keepMemory: boolean): Promise<TrainingProgram> {
    this.compilations++;
    return await openProgram(options, { placed: await (this.#placed ??= placedDataOf(options)), keepMemory });
  }

  #key(
    optimizer: Optimizer,
    { statistics, batchSize }: { statistics: readonly Statistic[]; batchSize: number },
  ): string {
    const { parameters, buffers } = this.#specs!;
    return `${batchSize}\n${statistics}\n${optimizer.trace(parameters, buffers).signature}`;
  }

  async #closeOldest(): Promise<void> {
    for (const [key, program] of this.#open) {
      this.#open.delete(key);
      return await program.close();
    }
  }
}
