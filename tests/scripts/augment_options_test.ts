import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import {
  cutout,
  encodeModel,
  encodeNpy,
  horizontalFlip,
  lenet,
  mixup,
  randomCrop,
  sgd,
  tensor,
} from "../../mod.ts";
import { augmented, augmentText, type AugmentValues, readAugment } from "../../scripts/cli/mod.ts";
import { UsageError } from "../../scripts/console/mod.ts";
import { convolutional, openStudy, partsOf } from "../../scripts/lab/mod.ts";
import { inFolder, run } from "./process.ts";

Deno.test("readAugment() reads short and full forms, and augmentText() writes the short one", () => {
  const cases = {
    "crop4,flip": [randomCrop({ padding: 4 }), horizontalFlip()],
    "crop2,flip0.25,cutout8,mixup0.2": [
      randomCrop({ padding: 2 }),
      horizontalFlip({ probability: 0.25 }),
      cutout({ size: 8 }),
      mixup({ alpha: 0.2 }),
    ],
  };
  for (const [text, list] of Object.entries(cases)) {
    assertEquals(readAugment(text, "--augment"), list);
    assertEquals(augmentText(list), text);
  }
  assertEquals(augmentText(readAugment("crop, cutout(size=3), mixup", "--augment")), "crop4,cutout3,mixup1");
  assertEquals(readAugment("none", "--augment"), []);
  for (const alpha of [1e-7, 1e30]) {
    const list = [mixup({ alpha })];
    assertEquals(readAugment(augmentText(list), "--augment"), list);
  }
});

for (
  const [text, message] of [
    ["crp4", 'unknown augmentation "crp". Did you mean "crop"? There are: crop, flip, cutout, mixup'],
    ["crop0", "crop: padding must be an integer of at least 1, got 0"],
    ["crop4(2)", "crop takes one number, its padding"],
    ["cutout(side=3)", "cutout has no side; it takes size"],
    ["flip(often)", "probability must be a number"],
    ["mixup,flip", "mixup must come last"],
  ] as const
) {
  Deno.test(`readAugment() refuses ${text}`, () => {
    assertThrows(() => readAugment(text, "--augment"), UsageError, `--augment: ${message}`);
  });
}

const images = { x: tensor(new Uint8Array(3 * 16), [3, 4, 4]), target: tensor(new BigInt64Array(3)) };
const table = { x: tensor(new Float32Array(12), [3, 4]), target: tensor(new BigInt64Array(3)) };
const values = (text: string, smoothing?: number): AugmentValues => ({
  augment: readAugment(text, "--augment"),
  "label-smoothing": smoothing,
});

Deno.test("augmented() names the input of images, and refuses data and losses that augmentation does not fit", () => {
  assertEquals(augmented(values(""), { train: table, name: "iris" }), { trainer: {}, texts: {} });
  assertEquals(augmented(values("crop1", 0.1), { train: images, name: "digits" }), {
    trainer: { augment: { x: [randomCrop({ padding: 1 })] }, labelSmoothing: 0.1 },
    texts: { augment: "crop1", labelSmoothing: 0.1 },
  });
  assertEquals(augmented(values("mixup0.2"), { train: table, name: "iris" }).texts, { augment: "mixup0.2" });
  const refused = (call: () => void, message: string) => assertThrows(call, UsageError, message);
  refused(() => augmented(values("flip"), { train: table, name: "iris" }), "and iris has 'x' of [4]");
  refused(
    () =>
      augmented(values("flip"), {
        train: { left: images.x, right: images.x, y: images.target },
        name: "pairs",
      }),
    "--augment needs one input of images, and pairs has left, right",
  );
  for (const [text, does] of [["crop4", "pads by 4"], ["cutout", "erases squares of 16"]] as const) {
    refused(
      () => augmented(values(text), { train: images, name: "digits" }),
      `${does} pixels, and may leave`,
    );
  }
  for (const [given, who] of [[values("", 0.1), "--label-smoothing"], [values("mixup"), "mixup"]] as const) {
    refused(
      () => augmented(given, { train: images, name: "digits", loss: "mse" }),
      `${who} changes labels of classes: it needs the loss cross-entropy, got mse`,
    );
  }
});

Deno.test("a study trains with the augmentation of its task, and evaluates without", async () => {
  const task = convolutional(await partsOf({ name: "digits", dataDir: undefined }));
  const { trainer } = augmented(values("crop2,flip", 0.2), { train: task.train, name: "digits" });
  const points = async (changed: typeof task) => {
    await using study = await openStudy({
      task: changed,
      make: (learningRate) => sgd({ learningRate }),
      device: "cpu",
    });
    const length = { steps: 2, batchSize: 16, seed: 1, every: 2, keepLosses: true };
    return await study.run({ learningRate: 1e-3, ...length });
  };
  const [plain, changed] = [await points(task), await points({ ...task, trainer })];
  assertEquals(changed.points[0]!.scores, plain.points[0]!.scores);
  assertNotEquals(changed.losses, plain.losses);
  assert(changed.losses.every((l) => l > 2));
});

Deno.test("experiment finetune trains with --augment and --label-smoothing, and records them", () =>
  inFolder(async (folder) => {
    const model = lenet({ image: [1, 15, 15], channels: [2, 2], hidden: [4], seed: 1 });
    const pixels = Float32Array.from({ length: 20 * 225 }, (_, i) => Math.sin(i));
    const classes = BigInt64Array.from({ length: 20 }, (_, i) => BigInt(i % 10));
    await Deno.writeFile(`${folder}/net.onnx`, encodeModel(model));
    await Deno.writeFile(
      `${folder}/x.npy`,
      encodeNpy({ dtype: "float32", shape: [20, 1, 15, 15], data: pixels }),
    );
    await Deno.writeFile(`${folder}/y.npy`, encodeNpy({ dtype: "int64", shape: [20], data: classes }));
    const args = [
      "--model",
      "net.onnx",
      "--train",
      "x.npy,y.npy",
      "--loss",
      "cross-entropy",
      "--epochs",
      "1",
    ];
    const more = ["--augment", "crop1,flip", "--label-smoothing", "0.1"];
    const { code, err } = await run(folder, "finetune", ...args, ...more, "--quiet", "--out", "out");
    assertEquals([code, err], [0, ""]);
    const { augment, labelSmoothing } = JSON.parse(await Deno.readTextFile(`${folder}/out/config.json`));
    assertEquals({ augment, labelSmoothing }, { augment: "crop1,flip", labelSmoothing: 0.1 });
  }));
