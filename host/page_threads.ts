/**
 * The threads of a page: ONNX Runtime for browsers has one pool of them, which all sessions share.
 *
 * @module
 */

/** The most that are taken without being asked for: small models do not get faster with more. */
const DEFAULT_MOST = 4;

let chosen: number | undefined;
let used = false;

/** Returns how many threads a page may have: as many as there are processors if it is isolated from others, else 1. */
export function mostPageThreads(): number {
  const { crossOriginIsolated = false } = globalThis as { crossOriginIsolated?: boolean };
  return crossOriginIsolated ? navigator.hardwareConcurrency : 1;
}

/** Returns the number of the page's threads, which is final from then on. */
export function pageThreads(): number {
  used = true;
  return chosen ??= Math.min(DEFAULT_MOST, Math.ceil(mostPageThreads() / 2));
}

/**
 * Chooses the number of the page's threads.
 *
 * @throws {RangeError} when the page cannot have so many
 * @throws {Error} when another number is in use.
 */
export function choosePageThreads(threads: number): void {
  const most = mostPageThreads();
  if (!Number.isInteger(threads) || threads < 1 || threads > most) {
    const isolated = most > 1
      ? ""
      : ": this page has no threads; serve it with the headers Cross-Origin-Opener-Policy: same-origin and " +
        "Cross-Origin-Embedder-Policy: require-corp";
    throw new RangeError(`threads must be an integer from 1 to ${most}, got ${threads}${isolated}`);
  }
  if (used && threads !== chosen) {
    throw new Error(`threads: this page already uses ${chosen}: choose ${threads} before the first session`);
  }
  chosen = threads;
}
