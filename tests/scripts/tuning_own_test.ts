/** `tuning` of a user's own model and examples. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { encodeNpy, normal } from "../../mod.ts";
import { inFolder, run } from "./process.ts";

/** An export of torch: layers of 12-16-16-5, for batches of any size. */
const MLP = new URL("../golden/models/mlp-dynamo-batch.onnx", import.meta.url).pathname;
const N = 100;

/** Writes examples with classes, and with the targets of a regression. */
async function files(folder: string): Promise<void> {
  const x = normal({ seed: 1, stream: "x" }, N * 12, {});
  const float = (shape: number[], data: ArrayLike<number>) =>
    encodeNpy({ dtype: "float32", shape, data: Float32Array.from(data) });
  await Deno.writeFile(`${folder}/x.npy`, float([N, 12], x));
  const targets = Array.from({ length: N * 5 }, (_, i) => Math.tanh(x[12 * Math.floor(i / 5) + i % 5]!));
  await Deno.writeFile(`${folder}/t.npy`, float([N, 5], targets));
  const classes = Uint8Array.from(
    { length: N },
    (_, i) => Number(x[12 * i]! > 0) + Number(x[12 * i + 1]! > 0),
  );
  await Deno.writeFile(`${folder}/y.npy`, encodeNpy({ dtype: "uint8", shape: [N], data: classes }));
}

/** Runs `tuning`, and returns its document and `config.json`. */
async function tuning(folder: string, ...args: string[]) {
  const out = await Deno.makeTempDir({ dir: folder });
  const more = ["--epochs", "1", "--seeds", "6", "--quiet", "--json", "--out", out];
  const { code, out: text, err } = await run(folder, "tuning", ...more, ...args);
  assertEquals([code, err], [0, ""], text);
  return { ...JSON.parse(text), config: JSON.parse(await Deno.readTextFile(`${out}/config.json`)) };
}

Deno.test("tuning trains torch's export and a user's arrays, by accuracy or by loss", () =>
  inFolder(async (folder) => {
    await files(folder);
    const classes = await tuning(
      folder,
      ...["--model", MLP, "--train", "x.npy,y.npy", "--loss", "cross-entropy", "--batch-size", "16"],
    );
    assertEquals(classes.runs.length, 5 * 9 * 6);
    assertEquals(classes.config.own.split, { seed: 0, train: 60, validation: 20, test: 20 });
    assertEquals([classes.config.scale, classes.config.batchSize, classes.config.epochs], [undefined, 16, 1]);
    const momentum = classes.configuration.optimizers.find((o: { name: string }) => o.name === "momentum");
    assertEquals([momentum.hyperparameters.momentum, momentum.hyperparameters.nesterov], [0.9, false]);
    assertStringIncludes(classes.claims[0].evidence, "points of validation accuracy on average");
    const loss = await tuning(folder, "--model", MLP, "--train", "x.npy,t.npy", "--loss", "mse");
    assertStringIncludes(loss.claims[0].evidence, "optimizers lower the validation loss");
    assertEquals(Object.keys(loss.runs[0]).filter((k) => k.endsWith("Accuracy")), []);
    const made = await tuning(folder, "--train", "x.npy,y.npy");
    assertEquals([made.config.hidden, made.config.own], [[64], undefined]);
  }));

Deno.test("tuning refuses options that exclude each other", () =>
  inFolder(async (folder) => {
    await files(folder);
    const refused: [string[], string][] = [
      [["--model", MLP], "tuning --model"],
      [["--scale", "paper", "--train", "x.npy,y.npy"], "--scale chooses the data and the network"],
      [
        ["--train", "x.npy,y.npy", "--loss", "mse"],
        "--loss is for --model FILE.onnx, mlp is made for the data",
      ],
      [["--model", "cnn"], "--model must be one of mlp, or a file that ends in .onnx, got cnn"],
    ];
    for (const [args, message] of refused) {
      const { code, out, err } = await run(folder, "tuning", ...args);
      assertEquals([code, out], [2, ""], err);
      assertStringIncludes(err, message);
    }
    assertEquals([...Deno.readDirSync(folder)].filter((e) => e.name === "runs"), []);
  }));
