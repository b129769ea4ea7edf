/**
 * A server of files on loopback that behaves as badly as it is told to.
 *
 * @module
 */

/** What it does with one request. */
export type Behaviour =
  | { readonly kind: "serve"; readonly ranges?: boolean }
  /** Sends so many bytes, then breaks the connection. */
  | { readonly kind: "cut"; readonly after: number }
  /** Sends so many bytes, then nothing, but stays there. */
  | { readonly kind: "stall"; readonly after: number }
  /** Changes a byte. */
  | { readonly kind: "corrupt"; readonly at: number }
  /** Sends more bytes than there are, and says nothing of how many. */
  | { readonly kind: "endless" }
  | { readonly kind: "other"; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: "redirect"; readonly to: string }
  | { readonly kind: "status"; readonly status: number };

/** A server that runs. */
export interface FileServer extends AsyncDisposable {
  readonly url: string;
  /** The requests so far: path and range. */
  readonly requests: string[];
}

/**
 * Serves files by path.
 *
 * @param behaviours what to do with one request after another; those after the last are served well
 */
export function serveFiles(
  files: Readonly<Record<string, Uint8Array<ArrayBuffer>>>,
  behaviours: readonly Behaviour[] = [],
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
      const behaviour = behaviours[next++] ?? { kind: "serve" };
      if (behaviour.kind === "status") return new Response("sorry", { status: behaviour.status });
      if (behaviour.kind === "redirect") {
        return new Response(null, { status: 302, headers: { location: behaviour.to } });
      }
      if (behaviour.kind === "other") return new Response(behaviour.bytes);
      const ranged = range !== null && !(behaviour.kind === "serve" && behaviour.ranges === false);
      const start = ranged ? Number(range[1]) : 0;
      if (start >= file.length) return new Response(null, { status: 416 });
      const rest = file.slice(start);
      if (behaviour.kind === "corrupt") rest[behaviour.at - start]! ^= 1;
      const headers = {
        ...(behaviour.kind === "endless" ? {} : { "content-length": String(rest.length) }),
        ...(ranged ? { "content-range": `bytes ${start}-${file.length - 1}/${file.length}` } : {}),
      };
      return new Response(bodyOf(rest, behaviour, open.signal), { status: ranged ? 206 : 200, headers });
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

function bodyOf(bytes: Uint8Array<ArrayBuffer>, behaviour: Behaviour, closed: AbortSignal): BodyInit {
  if (behaviour.kind === "cut" || behaviour.kind === "stall") {
    return new ReadableStream({
      async start(controller) {
        controller.enqueue(bytes.slice(0, behaviour.after));
        if (behaviour.kind === "stall") {
          closed.addEventListener("abort", () => controller.error(new Error("closed")), { once: true });
          return;
        }
        // Time for the bytes to leave before the connection breaks.
        await new Promise((resolve) => setTimeout(resolve, 20));
        controller.error(new Error("cut"));
      },
    });
  }
  if (behaviour.kind === "endless") {
    return new ReadableStream({ pull: (controller) => controller.enqueue(bytes) });
  }
  return bytes;
}
