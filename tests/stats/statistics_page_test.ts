/** Follows docs/statistics.md: its example prints what the page shows, and the page names every function. */
import { assertEquals } from "@std/assert";
import * as stats from "../../stats/mod.ts";

const ROOT = new URL("../../", import.meta.url);
const PAGE = await Deno.readTextFile(new URL("docs/statistics.md", ROOT));

/** Returns the code block below a comment. */
function block(comment: string): string {
  const [, code] = new RegExp(`<!-- ${comment} -->\\n\\n\`\`\`(?:ts)?\\n([^]*?)\`\`\``).exec(PAGE) ?? [];
  if (code === undefined) throw new Error(`docs/statistics.md has no block "${comment}"`);
  return code;
}

Deno.test("the example of docs/statistics.md prints what the page shows", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const file = `${folder}/comparison.ts`;
    await Deno.writeTextFile(
      file,
      block("comparison.ts").replace("../stats/mod.ts", new URL("stats/mod.ts", ROOT).href),
    );
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-config", "--no-lock", "--no-prompt", "--deny-net", file],
      env: { NO_COLOR: "1" },
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    assertEquals(text(stderr), "");
    assertEquals(text(stdout), block("output of comparison.ts"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** Plain statistics of samples, which the page does not list. */
const PLAIN = /^(deviation|max|mean|median|min|quantile|leastBy|ranksOf|performanceRatios)$/;

Deno.test("docs/statistics.md names every function of the room", () => {
  const functions = Object.entries(stats).filter(([, value]) => typeof value === "function").map(([name]) =>
    name
  );
  const missing = functions.filter((name) => !PLAIN.test(name) && !PAGE.includes(`\`${name}\``));
  assertEquals(missing, []);
});
