/**
 * Serves a live page of runs.
 *
 * @module
 */
export { serveWatch } from "./serve.ts";
