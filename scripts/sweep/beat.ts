/**
 * The sign of life of a claim, given in a thread of its own: the one that trains may be busy for minutes.
 *
 * @module
 */

/** What the worker is told, and what it answers: that the claim was taken over. */
export interface BeatOrder {
  readonly trial: string;
  readonly n: number;
  /** Seconds between signs. */
  readonly every: number;
}

const self = globalThis as unknown as {
  onmessage: (event: MessageEvent<BeatOrder>) => void;
  postMessage: (message: "lost") => void;
};

self.onmessage = ({ data: { trial, n, every } }) => {
  let count = 0;
  const beat = () => {
    try {
      Deno.writeTextFileSync(`${trial}/claims/${n}.beat`, `${Deno.pid} ${++count}`);
      Deno.statSync(`${trial}/claims/${n + 1}`);
      self.postMessage("lost");
    } catch {
      // There is no later claim; or the disk is full, and then this one may be taken over.
    }
  };
  beat();
  setInterval(beat, 1000 * every);
};
