/**
 * Sends the heartbeat of a claim from its own thread, because the training thread may be busy for minutes.
 *
 * @module
 */

/** The message to the worker; it answers once if the claim was taken over. */
export interface BeatOrder {
  readonly trial: string;
  readonly n: number;
  /** Seconds between heartbeats. */
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
      // There is no later claim, or the disk is full; then another process may take the trial over.
    }
  };
  beat();
  setInterval(beat, 1000 * every);
};
