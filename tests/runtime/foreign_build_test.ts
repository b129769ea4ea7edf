import { assertEquals, assertStringIncludes } from "@std/assert";
import { BUILD_VARIABLE } from "../../runtime/session/foreign_build.ts";

/** Opens a device in a separate process whose environment names a build; returns the error. */
async function openWith(folder: string, device: string): Promise<string> {
  const mod = new URL("../../mod.ts", import.meta.url);
  const code = `import { requireDevice, openSession } from "${mod}";
    try {
      await requireDevice("${device}");
      await openSession(new Uint8Array([1]));
    } catch (error) { console.log(String(error)); }`;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", code],
    env: { [BUILD_VARIABLE]: folder },
  }).output();
  return new TextDecoder().decode(stdout);
}

Deno.test("a build of ONNX Runtime that the environment names must exist and have the right version", async () => {
  assertStringIncludes(await openWith("/nowhere", "cpu"), `${BUILD_VARIABLE}: /nowhere cannot be read`);
  const folder = await Deno.makeTempDir();
  try {
    assertStringIncludes(await openWith(folder, "cpu"), "holds no libonnxruntime.so, where");
    await Deno.writeTextFile(`${folder}/libonnxruntime.so.1.2.3`, "");
    assertStringIncludes(await openWith(folder, "cpu"), "holds libonnxruntime.so.1.2.3, where");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test({
  name: "sessions run in the build that the environment names (Linux)",
  ignore: Deno.build.os !== "linux",
  async fn() {
    // The npm package's own library in another folder serves as a foreign build: it has no CUDA provider.
    const { ONNX_RUNTIME_VERSION } = await import("../../deps.ts");
    const { openSession } = await import("../../runtime/session/session.ts");
    const { buildModel, Graph } = await import("../../onnx/mod.ts");
    const g = new Graph();
    g.output(g.relu(g.input("x", "float32", [1])), "y");
    await (await openSession(buildModel(g))).close();
    const maps = await new Deno.Command("cat", { args: [`/proc/${Deno.pid}/maps`] }).output();
    const loaded = /\S+libonnxruntime\.so\S*/.exec(new TextDecoder().decode(maps.stdout))![0];
    const folder = await Deno.makeTempDir();
    try {
      await Deno.symlink(loaded, `${folder}/libonnxruntime.so.${ONNX_RUNTIME_VERSION}`);
      assertStringIncludes(
        await openWith(folder, "cuda"),
        `a build of ONNX Runtime with CUDA: ${folder} has no libonnxruntime_providers_cuda.so`,
      );
      assertEquals((await openWith(folder, "cpu")).includes(BUILD_VARIABLE), false);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
