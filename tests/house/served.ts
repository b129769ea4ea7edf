/**
 * Serves the repository on loopback.
 *
 * @module
 */

const ROOT = new URL("../../", import.meta.url);

/**
 * Serves the repository on loopback while `test` runs, and counts the bytes of each requested file. The path is new each
 * time: Deno caches modules by URL, and ports come again.
 */
export async function served(
  test: (url: string, bytes: Map<string, number>) => Promise<void>,
): Promise<void> {
  const bytes = new Map<string, number>();
  const prefix = `/${crypto.randomUUID()}/`;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const path = new URL(request.url).pathname.slice(prefix.length);
    try {
      const type = path.endsWith(".json") ? "application/json" : "application/typescript";
      const body = await Deno.readFile(new URL(path, ROOT));
      bytes.set(path, body.length);
      return new Response(body, { headers: { "content-type": type } });
    } catch {
      return new Response(null, { status: 404 });
    }
  });
  try {
    await test(`http://127.0.0.1:${server.addr.port}${prefix}`, bytes);
  } finally {
    await server.shutdown();
  }
}
