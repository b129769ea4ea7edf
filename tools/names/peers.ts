/**
 * The stored public names of Optax and PyTorch, and the tables that set them beside ours.
 *
 * @module
 */
import { DERIVATIVES, HELPERS, LOSSES, TYPES } from "./optax_rest.ts";
import { RULES, SCHEDULE_ROWS } from "./optax_rules.ts";
import { PROJECTIONS, SCALE_BY, TRANSFORMS } from "./optax_transforms.ts";
import type { Section } from "./row.ts";
import { TORCH } from "./torch.ts";

/** What a name stands for. A tuple is a named one, a type an alias for annotations. */
export type Kind = "function" | "class" | "tuple" | "type" | "module";

/** The public names of a package, by module. */
export interface Peer {
  readonly version: string;
  readonly modules: Readonly<Record<string, Readonly<Record<string, Kind>>>>;
}

/** Returns the stored names. */
export function storedPeers(): Readonly<Record<"optax" | "torch", Peer>> {
  const file = new URL("../../tests/golden/names/peers.json", import.meta.url);
  return JSON.parse(Deno.readTextFileSync(file));
}

/** The tables. */
export const TABLES: Readonly<Record<"optax" | "torch", readonly Section[]>> = {
  torch: TORCH,
  optax: [
    RULES,
    TRANSFORMS,
    SCALE_BY,
    PROJECTIONS,
    SCHEDULE_ROWS,
    LOSSES,
    DERIVATIVES,
    HELPERS,
    TYPES,
  ],
};

/** The modules whose names are all left out, with the reason. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  "optax.tree": "arithmetic on nested containers of arrays; parameters are records by name here",
  "optax.tree_utils": "the former names of `optax.tree`",
};

/** Returns the states: the named tuples of a package that the tables do not list. */
export function statesOf(peer: Peer, sections: readonly Section[]): string[] {
  const listed = new Set(sections.flatMap(({ rows }) => Object.keys(rows)));
  const all = Object.values(peer.modules).flatMap((names) => Object.entries(names));
  return [...new Set(all.flatMap(([name, kind]) => (kind === "tuple" && !listed.has(name) ? [name] : [])))]
    .toSorted();
}
