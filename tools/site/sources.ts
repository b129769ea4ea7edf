/**
 * Pages that show source files, for the links of the site that lead to them.
 *
 * @module
 */
import { dirname, relative } from "node:path/posix";

/** The page of a file or a folder. */
export interface SourcePage {
  /** Its path within the site. */
  readonly path: string;
  readonly text: string;
}

/** Returns the pages of files and folders of the repository; those of a folder include the files directly in it. */
export async function sourcePages(
  paths: Iterable<string>,
  root: string,
): Promise<SourcePage[]> {
  const pages = new Map<string, SourcePage>();
  const add = async (path: string, within: boolean): Promise<void> => {
    if (pages.has(path)) return;
    const { isDirectory } = await Deno.stat(`${root}${path}`);
    if (isDirectory && within) return;
    const names = isDirectory
      ? [...Deno.readDirSync(`${root}${path}`)].filter((e) => e.isFile).map((
        e,
      ) => e.name)
      : [];
    const content = isDirectory
      ? folder(path, names.sort())
      : `<pre><code class="language-${language(path)}">${
        escaped(await Deno.readTextFile(`${root}${path}`))
      }</code></pre>`;
    pages.set(path, {
      path: `source/${path}.html`,
      text: layout(path, content),
    });
    for (const name of names) await add(`${path}/${name}`, true);
  };
  for (const path of paths) await add(path, false);
  return [...pages.values()];
}

function folder(path: string, names: readonly string[]): string {
  const last = path.split("/").at(-1)!;
  return `<ul>${
    names.map((name) => `<li><a href="${last}/${name}.html">${escaped(name)}</a></li>`).join("")
  }</ul>`;
}

function language(path: string): string {
  return ({
    ts: "typescript",
    js: "javascript",
    json: "json",
    md: "markdown",
  } as Record<string, string>)[
    path.split(".").at(-1)!
  ] ?? "none";
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

function layout(path: string, content: string): string {
  const up = relative(dirname(`source/${path}`), ".") || ".";
  const reference = `${up}/reference`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(path)} | Descent</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${reference}/prism.css">
<link rel="stylesheet" href="${up}/source.css">
<script>{
  const chosen = localStorage.getItem("vitepress-theme-appearance") ?? "auto";
  const dark = chosen === "auto" ? matchMedia("(prefers-color-scheme: dark)").matches : chosen === "dark";
  document.documentElement.classList.toggle("dark", dark);
}</script>
</head>
<body>
<p><a href="${up}/index.html">Descent</a> / ${escaped(path)}</p>
${content}
<script src="${reference}/prism.js"></script>
</body>
</html>
`;
}
