/**
 * A training program for batches of several sizes.
 *
 * @module
 */
import type {
  Batches,
  ProgramRun,
  RunOptions,
  SessionChoice,
  TrainingProgram,
  TrainState,
} from "../program/mod.ts";

/**
 * Programs of one update, each compiled for a number of examples a step: one for whole batches, and one for each other
 * size, compiled when the first batch of that size comes. They share what they read and hold no weights, so a state goes
 * from one to the other.
 */
export class SizedProgram implements TrainingProgram {
  readonly #whole: TrainingProgram;
  readonly #batchSize: number;
  readonly #open: (batchSize: number) => Promise<TrainingProgram>;
  readonly #others = new Map<number, Promise<TrainingProgram>>();
  /** Those of the others that are open. */
  readonly #ready = new Map<number, TrainingProgram>();

  /**
   * Takes over a program for whole batches.
   *
   * @param options.batchSize the examples of a whole batch
   * @param options.open compiles the program of another size
   */
  constructor(
    whole: TrainingProgram,
    { batchSize, open }: { batchSize: number; open: (batchSize: number) => Promise<TrainingProgram> },
  ) {
    this.#whole = whole;
    this.#batchSize = batchSize;
    this.#open = open;
  }

  get compiled(): TrainingProgram["compiled"] {
    return this.#whole.compiled;
  }

  get session(): SessionChoice {
    return this.#whole.session;
  }

  get resident(): number {
    return this.#whole.resident;
  }

  init(): TrainState {
    return this.#whole.init();
  }

  /** Returns whether the program for batches of a size is open. */
  isReady(batchSize: number): boolean {
    return batchSize === this.#batchSize || this.#ready.has(batchSize);
  }

  /** Compiles the program for batches of a size, unless that was done before. */
  async prepare(batchSize: number): Promise<void> {
    await this.#for(batchSize);
  }

  run(state: TrainState, batches: Batches, options?: RunOptions): Promise<ProgramRun> {
    // At once, if it is open: the run must ask for its rows before those of the next one are read ahead.
    const program = batches.batchSize === this.#batchSize ? this.#whole : this.#ready.get(batches.batchSize);
    return program?.run(state, batches, options) ??
      this.#for(batches.batchSize).then((opened) => opened.run(state, batches, options));
  }

  /** Chooses by whole batches: a smaller one is filled up with its own rows. */
  chooseThreads(state: TrainState, batches: Batches, options?: RunOptions): Promise<SessionChoice> {
    const { rows, batchSize } = batches;
    const length = rows.length / batchSize * this.#batchSize;
    const whole = batchSize === this.#batchSize
      ? rows
      : Array.from({ length }, (_, i) => rows[i % rows.length]!);
    return this.#whole.chooseThreads(state, { rows: whole, batchSize: this.#batchSize }, options);
  }

  prefetch(batches: Batches): void {
    this.#whole.prefetch(batches);
  }

  fetch(state: TrainState): Promise<TrainState> {
    return this.#whole.fetch(state);
  }

  release(state: TrainState): void {
    this.#whole.release(state);
  }

  async close(): Promise<void> {
    const others = await Promise.allSettled(this.#others.values());
    for (const other of others) if (other.status === "fulfilled") await other.value.close();
    await this.#whole.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #for(batchSize: number): Promise<TrainingProgram> {
    if (batchSize === this.#batchSize) return this.#whole;
    const known = this.#others.get(batchSize);
    if (known !== undefined) return await known;
    const opening = this.#open(batchSize);
    this.#others.set(batchSize, opening);
    const program = await opening;
    this.#ready.set(batchSize, program);
    return program;
  }
}
