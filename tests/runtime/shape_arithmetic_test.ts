/** No step whose batch is known computes sizes: not those of our networks, nor those of the exported models. */
import { assertEquals } from "@std/assert";
import { cifarnet } from "../../models/cifarnet.ts";
import { mlp } from "../../models/dense.ts";
import { densenet } from "../../models/densenet.ts";
import { lenet } from "../../models/lenet.ts";
import { withLoss } from "../../models/loss.ts";
import { type Cell, recurrentLanguageModel } from "../../models/recurrent.ts";
import { resnet } from "../../models/resnet.ts";
import { transformer } from "../../models/transformer.ts";
import { vgg } from "../../models/vgg.ts";
import { type Graph, graphOf, type Model, type Node, parseModel, toFloat32 } from "../../onnx/mod.ts";
import { sgd } from "../../optim/rules/sgd.ts";
import { trainingModel, type TrainingModelOptions } from "../../runtime/program/mod.ts";
import { feedsOf, filesOf, GOLDEN, goldenBytes, withGoldenLoss } from "../autodiff/exported.ts";

/** A network with its loss, and its data. */
type Case = Pick<TrainingModelOptions, "model" | "inputs" | "loss">;

const images = (shape: number[]): Case["inputs"] => ({
  x: { dtype: "float32", shape: [32, ...shape] },
  target: { dtype: "int64", shape: [32] },
});
const tokens: Case["inputs"] = {
  tokens: { dtype: "int64", shape: [32, 7] },
  target: { dtype: "int64", shape: [32, 7] },
};
const classifier = (model: Model, shape: number[]): Case => ({
  model: withLoss(model, { loss: "cross-entropy" }),
  inputs: images(shape),
});
const language = (model: Model): Case => ({
  model: withLoss(model, { loss: "cross-entropy", classes: "last" }),
  inputs: tokens,
});
const recurrent = (cell: Cell) =>
  language(recurrentLanguageModel({ vocabulary: 70, embedding: 4, hidden: 5, layers: 2, cell }));

const OWN: Readonly<Record<string, () => Case>> = {
  mlp: () => classifier(mlp({ inputs: 12, hidden: [9], outputs: 10 }), [12]),
  lenet: () => classifier(lenet({ hidden: [20, 12] }), [1, 28, 28]),
  cifarnet: () =>
    classifier(cifarnet({ image: [3, 9, 8], channels: 6, hidden: [8, 7], outputs: 10 }), [3, 9, 8]),
  vgg: () => classifier(vgg({ image: [3, 8, 8], blocks: [[4], [6, 6]], hidden: 7, outputs: 10 }), [3, 8, 8]),
  resnet: () => classifier(resnet({ image: [3, 10, 8], depth: 8, width: 4 }), [3, 10, 8]),
  densenet: () => classifier(densenet({ image: [3, 8, 8], layers: 2, growth: 3 }), [3, 8, 8]),
  rnn: () => recurrent("rnn"),
  gru: () => recurrent("gru"),
  lstm: () => recurrent("lstm"),
  transformer: () => language(transformer({ vocabulary: 70, layers: 2, width: 8, heads: 2, context: 7 })),
};

/** All graphs of a model, bodies included. */
function graphsOf(g: Graph): Graph[] {
  const bodies = g.nodes.flatMap((n) => [...n.attributes.values()]).filter((a) => a.type === "GRAPH");
  return [g, ...bodies.flatMap((a) => graphsOf(a.value))];
}

function nodesOf(model: Model): Node[] {
  return graphsOf(graphOf(model).graph).flatMap((g) => g.nodes);
}

/** Nodes that read a size or compute whole numbers or truth values from constants alone. */
function sizesIn(model: Model): string[] {
  const graphs = graphsOf(graphOf(model).graph);
  const constants = new Set(graphs.flatMap((g) => [...g.initializers.values()].map((i) => i.value)));
  return graphs.flatMap((g) => g.nodes).filter(({ opType, inputs, outputs }) => {
    if (["Shape", "Size", "NonZero"].includes(opType)) return true;
    const constant = inputs.length > 0 &&
      inputs.every((v) => v === null || constants.has(v) || v.producer?.opType === "Constant");
    return constant && ["bool", "int64"].includes(outputs[0]!.known.dtype!);
  }).map(String);
}

function step(of: Case, known: Pick<TrainingModelOptions, "batchSize" | "block"> = {}): Model {
  return trainingModel({ ...of, optimizer: sgd({ learningRate: 0.1 }), ...known }).model;
}

for (const [name, make] of Object.entries(OWN)) {
  Deno.test(`no size is left to compute in a step of ${name} with a known batch`, () => {
    assertEquals(sizesIn(step(make(), { batchSize: 16 })), []);
    assertEquals(sizesIn(step(make(), { batchSize: 16, block: 16 })), []);
    // Where any batch will do, its size is read, but no axes to sum over depend on it.
    const open = nodesOf(step(make())).map((n) => n.opType);
    assertEquals(open.filter((o) => o === "NonZero"), []);
  });
}

for (const network of Object.keys(GOLDEN.networks)) {
  // Its examples are along the second dimension of what it reads.
  if (network === "tagger") continue;
  Deno.test(`no size is left to compute in a step of the exports of ${network} with a known batch`, () => {
    // Those without an exporter's own folding have the most arithmetic.
    for (const file of filesOf(network).filter((f) => /plain|batch/.test(f))) {
      const inputs = feedsOf(network);
      const given = withGoldenLoss(network, toFloat32(parseModel(goldenBytes(file))));
      const [first] = Object.values(inputs);
      assertEquals(sizesIn(step({ ...given, inputs }, { batchSize: first!.shape[0]! })), [], file);
    }
  });
}
