/**
 * The types of the part of cli-progress that is used. Its own package of types depends on those of Node, 3.7 MB that
 * nobody needs to run an experiment.
 */

/** The appearance of a bar, and the stream that it is drawn on. */
export interface Options {
  /** The line, with names in braces for what varies. */
  format?: string;
  /** Writes the time left: seconds, or a text where it is not known. */
  formatTime?: (seconds: number | string) => string;
  barCompleteChar?: string;
  barIncompleteChar?: string;
  stream?: NodeJS.WritableStream;
  /** Whether to remove the bar when it stops. */
  clearOnComplete?: boolean;
  hideCursor?: boolean;
  /** Whether to write lines where the stream is no terminal. */
  noTTYOutput?: boolean;
  /** Milliseconds between such lines. */
  notTTYSchedule?: number;
  /** Whether to stop on SIGINT and SIGTERM. */
  gracefulExit?: boolean;
}

/** A bar. */
export class SingleBar {
  constructor(options: Options);
  start(total: number, startValue: number, payload: object): void;
  setTotal(total: number): void;
  update(value: number, payload: object): void;
  stop(): void;
}
