/**
 * Reads environment variables.
 *
 * @module
 */
import { host } from "../../host/mod.ts";

/** Returns the value of a variable; `undefined` if it is not set or may not be read. No variable is required. */
export function environmentVariable(name: string): string | undefined {
  return host.environment.get(name);
}
