/**
 * A file server for the built site.
 *
 * @module
 */

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript",
  css: "text/css",
  json: "application/json",
  svg: "image/svg+xml",
};

/** A running server. */
export interface FileServer extends AsyncDisposable {
  /** Its address, without a slash at the end, such as `http://127.0.0.1:8000`. */
  readonly address: string;
}

/** Serves the files of a folder on a free port of this machine. A folder's address gives its `index.html`. */
export function serveFolder(folder: string): FileServer {
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen: () => {},
  }, async ({ url }) => {
    const path = decodeURIComponent(new URL(url).pathname).replace(
      /\/$/,
      "/index.html",
    );
    try {
      const type = TYPES[path.split(".").at(-1)!] ?? "application/octet-stream";
      return new Response(await Deno.readFile(`${folder}${path}`), {
        headers: { "content-type": type },
      });
    } catch {
      return new Response("not found", { status: 404 });
    }
  });
  return {
    address: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
