/**
 * Checks the prose of the sources and pages: `deno task prose`. The documentation of an exported function begins with a
 * verb, no line contains a riddle, and no page names a path of one machine.
 *
 * @module
 */
import { documentedFunctions, functionFault } from "./prose/functions.ts";
import { foreignPaths, riddles } from "./prose/lines.ts";

const ROOT = new URL("../", import.meta.url);
/** Folders without prose of the project, and hidden ones. */
const SKIPPED = /^(\..*|node_modules|runs|coverage|golden|embedded)$/;
/** Generated code; and the rules of this check, their tests and the style guide, which quote forbidden phrases. */
const EXEMPT = /(^|\/)(onnx_pb\.ts|prose\/words\.ts|prose_test\.ts|CONTRIBUTING\.md)$/;

function* filesIn(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(new URL(folder, ROOT))) {
    if (isDirectory && !SKIPPED.test(name)) yield* filesIn(`${folder}${name}/`);
    else if (/\.(ts|md)$/.test(name) && !EXEMPT.test(`${folder}${name}`)) yield `${folder}${name}`;
  }
}

/** Returns what is wrong, with its place, one text for each fault. */
async function faults(): Promise<string[]> {
  const files = [...filesIn("")].sort();
  const ofLines = files.flatMap((file) => {
    const text = Deno.readTextFileSync(new URL(file, ROOT));
    const found = [...riddles(text), ...(file.endsWith(".md") ? foreignPaths(text) : [])];
    return found.map((fault) => `${file}:${fault.line}: ${fault.text}`);
  });
  const sources = files.filter((file) => file.endsWith(".ts") && !file.startsWith("tests/"));
  const ofFunctions = (await documentedFunctions(sources, ROOT)).flatMap((f) => {
    const text = functionFault(f);
    return text === undefined ? [] : [`${f.file}: ${f.name}() ${text}`];
  });
  return [...ofFunctions, ...ofLines];
}

if (import.meta.main) {
  const found = await faults();
  for (const text of found) console.error(text);
  if (found.length > 0) {
    console.error(`error: ${found.length} places; CONTRIBUTING.md, "Style", says how to write them`);
    Deno.exit(1);
  }
  console.log("prose: ok");
}
