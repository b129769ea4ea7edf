/**
 * Cases of the convolutions and the pools.
 *
 * @module
 */
import type { Graph, Value } from "../../onnx/mod.ts";
import { type CaseOptions, Cases } from "./cases.ts";

/** The cases, by operator. */
export const CONVOLUTION = new Cases();

type Attributes = Record<string, number | string | number[]>;

/** Adds a case of an operator with sliding windows: only the batch may be a symbol. */
function slide(op: string, shapes: number[][], attributes: Attributes = {}, options: CaseOptions = {}): void {
  CONVOLUTION.add(op, shapes, (g, x) => g.emit(op, x, { attributes }), { batch: true, ...options });
}

for (
  const [x, w, attributes] of [
    [[2, 3, 5, 4], [4, 3, 3, 3], {}],
    [[2, 3, 5, 4], [4, 3, 3, 3], { pads: [1, 1, 1, 1] }],
    [[2, 3, 5, 6], [4, 3, 3, 2], { pads: [2, 0, 1, 1] }],
    [[2, 3, 5, 6], [4, 3, 2, 2], { pads: [3, 2, 2, 1] }],
    [[2, 3, 6, 7], [4, 3, 3, 3], { strides: [2, 2], pads: [1, 1, 1, 1] }],
    [[2, 3, 8, 7], [4, 3, 3, 2], { strides: [3, 2] }],
    [[2, 3, 5, 6], [4, 3, 1, 1], {}],
    [[2, 3, 5, 6], [4, 3, 1, 1], { strides: [2, 2] }],
    [[2, 3, 5, 6], [4, 3, 2, 1], { strides: [3, 3] }],
    [[2, 2, 7, 8], [2, 2, 3, 2], { dilations: [2, 3], pads: [2, 1, 0, 1] }],
    [[2, 2, 9, 8], [2, 2, 3, 2], { dilations: [2, 3], strides: [2, 3], pads: [2, 1, 0, 1] }],
    [[2, 4, 5, 5], [6, 2, 3, 3], { group: 2, pads: [1, 1, 1, 1] }],
    [[2, 4, 5, 5], [6, 2, 3, 3], { group: 2, strides: [2, 1], dilations: [1, 2] }],
    [[2, 3, 5, 5], [3, 1, 3, 3], { group: 3, pads: [1, 1, 1, 1] }],
    [[2, 3, 5, 5], [6, 1, 3, 3], { group: 3, strides: [2, 2], pads: [1, 1, 1, 1] }],
    [[2, 3, 7, 6], [3, 1, 2, 3], { group: 3, strides: [2, 3], pads: [1, 0, 0, 2], dilations: [2, 1] }],
    [[2, 3, 9], [3, 1, 3], { group: 3, strides: [2], pads: [1, 0], dilations: [2] }],
    [[2, 2, 4, 3, 5], [2, 1, 2, 2, 3], { group: 2, pads: [0, 1, 1, 1, 0, 1] }],
    [[1, 2, 34, 33], [2, 1, 3, 3], { group: 2, pads: [1, 1, 1, 1] }],
    [[1, 2, 34, 33], [2, 1, 1, 5], { group: 2, pads: [0, 2, 0, 2] }],
    [[2, 3, 5, 6], [4, 3, 2, 3], { auto_pad: "SAME_UPPER", strides: [2, 2] }],
    [[2, 3, 5, 6], [4, 3, 2, 4], { auto_pad: "SAME_LOWER" }],
    [[2, 3, 5, 6], [4, 3, 2, 4], { auto_pad: "SAME_UPPER" }],
    [[2, 3, 5, 6], [4, 3, 2, 2], { auto_pad: "VALID", strides: [2, 2] }],
    [[2, 3, 7], [4, 3, 3], { pads: [1, 1] }],
    [[2, 3, 7], [4, 3, 3], { strides: [2], dilations: [2] }],
    [[2, 2, 4, 3, 4], [3, 2, 2, 2, 3], { pads: [1, 0, 1, 0, 1, 1] }],
    [[2, 2, 4, 5, 4], [3, 2, 2, 3, 2], { strides: [2, 1, 3] }],
    // Fewer output than input channels, for all forms of images and windows.
    [[2, 4, 5, 6], [3, 4, 2, 3], { pads: [1, 1, 0, 1] }],
    [[2, 4, 5, 6], [3, 4, 3, 2], { dilations: [2, 3] }],
    [[2, 4, 5, 6], [3, 4, 2, 2], { pads: [2, 0, 1, 2] }],
    [[2, 4, 5, 6], [3, 4, 2, 2], { strides: [2, 2] }],
    [[2, 5, 7], [2, 5, 3], { pads: [0, 1] }],
    [[2, 1, 5, 6], [4, 1, 3, 3], { pads: [1, 1, 1, 1] }],
    [[2, 4, 5, 6], [1, 4, 2, 3], {}],
    [[1, 5, 34], [2, 5, 34], {}],
    // Axes along which windows have size 1.
    [[2, 4, 2, 3, 5], [2, 4, 1, 2, 1], { pads: [0, 1, 0, 0, 0, 0], strides: [1, 2, 1] }],
    [[2, 3, 3, 2, 4], [4, 3, 1, 1, 1], {}],
  ] as [number[], number[], Attributes][]
) {
  slide("Conv", [x, w], attributes);
  slide("Conv", [x, w, [w[0]!]], attributes, { target: "gpu" });
}

