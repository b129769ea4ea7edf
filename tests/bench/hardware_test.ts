import { assertEquals, assertThrows } from "@std/assert";
import { hardwareOf, hardwareText } from "../../bench/hardware.ts";

Deno.test("hardwareOf() is the CPU in float32 unless options name a device", () => {
  assertEquals(hardwareOf({}), { device: "cpu", precision: "float32", tf32: false });
  const named = hardwareOf({ device: "cuda", precision: "float16", tf32: true });
  assertEquals(named, { device: "cuda", precision: "float16", tf32: true });
  assertEquals(hardwareText(named), "cuda, float16, with TF32");
  assertEquals(hardwareText(hardwareOf({ device: "webgpu" })), "webgpu, float32");
});

Deno.test("hardwareOf() refuses what there is not, and what does not suit the device", () => {
  for (
    const [options, message] of [
      [{ device: "gpu" }, "--device must be one of cpu, webgpu, cuda, got gpu"],
      [{ device: "" }, "--device must be one of cpu, webgpu, cuda, got "],
      [{ device: "cuda", precision: "int8" }, "--precision must be one of float32, float16, got int8"],
      [{ device: "webgpu", tf32: true }, "--tf32 is for --device cuda, got webgpu"],
      [{ precision: "float16" }, "--precision float16 is for --device webgpu or cuda, got cpu"],
    ] as const
  ) assertThrows(() => hardwareOf(options), RangeError, message);
});
