import { assert, assertEquals } from "@std/assert";
import { closureOf, importsOf, sourceFiles } from "../../tools/module_graph.ts";
import { served } from "./served.ts";

async function runScript(source: string, permissions: string[], url: string): Promise<string> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/script.ts`, source);
    const { stdout, stderr, success } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        "--no-config",
        "--no-lock",
        `--allow-import=${new URL(url).host}`,
        ...permissions,
        "script.ts",
      ],
      cwd: folder,
      env: { NO_COLOR: "1" },
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    return new TextDecoder().decode(stdout).trim();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("mod.ts imported by URL runs optimizers on the host without any permission", () =>
  served(async (url) => {
    const source = `import { adam, applyUpdates } from "${url}mod.ts";
      const opt = adam({ learningRate: 0.5 });
      const params = { w: Float64Array.of(1) };
      const [updates] = opt.update({ w: Float64Array.of(2) }, opt.init(params), params);
      console.log(applyUpdates(params, updates).w[0]!.toFixed(6));`;
    assertEquals(await runScript(source, [], url), "0.500000");
  }));

Deno.test("mod.ts imported by URL trains a model in ONNX Runtime without any configuration", () =>
  served(async (url) => {
    const source = `import { linear, sgd, tensor, trainingProgram, withLoss } from "${url}mod.ts";
      const data = { x: tensor(Float32Array.of(1, 2), [2, 1]), target: tensor(Float32Array.of(3, 5), [2, 1]) };
      const model = withLoss(linear({ inputs: 1 }), { loss: "mse" });
      await using program = await trainingProgram({ model, optimizer: sgd({ learningRate: 0.1 }), data });
      const rows = Array.from({ length: 1000 }, (_, i) => i % 2);
      const { state } = await program.run(program.init(), { rows, batchSize: 2 });
      console.log(Object.values(state.params).map((t) => Number(t.data[0]).toFixed(3)).join(" "));`;
    const permissions = ["--allow-ffi", "--allow-read", "--allow-env", "--allow-sys"];
    assertEquals(await runScript(source, permissions, url), "2.000 1.000");
  }));

/** The most that a script is served that imports `./optim` alone: 984 KB while it loaded graphs. */
const MOST_BYTES = 340_000;

Deno.test("a script that imports ./optim by URL is served less than 340 KB", () =>
  served(async (url, bytes) => {
    const source = `import { adam } from "${url}optim/mod.ts";
      const opt = adam({ learningRate: 0.1 });
      let params = { w: Float64Array.of(1) };
      let state = opt.init(params);
      for (let t = 0; t < 10; t++) [params, state] = opt.step({ w: params.w.map((w) => 2 * w) }, state, params);
      console.log(params.w[0]!.toFixed(6));`;
    assertEquals(await runScript(source, [], url), "0.076249");
    const total = [...bytes.values()].reduce((a, b) => a + b, 0);
    assert(bytes.has("optim/rules/adam.ts"), "the script was served from a cache");
    assert(total < MOST_BYTES, `${total} bytes of ${bytes.size} files`);
  }));

Deno.test("a script that imports ./stats by URL is served less than 150 KB, and needs no permission", () =>
  served(async (url, bytes) => {
    const source = `import { comparePaired, fewestPairs } from "${url}stats/mod.ts";
      const { p } = comparePaired([2, 3, 4, 5, 6, 7], { with: [1, 1, 1, 1, 1, 1] });
      console.log(p, fewestPairs());`;
    assertEquals(await runScript(source, [], url), "0.03125 6");
    const total = [...bytes.values()].reduce((a, b) => a + b, 0);
    assert(bytes.has("stats/sign_flips.ts"), "the script was served from a cache");
    assert(total < 150_000, `${total} bytes of ${bytes.size} files`);
  }));

Deno.test("./schedules, ./stats and ./optim load no runtime, and ./optim no graphs", async () => {
  const imports = await importsOf(
    await sourceFiles([
      "optim",
      "schedules",
      "options",
      "random",
      "stats",
      "onnx",
      "files",
      "host",
      "deps.ts",
    ]),
  );
  const loaded = imports.filter((i) => !i.typesOnly);
  const within = (files: readonly string[], folder: RegExp) => files.filter((file) => folder.test(file));
  for (const entry of ["schedules/mod.ts", "stats/mod.ts", "optim/mod.ts", "optim/all.ts", "optim/rule.ts"]) {
    assertEquals(within(closureOf(entry, imports), /^(runtime|models|autodiff|scripts)\//), [], entry);
    assertEquals(within(closureOf(entry, loaded), /^onnx\/(ir|infer|proto|convert|weights)\//), [], entry);
  }
  // Types of graphs are imported, so the test would see it if graphs were.
  assert(within(closureOf("optim/mod.ts", imports), /^onnx\/ir\//).length > 0);
});
