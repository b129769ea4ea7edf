/**
 * The server of `watch`.
 *
 * @module
 */
import { shareSets } from "../report/mod.ts";
import { POLICY, REPORT_POLICY, watchPage } from "./page.ts";
import { WatchedRuns } from "./runs.ts";
import { watchState } from "./state.ts";

/** A running server. */
export interface WatchServer {
  readonly url: string;
  readonly finished: Promise<void>;
}

/** Serves the page of the runs below a folder, on loopback only. @throws {Deno.errors.AddrInUse} */
export async function serveWatch(folder: string, { port }: { port: number }): Promise<WatchServer> {
  const page = await watchPage(folder);
  const runs = new WatchedRuns(folder);
  let known = { tag: "", body: "" };
  // One request reads at a time, and all share the result.
  let reading: Promise<void> = Promise.resolve();
  const read = async () => {
    const now = Date.now();
    // A run becomes silent without any change of its files.
    const tag = String(hash(`${await runs.signature()} ${Math.floor(now / 10_000)}`));
    if (tag !== known.tag) {
      const { sets, value } = shareSets(await watchState(await runs.now(), { now }));
      known = { tag, body: JSON.stringify({ ...value as object, sets }) };
    }
  };
  const reportOf = async ({ pathname }: URL) => {
    const name = /^\/report\/([^/]+)$/.exec(pathname)?.[1];
    try {
      return name === undefined ? undefined : await runs.report(decodeURIComponent(name));
    } catch {
      // The address is no text.
      return undefined;
    }
  };
  const server = Deno.serve({ hostname: "127.0.0.1", port, onListen() {} }, async (request) => {
    const url = new URL(request.url);
    // Refuses other host names: a foreign page could resolve its own name to loopback and read the runs.
    if (!["127.0.0.1", "localhost"].includes(url.hostname)) return new Response("not here", { status: 403 });
    if (request.method !== "GET") return new Response("only GET", { status: 405 });
    const headers = {
      "cache-control": "no-store",
      "content-security-policy": POLICY,
      "x-content-type-options": "nosniff",
      "cross-origin-resource-policy": "same-origin",
    };
    switch (url.pathname) {
      case "/":
        return new Response(page, { headers: { ...headers, "content-type": "text/html; charset=utf-8" } });
      case "/state": {
        reading = reading.catch(() => {}).then(read);
        await reading;
        if (url.searchParams.get("have") === known.tag) return new Response(null, { status: 204, headers });
        return new Response(known.body, {
          headers: { ...headers, "content-type": "application/json", etag: known.tag },
        });
      }
    }
    const report = await reportOf(url);
    if (report !== undefined) {
      return new Response(report, {
        headers: {
          ...headers,
          "content-security-policy": REPORT_POLICY,
          "content-type": "text/html; charset=utf-8",
        },
      });
    }
    return new Response("no such page", { status: 404, headers });
  });
  return { url: `http://127.0.0.1:${server.addr.port}/`, finished: server.finished };
}

/** Returns the 32-bit FNV-1a hash of a text. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}
