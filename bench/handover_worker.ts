/**
 * One of the two threads that hand a flag to each other: see `handover.ts`.
 *
 * @module
 */
import { BEGUN, CLOSED, FLAG, OVER, type Start } from "./handover_memory.ts";

/** The values of the flag. */
const [ANSWERED, ASKED] = [0, 1];
/** Milliseconds of work before each question and each answer. */
const WORK = 0.01;

function work(): void {
  const end = performance.now() + WORK;
  while (performance.now() < end);
}

/** Asks for some milliseconds. Returns the time of each answer beyond the other's work, in microseconds. */
function ask(cells: Int32Array, ms: number): number[] {
  const answers: number[] = [];
  Atomics.add(cells, BEGUN, 1);
  Atomics.notify(cells, BEGUN);
  const end = performance.now() + ms;
  while (performance.now() < end) {
    work();
    const asked = performance.now();
    Atomics.store(cells, FLAG, ASKED);
    while (Atomics.load(cells, FLAG) === ASKED);
    answers.push((performance.now() - asked - WORK) * 1000);
  }
  Atomics.store(cells, OVER, Atomics.load(cells, BEGUN));
  return answers;
}

/** Answers while a probe is on, and sleeps until the next one; returns when there will be none. */
function answer(cells: Int32Array): void {
  for (let seen = 0; seen !== CLOSED; seen = Atomics.load(cells, BEGUN)) {
    Atomics.wait(cells, BEGUN, seen);
    while (Atomics.load(cells, OVER) < Atomics.load(cells, BEGUN)) {
      if (Atomics.load(cells, FLAG) !== ASKED) continue;
      work();
      Atomics.store(cells, FLAG, ANSWERED);
    }
  }
}

const thread = globalThis as unknown as {
  onmessage: (event: MessageEvent) => void;
  postMessage(answers: number[]): void;
};
thread.onmessage = ({ data }: MessageEvent<Start>) => {
  const cells = new Int32Array(data.memory);
  if (!data.asks) answer(cells);
  thread.onmessage = ({ data: ms }: MessageEvent<number>) => thread.postMessage(ask(cells, ms));
};
