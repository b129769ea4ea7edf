/**
 * Reads the runs below a folder while they are running.
 *
 * @module
 */
import { CONFIG, SUMMARY } from "../run/mod.ts";
import { type Fact, Facts } from "./facts.ts";
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
  /** Its configuration, in rows of a name and a text; none if it cannot be read. */
  readonly facts: readonly Fact[];
  /** Whether it has a report. */
  readonly reported: boolean;
  /** Why its metrics cannot be read any further; absent if they can. */
  readonly damage?: string;
}

/** The depth of the search for runs: `runs/<experiment>/<time>` is two. */
const DEEPEST = 4;

/** The name of a report in the folder of its run. */
const REPORT = "report.html";

/** The runs below a folder. */
export class WatchedRuns {
  readonly #folder: string;
  readonly #tails = new Map<string, Tail>();
  readonly #facts = new Facts();

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
    for (const { name, finished, changed, reported } of await this.#found()) {
      const path = `${this.#folder}/${name}/metrics.csv`;
      const facts = await this.#facts.of(`${this.#folder}/${name}/${CONFIG}`);
      const run = { name, finished, changed, reported, facts };
      const tail = this.#tails.get(name) ?? new Tail(path);
      this.#tails.set(name, tail);
      try {
        // Skips links, which may lead anywhere, and pipes, which would block.
        requireRegular(await Deno.lstat(path));
        runs.push({ ...run, metrics: await tail.rows() });
      } catch (error) {
        // The file was removed meanwhile.
        if (error instanceof Deno.errors.NotFound) continue;
        // One damaged run must not hide the others.
        runs.push({ ...run, metrics: tail.read, damage: reason(error).split("\n")[0]! });
      }
    }
    return runs;
  }

  /** Returns the text of a run's report; `undefined` if there is no such run, or it has none. */
  async report(name: string): Promise<string | undefined> {
    const found = (await this.#found()).find((run) => run.name === name && run.reported);
    if (found === undefined) return undefined;
    const path = `${this.#folder}/${name}/${REPORT}`;
    try {
      requireRegular(await Deno.lstat(path));
      return await Deno.readTextFile(path);
    } catch {
      // It was removed meanwhile, or is a link or a pipe.
      return undefined;
    }
  }

  async #found() {
    const found: {
      name: string;
      finished: boolean;
      reported: boolean;
      begun: number;
      changed: number;
      size: number;
    }[] = [];
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
          reported: names.has(REPORT),
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
