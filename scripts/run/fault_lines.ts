/**
 * Tells of the faults of a training.
 *
 * @module
 */
import { type Fault, faultText } from "../../mod.ts";
import { tell } from "../console/mod.ts";

/** The responses to a fault. */
const DONE = {
  stop: "stopped",
  skip: "skipped",
  reduce: "the rate is halved and the epoch begun again",
};

/** The faults that are told in full; a training may skip thousands of steps. */
const TOLD = 3;

/** Lines about the faults of one training: the first ones in full, then their number. */
export class FaultLines {
  #faults = 0;

  constructor(readonly training: string, readonly response: keyof typeof DONE) {}

  /** Tells of a fault, or counts it. */
  add(fault: Fault): void {
    this.#faults += 1;
    if (this.#faults <= TOLD) tell(`${faultText(fault)}: ${DONE[this.response]}`);
  }

  /** Tells how many faults were counted alone, after the training. */
  end(): void {
    const more = this.#faults - TOLD;
    if (more > 0) tell(`${this.training}: ${more} more faults like these, with the same response`);
  }
}
