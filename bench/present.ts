/**
 * What can be measured on this machine.
 *
 * @module
 */
import type { Needs } from "./work.ts";

/** A subject or work that was left out, with the reason. */
export interface LeftOut {
  readonly subject: string;
  readonly why: string;
}

/** Returns the subjects or works whose requirements are met here, and says which are not. */
export async function present<T extends { readonly name: string; readonly needs?: Needs }>(
  all: readonly T[],
  leave: (left: LeftOut) => void,
): Promise<T[]> {
  const checks = new Map<string, boolean>();
  const result: T[] = [];
  for (const one of all) {
    const { name, needs } = one;
    if (needs !== undefined) {
      const key = needs.check.join(" ");
      if (!checks.has(key)) checks.set(key, await succeeds(needs.check));
      if (!checks.get(key)) {
        leave({ subject: name, why: `needs ${needs.what}` });
        continue;
      }
    }
    result.push(one);
  }
  return result;
}

async function succeeds([command, ...args]: readonly string[]): Promise<boolean> {
  try {
    const { success } = await new Deno.Command(command!, { args, stdout: "null", stderr: "null" }).output();
    return success;
  } catch {
    return false;
  }
}
