import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { twoConvNetwork } from "../../../scripts/benchmark/deepobs/networks/two_conv.ts";
import { perceptron } from "../../../scripts/benchmark/deepobs/mnist_problems.ts";
import { allConvNetwork } from "../../../scripts/benchmark/deepobs/networks/all_conv.ts";
import { charRnnNetwork } from "../../../scripts/benchmark/deepobs/networks/char_rnn.ts";
import { threeConvNetwork } from "../../../scripts/benchmark/deepobs/networks/three_conv.ts";
import { vaeNetwork } from "../../../scripts/benchmark/deepobs/networks/vae.ts";
import { wideResnetNetwork } from "../../../scripts/benchmark/deepobs/networks/wide_resnet.ts";
import { countOf, initialOf } from "./facts.ts";

Deno.test("2c2d has 832 + 51,264 + 3,212,288 + 10,250 parameters, normal of 0.05 within two deviations, biases 0.05", () => {
  const initial = initialOf(twoConvNetwork({ seed: 3 }));
  assertEquals(countOf(initial), 3_274_634);
  assertEquals(initial["fc1.weight"]!.shape, [1024, 7 * 7 * 64]);
  for (const [name, { mean, std, greatest }] of Object.entries(initial)) {
    if (name.endsWith("bias")) {
      assertEquals([Math.fround(mean), greatest], [Math.fround(0.05), Math.fround(0.05)], name);
    } else {
      // SciPy: truncnorm(-2, 2).std() * 0.05. The smallest weight has 800 numbers.
      assertAlmostEquals(std, 0.04398128305, 0.004, name);
      assertAlmostEquals(mean, 0, 0.006, name);
      assert(greatest <= Math.fround(0.1), name);
    }
  }
});

Deno.test("DeepOBS's perceptron has 785,000 + 500,500 + 50,100 + 1,010 parameters, normal of 0.03, biases 0", () => {
  const initial = initialOf(perceptron(3));
  assertEquals(countOf(initial), 1_336_610);
  for (const [name, { mean, std, greatest }] of Object.entries(initial)) {
    if (name.endsWith("bias")) assertEquals(greatest, 0, name);
    else {
      assertAlmostEquals(std, 0.6 * 0.04398128305, 0.002, name);
      assertAlmostEquals(mean, 0, 0.003, name);
    }
  }
});

/** Checks Glorot's weights: deviation sqrt(2 / (fan in + fan out)), and the greatest weight in units of it. */
function assertGlorot(
  initial: ReturnType<typeof initialOf>,
  { normal, bias }: { normal: (name: string) => boolean; bias: number },
): void {
  for (const [name, { shape, mean, std, greatest }] of Object.entries(initial)) {
    if (shape.length === 1) {
      if (name.endsWith("bias") && !name.includes("norm")) assertEquals(greatest, Math.fround(bias), name);
      continue;
    }
    const window = shape.slice(2).reduce((a, b) => a * b, 1);
    const expected = Math.sqrt(2 / (window * (shape[0]! + shape[1]!)));
    const count = shape.reduce((a, b) => a * b, 1);
    assertAlmostEquals(mean / expected, 0, 5 / Math.sqrt(count), name);
    assertAlmostEquals(std / expected, 1, 4 / Math.sqrt(count), name);
    // Two deviations of a truncated normal one (SciPy: truncnorm(-2, 2).std() is 0.87962566), sqrt(3) of a uniform one.
    const bound = normal(name) ? 2 / 0.8796256610342398 : Math.sqrt(3);
    assert(greatest / expected <= bound * (1 + 1e-6) && greatest / expected > 0.93 * bound, name);
  }
}

Deno.test("3c3d has 895,210 parameters, Glorot's weights, biases 0", () => {
  const initial = initialOf(threeConvNetwork({ seed: 3 }));
  const convolutions = (3 * 25 * 64 + 64) + (64 * 9 * 96 + 96) + (96 * 9 * 128 + 128);
  assertEquals(
    countOf(initial),
    convolutions + (3 * 3 * 128 * 512 + 512) + (512 * 256 + 256) + (256 * 10 + 10),
  );
  assertGlorot(initial, { normal: (name) => name.startsWith("conv"), bias: 0 });
});

Deno.test("All-CNN-C has 1,387,108 parameters, Glorot's normal weights, biases 0.1", () => {
  const initial = initialOf(allConvNetwork({ seed: 3 }));
  const sizes = [[3, 96, 9], [96, 96, 9], [96, 96, 9], [96, 192, 9], [192, 192, 9], [192, 192, 9]];
  const all = [...sizes, [192, 192, 9], [192, 192, 1], [192, 100, 1]] as [number, number, number][];
  assertEquals(countOf(initial), all.reduce((sum, [i, o, k]) => sum + i * o * k + o, 0));
  assertGlorot(initial, { normal: () => true, bias: 0.1 });
});

Deno.test("Wide ResNet 16-4 has 2,748,890 parameters and Glorot's uniform weights", () => {
  const initial = initialOf(wideResnetNetwork({ seed: 3 }));
  assertEquals(countOf(initial), 2_748_890);
  assertGlorot(initial, { normal: () => false, bias: 0 });
});

Deno.test("the autoencoder has 182,480 parameters before its code and 9,969,009 behind it, and Glorot's uniform weights", () => {
  const initial = initialOf(vaeNetwork({ seed: 3 }));
  const encoder = (16 * 64 + 64) + 2 * (64 * 16 * 64 + 64) + 2 * (7 * 7 * 64 * 8 + 8);
  const decoder = (8 * 24 + 24) + (24 * 49 + 49) + (16 * 64 + 64) + 2 * (64 * 16 * 64 + 64) +
    (14 * 14 * 64 * 784 + 784);
  assertEquals([encoder, decoder], [182_480, 9_969_009]);
  assertEquals(countOf(initial), encoder + decoder);
  assertGlorot(initial, { normal: () => false, bias: 0 });
});

Deno.test("the network of characters has 284,499 parameters, weights uniform by TensorFlow's fans, forget gates from 1", () => {
  const model = charRnnNetwork({ seed: 3 });
  const initial = initialOf(model);
  assertEquals(countOf(initial), 83 * 128 + 2 * (256 * 512 + 512) + 128 * 83 + 83);
  const bounds = {
    "embedding.weight": 6 / (83 + 128),
    "decoder.weight": 6 / (83 + 128),
    "decoder.bias": 6 / (83 + 83),
    ...Object.fromEntries(["lstm1.W", "lstm1.R", "lstm2.W", "lstm2.R"].map((n) => [n, 6 / (256 + 512)])),
  };
  for (const [name, square] of Object.entries(bounds)) {
    const bound = Math.sqrt(square);
    const { std, greatest } = initial[name]!;
    assert(greatest <= bound * (1 + 1e-6) && greatest > 0.9 * bound, name);
    assertAlmostEquals(std / (bound / Math.sqrt(3)), 1, name === "decoder.bias" ? 0.2 : 0.03, name);
  }
  const bias = model.graph!.initializer.find(({ name }) => name === "lstm1.bias")!;
  const values = Array.from(new Float32Array(bias.rawData.slice().buffer));
  assertEquals(values, Array.from({ length: 512 }, (_, i) => i >= 256 && i < 384 ? 1 : 0));
});
