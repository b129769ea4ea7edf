/**
 * `fetch`: downloads data sets.
 *
 * @module
 */
import { didYouMean, progressBar, silent, UsageError } from "../console/mod.ts";
import type { Query } from "../run/mod.ts";
import {
  cacheFolder,
  CATALOG,
  type CatalogEntry,
  type CatalogName,
  type Fetched,
  fetchSet,
} from "../fetch/mod.ts";
import { numberOption, ownOptions, positive, textOption } from "../cli/mod.ts";

const OPTIONS = {
  out: textOption("DIR", "parent of the folders of the sets; the user's cache folder by default"),
  mirror: textOption("URL", "URL to download from instead: a folder with a folder for each set"),
  timeout: numberOption("S", {
    text: "seconds without a byte after which a connection is closed; 30 by default",
    range: positive,
  }),
};

const NAMES = Object.keys(CATALOG) as CatalogName[];

/** Downloads the data sets that are not in their folders yet. */
export const fetchExperiment: Query = {
  summary: `download and verify data sets: ${NAMES.join(", ")}`,
  examples: [["mnist", "MNIST"], ["mnist cifar-10 --out data", "two sets, into folders of data"]],
  defaults: "into the user's cache folder, where experiments find them without --data-dir",
  operands: "NAME...",
  common: [],
  options: OPTIONS,
  net: true,
  async run(options) {
    const own = ownOptions(OPTIONS, options);
    const names = chosen(options.operands);
    const root = (own.out ?? cacheFolder())?.replace(/(?<=.)\/+$/, "");
    if (root === undefined) throw new UsageError("fetch finds no cache folder: name a folder with --out DIR");
    const mirror = own.mirror === undefined ? undefined : mirrorOf(own.mirror);
    const sets: { name: string; folder: string; about: string; files: Fetched[] }[] = [];
    for (const name of names) {
      const set: CatalogEntry = CATALOG[name];
      const folder = `${root}/${name}`;
      const bar = options.quiet ? silent : progressBar();
      try {
        const files = await fetchSet({
          set,
          folder,
          ...(mirror === undefined ? {} : { mirrors: [`${mirror}/${name}`] }),
          options: own.timeout === undefined ? {} : { stall: 1000 * own.timeout },
          progress: (done, of, file) => bar.update(done, of, `${name}: ${file}`),
        });
        sets.push({ name, folder, about: set.about, files });
      } finally {
        bar.stop();
      }
    }
    return {
      document: { sets },
      tables: sets.map(({ name, folder, about, files }) => ({
        title: about,
        header: ["file", "bytes", "from"],
        rows: files.map((f) => [f.file, String(f.bytes), f.from ?? "was there"]),
        note: own.out === undefined
          ? `\nIn ${folder}, each as its digest says. Experiments on ${name} find it there.`
          : `\nIn ${folder}, each as its digest says. Experiments on ${name} find it by --data-dir ${folder}`,
      })),
    };
  },
};

function chosen(operands: readonly string[]): CatalogName[] {
  if (operands.length === 0) throw new UsageError(`fetch needs one or more of ${NAMES.join(", ")}`);
  for (const name of operands) {
    if (!(NAMES as string[]).includes(name)) {
      throw new UsageError(
        `fetch knows ${NAMES.join(", ")}, not "${name}".${didYouMean(name, NAMES)}`,
      );
    }
  }
  return [...new Set(operands)] as CatalogName[];
}

function mirrorOf(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(`--mirror must be a URL that begins with http:// or https://, got ${text}`);
  }
  return text.replace(/\/+$/, "");
}
