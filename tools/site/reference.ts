/**
 * The pages that `deno doc --html` writes, made part of the site.
 *
 * @module
 */
import { dirname, relative } from "node:path/posix";
import { withImports } from "./reference_imports.ts";
import { anchorsOf, isMember, mended } from "./reference_links.ts";

/** An entry point of the library: its name in `exports` of `deno.json`, and its file. */
export type EntryPoints = Readonly<Record<string, string>>;

/** The folder of the pages, and their subject. */
export interface ReferenceOptions {
  /** The folder of the pages, within `public`. */
  readonly folder: string;
  /** The site's folder of public files. */
  readonly public: string;
  readonly root: string;
  readonly entryPoints: EntryPoints;
}

/** Writes the reference of all entry points; returns the source files that its pages link, from the root. */
export async function writeReference(
  options: ReferenceOptions,
): Promise<Set<string>> {
  const { folder, root, entryPoints } = options;
  await Deno.mkdir(folder, { recursive: true });
  const args = [
    "doc",
    "--html",
    "--quiet",
    `--output=${folder}`,
    "--name=Descent",
    ...Object.values(entryPoints),
  ];
  const command = new Deno.Command(Deno.execPath(), {
    args,
    cwd: root,
    stdout: "null",
    stderr: "piped",
  });
  const { success, stderr } = await command.output();
  if (!success) {
    throw new Error(`deno doc failed: ${new TextDecoder().decode(stderr)}`);
  }
  const files = [...filesIn(folder)];
  const sources = new Set<string>();
  const anchors = await anchorsOf(files.filter((file) => !isMember(file)));
  for (const file of files) {
    if (isMember(file)) await Deno.remove(file);
    else if (file.endsWith(".html")) {
      await Deno.writeTextFile(
        file,
        changed(await Deno.readTextFile(file), {
          file,
          anchors,
          sources,
          options,
        }),
      );
    }
  }
  await shareTheme(folder);
  await dropMembers(`${folder}/search_index.js`);
  return sources;
}

function* filesIn(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) yield* filesIn(`${folder}/${name}`);
    else yield `${folder}/${name}`;
  }
}

interface Change {
  readonly file: string;
  readonly anchors: ReadonlyMap<string, ReadonlySet<string>>;
  readonly sources: Set<string>;
  readonly options: ReferenceOptions;
}

/** Returns a page whose links lead to places in the site. */
function changed(
  page: string,
  { file, anchors, sources, options }: Change,
): string {
  const { root, folder, entryPoints } = options;
  const up = relative(dirname(file), options.public) || ".";
  return withImports(page, { file, anchors, folder, entryPoints })
    .replace(/href="file:&#x2F;&#x2F;([^"]+)"/g, (_, path: string) => {
      const source = relative(root, path.replaceAll("&#x2F;", "/"));
      sources.add(source);
      return `href="${up}/source/${source}.html"`;
    })
    .replace(
      /href="([^":]+)"/g,
      (_, link: string) =>
        `href="${
          mended(link.replaceAll("&#x2F;", "/").replaceAll("&#x27;", "'"), {
            file,
            anchors,
            folder,
          })
        }"`,
    )
    .replaceAll(/(class="(?:contextLink|link text-xl font-bold)">)default</g, "$1mod.ts<")
    .replace(/(<title>.*) - default - /, "$1 - mod.ts - ")
    .replace(
      '<ul class="breadcrumbs">',
      `<a href="${up}/index.html" class="contextLink site">Site</a>$&`,
    )
    .replace(
      "</head>",
      `<link rel="stylesheet" href="${up}/reference.css"><link rel="icon" href="data:,"></head>`,
    );
}

/** Makes the pages use the theme that is chosen on the rest of the site. */
async function shareTheme(folder: string): Promise<void> {
  const file = `${folder}/darkmode_toggle.js`;
  const script = await Deno.readTextFile(file);
  const shared = script.replaceAll('"theme"', '"vitepress-theme-appearance"')
    .replace("if (storedTheme)", 'if (storedTheme && storedTheme !== "auto")');
  if (!shared.includes("vitepress-theme") || !shared.includes('!== "auto"')) {
    throw new Error(
      "deno doc's script for the theme has changed; see tools/site/reference.ts",
    );
  }
  await Deno.writeTextFile(file, shared);
}

/** Leaves members, which have no pages, out of the reference's own search. */
async function dropMembers(file: string): Promise<void> {
  const text = await Deno.readTextFile(file);
  const [, before, json, after] = /^([^]*?DENO_DOC_SEARCH_INDEX = )(\{[^]*\})(;[^]*)$/.exec(text) ?? [];
  if (json === undefined) {
    throw new Error(
      "deno doc's search index has changed; see tools/site/reference.ts",
    );
  }
  const index = JSON.parse(json) as { nodes: { url: string }[] };
  const nodes = index.nodes.filter(({ url }) => !isMember(`/${url}`));
  await Deno.writeTextFile(
    file,
    `${before}${JSON.stringify({ ...index, nodes })}${after}`,
  );
}