for (
  const [x, w, attributes] of [
    [[2, 3, 4, 3], [3, 4, 3, 2], {}],
    [[2, 3, 4, 3], [3, 4, 3, 3], { pads: [1, 0, 1, 2] }],
    [[2, 3, 4, 3], [3, 4, 3, 3], { strides: [2, 3], pads: [1, 1, 1, 1], output_padding: [1, 2] }],
    [[2, 3, 4, 3], [3, 4, 2, 3], { strides: [2, 2], dilations: [2, 1] }],
    [[2, 4, 3, 3], [4, 3, 3, 2], { group: 2, strides: [2, 1] }],
    [[2, 3, 3, 3], [3, 1, 3, 3], { group: 3, strides: [2, 2], pads: [1, 1, 1, 1], output_padding: [1, 1] }],
    [[2, 3, 4, 3], [3, 2, 3, 4], { auto_pad: "SAME_UPPER", strides: [2, 2] }],
    [[2, 3, 4, 3], [3, 2, 4, 3], { auto_pad: "SAME_LOWER", strides: [2, 2] }],
    [[2, 3, 4, 3], [3, 2, 3, 3], { strides: [2, 2], output_shape: [8, 6] }],
    [[2, 3, 4, 3], [3, 2, 3, 3], { strides: [2, 2], output_shape: [8, 6], auto_pad: "SAME_UPPER" }],
    [[2, 3, 5], [3, 2, 3], { strides: [2] }],
    [[2, 2, 2, 3, 2], [2, 2, 2, 2, 3], { strides: [1, 2, 1], pads: [0, 1, 0, 0, 1, 1] }],
  ] as [number[], number[], Attributes][]
) {
  for (const target of ["cpu", "gpu"] as const) {
    slide("ConvTranspose", [x, w, [w[1]! * Number(attributes.group ?? 1)]], attributes, { target });
  }
}

for (const op of ["MaxPool", "AveragePool", "LpPool"]) {
  for (
    const [x, attributes] of [
      [[2, 3, 4, 6], { kernel_shape: [2, 2], strides: [2, 2] }],
      [[2, 3, 5, 7], { kernel_shape: [2, 2], strides: [2, 2] }],
      [[2, 3, 6, 7], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }],
      [[2, 3, 5, 6], { kernel_shape: [3, 2] }],
      [[2, 3, 5, 6], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }],
      [[2, 3, 7, 6], { kernel_shape: [2, 2], strides: [3, 3] }],
      [[2, 3, 6, 8], { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 }],
      [[2, 3, 6, 7], { kernel_shape: [2, 3], strides: [2, 3], ceil_mode: 1, pads: [1, 1, 0, 1] }],
      [[2, 3, 7, 8], { kernel_shape: [2, 3], dilations: [3, 2], strides: [2, 1] }],
      [[2, 3, 5, 6], { kernel_shape: [2, 3], strides: [2, 2], auto_pad: "SAME_UPPER" }],
      [[2, 3, 5, 6], { kernel_shape: [2, 4], auto_pad: "SAME_LOWER" }],
      [[2, 3, 5, 6], { kernel_shape: [3, 3], strides: [2, 1], auto_pad: "VALID" }],
      [[2, 3, 7], { kernel_shape: [3], strides: [2], pads: [1, 0] }],
      [[2, 2, 4, 3, 4], { kernel_shape: [2, 2, 2], strides: [2, 1, 2] }],
    ] as [number[], Attributes][]
  ) {
    // Far apart, so the differences do not change which element is the largest.
    if (op === "MaxPool") {
      for (const target of ["cpu", "gpu"] as const) {
        slide(op, [x], attributes, { range: [-20, 20], spaced: true, target });
      }
    } else slide(op, [x], attributes);
    if (op === "AveragePool") slide(op, [x], { ...attributes, count_include_pad: 1 });
    if (op === "LpPool") {
      slide(op, [x], { ...attributes, p: 3 });
      slide(op, [x], { ...attributes, p: 1 }, { range: [0.2, 2] });
    }
  }
}
for (const op of ["GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool"]) {
  for (const shape of [[2, 3, 4], [2, 3, 3, 2], [2, 2, 2, 3, 2]]) {
    CONVOLUTION.add(op, [shape], (g, x) => g.emit(op, x));
  }
}
CONVOLUTION.add(
  "GlobalLpPool",
  [[2, 3, 3, 2]],
  (g, x) => g.emit("GlobalLpPool", x, { attributes: { p: 3 } }),
);

