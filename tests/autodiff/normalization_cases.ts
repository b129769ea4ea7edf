/**
 * Cases of the normalization layers, of dropout and of resampling.
 *
 * @module
 */
import { type Graph, tensorOf, type Value } from "../../onnx/mod.ts";
import { type Build, Cases } from "./cases.ts";
import { uniformTensor } from "./check.ts";

/** The cases, by operator. */
export const NORMALIZATION = new Cases();

const add = NORMALIZATION.add.bind(NORMALIZATION);

/** Returns every result of an operator. */
function emit(op: string, attributes: Record<string, number | number[]> = {}, outputs = 1) {
  return (g: Graph, x: Value[]) => g.emit(op, x, { attributes, outputs });
}

for (const shape of [[4, 3], [4, 3, 2], [2, 3, 2, 3], [2, 2, 2, 1, 2]]) {
  const c = shape[1]!;
  add(
    "BatchNormalization",
    [shape, [c], [c], [c], [c]],
    (g, [x, w, b, m, v]) => g.emit("BatchNormalization", [x!, w!, b!, m!, g.add(g.mul(v!, v!), 0.5)]),
  );
  for (const epsilon of [1e-5, 0.1]) {
    add(
      "BatchNormalization",
      [shape, [c], [c]],
      (g, [x, w, b]) =>
        g.emit("BatchNormalization", [
          x!,
          w!,
          b!,
          g.constant(Array(c).fill(0.5), x!.dtype),
          g.constant(Array(c).fill(2), x!.dtype),
        ], { attributes: { training_mode: 1, epsilon, momentum: 0.8 }, outputs: 3 })[0]!,
    );
  }
}
for (
  const [x, w, attributes] of [
    [[2, 3, 4], [4], {}],
    [[2, 3, 4], [4], { axis: 2, epsilon: 0.1 }],
    [[2, 3, 4], [3, 4], { axis: 1 }],
    [[2, 3, 4], [3, 1], { axis: 1 }],
  ] as [number[], number[], Record<string, number>][]
) {
  add("LayerNormalization", [x, w, w], emit("LayerNormalization", attributes));
  add("LayerNormalization", [x, w], emit("LayerNormalization", attributes));
  add("RMSNormalization", [x, w], emit("RMSNormalization", attributes), { opset: 23 });
}
add("LayerNormalization", [[2, 3, 4], [4], [4]], emit("LayerNormalization", {}, 3), { single: true });
for (const shape of [[2, 4, 3], [2, 4, 2, 3], [1, 4, 2, 1, 2]]) {
  const c = shape[1]!;
  add("InstanceNormalization", [shape, [c], [c]], emit("InstanceNormalization"));
  for (const num_groups of [1, 2, 4]) {
    add("GroupNormalization", [shape, [c], [c]], emit("GroupNormalization", { num_groups, epsilon: 0.01 }), {
      single: true,
    });
  }
}
add("MeanVarianceNormalization", [[2, 2, 3, 2]], emit("MeanVarianceNormalization"));
add("MeanVarianceNormalization", [[2, 3, 4]], emit("MeanVarianceNormalization", { axes: [0, 2] }));
for (const p of [1, 2]) {
  for (const axis of [-1, 0]) {
    add("LpNormalization", [[3, 4]], emit("LpNormalization", { p, axis }), { range: [0.2, 2] });
  }
}
for (const [size, alpha] of [[1, 1], [3, 2], [5, 0.5]]) {
  add("LRN", [[2, 6, 2, 2]], emit("LRN", { size: size!, alpha: alpha!, beta: 0.6, bias: 1.5 }));
}
add("Dropout", [[3, 4]], (g, [x]) => g.dropout(g.mul(x!, x!)));
add("Dropout", [[3, 4]], (g, [x]) => g.dropout(x!, 0.3, g.constant(0, "bool")));
add("Hardmax", [[3, 4]], (g, [x]) => g.add(x!, g.hardmax(x!)), { spaced: true });
for (
  const coordinate_transformation_mode of [
    "half_pixel",
    "half_pixel_symmetric",
    "pytorch_half_pixel",
    "align_corners",
    "asymmetric",
  ]
) {
  for (const mode of ["nearest", "linear", "cubic"]) {
    for (const scales of [[1, 1, 2, 2], [1, 1, 1.5, 0.6]]) {
      add(
        "Resize",
        [[2, 2, 4, 5]],
        (g, [x]) => g.resize(x!, null, g.constant(scales), null, { mode, coordinate_transformation_mode }),
        { batch: true },
      );
    }
    add(
      "Resize",
      [[2, 2, 4, 5]],
      (g, [x]) => g.resize(x!, null, null, [7, 1], { mode, coordinate_transformation_mode, axes: [2, 3] }),
      { batch: true },
    );
  }
}
for (const mode of ["nearest", "linear", "cubic"]) {
  // A scale that keeps the size but still resamples.
  add(
    "Resize",
    [[1, 2, 4, 5]],
    (g, [x]) => g.resize(x!, null, g.constant([1, 1, 1.3, 1.15]), null, { mode }),
    { known: true },
  );
  // One scale for both axes, from which the sizes follow.
  for (const keep_aspect_ratio_policy of ["not_larger", "not_smaller"]) {
    for (const sizes of [[7, 7], [2, 3], [5, 5], [1, 9]]) {
      add(
        "Resize",
        [[1, 2, 4, 5]],
        (g, [x]) => g.resize(x!, null, null, sizes, { mode, axes: [2, 3], keep_aspect_ratio_policy }),
        { known: true },
      );
    }
  }
}
for (const coordinate_transformation_mode of ["half_pixel", "half_pixel_symmetric"]) {
  // Entries that would lie on a boundary without the rounding of a scale of 0.6.
  add(
    "Resize",
    [[1, 2, 4, 5]],
    (g, [x]) =>
      g.resize(x!, null, null, [1, 2, 2, 3], { nearest_mode: "floor", coordinate_transformation_mode }),
    { known: true },
  );
}
for (const nearest_mode of ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"]) {
  add(
    "Resize",
    [[1, 2, 4, 5]],
    (g, [x]) => g.resize(x!, null, null, [1, 2, 7, 15], { nearest_mode }),
    { known: true },
  );
}
add(
  "Resize",
  [[1, 2, 4, 5]],
  (g, [x]) =>
    g.resize(x!, null, null, [1, 2, 7, 3], { mode: "cubic", exclude_outside: 1, cubic_coeff_a: -0.5 }),
  { known: true },
);
add(
  "Resize",
  [[2, 3, 6]],
  (g, [x]) => g.resize(x!, null, g.constant([1, 1, 2.5]), null, { mode: "linear" }),
  {
    known: true,
  },
);
add(
  "Resize",
  [[1, 2, 4, 5]],
  (g, [x]) =>
    g.resize(x!, g.constant([0, 0, 0.2, 0.1, 1, 1, 0.9, 1.4]), null, [1, 2, 6, 6], {
      mode: "linear",
      coordinate_transformation_mode: "tf_crop_and_resize",
      extrapolation_value: 0.5,
    }),
  { known: true },
);

