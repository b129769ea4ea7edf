/**
 * Measures how long one thread takes to answer another: the state of two threads. Both work for 10 microseconds, the first
 * sets a flag, and the second, which spins on it, answers after its own 10 microseconds.
 *
 * @module
 */
import { median } from "../stats/sample.ts";
import { BEGUN, CLOSED, type Start } from "./handover_memory.ts";

/** A probe of the hand-over. Its two threads sleep between measurements. */
export interface Probe extends Disposable {
  /** Returns the microseconds that an answer takes beyond the other's work; undefined if the threads did not run at once. */
  measure(): Promise<number | undefined>;
}

/** Milliseconds of a measurement: about a thousand answers on free processors. */
const DURATION = 20;

/** An answer that takes longer, in microseconds, met a thread that was not running. */
const LONGEST = 5;

/** The fewest answers that tell a hand-over. */
const FEWEST = 20;

/** Starts the two threads of a probe, and waits until both run. */
export async function openProbe(): Promise<Probe> {
  const memory = new SharedArrayBuffer(256);
  const [other, asking] = [false, true].map((asks) => {
    const worker = new Worker(new URL("handover_worker.ts", import.meta.url), { type: "module" });
    worker.postMessage({ memory, asks } satisfies Start);
    return worker;
  }) as [Worker, Worker];
  const answers = () =>
    new Promise<number[]>((resolve, reject) => {
      asking.onmessage = ({ data }) => resolve(data);
      asking.onerror = other.onerror = (event) => reject(new Error(`the probe failed: ${event.message}`));
      asking.postMessage(DURATION);
    });
  // The first measurement waits for both threads to start, and compiles.
  await answers();
  return {
    measure: async () => handoverOf(await answers()),
    [Symbol.dispose]() {
      // A runtime cannot end a thread that sleeps, and the process would wait for it.
      const cells = new Int32Array(memory);
      Atomics.store(cells, BEGUN, CLOSED);
      Atomics.notify(cells, BEGUN);
      for (const worker of [other, asking]) worker.terminate();
    },
  };
}

/** Returns the median of the answers that both threads gave while running; undefined if there are fewer than twenty. */
export function handoverOf(answers: readonly number[]): number | undefined {
  const prompt = answers.filter((us) => us < LONGEST);
  return prompt.length < FEWEST ? undefined : median(prompt);
}
