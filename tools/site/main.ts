/**
 * Builds the documentation as a site: `deno task site`. The result is one folder, `site/dist`, for any file server.
 *
 * @module
 */
import { dirname } from "node:path/posix";
import { parseArgs } from "@std/cli/parse-args";
import denoJson from "../../deno.json" with { type: "json" };
import sitePackage from "../../site/package.json" with { type: "json" };
import { allCommands } from "../../scripts/experiments/registry.ts";
import { buildPlayground } from "../playground/main.ts";
import { apiPages } from "./api_pages.ts";
import { forSite, pictureOf, type References } from "./markdown.ts";
import { LECTURE, placeOf } from "./nav.ts";
import { repositoryPages } from "./pages.ts";
import { writeReference } from "./reference.ts";
import { galleryPage, lecturePage } from "./result_pages.ts";
import { storedRuns } from "./runs.ts";
import { sidebar } from "./sidebar.ts";
import { sourcePages } from "./sources.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const BUILD = `${ROOT}site/.build`;
const PAGES = `${BUILD}/pages`;
const PUBLIC = `${PAGES}/public`;
const REFERENCE = `${PUBLIC}/reference`;

const HELP = `Usage: deno task site [OPTIONS]

Builds the documentation as a site: one folder, site/dist, for any file server. The first build runs the experiments
whose reports the site shows, in about four minutes on two idle cores; later builds take half a minute.

Options:
  --base PATH   where the site is on its server, such as /descent/; / by default
  --fresh       run the experiments again
  --help        show this text`;

async function write(path: string, text: string): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  await Deno.writeTextFile(path, text);
}

const read = (file: string): Promise<string> => Deno.readTextFile(`${ROOT}${file}`);

/** Writes the pages of the repository and the generated ones; returns the files to show as source text. */
async function writePages(): Promise<Set<string>> {
  const files = repositoryPages(ROOT);
  // Links to README lead to the first page, which says the same.
  const linkable = new Set([...files, "README.md"]);
  const to: References = { pictures: new Set(), sources: new Set() };
  const runs = await storedRuns({
    folder: `${BUILD}/runs`,
    root: ROOT,
    report: (text) => console.error(text),
  });
  const texts = {
    reproductions: await read("docs/reproductions.md"),
    lecture: await read("docs/lecture.md"),
  };
  const titles = new Map<string, string>();
  const add = async (
    file: string,
    text: string,
    from = file,
  ): Promise<void> => {
    const page = forSite({ file, text, from }, linkable, to);
    titles.set(file, /^# (.+)$/m.exec(page)?.[1] ?? file);
    await write(`${PAGES}/${placeOf(file)}`, page);
  };
  for (const file of files) await add(file, await read(file));
  for (
    const run of runs.filter(({ name }) => (LECTURE as readonly string[]).includes(name))
  ) {
    await add(
      `site:lecture/${run.name}`,
      lecturePage(run, texts),
      "docs/reproductions.md",
    );
  }
  await write(
    `${PAGES}/gallery.md`,
    galleryPage(runs, await descriptions(runs.map(({ name }) => name))),
  );
  const api = await apiPages({
    entryPoints: denoJson.exports,
    root: ROOT,
    reference: REFERENCE,
  });
  for (const [name, page] of api) {
    await write(`${PAGES}/api/${name}.md`, page);
  }
  await write(`${PAGES}/index.md`, await read("site/home.md"));
  await copy(`${ROOT}docs/digits.svg`, `${PUBLIC}/digits.svg`);
  await write(`${BUILD}/sidebar.json`, JSON.stringify(sidebar(files, titles)));
  for (const picture of to.pictures) {
    await copy(`${ROOT}${picture}`, `${PAGES}/${pictureOf(picture)}`);
  }
  for (const { name, folder } of runs) {
    for (
      const file of [
        "report.html",
        ...[...Deno.readDirSync(folder)].map((e) => e.name).filter(isPlot),
      ]
    ) {
      await copy(`${folder}/${file}`, `${PUBLIC}/reports/${name}/${file}`);
    }
  }
  return to.sources;
}

const isPlot = (name: string) => name.endsWith(".svg");

async function copy(from: string, to: string): Promise<void> {
  await Deno.mkdir(dirname(to), { recursive: true });
  await Deno.copyFile(from, to);
}

/** Returns what the list of experiments says about each. */
async function descriptions(
  names: readonly string[],
): Promise<Map<string, string>> {
  const commands = await allCommands();
  return new Map(names.map((name) => [name, commands[name]!.summary]));
}

/** Builds the site. */
async function build(base: string): Promise<void> {
  await Deno.remove(PAGES, { recursive: true }).catch(() => {});
  // The pages link to the reference, so it comes first.
  const referenced = await writeReference({
    folder: REFERENCE,
    public: PUBLIC,
    root: ROOT,
    entryPoints: denoJson.exports,
  });
  const sources = new Set([...referenced, ...await writePages()]);
  for (const { path, text } of await sourcePages(sources, ROOT)) {
    await write(`${PUBLIC}/${path}`, text);
  }
  for (const { name } of Deno.readDirSync(`${ROOT}site/public`)) {
    await copy(`${ROOT}site/public/${name}`, `${PUBLIC}/${name}`);
  }
  await buildPlayground(`${PUBLIC}/playground`);
  const command = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--allow-all",
      "--frozen",
      `npm:vitepress@${sitePackage.devDependencies.vitepress}`,
      "build",
    ],
    cwd: `${ROOT}site`,
    env: { SITE_BASE: base },
  });
  const { success } = await command.spawn().status;
  if (!success) throw new Error("VitePress failed; its messages are above");
}

if (import.meta.main) {
  const { base = "/", fresh, help } = parseArgs(Deno.args, {
    string: ["base"],
    boolean: ["fresh", "help"],
  });
  if (help) console.log(HELP);
  else {
    if (fresh) {
      await Deno.remove(`${BUILD}/runs`, { recursive: true }).catch(() => {});
    }
    await build(`/${base}/`.replace(/\/+/g, "/"));
    console.log("Written to site/dist");
  }
}
