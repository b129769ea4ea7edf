/**
 * Finds links within a folder of web pages that lead nowhere.
 *
 * @module
 */
import { dirname, join, relative } from "node:path/posix";

interface Page {
  readonly links: ReadonlySet<string>;
  readonly anchors: ReadonlySet<string>;
}

/** Returns the HTML files of a folder. */
export function* pagesIn(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) yield* pagesIn(`${folder}/${name}`);
    else if (name.endsWith(".html")) yield `${folder}/${name}`;
  }
}

/**
 * Returns the links of the folder's pages to files or anchors that are not there, as `page: link`. Links to other sites
 * are left out.
 *
 * @param folder the folder that is the root of the server
 */
export function deadLinks(folder: string): string[] {
  const pages = new Map([...pagesIn(folder)].map((file) => [file, read(file)]));
  return [...pages].flatMap(([file, { links }]) =>
    [...links].filter((link) => !leadsTo(link, { file, folder, pages }))
      .map((link) => `${relative(folder, file)}: ${link}`)
  );
}

function read(file: string): Page {
  // Scripts hold texts that look like attributes.
  const html = Deno.readTextFileSync(file).replace(
    /<script\b[^>]*>[^]*?<\/script>/g,
    (script) => script.slice(0, script.indexOf(">") + 1),
  );
  const values = (name: string) =>
    [...html.matchAll(new RegExp(`\\s(?:${name})="([^"]*)"`, "g"))].map((
      [, v],
    ) => unescaped(v!));
  return {
    links: new Set(values("href|src")),
    anchors: new Set(values("id|name")),
  };
}

function unescaped(text: string): string {
  return text.replaceAll("&#x2F;", "/").replaceAll("&quot;", '"').replaceAll(
    "&lt;",
    "<",
  ).replaceAll(
    "&gt;",
    ">",
  )
    .replaceAll("&#x27;", "'").replaceAll("&#39;", "'").replaceAll(
      "&amp;",
      "&",
    );
}

interface Place {
  readonly file: string;
  readonly folder: string;
  readonly pages: ReadonlyMap<string, Page>;
}

function leadsTo(link: string, { file, folder, pages }: Place): boolean {
  if (/^([a-z][a-z+.-]*:|\/\/)/i.test(link)) return true;
  const [address, hash] = link.split("#") as [string, string?];
  const path = decodeURI(address.split("?")[0]!);
  const goal = path === "" ? file : path.startsWith("/") ? `${folder}${path}` : join(dirname(file), path);
  const target = [goal, `${goal.replace(/\/$/, "")}/index.html`].find(isFile);
  if (target === undefined) return false;
  const page = pages.get(target);
  return hash === undefined || hash === "" || page === undefined ||
    page.anchors.has(decodeURIComponent(hash));
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
