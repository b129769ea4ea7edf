/**
 * Pages in Chromium that import the package.
 *
 * @module
 */
import { openBrowser } from "../scripts/browser.ts";

const TYPES: Readonly<Record<string, string>> = {
  js: "text/javascript",
  mjs: "text/javascript",
  css: "text/css",
  html: "text/html",
  wasm: "application/wasm",
};

/** The content of a server. */
export interface Served {
  /** By the start of a path, the folders in which the rest of it is looked for. */
  readonly folders: Readonly<Record<string, readonly string[]>>;
  /** Whether pages are isolated from others, which they need for threads. */
  readonly isolated: boolean;
}

const ISOLATED = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

/** Serves folders on loopback while `use` runs; an empty page is at `/`. */
export async function withServer<T>(
  { folders, isolated }: Served,
  use: (url: string) => Promise<T>,
): Promise<T> {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const { pathname } = new URL(request.url);
    const found = (body: BodyInit, name: string) => {
      const type = TYPES[name.slice(name.lastIndexOf(".") + 1)] ?? "application/octet-stream";
      return new Response(body, { headers: { "content-type": type, ...(isolated ? ISOLATED : {}) } });
    };
    if (pathname === "/") return found("<!doctype html><title>Test</title>", "index.html");
    for (const [start, places] of Object.entries(folders)) {
      if (!pathname.startsWith(start)) continue;
      for (const place of places) {
        const body = await Deno.readFile(`${place}/${pathname.slice(start.length)}`).catch(() => undefined);
        if (body !== undefined) return found(body, pathname);
      }
    }
    return new Response(null, { status: pathname === "/favicon.ico" ? 204 : 404 });
  });
  try {
    return await use(`http://127.0.0.1:${server.addr.port}`);
  } finally {
    await server.shutdown();
  }
}

/** Sends each message to a new worker of one empty page, one after the other. @returns the answers. */
export async function askWorkers<Answer>(
  url: string,
  { chromium, worker, messages }: {
    readonly chromium: string;
    readonly worker: string;
    readonly messages: readonly unknown[];
  },
): Promise<Answer[]> {
  const browser = await openBrowser(chromium, { webgpu: true });
  try {
    const page = await browser.newPage();
    await page.goto(`${url}/`);
    const ask = (path: string, message: unknown) =>
      new Promise((resolve, reject) => {
        const worker = new Worker(path, { type: "module" });
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message }) => reject(new Error(message));
        worker.postMessage(message);
      });
    const answers: Answer[] = [];
    for (const message of messages) answers.push(await page.evaluate(ask, worker, message) as Answer);
    return answers;
  } finally {
    await browser.close();
  }
}
