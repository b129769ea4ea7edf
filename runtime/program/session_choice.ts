/**
 * The sessions of a training program: one, or two until the faster one is known.
 *
 * @module
 */
import type { Session } from "../session/mod.ts";
import { timeInTurns } from "./time_in_turns.ts";

/** The channels of a block in which a program convolves, or `"none"` for `ai.onnx` alone. */
export type ProgramBlock = 8 | 16 | "none";

/** What was chosen for the session of a training program. */
export interface SessionChoice {
  /** Threads within an operator. Their number may change the last bits of a result. */
  readonly threads: number;
  /** Whether these threads spin while they wait, which does not change a result. */
  readonly spinning: boolean;
  /** The channels of a block in which it convolves. Other blocks, or none, may change the last bits of a result. */
  readonly block: ProgramBlock;
  /** Milliseconds a step with one thread and with all; present where `threads: "auto"` timed them. */
  readonly timed?: { readonly one: number; readonly all: number };
}

/** Runs some steps in a session, and drops their results. */
type Trial = (session: Session, steps: number) => Promise<void>;

/** The session that runs steps, and the one beside it until a choice is made. */
export class ProgramSession {
  #current: Session;
  readonly #block: ProgramBlock;
  #other: (() => Promise<Session>) | undefined;
  #timed: SessionChoice["timed"];
  #choosing: Promise<void> | undefined;

  /**
   * Takes over an open session.
   *
   * @param model.block that of the model in it
   * @param model.other opens it with one thread, to compare the two; absent if nothing is to be chosen
   */
  constructor(
    session: Session,
    { block, other }: { block: ProgramBlock; other?: () => Promise<Session> },
  ) {
    this.#current = session;
    this.#block = block;
    this.#other = other;
  }

  /** The session to run steps in. */
  get current(): Session {
    return this.#current;
  }

  /** Whether nothing is left to choose. */
  get decided(): boolean {
    return this.#other === undefined;
  }

  /** Its threads. */
  get choice(): SessionChoice {
    const { threads, spinning } = this.#current;
    return {
      threads,
      spinning,
      block: this.#block,
      ...(this.#timed === undefined ? {} : { timed: this.#timed }),
    };
  }

  /**
   * Times both sessions and closes the slower one, unless that was done before.
   *
   * @param most the steps that a trial may take at most
   */
  async choose(trial: Trial, most: number): Promise<void> {
    await (this.#choosing ??= this.#choose(trial, most).catch((error) => {
      this.#choosing = undefined;
      throw error;
    }));
  }

  async close(): Promise<void> {
    await this.#choosing?.catch(() => {});
    await this.#current.close();
  }

  async #choose(trial: Trial, most: number): Promise<void> {
    if (this.#other === undefined) return;
    const all = this.#current;
    const one = await this.#other();
    let slower = one;
    try {
      const times = await timeInTurns([one, all].map((s) => (steps) => trial(s, steps)), { most });
      this.#timed = { one: times[0]!, all: times[1]! };
      if (this.#timed.one < this.#timed.all) [this.#current, slower] = [one, all];
      this.#other = undefined;
    } finally {
      await slower.close();
    }
  }
}
