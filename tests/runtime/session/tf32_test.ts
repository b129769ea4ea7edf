import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { openSession, requireDevice, sgd, trainingProgram } from "../../../mod.ts";
import { requireTf32On } from "../../../runtime/session/tf32.ts";
import { CONV_PROBE, CONV_PROBE_SHAPES } from "../../../runtime/session/probe_model.ts";
import { tensor } from "../../../onnx/mod.ts";
import { data, model } from "../problem.ts";
import { inProcess } from "./stand_ins.ts";

/** Decides one after the other in a process. @returns each decision or error, and the variable after it. */
async function decisions(
  asked: readonly (boolean | null)[],
  options: Parameters<typeof inProcess>[1] = {},
): Promise<[decided: boolean | string, variable: string | null][]> {
  const code = `const { decideTf32 } = await import(session + "tf32.ts");
    const variable = () => { try { return Deno.env.get("NVIDIA_TF32_OVERRIDE") || null; } catch { return null; } };
    const all = ${JSON.stringify(asked)}.map((a) => {
      let decided;
      try { decided = decideTf32(a ?? undefined); } catch (e) { decided = String(e); }
      return [decided, variable()];
    });
    console.log(JSON.stringify(all));`;
  return JSON.parse(await inProcess(code, options));
}

Deno.test("decideTf32() keeps CUDA from TF32 unless it is asked for, and holds for the process", async () => {
  assertEquals(await decisions([null, null, false]), [[false, "0"], [false, "0"], [false, "0"]]);
  assertEquals(await decisions([true, null]), [[true, null], [true, null]]);
  assertEquals(await decisions([false], { env: { NVIDIA_TF32_OVERRIDE: "1" } }), [[false, "0"]]);
});

Deno.test("decideTf32() refuses what the process or the environment has decided otherwise", async () => {
  const [, [after]] = await decisions([null, true]) as [unknown, [string]];
  assertStringIncludes(after, "tf32: true was asked for after tf32: false");
  const forbidden = (await decisions([true], { env: { NVIDIA_TF32_OVERRIDE: "0" } }))[0]![0];
  assertStringIncludes(String(forbidden), "NVIDIA_TF32_OVERRIDE=0: unset it");
});

Deno.test("decideTf32() refuses to compute in full float32 where it may not set the variable", async () => {
  const permissions = ["--allow-read"];
  const [[refused], [allowed]] = await decisions([null, true], { permissions }) as [
    [string, null],
    [true, null],
  ];
  assertStringIncludes(refused, "allow --allow-env=NVIDIA_TF32_OVERRIDE, or accept TF32 with tf32: true");
  assertEquals(allowed, true);
});

Deno.test("TF32 is refused by name on any device but cuda", async () => {
  requireTf32On("cpu", false);
  requireTf32On("cuda", true);
  assertThrows(() => requireTf32On("webgpu", true), RangeError, "tf32: true is only for device 'cuda'");
  await assertRejects(
    () => openSession(CONV_PROBE, { tf32: true }),
    RangeError,
    "tf32: true is only for device 'cuda', got device 'cpu'",
  );
  const options = { model: model(), optimizer: sgd({ learningRate: 0.1 }), data: data() };
  await (await trainingProgram({ ...options, tf32: false })).close();
  await assertRejects(
    () => trainingProgram({ ...options, tf32: true }),
    RangeError,
    "tf32: true is only for",
  );
  await assertRejects(() => requireDevice("cpu", { tf32: true }), RangeError, "tf32: true is only for");
});

Deno.test("the model that CUDA is tried with convolves", async () => {
  const ones = (shape: readonly number[]) =>
    tensor(new Float32Array(shape.reduce((a, b) => a * b)).fill(1), shape);
  await using session = await openSession(CONV_PROBE);
  const { y } = await session.run({ x: ones(CONV_PROBE_SHAPES.x), w: ones(CONV_PROBE_SHAPES.w) });
  assertEquals(y!.shape, [1, 8, 6, 6]);
  assertEquals(new Set(y!.data as Float32Array), new Set([8 * 9]));
});
