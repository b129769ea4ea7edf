import { assert, assertEquals } from "@std/assert";
import { gradientModel } from "../../autodiff/gradient_model.ts";
import { buildModel, Graph, graphOf, type Model, type Tensor, tensor } from "../../onnx/mod.ts";
import { CONTRIB_OPERATORS } from "../../onnx/convert/expand/contrib.ts";
import { normal } from "../../random/normal.ts";
import { openSession } from "../../runtime/session/session.ts";

const floats = (shape: number[], stream = "x") =>
  tensor(Float32Array.from(normal({ seed: 5, stream }, shape.reduce((a, b) => a * b, 1))), shape);
const positive = (shape: number[]) =>
  tensor((floats(shape).data as Float32Array).map((v) => 1 + v * v), shape);
const int32 = (values: number[], shape: number[]) => tensor(Int32Array.from(values), shape);
const int64 = (values: number[], shape: number[]) => tensor(BigInt64Array.from(values, BigInt), shape);

interface Case {
  readonly op: string;
  readonly inputs: readonly (Tensor | null)[];
  readonly attributes?: Record<string, number | string | number[]>;
  readonly outputs?: number;
  readonly domain?: string;
  /** Outputs to leave out. */
  readonly without?: readonly number[];
  /** The allowed difference from the runtime's results, relative for numbers above 1; 2e-5 by default. */
  readonly within?: number;
}

const [B, T, S, H, D] = [2, 3, 4, 2, 6];
const CASES: readonly Case[] = [
  { op: "Gelu", inputs: [floats([2, 3])] },
  { op: "BiasGelu", inputs: [floats([2, 3]), floats([3], "b")] },
  { op: "FastGelu", inputs: [floats([2, 3])] },
  { op: "FastGelu", inputs: [floats([2, 3]), floats([3], "b")] },
  { op: "QuickGelu", inputs: [floats([2, 3])] },
  { op: "QuickGelu", inputs: [floats([2, 3])], attributes: { alpha: 0.5 } },
  { op: "FusedMatMul", inputs: [floats([2, 3, 4]), floats([2, 4, 5], "b")], attributes: { alpha: 0.5 } },
  {
    op: "FusedMatMul",
    inputs: [floats([2, 4, 3]), floats([5, 4], "b")],
    attributes: { transA: 1, transB: 1 },
  },
  { op: "TransposeMatMul", inputs: [floats([4, 3]), floats([4, 2], "b")], attributes: { transA: 1 } },
  {
    op: "FusedGemm",
    inputs: [floats([2, 3]), floats([4, 3], "b"), floats([4], "c")],
    attributes: { activation: "LeakyRelu", activation_alpha: 0.3, transB: 1, alpha: 0.5 },
  },
  {
    op: "FusedConv",
    inputs: [floats([1, 2, 4, 4]), floats([3, 2, 3, 3], "w"), floats([3], "b")],
    attributes: { activation: "Relu", pads: [1, 1, 1, 1] },
  },
  { op: "SimplifiedLayerNormalization", inputs: [floats([2, 3, 4]), floats([4], "s")], domain: "" },
  {
    op: "SkipLayerNormalization",
    inputs: [floats([2, 3, 4]), floats([2, 3, 4], "s"), floats([4], "g"), floats([4], "b"), floats([4], "c")],
    attributes: { epsilon: 1e-3 },
    outputs: 4,
  },
  { op: "SkipLayerNormalization", inputs: [floats([2, 3, 4]), floats([2, 3, 4], "s"), floats([4], "g")] },
  {
    op: "SkipSimplifiedLayerNormalization",
    inputs: [floats([2, 3, 4]), floats([2, 3, 4], "s"), floats([4], "g"), floats([4], "b")],
    outputs: 4,
    without: [1, 2],
  },
  {
    op: "Attention",
    inputs: [floats([B, T, 5]), floats([5, 3 * H * D], "w"), floats([3 * H * D], "b")],
    attributes: { num_heads: H },
  },
  {
    op: "Attention",
    inputs: [
      floats([B, T, 5]),
      floats([5, 3 * H * D], "w"),
      floats([3 * H * D], "b"),
      int32([1, 1, 0, 1, 1, 1], [B, T]),
    ],
    attributes: { num_heads: H, unidirectional: 1, scale: 0.3 },
  },
  {
    op: "MultiHeadAttention",
    inputs: [floats([B, T, H * D]), floats([B, S, H * D], "k"), floats([B, S, H * D], "v")],
    attributes: { num_heads: H },
  },
  {
    op: "MultiHeadAttention",
    inputs: [
      floats([B, T, H * D]),
      floats([B, S, H * D], "k"),
      floats([B, S, H * D], "v"),
      floats([3 * H * D], "b"),
      int32([1, 1, 0, 1, 1, 1, 1, 0], [B, S]),
    ],
    attributes: { num_heads: H, scale: 0.3 },
  },
  {
    op: "MultiHeadAttention",
    inputs: [
      floats([B, T, H * D]),
      floats([B, S, H * D], "k"),
      floats([B, S, H * D], "v"),
      null,
      null,
      floats([B, H, T, S], "m"),
    ],
    attributes: { num_heads: H },
  },
  // Queries whose keys are all masked: the kernels add -10000 to each score, which leaves 1e-3 of precision in float32.
  ...[int32([0, 0, 0, 0, 0, 1, 1, 0], [B, S]), int32([0, 3], [B])].map((mask) => ({
    op: "MultiHeadAttention",
    inputs: [floats([B, T, H * D]), floats([B, S, H * D], "k"), floats([B, S, H * D], "v"), null, mask],
    attributes: { num_heads: H },
    within: 2e-3,
  })),
  {
    op: "MultiHeadAttention",
    inputs: [
      floats([B, T, H * D]),
      floats([B, T, H * D], "k"),
      floats([B, T, H * D], "v"),
      null,
      int32([0, 1, 1, 0, 0, 1], [B, T]),
    ],
    attributes: { num_heads: H, unidirectional: 1 },
    within: 2e-3,
  },
  ...[int32([0, 0, 0, 0, 1, 1], [B, T]), int32([0, 2], [B])].flatMap((mask) =>
    [0, 1].map((unidirectional) => ({
      op: "Attention",
      inputs: [floats([B, T, 5]), floats([5, 3 * H * D], "w"), floats([3 * H * D], "b"), mask],
      attributes: { num_heads: H, unidirectional, mask_filter_value: -1000.5 },
      within: 2e-3,
    }))
  ),
  {
    op: "RotaryEmbedding",
    inputs: [
      floats([B, T, H * D]),
      int64([0, 1, 2, 4, 3, 0], [B, T]),
      floats([5, D / 2], "cos"),
      floats([5, D / 2], "sin"),
    ],
  },
  {
    op: "RotaryEmbedding",
    inputs: [
      floats([B, H, T, D]),
      int64([0, 1, 2, 4, 3, 0], [B, T]),
      floats([5, D / 2], "cos"),
      floats([5, D / 2], "sin"),
    ],
    attributes: { interleaved: 1 },
  },
];

