/**
 * Does several pieces of work one after another, whichever of them fail.
 *
 * @module
 */
import { messageOf } from "../../options/mod.ts";

/** Collects the errors of independent pieces of work. */
export class Attempts {
  readonly #troubles: string[] = [];

  /** The first line of each error so far. */
  get troubles(): readonly string[] {
    return this.#troubles;
  }

  /** Does a piece of work. Returns whether it succeeded. */
  async try(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.#troubles.push(messageOf(error).split("\n")[0]!);
      return false;
    }
  }
}
