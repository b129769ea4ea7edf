/**
 * How many processors other processes leave free.
 *
 * @module
 */
import { host, system } from "../../host/mod.ts";

/** Milliseconds over which the processors are watched. */
const WATCHED = 250;

/** The time that a processor has spent in each way, as the system counts it. */
export type ProcessorTimes = Readonly<Record<string, number>>;

/**
 * Returns how many of this process's processors other processes leave free. The load average of the last minute tells
 * whether to look closer, for it also knows of work that is over. If it shows any, the processors are watched for a
 * quarter of a second, with the permission `--allow-sys=cpus`; this process must do nothing meanwhile. All count as free
 * without the permission `--allow-sys=loadavg`.
 */
export async function freeProcessors(processors: number): Promise<number> {
  const others = othersIn(host.loadAverage(), { age: performance.now() / 1000 });
  if (others === 0) return processors;
  if (!host.mayReadProcessors()) return processors - others;
  const { cpus } = system();
  const before = cpus().map(({ times }) => ({ ...times }));
  await new Promise((resolve) => setTimeout(resolve, WATCHED));
  const idle = idleProcessors(before, cpus().map(({ times }) => ({ ...times })));
  return idle === undefined ? processors - others : Math.min(processors, idle);
}

/**
 * Returns how many other processes a load average counts, rounded.
 *
 * @param state.age the age of this process in seconds. Its own work until now is part of the load: at most what one
 * processor that was busy all the time adds to the average
 */
export function othersIn(load: number, { age }: { age: number }): number {
  return Math.round(Math.max(0, load - (1 - Math.exp(-age / 60))));
}

/**
 * Returns how many processors were idle between two readings, rounded; `undefined` if the system does not count times.
 * A process that may use only some of them can have any of these.
 */
export function idleProcessors(
  before: readonly ProcessorTimes[],
  after: readonly ProcessorTimes[],
): number | undefined {
  let sum = 0;
  for (const [i, times] of after.entries()) {
    const spent = (way: string) => times[way]! - (before[i]?.[way] ?? 0);
    const total = Object.keys(times).reduce((all, way) => all + spent(way), 0);
    if (!(total > 0)) return undefined;
    sum += spent("idle") / total;
  }
  return after.length === 0 ? undefined : Math.round(sum);
}