/** Returns a model of one node, whose first operand is `x` and whose others are initializers. */
function modelOf(
  { op, inputs, attributes = {}, outputs = 1, domain = "com.microsoft", without = [] }: Case,
): Model {
  const g = new Graph({ opsets: { "": 21, "com.microsoft": 1 } });
  const operands = inputs.map((t, i) =>
    t && (i === 0 ? g.input("x", t.dtype, t.shape) : g.initializer(`w${i}`, t))
  );
  // Written as a node of the other domain, because the builder knows only the operators of ai.onnx.
  const ys = g.emit(op, operands, { domain: "com.microsoft", attributes, outputs });
  ys.forEach((y, i) => g.output(y, `y${i}`));
  const model = buildModel(g);
  const [node] = model.graph!.node;
  node!.domain = domain;
  for (const i of without) node!.output[i] = "";
  model.graph!.output = model.graph!.output.filter((o) => node!.output.includes(o.name));
  return model;
}

async function run(model: Model, x: Tensor) {
  await using session = await openSession(model, { optimization: "disabled" });
  return await session.run({ x });
}

Deno.test("importModel() rewrites operators of com.microsoft with the runtime's results", async (t) => {
  for (const c of CASES) {
    await t.step(`${c.op} of ${c.inputs.length}, ${JSON.stringify(c.attributes ?? {})}`, async () => {
      const model = modelOf(c);
      const { graph } = graphOf(model);
      assertEquals(
        graph.nodes.filter((n) => n.domain !== "" || n.opType === c.op && n.opType !== "Gelu"),
        [],
      );
      const [theirs, ours] = [await run(model, c.inputs[0]!), await run(buildModel(graph), c.inputs[0]!)];
      for (const [name, y] of Object.entries(theirs)) {
        // The runtime does not compute the inverse deviations of its fused layers.
        if (y.data.length === 0) continue;
        assertEquals(ours[name]!.shape, y.shape);
        (y.data as Float32Array).forEach((v, i) => {
          const other = (ours[name]!.data as Float32Array)[i]!;
          assert(
            Math.abs(v - other) <= (c.within ?? 2e-5) * (1 + Math.abs(v)),
            `${name}[${i}]: ${v} and ${other}`,
          );
        });
      }
    });
  }
});

Deno.test("every operator of com.microsoft that is rewritten has a case", () => {
  const tested = new Set(CASES.map((c) => c.op));
  assertEquals(CONTRIB_OPERATORS.filter((op) => !tested.has(op)), []);
});

Deno.test("gradientModel() differentiates operators of com.microsoft", () => {
  for (const c of CASES) {
    const model = modelOf(c);
    const { graph } = graphOf(model);
    graph.outputs.splice(0);
    const y = graph.nodes.at(-1)!.outputs[0]!;
    const sum = graph.reduceSum(y, null, { keepdims: 0 });
    graph.outputs.splice(0);
    graph.output(sum, "loss");
    const gradient = gradientModel(buildModel(graph), { loss: "loss", parameters: ["x"] });
    assertEquals(gradient.graph!.output.map((o) => o.name), ["loss", "grad_x"]);
    assertEquals(gradient.graph!.node.filter((n) => n.domain !== ""), []);
  }
});

Deno.test("importModel() leaves operators of com.microsoft with unknown attributes unchanged", () => {
  const model = modelOf({
    op: "FusedMatMul",
    inputs: [floats([2, 3, 4]), positive([2, 4, 5])],
    attributes: { transBatchA: 1 },
  });
  assertEquals(graphOf(model).graph.nodes.map((n) => n.opType), ["FusedMatMul"]);
});
