/**
 * Checks of the patterns that choose parameters by name.
 *
 * @module
 */
import { optimizer, transform, type Updater } from "../../../mod.ts";
import { UsageError } from "../../console/mod.ts";
import type { Glob } from "./globs.ts";

/** A pattern, and what it is in messages: `adamw: exclude`. */
export interface NamedGlob {
  readonly what: string;
  readonly glob: Glob;
}

/** The most names to list in a message. */
const MOST = 8;

/**
 * Returns an optimizer or transform that refuses parameters if an alternative of a pattern matches the name of none of
 * them: most likely it is misspelled.
 */
export function checkedNames<T extends Updater>(inner: T, patterns: readonly NamedGlob[]): T {
  if (patterns.length === 0) return inner;
  const { name, rule } = inner;
  const parts = {
    name,
    like: inner,
    rule: {
      ...rule,
      slots: (...[params, buffers]: Parameters<typeof rule.slots>) => {
        for (const pattern of patterns) requireMatches(pattern, Object.keys(params));
        return rule.slots(params, buffers);
      },
    },
  };
  return (inner.role === "transform" ? transform(parts) : optimizer(parts)) as Updater as T;
}

/** @throws {UsageError} naming the alternative that matches no name, and the names. */
function requireMatches({ what, glob }: NamedGlob, names: readonly string[]): void {
  const unmatched = names.length === 0 ? undefined : glob.unmatched(names);
  if (unmatched === undefined) return;
  const more = names.length > MOST ? `, and ${names.length - MOST} more` : "";
  throw new UsageError(
    `${what}: '${unmatched}' matches none of the parameters (${names.slice(0, MOST).join(", ")}${more})`,
  );
}
