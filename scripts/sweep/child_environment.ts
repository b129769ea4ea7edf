/**
 * The environment of processes that a sweep starts.
 *
 * @module
 */

/**
 * The variable with the folders of native libraries. Deno starts no process in whose environment it is set, unless it may
 * start any; an empty one counts as none.
 */
const FOLDERS = "LD_LIBRARY_PATH";

/** The variable by which a trial is given these folders: it opens CUDA's libraries in them by path. */
const OWN_FOLDERS = "DESCENT_LIBRARY_PATH";

/** Returns the variables to set for a process: none, unless the environment has folders of native libraries. */
export function childEnvironment(): Record<string, string> {
  const folders = valueOf(FOLDERS);
  if (folders === "") return {};
  const all = [valueOf(OWN_FOLDERS), folders].filter((text) => text !== "").join(":");
  return { [FOLDERS]: "", [OWN_FOLDERS]: all };
}

function valueOf(variable: string): string {
  const { state } = Deno.permissions.querySync({ name: "env", variable });
  return state === "granted" ? Deno.env.get(variable) ?? "" : "";
}
