import { assertEquals } from "@std/assert";
import {
  firstEntriesForm,
  inputGradientForm,
  maskForm,
  maxPoolForm,
  rowProductForm,
  softmaxForm,
  targetsForm,
  weightGradientForm,
} from "../../autodiff/forms/mod.ts";
import type { Axis } from "../../autodiff/windows/mod.ts";

/** Returns windows of `kernel` entries over `size`, with padding before and after. */
function axis(size: number, kernel: number, { stride = 1, pad = 0 } = {}): Axis {
  const count = Math.floor((size + 2 * pad - kernel) / stride) + 1;
  const end = (count - 1) * stride + kernel - size - pad;
  return { size, kernel, stride, dilation: 1, begin: pad, end, count };
}

const square = (...of: Parameters<typeof axis>) => [axis(...of), axis(...of)];

Deno.test("the gradient of x is a convolution for strides of 1, eight channels, and images that keep their size", () => {
  const same = square(14, 3, { pad: 1 });
  const form = (channels: number, axes = same, group = 1) =>
    inputGradientForm({ shape: [16, channels, 3, 3], axes, group });
  assertEquals([form(7), form(8)], ["transposed", "convolution"]);
  assertEquals(form(1, same, 16), "convolution");
  assertEquals(form(16, square(14, 3, { pad: 1, stride: 2 })), "transposed");
  assertEquals(form(16, square(14, 3, { pad: 3 })), "transposed");
  // 14 * 14 places become 12 * 12, and then 11 * 11: ratios of 1.36 and 1.62.
  assertEquals([form(16, square(14, 3)), form(16, square(14, 4))], ["convolution", "transposed"]);
});

Deno.test("the gradient of the weights has the form that is fastest in bench/README.md", () => {
  const rows: [shape: number[], axes: Axis[], group: number, cpu: string, gpu: string][] = [
    [[64, 64, 3, 3], square(32, 3, { pad: 1 }), 1, "channels-last", "places"],
    [[256, 64, 1, 1], square(16, 1), 1, "places", "places"],
    [[6, 1, 5, 5], square(28, 5, { pad: 2 }), 1, "examples-as-channels", "examples-as-channels"],
    [[16, 3, 3, 3], square(32, 3, { pad: 1 }), 1, "channels-last", "examples-as-channels"],
    [[32, 16, 5, 5], square(14, 5, { pad: 2 }), 1, "channels-last", "examples-as-channels"],
    [[512, 512, 3, 3], square(4, 3, { pad: 1 }), 1, "channels-last", "places-over-examples"],
    // 32 windows: half as many as 64 channels.
    [
      [64, 40, 3, 3],
      [axis(8, 3, { pad: 1 }), axis(4, 3, { pad: 1 })],
      1,
      "channels-last",
      "places-over-examples",
    ],
    [[63, 40, 3, 3], [axis(8, 3, { pad: 1 }), axis(4, 3, { pad: 1 })], 1, "channels-last", "places"],
    [[32, 32, 5, 5], square(14, 5, { pad: 2 }), 1, "channels-last", "examples-as-channels"],
    [[32, 33, 5, 5], square(14, 5, { pad: 2 }), 1, "channels-last", "places"],
    [[64, 1, 3, 3], square(32, 3, { pad: 1 }), 64, "places", "places"],
    [[64, 1, 3, 3], square(31, 3, { pad: 1 }), 64, "columns", "columns"],
    [[64, 1, 5, 5], square(32, 5, { pad: 2 }), 64, "columns", "columns"],
    [[64, 2, 3, 3], square(16, 3, { pad: 1 }), 32, "places", "places"],
    [[4, 4, 1, 3, 3], [axis(5, 1), ...square(8, 3)], 1, "fewer-axes", "fewer-axes"],
  ];
  for (const [shape, axes, group, cpu, gpu] of rows) {
    const forms = (["cpu", "gpu"] as const).map((target) =>
      weightGradientForm({ shape, axes, group }, target)
    );
    assertEquals([shape, ...forms], [shape, cpu, gpu]);
  }
});

