/** Checks what the site is built from: navigation, links, anchors and commands. The built site has `deno task site:test`. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { parseOptions } from "../../scripts/cli/mod.ts";
import { allCommands } from "../../scripts/experiments/registry.ts";
import { forSite, type References } from "../../tools/site/markdown.ts";
import { GROUPS, LECTURE, placeOf, TITLES } from "../../tools/site/nav.ts";
import { repositoryPages } from "../../tools/site/pages.ts";
import { withImports } from "../../tools/site/reference_imports.ts";
import { mended } from "../../tools/site/reference_links.ts";
import { resultsOf } from "../../tools/site/result_pages.ts";
import { sidebar } from "../../tools/site/sidebar.ts";
import { anchorsIn } from "../../tools/site/slug.ts";
import { deadLinks } from "../site/dead_links.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

const read = (file: string) => Deno.readTextFileSync(`${ROOT}${file}`);

const PAGES = repositoryPages(ROOT);

Deno.test("every page of the navigation is there, and every page of docs/ is in the navigation once", () => {
  const listed = GROUPS.flatMap(({ pages }) => pages).filter((page) => !page.startsWith("site:"));
  // The pages about other libraries may be absent; the navigation takes them as soon as they are there.
  assertEquals(
    listed.filter((page) => !PAGES.has(page) && !page.startsWith("docs/from_")),
    [],
  );
  assertEquals(
    Object.keys(TITLES).filter((page) => !listed.includes(page) && !page.startsWith("site:")),
    [],
  );
  const links = sidebar(PAGES, new Map()).flatMap(({ items }) => items.map(({ link }) => link));
  assertEquals(links.filter((link, i) => links.indexOf(link) !== i), []);
  const missing = [...PAGES].filter((file) =>
    !links.includes(`/${placeOf(file).replace(/(index)?\.md$/, "")}`)
  );
  assert(
    missing.every((file) => /^docs\/decisions\/\d/.test(file)),
    missing.join("\n"),
  );
  assert(links.length > 50);
});

Deno.test("a page of docs/ that no group names is at the end of the navigation", () => {
  const groups = sidebar(
    new Set([...PAGES, "docs/new.md"]),
    new Map([["docs/new.md", "A `new` page"]]),
  );
  assertEquals(groups.at(-1)!.items.at(-1), {
    text: "A new page",
    link: "/new",
  });
});

Deno.test("the first page of the site links to pages", () => {
  const places = new Set(
    [...PAGES].map((file) => `/${placeOf(file).replace(/(index)?\.md$/, "")}`),
  );
  const links = [
    ...read("site/home.md").matchAll(/(?:link: |\]\()\.(\/[^\s)]*)/g),
  ].map(([, link]) => link!);
  const generated = ["/reports/digits/report.html", "/playground/index.html"];
  assert(links.length > 8);
  assertEquals(
    links.filter((link) => !places.has(link) && !generated.includes(link)),
    [],
  );
});

Deno.test("each anchor in a link is a heading of the page that it leads to", () => {
  const anchors = new Map(
    [...PAGES].map((file) => [file, anchorsIn(read(file))]),
  );
  const dead = [...PAGES].flatMap((file) => {
    const prose = read(file).replace(/^ *```[^]*?^ *```$/gm, "");
    return [...prose.matchAll(/\]\(([^)\s#]*)#([^)\s]+)\)/g)].flatMap(
      ([, path, hash]) => {
        if (/^[a-z]+:/.test(path!)) return [];
        const target = path === "" ? file : new URL(path!, `file:///${file}`).pathname.slice(1);
        const page = anchors.get(target);
        return page === undefined || page.has(hash!) ? [] : [`${file}: ${path}#${hash}`];
      },
    );
  });
  assertEquals(dead, []);
});

Deno.test("anchorsIn() makes anchors as GitHub does", () => {
  const text = "# A `b_c` (d)\n\n## Same\n\n## Same\n\n```sh\n# no heading\n```\n\n### What's *new*, 2.0?\n";
  assertEquals([...anchorsIn(text)], [
    "a-b_c-d",
    "same",
    "same-1",
    "whats-new-20",
  ]);
});

Deno.test("forSite() changes links to pages, pictures and sources, and no code", () => {
  const to: References = { pictures: new Set(), sources: new Set() };
  const text = `<!-- note -->
[a](../lecture.md#top), [b](../../README.md), [\`c\`](../../stats/mod.ts), [d](https://e.f/g.md), [h](#here),
![i](../digits.svg) and \`[j](k.md)\`

\`\`\`ts
const x = a[0](b.ts); // <!-- kept -->
\`\`\`
`;
  const file = "docs/tutorials/one.md";
  const pages = new Set([file, "docs/lecture.md", "README.md"]);
  assertEquals(
    forSite({ file, from: file, text }, pages, to),
    `[a](../lecture.md#top), [b](../index.md), [\`c\`](../source/stats/mod.ts.html){target="_self"}, [d](https://e.f/g.md), [h](#here),
![i](../digits.svg) and \`[j](k.md)\`

\`\`\`ts
const x = a[0](b.ts); // <!-- kept -->
\`\`\`
`,
  );
  assertEquals([[...to.pictures], [...to.sources]], [["docs/digits.svg"], [
    "stats/mod.ts",
  ]]);
});

Deno.test("mended() leads members to their symbols, and names without a page to mod.ts", () => {
  const [folder, file] = ["/r", "/r/data/~/split.html"];
  const anchors = new Map([
    ["/r/~/Set.html", new Set(["property_size"])],
    ["/r/data/~/Rows.html", new Set(["method_read_0"])],
    [file, new Set(["here"])],
  ]);
  const links = {
    "../../data/~/Rows.read.html": "Rows.html#method_read_0",
    "../../data/~/Rows.html#none": "Rows.html",
    "../../data/~/Set.html": "../../~/Set.html",
    "#none": "#",
    "#here": "#here",
    "../index.html": "../index.html",
  };
  for (const [link, expected] of Object.entries(links)) {
    assertEquals(mended(link, { file, anchors, folder }), expected, link);
  }
});

Deno.test("withImports() names the entry point that exports all names of an import line", () => {
  const folder = "/r";
  const anchors = new Map(
    ["/r/~/sgd.html", "/r/~/fit.html", "/r/stats/~/holm.html"].map((p) => [p, new Set("")]),
  );
  const entryPoints = { ".": "./mod.ts", "./stats": "./stats/mod.ts" };
  const place = { file: "/r/stats/~/holm.html", folder, anchors, entryPoints };
  const lines = {
    "import { holm } from &quot;./holm.ts&quot;;": "import { holm } from &quot;./stats/mod.ts&quot;;",
    "import { fit, type sgd as s } from &quot;../rules/sgd.ts&quot;;":
      "import { fit, type sgd as s } from &quot;./mod.ts&quot;;",
    "import { holm } from &quot;stats&quot;;": "import { holm } from &quot;./stats/mod.ts&quot;;",
    "import { sgd } from &quot;.&quot;;": "import { sgd } from &quot;./mod.ts&quot;;",
    "import { holm, fit } from &quot;./holm.ts&quot;;": "import { holm, fit } from &quot;./holm.ts&quot;;",
    "import { assert } from &quot;@std/assert&quot;;": "import { assert } from &quot;@std/assert&quot;;",
  };
  for (const [line, expected] of Object.entries(lines)) assertEquals(withImports(line, place), expected);
});

Deno.test("the pages about the lecture and the reproductions have something about each experiment", () => {
  const [lecture, reproductions] = [
    read("docs/lecture.md"),
    read("docs/reproductions.md"),
  ];
  for (const name of LECTURE) {
    assertMatch(lecture, new RegExp(`^\\| \`${name}\` +\\| .+ \\|$`, "m"));
    assert(resultsOf(name, reproductions).length > 40, name);
  }
});

Deno.test("docs/faq.md has the number of operators of docs/coverage.md", () => {
  const [, count] = /^- Operators with a rule: (\d+)$/m.exec(read("docs/coverage.md"))!;
  assertMatch(read("docs/faq.md"), new RegExp(`^\\[${count} of them\\]`, "m"));
});

Deno.test("the options of each command in the pages for users exist", async () => {
  const experiments = await allCommands();
  const users = [...PAGES].filter((file) => !file.startsWith("docs/decisions/") && file !== "CHANGELOG.md");
  const commands = users.flatMap((file) =>
    [
      ...read(file).matchAll(
        /^(?:npx -y deno@[\d.]+|(?:\w+=\S+ )*deno) task -q experiment (.*)$/gm,
      ),
    ].map((
      [, text],
    ) => text!)
  );
  assert(commands.length > 40);
  for (const text of commands.filter((text) => !text.includes("beta3"))) {
    const args = [
      ...text.replace(/ +#.*$/, "").matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g),
    ]
      .map(([, single, double, bare]) => single ?? double ?? bare!);
    try {
      parseOptions(args, experiments);
    } catch (error) {
      throw new Error(text, { cause: error });
    }
  }
});

Deno.test("deadLinks() finds files and anchors that are not there", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.mkdir(`${folder}/a`);
  await Deno.writeTextFile(
    `${folder}/index.html`,
    `<p id="top"></p><a href="/a/">1</a><a href="a/index.html#x&amp;y">2</a><a href="#top">3</a><img src="none.svg">
<a href="a/#none">4</a><a href="https://e.f">5</a><script>const s = ' href="in-a-script"';</script>`,
  );
  await Deno.writeTextFile(
    `${folder}/a/index.html`,
    `<p id="x&amp;y"></p><a href="../gone.html?q">6</a>`,
  );
  assertEquals(deadLinks(folder).sort(), [
    "a/index.html: ../gone.html?q",
    "index.html: a/#none",
    "index.html: none.svg",
  ]);
  await Deno.remove(folder, { recursive: true });
});
