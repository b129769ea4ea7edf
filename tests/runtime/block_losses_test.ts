/**
 * Compares trainings in blocks with the same trainings in `ai.onnx` alone: their losses over 20 steps.
 *
 * Training amplifies rounding, so no fixed tolerance fits. The plain program also trains from weights that differ by a
 * rounding, and the losses in blocks may be no farther away than a few times those.
 */
import { assert, assertEquals } from "@std/assert";
import {
  batchNorm,
  buildModel,
  channelMeans,
  conv,
  dense,
  densenet,
  Graph,
  heNormal,
  lenet,
  type Model,
  momentum,
  normal,
  parseModel,
  type ProgramOptions,
  resnet,
  tensor,
  tensorOf,
  type TrainingProgram,
  trainingProgram,
  type TrainState,
  type Value,
  vgg,
  withLoss,
} from "../../mod.ts";
import { cpuBlock } from "../../runtime/session/mod.ts";
import { goldenBytes } from "../autodiff/exported.ts";

const STEPS = 20;
/** How many times as far as the farthest training from disturbed weights a training in blocks may be. */
const MARGIN = 4;
const DISTURBED = [1, 2, 3];

/** Builds inverted residual blocks, as MobileNetV2 has: wider by 1x1, depthwise 3x3, narrow again, with ReLU6. */
function invertedResiduals(): Model {
  const g = new Graph({ name: "inverted residuals" });
  const seed = 1;
  const norm = (x: Value, name: string, channels: number) =>
    batchNorm(g, x, { name: `${name}.norm`, channels });
  const pointwise = (x: Value, name: string, channels: readonly [number, number]) =>
    norm(conv(g, x, { name, channels, kernel: 1, bias: false, seed }), name, channels[1]);
  const depthwise = (x: Value, name: string, [channels, stride]: readonly [number, number]) => {
    const w = g.initializer(`${name}.weight`, heNormal([channels, 1, 3, 3], { seed, name }));
    const windows = { strides: [stride, stride], pads: [1, 1, 1, 1], group: channels };
    return norm(g.conv(x, w, null, windows), name, channels);
  };
  const inverted = (
    x: Value,
    name: string,
    [inputs, outputs, stride]: readonly [number, number, number],
  ) => {
    const hidden = 2 * inputs;
    const wide = g.clip(pointwise(x, `${name}.wide`, [inputs, hidden]), 0, 6);
    const deep = g.clip(depthwise(wide, `${name}.deep`, [hidden, stride]), 0, 6);
    const y = pointwise(deep, `${name}.narrow`, [hidden, outputs]);
    return stride === 1 && inputs === outputs ? g.add(x, y) : y;
  };
  const stem = conv(g, g.input("x", "float32", ["N", ...IMAGE]), {
    name: "stem",
    channels: [3, 16],
    bias: false,
    seed,
  });
  let x = g.clip(norm(stem, "stem", 16), 0, 6);
  x = inverted(x, "block1", [16, 16, 1]);
  x = inverted(x, "block2", [16, 32, 2]);
  x = inverted(x, "block3", [32, 32, 1]);
  g.output(dense(g, channelMeans(g, x), { name: "fc", size: [32, 10], seed }), "y");
  return buildModel(g);
}

const IMAGE = [3, 12, 12] as const;
const LEVELS = ["disabled", "basic", "extended", "all"] as const;
interface Case {
  readonly model: () => Model;
  readonly image: readonly number[];
  readonly batchSize: number;
  readonly rate: number;
  /** The levels of optimization of sessions in blocks. */
  readonly levels: readonly (typeof LEVELS)[number][];
}
const own = (model: () => Model, options: Partial<Case> = {}): Case => ({
  model,
  image: IMAGE,
  batchSize: 16,
  rate: 0.02,
  levels: ["all"],
  ...options,
});
const exported = (network: string, batchSize: number): Case => ({
  model: () => parseModel(goldenBytes(`${network}-script-train.onnx`)),
  image: [3, 32, 32],
  batchSize,
  rate: 0.002,
  levels: ["all"],
});
const CASES: Readonly<Record<string, Case>> = {
  "lenet()": own(() => lenet({ seed: 1 }), { image: [1, 28, 28], levels: LEVELS }),
  "resnet()": own(() => resnet({ image: IMAGE, depth: 8, seed: 1 }), { levels: LEVELS }),
  "vgg()": own(
    () => vgg({ image: [3, 8, 8], blocks: [[16], [32, 32]], hidden: 24, dropout: [0.2, 0.2, 0.2] }),
    { image: [3, 8, 8] },
  ),
  "densenet()": own(() =>
    densenet({ image: IMAGE, layers: 1, growth: 16, bottleneck: true, compression: 0.5 })
  ),
  "inverted residual blocks": own(invertedResiduals, { levels: LEVELS }),
  "the exported VGG": { ...exported("vgg", 6), rate: 1e-4 },
  "the exported DenseNet": exported("densenet", 2),
  "the exported MobileNetV2": exported("mobilenetv2", 2),
};

