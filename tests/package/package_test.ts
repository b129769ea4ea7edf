import { assert, assertEquals } from "@std/assert";
import denoJson from "../../deno.json" with { type: "json" };
import { runProgram } from "../../tools/package/run_program.ts";
import { test } from "./app.ts";
import "./browser_tests.ts";
import { type Installed, run, RUNTIMES } from "./installed.ts";

async function* filesBelow(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) yield* filesBelow(`${folder}/${name}`);
    else yield `${folder}/${name}`;
  }
}

const exists = (path: string) => Deno.stat(path).then(({ isFile }) => isFile, () => false);

const manifestOf = async (app: Installed) =>
  JSON.parse(await Deno.readTextFile(`${app.package}/package.json`));

test("the package names each entry point, exact versions, and no scripts", async (app) => {
  const manifest = await manifestOf(app);
  assertEquals(Object.keys(manifest.exports), [
    ...Object.keys(denoJson.exports),
    "./web",
    "./browser/*.js",
    "./package.json",
  ]);
  for (const entry of [...Object.keys(denoJson.exports), "./web"]) {
    for (const file of Object.values<string>(manifest.exports[entry])) {
      assertEquals([file, await exists(`${app.package}/${file}`)], [file, true]);
    }
  }
  for (const version of Object.values<string>(manifest.dependencies)) assert(/^\d+\.\d+\.\d+$/.test(version));
  assertEquals([manifest.version, manifest.type, manifest.sideEffects], [denoJson.version, "module", false]);
  assertEquals([manifest.scripts, manifest.bin], [undefined, undefined]);
  for (const name of ["README.md", "LICENSE"]) assert(await exists(`${app.package}/${name}`), name);
});

/** Returns what is wrong with the modules and declarations of the package: each specifier has to lead somewhere. */
async function wrongModules(app: Installed): Promise<string[]> {
  const { dependencies, peerDependencies } = await manifestOf(app);
  const wrong: string[] = [];
  for await (const file of filesBelow(app.package)) {
    const name = file.slice(app.package.length + 1);
    // What bundles import is seen when a page imports them.
    if (!/\.(js|d\.ts)$/.test(file) || /^browser\/.*\.js$/.test(name)) continue;
    const source = (await Deno.readTextFile(file)).replace(/\/\*[\s\S]*?\*\//g, "");
    const folder = file.slice(0, file.lastIndexOf("/"));
    for (const [, , to] of source.matchAll(/(?<![\w"(])(from|import|URL)[ (]*["']([^"'\n]+)["']/g)) {
      const found = to!.startsWith(".")
        ? await exists(`${folder}/${to}`)
        : Object.keys({ ...dependencies, ...peerDependencies }).some((p) =>
          to === p || to!.startsWith(`${p}/`)
        );
      if (!found) wrong.push(`${name}: ${to}`);
    }
    if (!name.endsWith(".js")) continue;
    if (/\busing +\w+ *=/.test(source)) wrong.push(`${name}: using`);
    if (/\bDeno\s*[.\[]/.test(source) && name !== "host/deno.js") wrong.push(`${name}: Deno`);
  }
  return wrong;
}

test("every import of the package leads to a file of it or to a dependency; no using, one file with Deno", async (app) => {
  assertEquals(await wrongModules(app), []);
});

test("strict TypeScript takes the types of every entry point, without those of Node", async (app) => {
  const names = [...Object.keys(denoJson.exports), "./web", "./browser/descent.js", "./browser/optim.js"];
  const script = [
    ...names.map((name, i) => `import * as entry${i} from "${denoJson.name}${name.slice(1)}";`),
    `import { adam, digits, fit, mlp, type Tensor, withLoss } from "${denoJson.name}";`,
    `const { x, y } = digits().inputs;`,
    `const model = withLoss(mlp({ inputs: 64, hidden: [16], outputs: 10 }), { loss: "cross-entropy" });`,
    `const optimizer = adam({ learningRate: 0.1 });`,
    `const result = await fit({ model, optimizer, train: { x: x!, target: y! }, epochs: 2, batchSize: 32 });`,
    `export const weight: Tensor | undefined = result.evaluationParams["layers.0.weight"];`,
    `// @ts-expect-error -- the rate is a number`,
    `adam({ learningRate: "fast" });`,
    `export default [${names.map((_, i) => `entry${i}`)}];`,
  ];
  await Deno.writeTextFile(`${app.folder}/consumer.mts`, script.join("\n"));
  const args = ["--strict", "--noEmit", "--skipLibCheck", "false", "--types", "", "--target", "es2022"];
  const modules = ["--module", "nodenext", "--moduleResolution", "nodenext"];
  await runProgram("tsc", [...args, ...modules, "consumer.mts"], { folder: app.folder });
});

const PROGRAM = new URL("./program.mjs", import.meta.url);

/** The entry points that the program imports, in the order of its arguments. */
const ENTRIES = [".", "./data", "./onnx", "./curvature"] as const;

/** Runs the program that trains, differentiates, and reads and writes files. @returns what it computes. */
async function computed(
  app: Installed,
  command: readonly string[],
  entries: readonly string[],
): Promise<Record<string, unknown>> {
  const folder = await Deno.makeTempDir({ dir: app.folder });
  await Deno.copyFile(PROGRAM, `${app.folder}/program.mjs`);
  return JSON.parse(await run([...command, folder, ...entries], app.folder));
}

let inDeno: Promise<Record<string, unknown>> | undefined;

/** Returns what Deno computes with the sources. */
function expected(app: Installed): Promise<Record<string, unknown>> {
  const config = `--config=${new URL("../../deno.json", import.meta.url).pathname}`;
  const entries = ENTRIES.map((entry) => new URL(`../../${denoJson.exports[entry]}`, import.meta.url).href);
  return inDeno ??= computed(app, [Deno.execPath(), "run", "-A", "-q", config, PROGRAM.pathname], entries);
}

for (const runtime of RUNTIMES) {
  const title =
    "the package trains the digits, differentiates, and reads and writes files as Deno, to the bit";
  test(`${runtime.name}: ${title}`, async (app) => {
    const entries = ENTRIES.map((entry) => `${denoJson.name}${entry.slice(1)}`);
    const found = await computed(app, [app.program(runtime), "program.mjs"], entries);
    const { float16, ...rest } = await expected(app);
    assertEquals([rest.roundTrips, rest.missing], [[true, true], true]);
    assertEquals(found, { ...rest, float16: runtime.float16 ? float16 : found.float16 });
    if (!runtime.float16) assert(String(found.float16).includes("float16 need Float16Array"));
  });
}
