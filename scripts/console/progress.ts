/**
 * Shows progress on standard error: a bar on a terminal, elsewhere a line every few seconds.
 *
 * @module
 */
// @ts-types="./cli_progress.d.ts"
import { SingleBar } from "cli-progress";
import process from "node:process";

/** A line of progress. */
export interface Progress {
  /** Reports progress: items done, total, label. */
  update(done: number, of: number, what: string): void;
  /** Removes the bar. */
  stop(): void;
}

/** Shows nothing. */
export const silent: Progress = { update() {}, stop() {} };

/** Returns the time left as ` | 1m05s left`, for a number of seconds; nothing for a text such as `INF`, which means unknown. */
export function timeLeft(s: number | string): string {
  if (typeof s === "string") return "";
  const two = (v: number) => String(Math.floor(v)).padStart(2, "0");
  const time = s >= 3600
    ? `${Math.floor(s / 3600)}h${two(s % 3600 / 60)}m`
    : s >= 60
    ? `${Math.floor(s / 60)}m${two(s % 60)}s`
    : `${s}s`;
  return ` | ${time} left`;
}

/** Returns a progress bar on standard error. */
export function progressBar(): Progress {
  const bar = new SingleBar({
    format: "{bar} {percentage}% | {what}{eta_formatted}",
    formatTime: timeLeft,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    stream: forgiving(process.stderr),
    clearOnComplete: true,
    hideCursor: true,
    noTTYOutput: true,
    notTTYSchedule: 5000,
    gracefulExit: false,
  });
  let started = false;
  return {
    update(done, of, what) {
      if (!started) bar.start(of, 0, { what });
      started = true;
      bar.setTotal(of);
      bar.update(done, { what });
    },
    stop() {
      if (started) bar.stop();
      started = false;
    },
  };
}

/** Returns the stream with its write errors ignored: a run must not fail because its progress cannot be shown. */
function forgiving(stream: typeof process.stderr): typeof process.stderr {
  // A closed pipe reports its error later, a full disk at once.
  stream.on("error", () => {});
  const write = (...args: Parameters<typeof stream.write>) => {
    try {
      return stream.write(...args);
    } catch {
      return false;
    }
  };
  return Object.create(stream, { write: { value: write } });
}
