/**
 * Rows of the page of names: a name of Optax or PyTorch beside ours.
 *
 * @module
 */

/** What stands beside a peer's name. */
export type Row =
  /** Functions or types that `mod.ts` exports, and how they are used for it. */
  | { readonly ours: readonly string[]; readonly note: string }
  /** Why this library has none. */
  | { readonly reason: string }
  /** The functions that will be it, which `mod.ts` does not export yet. */
  | { readonly planned: readonly string[]; readonly note: string };

/** Rows by the peer's name, without its module. */
export type Rows = Readonly<Record<string, Row>>;

/** A section of the page. */
export interface Section {
  readonly title: string;
  readonly rows: Rows;
}

/** Returns a row for a name that ours does the same as. @param note the options that make it the same, if it needs any */
export function same(ours: string | readonly string[], note = ""): Row {
  return { ours: typeof ours === "string" ? [ours] : ours, note };
}

/** Returns a row for a name without one of ours. */
export function none(reason: string): Row {
  return { reason };
}

/** Returns a row for a name that will have one of ours. The test of the page fails once `mod.ts` exports it. */
export function planned(names: string | readonly string[], note: string): Row {
  return { planned: typeof names === "string" ? [names] : names, note };
}

/** Returns the same row for several names. */
export function each(names: readonly string[], row: Row): Rows {
  return Object.fromEntries(names.map((name) => [name, row]));
}
