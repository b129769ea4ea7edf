/**
 * A file server on loopback, for pages in Chromium.
 *
 * @module
 */

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript",
  mjs: "text/javascript",
  css: "text/css",
  json: "application/json",
  svg: "image/svg+xml",
  wasm: "application/wasm",
};

/** The content of a server. */
export interface Served {
  /** By the start of a path, the folders in which the rest of it is looked for. */
  readonly folders: Readonly<Record<string, readonly string[]>>;
  /** Isolates pages from others, which they need for threads. */
  readonly isolated: boolean;
}

/** A running server. */
export interface FileServer extends AsyncDisposable {
  /** Its address, without a slash at the end, such as `http://127.0.0.1:8000`. */
  readonly address: string;
}

const ISOLATED = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

/**
 * Serves folders on a free port of this machine. A folder's address gives its `index.html`; an empty page is at `/` if no
 * folder has one.
 */
export function serveFolders({ folders, isolated }: Served): FileServer {
  const found = (body: BodyInit, name: string) => {
    const type = TYPES[name.slice(name.lastIndexOf(".") + 1)] ?? "application/octet-stream";
    return new Response(body, { headers: { "content-type": type, ...(isolated ? ISOLATED : {}) } });
  };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async ({ url }) => {
    const path = decodeURIComponent(new URL(url).pathname).replace(/\/$/, "/index.html");
    for (const [start, places] of Object.entries(folders)) {
      if (!path.startsWith(start)) continue;
      for (const place of places) {
        const body = await Deno.readFile(`${place}/${path.slice(start.length)}`).catch(() => undefined);
        if (body !== undefined) return found(body, path);
      }
    }
    if (path === "/index.html") return found("<!doctype html><title>Test</title>", path);
    return new Response(null, { status: path === "/favicon.ico" ? 204 : 404 });
  });
  return {
    address: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