/** Returns the options of a program that trains a case. */
function optionsOf({ model, image, batchSize, rate }: Case): ProgramOptions {
  const examples = 3 * batchSize;
  const size = image.reduce((a, b) => a * b, 1);
  return {
    model: withLoss(model(), { loss: "cross-entropy" }),
    optimizer: momentum({ learningRate: rate, momentum: 0.9 }),
    data: {
      x: tensor(normal({ seed: 7, stream: "x" }, examples * size), [examples, ...image]),
      target: tensorOf(Array.from({ length: examples }, (_, i) => i * i % 10), "int64"),
    },
    batchSize,
  };
}

/** Returns the losses of 20 steps, each in a run of its own length. */
async function losses(program: TrainingProgram, start: TrainState, batchSize: number): Promise<number[]> {
  const rows = Array.from(
    { length: STEPS * batchSize },
    (_, i) => (7 * i + Math.floor(i / 11)) % (3 * batchSize),
  );
  return [...(await program.run(start, { rows, batchSize })).reports.loss!];
}

/** Returns a state whose weights differ by about one rounding. */
function disturbed(state: TrainState, seed: number): TrainState {
  const params = Object.entries(state.params).map(([name, { data, shape }]) => {
    const noise = normal({ seed, stream: name }, data.length);
    return [
      name,
      tensor((data as Float32Array).map((v, i) => v * (1 + 1e-7 * noise[i]!)), [...shape]),
    ] as const;
  });
  return { ...state, params: Object.fromEntries(params) };
}

/** Returns for each step the largest distance so far of the losses, relative to the first loss. */
function distances(from: readonly number[], to: readonly number[]): number[] {
  let largest = 0;
  return from.map((v, i) => largest = Math.max(largest, Math.abs(to[i]! - v) / Math.abs(from[0]!)));
}

const block = await cpuBlock();
if (block === undefined) console.log("skipped the losses in blocks: this processor has none");
for (const [name, each] of block === undefined ? [] : Object.entries(CASES)) {
  Deno.test(`${name} has the same losses in blocks`, async () => {
    const options = optionsOf(each);
    await using plain = await trainingProgram({ ...options, block: "none" });
    const start = plain.init();
    const expected = await losses(plain, start, each.batchSize);
    const allowed = new Array(STEPS).fill(0);
    for (const seed of DISTURBED) {
      const to = distances(expected, await losses(plain, disturbed(start, seed), each.batchSize));
      to.forEach((d, i) => allowed[i] = Math.max(allowed[i], d));
    }
    // The test would not notice much if the training amplified a rounding to more.
    assert(allowed.at(-1) < 1e-2, `disturbed weights change the losses by ${allowed.at(-1)}`);
    for (const optimization of each.levels) {
      await using program = await trainingProgram({ ...options, block: "auto", optimization });
      const domains = program.compiled.model.opsetImport.map((o) => o.domain);
      assertEquals(domains.includes("com.microsoft.nchwc"), true);
      const actual = distances(expected, await losses(program, start, each.batchSize));
      actual.forEach((d, i) =>
        assert(
          d <= 1e-6 + MARGIN * allowed[i],
          `step ${i} at level "${optimization}" is off by ${d}, disturbed weights by ${allowed[i]}`,
        )
      );
    }
  });
}
