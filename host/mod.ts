/**
 * The program that runs the library: Deno, Node, Bun or a browser.
 *
 * @module
 */
import { browserHost } from "./browser.ts";
import { denoHost } from "./deno.ts";
import type { Host } from "./host.ts";
import { nodeHost } from "./node.ts";
import { nodeProcess } from "./node_process.ts";

export { sha256, system, zlib } from "./builtin.ts";
export type { ForeignFunctions, ForeignSignatures } from "./foreign.ts";
export type { FileFacts, Host, HostName, OpenedFile, OpenedFileSync, Thread } from "./host.ts";

/** The program that runs this code. Finding it out needs no permission and loads nothing. */
export const host: Host = hostHere();

function hostHere(): Host {
  if ("Deno" in globalThis) return denoHost();
  const process = nodeProcess();
  return process === undefined ? browserHost() : nodeHost(process);
}
