/**
 * The session that all trainings of a run have: one number of threads, chosen before the first step.
 *
 * @module
 */
import type { SessionChoice, Threads, TrainerOptions } from "../../mod.ts";

/** The threads of all trainings of a run. */
export class RunSession {
  #threads: Threads | undefined;

  /**
   * Takes what is known before the first training.
   *
   * @param threads `undefined` to leave their number to the environment and to ONNX Runtime
   * @param chosen told the choice if `threads` is `"auto"`, before the first step; the training waits for it
   */
  constructor(threads: Threads | undefined, readonly chosen: (choice: SessionChoice) => Promise<void>) {
    this.#threads = threads;
  }

  /** The options of the next training. */
  get options(): Pick<TrainerOptions, "threads" | "onSession"> {
    if (this.#threads === undefined) return {};
    if (this.#threads !== "auto") return { threads: this.#threads };
    return {
      threads: "auto",
      onSession: async (choice) => {
        // Another training may have been opened before the choice; its own would be another one.
        if (this.#threads !== "auto") return;
        this.#threads = choice.threads;
        await this.chosen(choice);
      },
    };
  }
}
