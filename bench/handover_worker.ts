/**
 * One of the two threads that hand a flag to each other: see `handover.ts`.
 *
 * @module
 */

/** Places in the shared memory: the number of probes so far, and on a cache line of its own the flag. */
const [PROBES, FLAG] = [0, 32];
/** The values of the flag. */
const [ANSWERED, ASKED, OVER] = [0, 1, 2];
/** Milliseconds of work before each question and each answer. */
const WORK = 0.01;

/** What a thread is told at its start. */
export interface Start {
  /** The shared memory, of at least 64 numbers. */
  readonly memory: SharedArrayBuffer;
  /** Whether it asks and measures; the other one answers. */
  readonly asks: boolean;
}

function work(): void {
  const end = performance.now() + WORK;
  while (performance.now() < end);
}

/** Asks for some milliseconds. Returns the time of each answer beyond the other's work, in microseconds. */
function ask(cells: Int32Array, ms: number): number[] {
  const answers: number[] = [];
  Atomics.add(cells, PROBES, 1);
  Atomics.notify(cells, PROBES);
  const end = performance.now() + ms;
  while (performance.now() < end) {
    work();
    const asked = performance.now();
    Atomics.store(cells, FLAG, ASKED);
    while (Atomics.load(cells, FLAG) === ASKED);
    answers.push((performance.now() - asked - WORK) * 1000);
  }
  Atomics.store(cells, FLAG, OVER);
  return answers;
}

/** Answers until the probe is over, then sleeps until the next one. */
function answer(cells: Int32Array): never {
  for (let probes = 0;; probes++) {
    Atomics.wait(cells, PROBES, probes);
    while (Atomics.load(cells, FLAG) !== OVER) {
      if (Atomics.load(cells, FLAG) !== ASKED) continue;
      work();
      Atomics.store(cells, FLAG, ANSWERED);
    }
    Atomics.store(cells, FLAG, ANSWERED);
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
