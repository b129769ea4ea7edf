/**
 * `watch`: serves a live page of running curves.
 *
 * @module
 */
import { UsageError } from "../console/mod.ts";
import type { Service } from "../run/mod.ts";
import { numberOption, ownOptions } from "../cli/mod.ts";

/** The default port. */
const PORT = 8686;

const OPTIONS = {
  port: numberOption("N", {
    text: `port on loopback, 0 for any free port; ${PORT} by default`,
    range: {
      text: "an integer from 0 to 65535",
      test: (v) => Number.isInteger(v) && v >= 0 && v <= 65_535,
    },
  }),
};

/** Serves the page until it is stopped. */
export const watchExperiment: Service = {
  summary: "serve a live page, on this machine only, with the curves of all runs below a folder",
  examples: [["runs", "the curves of all runs below runs, while they train"], [
    "runs --port 0",
    "on any free port",
  ]],
  defaults: `serves http://127.0.0.1:${PORT}/`,
  operands: "DIR",
  common: [],
  options: OPTIONS,
  net: true,
  async serve(options) {
    const { port = PORT } = ownOptions(OPTIONS, options);
    const [folder, ...more] = options.operands;
    if (folder === undefined || more.length > 0) {
      throw new UsageError(`watch needs one folder: watch DIR, got ${options.operands.length}`);
    }
    const { isDirectory } = await Deno.stat(folder).catch(() => ({ isDirectory: false }));
    if (!isDirectory) throw new UsageError(`watch needs a folder: ${folder} is not one`);
    // Imported here, so that other commands do not load it.
    const { serveWatch } = await import("../watch/mod.ts");
    try {
      const { url, finished } = await serveWatch(folder, { port });
      console.log(options.json ? JSON.stringify({ url, folder }) : `${folder} on ${url}, until Ctrl-C`);
      await finished;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
      throw new UsageError(`port ${port} is in use: name another with --port, 0 for any free port`);
    }
  },
};
