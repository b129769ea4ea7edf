import { assertThrows } from "@std/assert";
import { backward } from "../../autodiff/backward.ts";
import { Graph } from "../../onnx/mod.ts";
import { NORMALIZATION } from "./normalization_cases.ts";

NORMALIZATION.test();

for (
  const [what, axes, message] of [
    ["scales that change no size, which ONNX Runtime copies", [2, 3], "keep every size"],
    ["a policy over negative axes, which ONNX Runtime ignores", [2, -1], "count the axes from the front"],
  ] as const
) {
  Deno.test(`the rule of Resize refuses ${what}`, () => {
    const g = new Graph();
    const x = g.input("x", "float32", [1, 1, 4, 5]);
    const options = { mode: "linear", axes, keep_aspect_ratio_policy: "not_larger" };
    const y = axes[1] === 3
      ? g.resize(x, null, g.constant([1.1, 1.15]), null, options)
      : g.resize(x, null, null, [7, 7], options);
    assertThrows(() => backward(g, { seeds: [{ value: y, cotangent: y }], wrt: [x] }), Error, message);
  });
}
