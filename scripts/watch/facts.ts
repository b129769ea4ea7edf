/**
 * Reads the configurations of runs.
 *
 * @module
 */
import { configurationRows } from "../run/mod.ts";
import { shellLine } from "../console/mod.ts";
import { requireRegular } from "../../files/mod.ts";

/** A part of a configuration: its name, and what it is in words. */
export type Fact = readonly [name: string, text: string];

/** The largest file to read, in bytes: a damaged one must not fill the memory. */
const MOST = 4 * 2 ** 20;

/** The configurations of runs, each read again only when its file has changed. */
export class Facts {
  readonly #known = new Map<string, { readonly version: string; readonly facts: readonly Fact[] }>();

  /** Returns the configuration in a file `config.json`; nothing if that is damaged or missing. */
  async of(path: string): Promise<readonly Fact[]> {
    try {
      const info = await Deno.lstat(path);
      requireRegular(info);
      const version = `${info.mtime?.getTime()} ${info.size}`;
      const known = this.#known.get(path);
      if (known?.version === version) return known.facts;
      const facts = info.size > MOST ? [] : factsOf(JSON.parse(await Deno.readTextFile(path)));
      this.#known.set(path, { version, facts });
      return facts;
    } catch {
      // It is being written, was removed, or is no configuration: the curves are shown all the same.
      return [];
    }
  }
}

/** Returns a configuration in rows: the command first. */
function factsOf(config: { readonly command?: unknown; readonly configuration?: object }): Fact[] {
  const { command, configuration = {} } = config;
  const isCommand = Array.isArray(command) && command.every((c) => typeof c === "string");
  return [
    ...(isCommand ? [["command", shellLine(command)] as const] : []),
    ...configurationRows(configuration),
  ];
}
