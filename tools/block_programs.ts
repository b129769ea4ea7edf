/**
 * Writes training programs that convolve in blocks, and the same ones in `ai.onnx` alone, for `tools/blocks.py`.
 *
 * `deno run --allow-read --allow-write tools/block_programs.ts FOLDER` writes for each network `NAME.net.onnx`, which holds
 * the initial weights, and `NAME.plain.onnx`, `NAME.8.onnx` and `NAME.16.onnx`, each a loop over any number of steps.
 *
 * @module
 */
import { lenet, type Model, momentum, resnet, trainingModel, vgg, withLoss, writeModel } from "../mod.ts";
import { depthwiseNetwork } from "../bench/networks.ts";

const BATCH = 16;
const EXAMPLES = 48;

/** The networks, with the shape of an image. Some channels are multiples of 8 alone, some of neither 8 nor 16. */
const NETWORKS: Readonly<Record<string, readonly [make: () => Model, image: readonly number[]]>> = {
  lenet: [() => lenet({ seed: 1 }), [1, 28, 28]],
  resnet8: [() => resnet({ image: [3, 12, 12], depth: 8, width: 8, seed: 1 }), [3, 12, 12]],
  vgg: [
    () => vgg({ image: [3, 8, 8], blocks: [[8], [24, 32]], hidden: 20, dropout: [0, 0, 0], seed: 1 }),
    [3, 8, 8],
  ],
  depthwise: [() => depthwiseNetwork({ channels: 16, pairs: 1 }), [3, 32, 32]],
};

const folder = Deno.args[0];
if (folder === undefined) throw new Error("usage: block_programs.ts FOLDER");
await Deno.mkdir(folder, { recursive: true });
for (const [name, [make, image]] of Object.entries(NETWORKS)) {
  const model = withLoss(make(), { loss: "cross-entropy" });
  await writeModel(`${folder}/${name}.net.onnx`, model);
  for (const block of [undefined, 8, 16] as const) {
    const { model: program } = trainingModel({
      model,
      optimizer: momentum({ learningRate: 0.02, momentum: 0.9 }),
      inputs: {
        x: { dtype: "float32", shape: [EXAMPLES, ...image] },
        target: { dtype: "int64", shape: [EXAMPLES] },
      },
      batchSize: BATCH,
      ...(block === undefined ? {} : { block }),
    });
    await writeModel(`${folder}/${name}.${block ?? "plain"}.onnx`, program);
  }
}
