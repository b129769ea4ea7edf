/**
 * The results of the snippets of docs/from_tensorflow_js.md: `deno run -A --lock=dev.lock tools/golden/from_tensorflow_js.ts`.
 * It runs the code of the page as it stands there, and writes tests/golden/from/tensorflow_js.json.
 *
 * @module
 */
import { digestOf, parsePage, programs } from "../snippets/page.ts";
import { run } from "../snippets/run.ts";

const ROOT = new URL("../../", import.meta.url);

const page = parsePage(await Deno.readTextFile(new URL("docs/from_tensorflow_js.md", ROOT)));
const lines: string[] = [];
for (const [i, program] of programs(page, "theirs").entries()) {
  // Each in a process of its own: the names of TensorFlow.js's variables are global.
  const [shown] = await run([program], { extension: "js" });
  const { title } = page.snippets[i]!;
  lines.push(JSON.stringify({ title, digest: await digestOf(program), shown }));
  console.log(title);
}
const versions = JSON.stringify({ "@tensorflow/tfjs": page.setUp.theirs.match(/tfjs@([\d.]+)/)![1] });
await Deno.writeTextFile(
  new URL("tests/golden/from/tensorflow_js.json", ROOT),
  `{"versions": ${versions}, "snippets": [\n${lines.join(",\n")}\n]}\n`,
);
