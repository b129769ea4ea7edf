import { assert, assertEquals } from "@std/assert";
import {
  buildModel,
  type DataTensor,
  densenet,
  Graph,
  type Model,
  openSession,
  resnet,
  sgd,
  tensor,
  tensorOf,
  trainingModel,
  withLoss,
} from "../../../mod.ts";
import type { Tensor, Value } from "../../../onnx/mod.ts";
import { decodeTensor, type NodeProto } from "../../../onnx/proto/mod.ts";
import { type Block, NCHWC } from "../../../lowering/blocks/mod.ts";
import { blockTest, distance, random } from "../blocks/blocks.ts";

const BATCH = 64;

/** A network of layers as MobileNet has them: each channel by itself, then 1x1. */
function depthwise(block: Block): Model {
  const g = new Graph();
  let weights = 0;
  const weight = (shape: readonly number[], scale = 1) =>
    g.initializer(`w${weights}`, tensor(scaled(random(`w${weights++}`, shape), scale), [...shape]));
  const layer = (x: Value, channels: number, { size = 1, stride = 1, group = 1 } = {}) => {
    const fan = (x.shape![1] as number) / group * size * size;
    const y = g.conv(x, weight([channels, (x.shape![1] as number) / group, size, size], fan ** -0.5), null, {
      kernel_shape: [size, size],
      pads: Array(4).fill((size - 1) / 2),
      strides: [stride, stride],
      group,
    });
    return g.clip(g.add(y, weight([channels, 1, 1])), 0, 6);
  };
  let x = layer(g.input("x", "float32", ["N", 3, 16, 16]), block, { size: 3 });
  for (const [c, stride] of [[1, 1], [2, 2], [2, 1]] as const) {
    const channels = x.shape![1] as number;
    const y = layer(layer(x, channels, { size: 3, stride, group: channels }), c * block);
    x = channels === c * block && stride === 1 ? g.add(x, y) : y;
  }
  g.output(g.gemm(g.flatten(g.globalAveragePool(x)), weight([2 * block, 10])), "y");
  return buildModel(g);
}

function scaled({ data }: Tensor, scale: number): Float32Array<ArrayBuffer> {
  return Float32Array.from(data as Float32Array, (v) => v * scale);
}

const NETWORKS: Readonly<Record<string, (block: Block) => Model>> = {
  ResNet: (block) => resnet({ depth: 8, width: block, image: [3, 16, 16] }),
  DenseNet: (block) => densenet({ layers: 2, growth: block, image: [3, 16, 16] }),
  depthwise,
};

function inputsOf(): Record<string, DataTensor> {
  const classes = BigInt64Array.from({ length: BATCH }, (_, i) => BigInt(i * 7 % 10));
  return { x: random("x", [BATCH, 3, 16, 16]) as DataTensor, target: tensor(classes, [BATCH]) };
}

/** Runs one step, and returns all results. */
async function step(model: Model, block?: Block) {
  const inputs = inputsOf();
  const { model: compiled, buffers } = trainingModel({
    model: withLoss(model, { loss: "cross-entropy" }),
    optimizer: sgd({ learningRate: 0.1 }),
    inputs,
    batchSize: BATCH,
    form: "steps",
    ...(block === undefined ? {} : { block }),
  });
  const feeds: Record<string, Tensor> = {
    "descent.indices": tensor(BigInt64Array.from({ length: BATCH }, (_, i) => BigInt(i)), [BATCH]),
    "descent.coefficient.rate": tensorOf([-0.1], []),
    ...Object.fromEntries(Object.entries(inputs).map(([name, t]) => [`descent.data.${name}`, t])),
    ...Object.fromEntries(model.graph!.initializer.map((t) => [t.name, decodeTensor(t)])),
  };
  const names = new Set(compiled.graph!.input.map((i) => i.name));
  for (const name of Object.keys(feeds)) if (!names.has(name)) delete feeds[name];
  assertEquals(Object.keys(buffers).filter((name) => !(name in feeds)), []);
  await using session = await openSession(compiled, { threads: 1 });
  return { model: compiled, results: await session.run(feeds) };
}

/**
 * Returns the operators whose results are reordered. Those of reshapes are left out: they are weights, and the images of
 * weight gradients with their examples in blocks; so are images with their channels last, for the same gradients.
 */
function imageReorders(nodes: readonly NodeProto[]): string[] {
  const producers = new Map(nodes.flatMap((n) => n.output.map((name) => [name, n.opType])));
  return nodes.filter((n) =>
    n.domain === NCHWC && n.opType.startsWith("Reorder") &&
    n.attribute.every((a) => a.name !== "channels_last")
  ).map((n) => producers.get(n.input[0]!) ?? "input").filter((op) => op !== "Reshape");
}

for (const [name, network] of Object.entries(NETWORKS)) {
  blockTest(
    `layout: a step of ${name} is in blocks from stem to head, to the same results`,
    async (block) => {
      const model = network(block);
      const [plain, blocked] = [await step(model), await step(model, block)];
      for (const [output, expected] of Object.entries(plain.results)) {
        const d = distance(blocked.results[output]!, expected as never);
        assert(d < 1e-4, `${output}: ${d}`);
      }
      const nodes = blocked.model.graph!.node;
      const isPlain = (op: string) => nodes.filter((n) => n.domain === "" && n.opType === op).length;
      const left = ["Conv", "ConvTranspose", "Relu", "BatchNormalization", "ScatterElements"].filter(isPlain);
      assertEquals(left, []);
      assertEquals(imageReorders(nodes), []);
    },
  );
}