for (const attributes of [{ pads: [1, 1, 1, 1] }, { strides: [2, 2], dilations: [1, 2] }, { group: 2 }]) {
  const w = [4, "group" in attributes ? 1 : 2, 3, 3];
  CONVOLUTION.addTwice("Conv", [[2, 2, 5, 6], w], (g, x) => g.emit("Conv", x, { attributes }));
}
CONVOLUTION.addTwice("Conv", [[2, 3, 5, 6], [2, 3, 2, 3]], (g, x) => g.emit("Conv", x));
CONVOLUTION.addTwice("ConvTranspose", [[2, 2, 3, 3], [2, 2, 3, 2]], (g, x) => g.emit("ConvTranspose", x));
CONVOLUTION.addTwice("LpPool", [[2, 2, 5, 6]], (g, [x]) => g.lpPool(x!, { kernel_shape: [2, 3], p: 3 }));

// A symbolic batch makes a kernel size of second derivatives symbolic; kernels may also be computed.
for (const target of ["cpu", "gpu"] as const) {
  for (
    const [op, shapes, attributes] of [
      ["Conv", [[3, 2, 6, 5], [4, 2, 3, 3]], { pads: [1, 1, 1, 1] }],
      ["Conv", [[2, 4, 5, 6], [4, 4, 2, 3]], {}],
      ["Conv", [[2, 4, 5, 5], [6, 2, 3, 3]], { group: 2 }],
      ["Conv", [[2, 4, 6, 7], [4, 4, 3, 3]], { strides: [2, 2], pads: [1, 1, 1, 1] }],
      ["Conv", [[2, 1, 5, 6], [1, 1, 3, 2]], {}],
      ["Conv", [[2, 3, 7], [3, 1, 3]], { group: 3, dilations: [2] }],
      ["Conv", [[2, 2, 3, 4, 3], [3, 2, 2, 2, 2]], {}],
      ["ConvTranspose", [[2, 4, 3, 3], [4, 2, 3, 2]], { strides: [2, 1] }],
    ] as [string, number[][], Attributes][]
  ) {
    const build = (g: Graph, x: Value[]) => g.emit(op, x, { attributes });
    CONVOLUTION.addTwice(op, shapes, build, { known: false, batch: true, target });
  }
  for (
    const [x, w, attributes] of [
      [[2, 4, 5, 4], [3, 4, 3, 3], { pads: [1, 1, 1, 1] }],
      [[2, 4, 5, 4], [3, 4, 2, 3], {}],
      [[2, 4, 6, 5], [3, 4, 3, 3], { strides: [2, 2] }],
      [[2, 4, 5, 4], [6, 2, 3, 3], { group: 2, pads: [1, 1, 1, 1] }],
      [[2, 3, 5, 4], [3, 1, 3, 3], { group: 3 }],
      [[2, 4, 2, 3, 5], [2, 4, 1, 2, 1], { pads: [0, 1, 0, 0, 0, 0], strides: [1, 2, 1] }],
    ] as [number[], number[], Attributes][]
  ) {
    const symbols = [["N", "C", ...x.slice(2)], ["M", "Cg", ...w.slice(2)]];
    const build = (g: Graph, x: Value[]) => g.emit("Conv", x, { attributes });
    CONVOLUTION.add("Conv", [x, w], build, { symbols, target });
    // Without groups the CPU's form has the channels among the spatial axes, whose sizes have to be known.
    if (target === "cpu" && !attributes.group) continue;
    CONVOLUTION.addTwice("Conv", [x, w], build, { known: false, symbols, target });
  }
}
