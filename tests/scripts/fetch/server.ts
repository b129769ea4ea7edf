/**
 * A file server on loopback with configurable faults.
 *
 * @module
 */

/** How the server answers one request. */
export type Behavior =
  | { readonly kind: "serve"; readonly ranges?: boolean }
  /** Sends `after` bytes, then breaks the connection. */
  | { readonly kind: "cut"; readonly after: number }
  /** Sends `after` bytes, then nothing, and keeps the connection open. */
  | { readonly kind: "stall"; readonly after: number }
  /** Changes the byte `at`. */
  | { readonly kind: "corrupt"; readonly at: number }
  /** Sends more bytes than the file has, without a content length. */
  | { readonly kind: "endless" }
  | { readonly kind: "other"; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: "redirect"; readonly to: string }
  | { readonly kind: "status"; readonly status: number };

/** A running server. */
export interface FileServer extends AsyncDisposable {
  readonly url: string;
  /** The requests so far: path and range. */
  readonly requests: string[];
}

/**
 * Serves files by path.
 *
 * @param behaviors the behavior for each request in turn; later requests are served without faults
 */
export function serveFiles(
  files: Readonly<Record<string, Uint8Array<ArrayBuffer>>>,
  behaviors: readonly Behavior[] = [],
): FileServer {
  const requests: string[] = [];
  let next = 0;
  const open = new AbortController();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, signal: open.signal, onListen() {}, onError: () => new Response(null) },
    (request) => {
      const { pathname } = new URL(request.url);
      const range = /^bytes=(\d+)-$/.exec(request.headers.get("range") ?? "");
      requests.push(range === null ? pathname : `${pathname} from ${range[1]}`);
      const file = files[pathname];
      if (file === undefined) return new Response("no such file", { status: 404 });
      const behavior = behaviors[next++] ?? { kind: "serve" };
      if (behavior.kind === "status") return new Response("sorry", { status: behavior.status });
      if (behavior.kind === "redirect") {
        return new Response(null, { status: 302, headers: { location: behavior.to } });
      }
      if (behavior.kind === "other") return new Response(behavior.bytes);
      const ranged = range !== null && !(behavior.kind === "serve" && behavior.ranges === false);
      const start = ranged ? Number(range[1]) : 0;
      if (start >= file.length) return new Response(null, { status: 416 });
      const rest = file.slice(start);
      if (behavior.kind === "corrupt") rest[behavior.at - start]! ^= 1;
      const headers = {
        ...(behavior.kind === "endless" ? {} : { "content-length": String(rest.length) }),
        ...(ranged ? { "content-range": `bytes ${start}-${file.length - 1}/${file.length}` } : {}),
      };
      return new Response(bodyOf(rest, behavior, open.signal), { status: ranged ? 206 : 200, headers });
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    requests,
    async [Symbol.asyncDispose]() {
      open.abort();
      await server.finished;
    },
  };
}

function bodyOf(bytes: Uint8Array<ArrayBuffer>, behavior: Behavior, closed: AbortSignal): BodyInit {
  if (behavior.kind === "cut" || behavior.kind === "stall") {
    return new ReadableStream({
      async start(controller) {
        controller.enqueue(bytes.slice(0, behavior.after));
        if (behavior.kind === "stall") {
          closed.addEventListener("abort", () => controller.error(new Error("closed")), { once: true });
          return;
        }
        // Time for the bytes to leave before the connection breaks.
        await new Promise((resolve) => setTimeout(resolve, 20));
        controller.error(new Error("cut"));
      },
    });
  }
  if (behavior.kind === "endless") {
    return new ReadableStream({ pull: (controller) => controller.enqueue(bytes) });
  }
  return bytes;
}
