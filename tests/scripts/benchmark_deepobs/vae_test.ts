import { assertEquals, assertNotEquals } from "@std/assert";
import { type Data, type DataTensor, sgd, trainingProgram } from "../../../mod.ts";
import { DEEPOBS } from "../../../scripts/benchmark/deepobs/mod.ts";
import { vaeNetwork } from "../../../scripts/benchmark/deepobs/networks/vae.ts";
import { floats } from "../../models/formula.ts";
import { inFolder } from "../process.ts";
import { mnistFiles } from "./mnist_files.ts";

Deno.test("the autoencoder's noise in a training is fresh in each step, and the same for the same seed", async () => {
  const model = vaeNetwork({ seed: 0, side: 8, channels: 3, latent: 2, hidden: 5, dropped: 0 });
  const data = { x: floats("x", [4, 8, 8]), noise: floats("noise", [4, 2]) };
  const losses = async (seed: number) => {
    await using program = await trainingProgram({ model, optimizer: sgd({ learningRate: 0 }), data });
    const batches = { rows: [0, 1, 2, 3, 0, 1, 2, 3], batchSize: 4 };
    return Array.from((await program.run(program.init(), batches, { seed })).reports.loss!);
  };
  const [first, second] = await losses(1);
  assertNotEquals(first, second);
  assertEquals(await losses(1), [first!, second!]);
  assertNotEquals((await losses(2))[0], first);
});

Deno.test("mnist_vae evaluates each part with normal noise of its own, the training images with the first of theirs", () =>
  inFolder(async (folder) => {
    await mnistFiles(folder, { train: 50, t10k: 20 });
    const { train, evaluate, metrics } = await DEEPOBS.find((p) => p.name === "mnist_vae")!.load({
      dataDir: folder,
    });
    const noise = (data: Data) => Array.from((data.noise as DataTensor).data as Float32Array);
    assertEquals(metrics, ["loss"]);
    assertEquals((train.noise as DataTensor).shape, [40, 8]);
    assertEquals(noise(evaluate.train!), noise(train).slice(0, 20 * 8));
    const all = [train, evaluate.validation!, evaluate.test!].flatMap(noise);
    assertEquals(new Set(all).size, all.length);
    const mean = all.reduce((a, b) => a + b) / all.length;
    const square = all.reduce((a, b) => a + b * b) / all.length;
    // 560 numbers: four standard errors.
    assertEquals([Math.abs(mean) < 0.17, Math.abs(square - 1) < 0.24], [true, true]);
  }));
