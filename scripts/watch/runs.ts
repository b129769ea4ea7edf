/**
 * Reads the runs below a folder while they are running.
 *
 * @module
 */
import { CONFIG, SUMMARY } from "../run/mod.ts";
import { Tail } from "./tail.ts";
import { requireRegular } from "../../files/mod.ts";
import type { MetricsRow } from "../metrics/mod.ts";
import { reason } from "../console/mod.ts";

/** The current state of a run. */
export interface WatchedRun {
  /** Its path relative to the watched folder. */
  readonly name: string;
  readonly finished: boolean;
  /** The time at which its metrics were last written, in milliseconds. */
  readonly changed: number;
  readonly metrics: readonly MetricsRow[];
  /** Why its metrics cannot be read any further; absent if they can. */
  readonly damage?: string;
}

/** The depth of the search for runs: `runs/<experiment>/<time>` is two. */
const DEEPEST = 4;

/** The runs below a folder. */
export class WatchedRuns {
  readonly #folder: string;
  readonly #tails = new Map<string, Tail>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** A value that changes whenever a run does. */
  async signature(): Promise<string> {
    return JSON.stringify(await this.#found());
  }

  /** The runs that write metrics, newest first: a stable order, so that colors stay. */
  async now(): Promise<WatchedRun[]> {
    const runs: WatchedRun[] = [];
    for (const { name, finished, changed } of await this.#found()) {
      const path = `${this.#folder}/${name}/metrics.csv`;
      const tail = this.#tails.get(name) ?? new Tail(path);
      this.#tails.set(name, tail);
      try {
        // Skips links, which may lead anywhere, and pipes, which would block.
        requireRegular(await Deno.lstat(path));
        runs.push({ name, finished, changed, metrics: await tail.rows() });
      } catch (error) {
        // The file was removed meanwhile.
        if (error instanceof Deno.errors.NotFound) continue;
        // One damaged run must not hide the others.
        runs.push({ name, finished, changed, metrics: tail.read, damage: reason(error).split("\n")[0]! });
      }
    }
    return runs;
  }

  async #found() {
    const found: { name: string; finished: boolean; begun: number; changed: number; size: number }[] = [];
    const look = async (name: string, depth: number): Promise<void> => {
      const path = `${this.#folder}/${name}`;
      const entries: Deno.DirEntry[] = [];
      try {
        for await (const entry of Deno.readDir(path)) entries.push(entry);
      } catch {
        // The folder was removed meanwhile, or cannot be read.
        return;
      }
      const names = new Set(entries.map((e) => e.name));
      if (names.has(CONFIG)) {
        const metrics = await Deno.lstat(`${path}/metrics.csv`).catch(() => null);
        if (metrics === null) return;
        const [begun, changed] = [metrics.birthtime, metrics.mtime].map((t) => t?.getTime() ?? 0);
        found.push({
          name,
          finished: names.has(SUMMARY),
          begun: begun!,
          changed: changed!,
          size: metrics.size,
        });
        return;
      }
      if (depth === DEEPEST) return;
      // Links are not followed: they may lead anywhere.
      for (const e of entries) if (e.isDirectory) await look(`${name}/${e.name}`, depth + 1);
    };
    await look(".", 0);
    return found
      .map((f) => ({ ...f, name: f.name.replace(/^\.\/(?=.)/, "") }))
      .sort((a, b) => b.begun - a.begun || (a.name < b.name ? -1 : 1));
  }
}