Deno.test("a GPU unfolds the windows of a known number of examples in a single group", () => {
  const form = (shape: number[], axes: Axis[], rest: { group?: number; examples?: number | string } = {}) =>
    weightGradientForm({ shape, axes, group: 1, examples: 8, ...rest }, "gpu");
  const images = square(32, 3, { pad: 1 });
  assertEquals(form([16, 3, 3, 3], images), "unfolded");
  assertEquals(form([16, 16, 3, 3], square(32, 3, { pad: 1, stride: 2 })), "unfolded");
  assertEquals(form([512, 512, 3, 3], square(4, 3, { pad: 1 })), "unfolded-over-examples");
  assertEquals(form([64, 1, 3, 3], square(31, 3, { pad: 1 }), { group: 64 }), "columns");
  assertEquals(form([64, 2, 3, 3], images, { group: 32 }), "places");
  assertEquals(form([64, 16, 3, 3], images, { examples: "N" }), "places");
  // Nine places and four windows.
  assertEquals(form([512, 512, 3, 3], square(2, 3, { pad: 1 })), "unfolded-over-examples");
  // A table of 2^21 entries is the largest.
  const volume = (size: number) => [axis(size, 2), axis(size, 2), axis(size, 2)];
  assertEquals([form([8, 8, 2, 2, 2], volume(65)), form([8, 8, 2, 2, 2], volume(66))], [
    "unfolded",
    "places",
  ]);
  const small = square(4, 3, { pad: 1 });
  const batch = (examples: number) => form([512, 512, 3, 3], small, { examples });
  assertEquals([batch(14_563), batch(14_564)], ["unfolded-over-examples", "places-over-examples"]);
  // A window of 900 places, 9 windows: a kernel as large as the image.
  assertEquals(form([16, 16, 30, 30], square(32, 30)), "examples-as-channels");
  assertEquals(
    weightGradientForm({ shape: [16, 16, 3, 3], axes: images, group: 1, examples: 8 }, "cpu"),
    "channels-last",
  );
});

Deno.test("a processor transposes a narrow result instead of a wide operand", () => {
  const form = (m: number | string, n: number, target: "cpu" | "gpu" = "cpu") =>
    rowProductForm({ m, n, target });
  assertEquals([form(3999, 512), form(4000, 512), form(4000, 513)], ["gemm", "transposed", "gemm"]);
  assertEquals([form("M", 3), form(4000, 3, "gpu")], ["gemm", "gemm"]);
});

Deno.test("the forms of losses and pools depend on sizes and device", () => {
  assertEquals(softmaxForm({ scores: ["N", 10], target: "cpu" }), "log-softmax");
  assertEquals(softmaxForm({ scores: ["N", 10, 4], target: "cpu" }), "kept");
  assertEquals(softmaxForm({ scores: ["N", 10, 4], target: "gpu" }), "sums");
  assertEquals([63, 64, "C"].map(targetsForm), ["one-hot", "scatter", "one-hot"]);
  assertEquals(maxPoolForm(square(8, 2, { stride: 2 })), "compare");
  assertEquals(maxPoolForm(square(8, 3, { stride: 2 })), "indices");
  assertEquals(firstEntriesForm({ dtype: "float32", target: "cpu" }), "pool");
  assertEquals(firstEntriesForm({ dtype: "float64", target: "cpu" }), "slice");
  assertEquals(firstEntriesForm({ dtype: "float32", target: "gpu" }), "slice");
});

Deno.test("a ReLU's mask is a product for a processor behind a product of matrices alone", () => {
  const form = (ofProduct: boolean, target: "cpu" | "gpu") => maskForm({ ofProduct, target });
  assertEquals([form(true, "cpu"), form(false, "cpu")], ["product", "select"]);
  assertEquals([form(true, "gpu"), form(false, "gpu")], ["select", "select"]);
});

Deno.test("rules leave decisions about devices to autodiff/forms", async () => {
  const rules = new URL("../../autodiff/rules/", import.meta.url);
  const asking: string[] = [];
  for (const folder of ["", "control/", "recurrent/"]) {
    for await (const { name, isFile } of Deno.readDir(new URL(folder, rules))) {
      if (!isFile) continue;
      const text = await Deno.readTextFile(new URL(folder + name, rules));
      if (/["'](cpu|gpu)["']/.test(text)) asking.push(folder + name);
    }
  }
  assertEquals(asking, []);
});
