/**
 * Sends requests to MLflow, and retries them if that may help.
 *
 * @module
 */

/** An MLflow server. */
export interface MlflowServer {
  /** Its address. */
  readonly uri: string;
  /** The value of the header `Authorization`. */
  readonly authorization?: string | undefined;
  /** Milliseconds to wait for an answer, all tries together; 10,000 by default. */
  readonly timeout?: number;
}

/** An error that MLflow answers. */
export class MlflowError extends Error {
  /**
   * @param status the HTTP status
   * @param code MLflow's own name of the error; empty if it gives none
   * @param wait milliseconds before the next try, if the server requests a delay
   */
  constructor(
    message: string,
    readonly status: number,
    readonly code: string,
    readonly wait?: number,
  ) {
    super(message);
  }
}

/** Reports that no answer came. */
class NoAnswer extends Error {}

/** Sends a request, and returns the answer. */
export type Send = (method: "GET" | "POST", path: string, content: object) => Promise<unknown>;

/**
 * Returns the answer to an earlier try that was done although its answer got lost; `undefined` if there was none. For
 * requests that must not be done twice.
 */
export type Earlier = (send: Send) => Promise<unknown>;

/** Sends requests, with retries. */
export type Connection = (...request: [...Parameters<Send>, earlier?: Earlier]) => Promise<unknown>;

/** Status codes of a busy server (429) or a problem that may pass. */
const PASSING: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

/** Milliseconds before the second try; doubled before each later one. */
const PAUSE = 250;

/**
 * Connects to a server. It retries a request after a passing error while there is time, after pauses that double or
 * that the server requests. It retries a request without an answer only if the server has answered before: otherwise
 * the address is probably wrong. Any other error is final.
 */
export function connection(server: MlflowServer): Connection {
  const { timeout = 10_000 } = server;
  let reached = false;
  return async (method, path, content, earlier) => {
    const end = performance.now() + timeout;
    const send: Send = async (...asked) => {
      const answer = await request(server, asked, end - performance.now());
      reached = true;
      return answer;
    };
    for (let tries = 1, pause = PAUSE;; tries++, pause *= 2) {
      try {
        const answer = tries > 1 ? await earlier?.(send) : undefined;
        return answer ?? await send(method, path, content);
      } catch (error) {
        const known = error instanceof MlflowError;
        reached ||= known;
        const passing = known ? PASSING.has(error.status) : reached && error instanceof NoAnswer;
        // Random, so that clients which were refused together do not return together.
        const wait = (known ? error.wait : undefined) ?? pause * (1 + Math.random() / 4);
        if (!passing || performance.now() + wait >= end) {
          if (tries > 1 && error instanceof Error) error.message += ` (tried ${tries} times)`;
          throw error;
        }
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  };
}

/** Sends a request once. */
async function request(
  { uri, authorization }: MlflowServer,
  [method, path, content]: Parameters<Send>,
  time: number,
): Promise<unknown> {
  const base = `${uri.replace(/\/+$/, "")}/api/2.0/mlflow/${path}`;
  const get = method === "GET";
  const query = get ? `?${new URLSearchParams(content as Record<string, string>)}` : "";
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${base}${query}`, {
      method,
      headers: {
        "content-type": "application/json",
        ...(authorization === undefined ? {} : { authorization }),
      },
      ...(get ? {} : { body: JSON.stringify(content) }),
      // A redirect could send the password elsewhere.
      redirect: "error",
      signal: AbortSignal.timeout(Math.max(0, Math.ceil(time))),
    });
    text = await response.text();
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) {
      const { host } = new URL(uri);
      throw new Error(`Deno may not reach ${host}: DESCENT_PERMISSIONS=--allow-net=${host} allows it`);
    }
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new NoAnswer(`${path}: ${cause instanceof Error ? cause.message : cause}`, { cause: error });
  }
  const answer = parsed(text || "{}");
  if (response.ok && answer !== undefined) return answer;
  const { error_code = "", message } = answer ?? {};
  const said = answer === undefined
    ? `${response.statusText}, in no JSON: is MLflow at ${uri}?`.replace(/^, /, "")
    : String(message ?? response.statusText).split("\n")[0];
  const wait = waitOf(response.headers.get("retry-after"));
  throw new MlflowError(
    `${path} answered ${response.status}: ${said}`,
    response.status,
    String(error_code),
    wait,
  );
}

/** Parses a JSON object. Returns `undefined` for anything else, such as the page of a proxy. */
function parsed(text: string): { error_code?: unknown; message?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the delay of the header `Retry-After` (seconds or a date) in milliseconds. */
function waitOf(header: string | null): number | undefined {
  if (header === null) return undefined;
  const wait = /^\d+$/.test(header) ? 1000 * Number(header) : Date.parse(header) - Date.now();
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}
