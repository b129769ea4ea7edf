/**
 * Differentiation refuses by name what `docs/coverage.md` lists as not covered.
 *
 * @module
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { backward } from "../../autodiff/backward.ts";
import { LIMITS } from "../../tools/coverage/notes.ts";
import { Graph, type Shape, tensor, type Value } from "../../onnx/mod.ts";

type Input = (name: string, shape: Shape, dtype?: "float32" | "int64" | "bool") => Value;

/** A result beyond a limit, and what to differentiate it with respect to. */
type Beyond = (g: Graph, x: Input) => [y: Value | null, x: Value];

const IMAGE: Shape = ["N", 2, "height", "width"];

const pooled = (op: string): Beyond => (g, x) => {
  const image = x("x", IMAGE);
  return [g.emit(op, [image], { attributes: { kernel_shape: [2, 2] } })[0]!, image];
};
const recurrent = (op: string, gates: number): Beyond => (g, x) => {
  const steps = x("x", [3, 2, 4]);
  const inputs = [steps, x("w", [1, gates * 5, 4]), x("r", [1, gates * 5, 5])];
  return [g.emit(op, inputs, { attributes: { hidden_size: 5, clip: 1.5 } })[0]!, steps];
};
const scattered = (op: string): Beyond => (g, x) => {
  const data = x("x", [4]);
  const inputs = [data, x("i", op === "ScatterND" ? [2, 1] : [2], "int64"), x("u", [2])];
  return [g.emit(op, inputs, { attributes: { reduction: "mul" } })[0]!, data];
};
const attention = (last: number | string, attributes: Record<string, number> = {}): Beyond => (g, x) => {
  const q = x("q", ["B", 2, "T", last]);
  const ys = g.emit("Attention", [q, q, q], { attributes, outputs: 4 });
  return [attributes.qk_matmul_output_mode ? ys[3]! : ys[0]!, q];
};
const resized = (
  { scales, roi, ...attributes }: {
    scales?: boolean;
    roi?: boolean;
    antialias?: number;
    coordinate_transformation_mode?: string;
  },
  shape: Shape = [1, 1, 4, 4],
): Beyond =>
(g, x) => {
  const image = x("x", shape);
  const factors = scales ? x("scales", [4]) : g.constant([1, 1, 0.5, 0.5], "float32");
  return [
    g.emit("Resize", [image, roi ? x("roi", [8]) : null, factors], {
      attributes: { mode: "linear", ...attributes },
    })[0]!,
    image,
  ];
};

/** Nodes beyond the limits of each operator. */
const BEYOND: Readonly<Record<string, readonly Beyond[]>> = {
  AffineGrid: [(g, x) => {
    const theta = x("x", ["N", 2, 3]);
    return [g.affineGrid(theta, x("size", [4], "int64")), theta];
  }],
  Attention: [
    attention(4, { qk_matmul_output_mode: 1 }),
    attention(4, { qk_matmul_output_mode: 2 }),
    attention("D"),
  ],
  AveragePool: [pooled("AveragePool")],
  BatchNormalization: [(g, x) => {
    const image = x("x", [4, 2]);
    const [scale, bias, mean, variance] = ["s", "b", "m", "v"].map((n) => x(n, [2]));
    const ys = g.batchNormalization(image, scale!, bias!, mean!, variance!, { training_mode: 1, outputs: 3 });
    return [ys[1]!, image];
  }],
  Conv: [(g, x) => {
    const image = x("x", IMAGE);
    return [g.conv(image, x("w", [3, 2, 3, 3])), image];
  }],
  ConvTranspose: [(g, x) => {
    const image = x("x", IMAGE);
    return [g.convTranspose(image, x("w", [2, 3, 3, 3])), image];
  }],
  Det: [(g, x) => {
    const matrix = x("x", [4, 4]);
    return [g.det(matrix), matrix];
  }],
  Dropout: [(g, x) => {
    const data = x("x", [4]);
    return [g.dropout(data, 0.5, g.constant(true, "bool"))[0]!, data];
  }],
  GRU: [recurrent("GRU", 3)],
  GridSample: [
    (g, x) => {
      const image = x("x", [1, 1, 4, 4]);
      return [g.gridSample(image, x("grid", [1, 2, 2, 2]), { mode: "cubic" }), image];
    },
    (g, x) => {
      const image = x("x", IMAGE);
      return [g.gridSample(image, x("grid", ["N", 2, 2, 2])), image];
    },
  ],
  LSTM: [recurrent("LSTM", 4)],
  LpPool: [pooled("LpPool")],
  MaxPool: [pooled("MaxPool")],
  RNN: [recurrent("RNN", 1)],
  Resize: [
    resized({ antialias: 1 }),
    resized({}, [1, 1, "height", 4]),
    resized({ scales: true }),
    resized({ roi: true, coordinate_transformation_mode: "tf_crop_and_resize" }),
  ],
  RotaryEmbedding: [(g, x) => {
    const data = x("x", ["B", 2, "T", "D"]);
    return [g.emit("RotaryEmbedding", [data, x("c", ["B", "T", "h"]), x("s", ["B", "T", "h"])])[0]!, data];
  }],
  ScatterElements: [scattered("ScatterElements")],
  ScatterND: [scattered("ScatterND")],
};

/** Limits that show only when a graph runs, or that leave an input without a gradient. */
const OTHERS = ["Loop", "Range", "Scan"];

for (const [op, list] of Object.entries(BEYOND)) {
  Deno.test(`backward() refuses by name nodes beyond the limits of ${op}`, () => {
    for (const beyond of list) {
      const g = new Graph({ opsets: { "": op === "Attention" || op === "RotaryEmbedding" ? 23 : 21 } });
      const [y, x] = beyond(g, (name, shape, dtype = "float32") => g.input(name, dtype, shape));
      const cotangent = g.expand(g.constant(1, y!.dtype), g.shape(y!));
      const error = assertThrows(() => backward(g, { seeds: [{ value: y!, cotangent }], wrt: [x] }));
      assert(error instanceof Error && error.message.includes(`${op} node`), String(error));
      assert(/gradient|training form|known/.test(error.message), error.message);
    }
  });
}

Deno.test("backward() gives the limit of Range no gradient", () => {
  const g = new Graph();
  const limit = g.input("limit", "float32", []);
  const y = g.range(g.constant(0, "float32"), limit, g.constant(1, "float32"));
  const [d] = backward(g, { seeds: [{ value: y, cotangent: y }], wrt: [limit] });
  assertEquals(d!.producer!.opType, "Expand");
  assertEquals(d!.producer!.inputs[0]!.tensor, tensor(Float32Array.of(0), []));
});

Deno.test("every limit in docs/coverage.md has a test", () => {
  assertEquals([...Object.keys(BEYOND), ...OTHERS].sort(), Object.keys(LIMITS).sort());
});
