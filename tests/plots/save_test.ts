import { assert, assertEquals, assertNotEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { lines, save, toPng } from "../../plots/mod.ts";
import { closureOf, importsOf, sourceFiles } from "../../tools/module_graph.ts";

const SPEC = lines({ adam: [2, 1, 0.5], sgd: [2, 1.5, 1] }, { title: "Loss </script> & more", y: "loss" });

async function saved(name: string): Promise<Uint8Array> {
  const folder = await Deno.makeTempDir();
  try {
    await save(SPEC, `${folder}/${name}`);
    assertEquals([...Deno.readDirSync(folder)].map((entry) => entry.name), [name]);
    return await Deno.readFile(`${folder}/${name}`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("save() writes SVG with the titles and as many lines as there are", async () => {
  const svg = new TextDecoder().decode(await saved("a.svg"));
  assertStringIncludes(svg, "Loss &lt;/script&gt; &amp; more</text>");
  assertEquals(svg.match(/aria-roledescription="line mark"/g)?.length, 2);
});

Deno.test("save() writes PNG of twice the size, with letters drawn", async () => {
  const png = await saved("a.PNG");
  const view = new DataView(png.buffer);
  assertEquals([...png.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]);
  const small = await toPng(SPEC, { scale: 1 });
  const width = new DataView(small.buffer).getUint32(16);
  assert(width > 560 && Math.abs(view.getUint32(16) - 2 * width) <= 2, `${view.getUint32(16)}, ${width}`);
  // If no font were found, both pictures would lack their titles, and be equal.
  const titled = (title: string) => toPng(lines({ adam: [2, 1] }, { title }), { scale: 1 });
  assertNotEquals(await titled("λ = 2/η"), await titled("η = 2/λ"));
  await assertRejects(() => toPng(SPEC, { scale: 0 }), RangeError, "scale");
});

Deno.test("save() writes a page that holds Vega and asks no network", async () => {
  const html = new TextDecoder().decode(await saved("a.html"));
  assertStringIncludes(html, "<title>Loss &#60;/script&#62; &#38; more</title>");
  assertEquals(html.match(/<\/script>/g)?.length, 2);
  assertEquals(/<(script|link|img)[^>]*(src|href)=/.test(html), false);
  assert(html.length > 400_000);
});

Deno.test("save() refuses other endings, and specifications that Vega-Lite refuses", async () => {
  await assertRejects(
    () => save(SPEC, "plot.pdf"),
    RangeError,
    "must end in .svg, .png, .html, .json, got 'plot.pdf'",
  );
  await assertRejects(() => save(SPEC, "plot"), RangeError, "got 'plot'");
  await assertRejects(() => save({}, "plot.svg"), Error, "Invalid specification");
});

Deno.test("importing ./plots loads nothing that draws, and no training", async () => {
  const imports = await importsOf(
    await sourceFiles(["plots", "stats", "random", "files", "options", "deps.ts"]),
  );
  const packages = (dynamic: boolean) =>
    imports.filter((i) => i.dynamic === dynamic && /vega|resvg|d3|fontsource/.test(i.to) && !i.typesOnly);
  assertEquals(packages(false).filter((i) => !i.to.includes("@types")), []);
  assert(packages(true).length >= 5);
  const loaded = closureOf("plots/mod.ts", imports);
  assertEquals(loaded.filter((file) => /^(runtime|onnx|optim|scripts)\//.test(file)), []);
});