const batch: Build = (g, [x, w, b]) =>
  g.emit(
    "BatchNormalization",
    [x!, w!, b!, g.constant([0, 0, 0], x!.dtype), g.constant([1, 1, 1], x!.dtype)],
    {
      attributes: { training_mode: 1 },
      outputs: 3,
    },
  )[0]!;
NORMALIZATION.addTwice("BatchNormalization", [[3, 3, 2], [3], [3]], batch);
NORMALIZATION.addTwice("LayerNormalization", [[2, 3, 4], [4], [4]], emit("LayerNormalization"));
NORMALIZATION.addTwice("RMSNormalization", [[2, 4], [4]], emit("RMSNormalization"), { opset: 23 });
NORMALIZATION.addTwice("InstanceNormalization", [[2, 2, 4], [2], [2]], emit("InstanceNormalization"));
NORMALIZATION.addTwice("LRN", [[2, 4, 2, 2]], emit("LRN", { size: 3, alpha: 2 }));

for (const padding_mode of ["zeros", "border", "reflection"]) {
  for (const align_corners of [0, 1]) {
    for (const mode of ["linear", "nearest"]) {
      const attributes = { padding_mode, align_corners, mode };
      // Beyond the edges, and away from where points pass from one entry to the next.
      const points = [-1.63, 0.31, 0.87, -0.42, 1.37, -0.79, 0.11, -0.23, -0.52, 0.61, 2.33, 1.73];
      const build = (g: Graph, x: Value, d: Value | null) => {
        const grid = g.constant(tensorOf(points, [1, 2, 3, 2], x.dtype));
        return g.emit("GridSample", [x, d === null ? grid : g.add(grid, g.mul(d, 0.05))], { attributes });
      };
      add("GridSample", [[1, 2, 4, 5]], (g, [x]) => build(g, x!, null), { known: true });
      const image = uniformTensor([1, 2, 4, 5], -2, 2, "image").data as Float64Array;
      add(
        "GridSample",
        [[1, 2, 3, 2]],
        (g, [d]) => build(g, g.constant(tensorOf(Array.from(image), [1, 2, 4, 5], d!.dtype)), d!),
        { known: true },
      );
    }
  }
}
add(
  "GridSample",
  [[2, 2, 3, 2, 4], [2, 1, 2, 2, 3]],
  (g, [x, d]) => g.emit("GridSample", [x!, g.add(g.constant(0.35, x!.dtype), g.mul(d!, 0.02))]),
  { known: true },
);
for (const align_corners of [0, 1]) {
  add("AffineGrid", [[2, 2, 3]], (g, [t]) => g.affineGrid(t!, [2, 3, 4, 5], { align_corners }));
  add("AffineGrid", [[2, 3, 4]], (g, [t]) => g.affineGrid(t!, [2, 3, 2, 3, 2], { align_corners }));
}
