/**
 * The object `process` of Deno, Node and Bun.
 *
 * @module
 */

/** The part of `process` that is used here; `host/node.ts` uses another. */
export interface NodeProcess {
  /** The environment variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The number of the process. */
  readonly pid: number;
  /** The operating system. */
  readonly platform: string;
  /** The versions of the program and of its parts. */
  readonly versions: Readonly<Record<string, string | undefined>>;
  /** Returns a module that is built into the program. */
  getBuiltinModule(name: string): unknown;
}

/** Returns the process; `undefined` in a browser, also where a page has a part of such an object. */
export function nodeProcess(
  { process }: { readonly process?: Partial<NodeProcess> } = globalThis as { process?: NodeProcess },
): NodeProcess | undefined {
  return typeof process?.getBuiltinModule === "function" ? process as NodeProcess : undefined;
}
