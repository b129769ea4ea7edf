/**
 * Checks the prose of the sources and pages: `deno task prose`. The documentation of an exported function begins with a
 * verb, no line contains a riddle, and no page names a path of one machine.
 *
 * `tools/prose/todo.txt` lists places that do not pass yet, one per line; `deno task prose --todo` writes the list again.
 *
 * @module
 */
import { documentedFunctions, functionFault } from "./prose/functions.ts";
import { foreignPaths, type LineFault, riddles } from "./prose/lines.ts";

const ROOT = new URL("../", import.meta.url);
const TODO = new URL("prose/todo.txt", import.meta.url);
/** Folders without prose of the project, and hidden ones. */
const SKIPPED = /^(\..*|node_modules|runs|coverage|golden|embedded)$/;
/** Generated code; and the rules of this check, their tests and the style guide, which quote forbidden phrases. */
const EXEMPT = /(^|\/)(onnx_pb\.ts|prose\/words\.ts|prose_test\.ts|CONTRIBUTING\.md)$/;

/** A place that breaks a rule; `key` names it in the list of allowed ones. */
interface Fault {
  readonly key: string;
  readonly text: string;
}

function* filesIn(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(new URL(folder, ROOT))) {
    if (isDirectory && !SKIPPED.test(name)) yield* filesIn(`${folder}${name}/`);
    else if (/\.(ts|md)$/.test(name) && !EXEMPT.test(`${folder}${name}`)) yield `${folder}${name}`;
  }
}

/** Keys name files without their folders, so files can move while their texts are rewritten. */
function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

async function faults(): Promise<Fault[]> {
  const files = [...filesIn("")].sort();
  const ofLines = files.flatMap((file) => {
    const text = Deno.readTextFileSync(new URL(file, ROOT));
    const found: LineFault[] = [...riddles(text), ...(file.endsWith(".md") ? foreignPaths(text) : [])];
    return found.map((fault) => ({
      key: `${fileName(file)}: ${fault.found}`,
      text: `${file}:${fault.line}: ${fault.text}`,
    }));
  });
  const sources = files.filter((file) => file.endsWith(".ts") && !file.startsWith("tests/"));
  const ofFunctions = (await documentedFunctions(sources, ROOT)).flatMap((f) => {
    const text = functionFault(f);
    return text === undefined
      ? []
      : [{ key: `${fileName(f.file)} ${f.name}()`, text: `${f.file}: ${f.name}() ${text}` }];
  });
  return [...ofFunctions, ...ofLines];
}

if (import.meta.main) {
  const found = await faults();
  const keys = [...new Set(found.map(({ key }) => key))].sort();
  if (Deno.args.includes("--todo")) {
    await Deno.writeTextFile(TODO, keys.map((key) => `${key}\n`).join(""));
    console.log(`${keys.length} places are left to rewrite`);
    Deno.exit();
  }
  const todo = new Set((await Deno.readTextFile(TODO)).split("\n").filter((line) => line !== ""));
  const fresh = found.filter(({ key }) => !todo.has(key));
  for (const { text } of fresh) console.error(text);
  const done = [...todo].filter((key) => !keys.includes(key));
  if (done.length > 0) {
    console.error(`note: ${done.length} places of tools/prose/todo.txt pass: deno task prose --todo`);
  }
  if (fresh.length > 0) {
    console.error(`error: ${fresh.length} places; CONTRIBUTING.md, "Style", says how to write them`);
    Deno.exit(1);
  }
  console.log(
    `prose: ok${keys.length === 0 ? "" : ` but for ${keys.length} places that tools/prose/todo.txt allows`}`,
  );
}
