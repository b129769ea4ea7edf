/** Checks the links of pages, and the files that they name. */
import { assertEquals } from "@std/assert";

const ROOT = new URL("../../", import.meta.url);

/** Folders without pages of the project, and hidden folders except `.github`. `site_test.ts` checks the links of `site`. */
const SKIPPED = /^(\.(?!github$).*|node_modules|runs|coverage|golden|site)$/;

/** Pages in which every path in code marks is a file or folder of the repository. */
const NAMES_FILES = /^(ARCHITECTURE|CONTRIBUTING|RELEASE)\.md$|^docs\/(decisions|how_to)\//;

function* pages(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(new URL(folder, ROOT))) {
    if (isDirectory && !SKIPPED.test(name)) yield* pages(`${folder}${name}/`);
    else if (name.endsWith(".md")) yield `${folder}${name}`;
  }
}

/** Returns the text without blocks of code. */
function prose(text: string): string {
  return text.replace(/^ *```[^]*?^ *```$/gm, "");
}

/** Returns the targets of relative links, without what follows a `#`. */
function links(text: string): string[] {
  return [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, to]) => to!.split("#")[0]!)
    .filter((to) => to !== "" && !/^[a-z]+:/.test(to));
}

/**
 * Returns the paths in code marks: texts with a slash that end in a slash or in an extension. Names in capitals, such as
 * `optim/rules/NAME.ts`, are placeholders and are left out.
 */
function paths(text: string): string[] {
  return [...prose(text).matchAll(/`([\w.][\w.-]*\/[\w./-]*)`/g)].map(([, path]) => path!)
    .filter((path) =>
      /(\/|\.(ts|md|json|js|py|svg|yml|txt))$/.test(path) && !/^\.\/|(^|\/)[A-Z]+(_test)?(\.ts|\/)/.test(path)
    );
}

function exists(url: URL): boolean {
  try {
    Deno.statSync(url);
    return true;
  } catch {
    return false;
  }
}

Deno.test("every relative link of a page leads to a file", () => {
  const broken = [...pages("")].flatMap((page) =>
    links(Deno.readTextFileSync(new URL(page, ROOT))).filter((to) =>
      !exists(new URL(to, new URL(page, ROOT)))
    )
      .map((to) => `${page}: ${to}`)
  );
  assertEquals(broken, []);
});

Deno.test("every file that the pages for contributors name exists", () => {
  const broken = [...pages("")].filter((page) => NAMES_FILES.test(page)).flatMap((page) =>
    paths(Deno.readTextFileSync(new URL(page, ROOT)))
      .filter((path) => !/^(runs|checkpoints|models)\//.test(path) && !exists(new URL(path, ROOT)))
      .map((path) => `${page}: ${path}`)
  );
  assertEquals(broken, []);
});

Deno.test("a broken link and a missing file are found", () => {
  const text =
    "see [a](docs/none.md#x), [b](https://c.d/e) and [f](#g), `optim/none.ts`, `optim/NAME.ts`, `a/b` and `./optim`";
  assertEquals(links(text), ["docs/none.md"]);
  assertEquals(paths(text), ["optim/none.ts"]);
});
