/** `compare` of a user's own model and examples. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Data, type DataTensor, encodeNpy, normal, type NpyTensor } from "../../mod.ts";
import { ownOptions } from "../../scripts/cli/mod.ts";
import { OWN_STUDY_OPTIONS, readOwnStudy } from "../../scripts/lab/own/mod.ts";
import { inFolder, run } from "./process.ts";

const GOLDEN = new URL("../golden/", import.meta.url).pathname;
/** Exports of torch: layers of 12-16-16-5 for batches of any size and of 4, and a language model. */
const MLP = `${GOLDEN}models/mlp-dynamo-batch.onnx`;
const FIXED = `${GOLDEN}models/mlp-script.onnx`;
const BYTES = `${GOLDEN}own/bytes.onnx`;
const N = 150;

/** Writes examples of five classes, the same as a table, and targets of a regression. */
async function files(folder: string): Promise<void> {
  const x = normal({ seed: 1, stream: "x" }, N * 12, {});
  const w = normal({ seed: 2, stream: "w" }, 12 * 5, {});
  const sums = Array.from({ length: N }, (_, i) =>
    Array.from({ length: 5 }, (_, c) => {
      let sum = 0;
      for (let k = 0; k < 12; k++) sum += x[12 * i + k]! * w[5 * k + c]!;
      return sum;
    }));
  const classes = sums.map((row) => row.indexOf(Math.max(...row)));
  const npy = (name: string, t: NpyTensor) => Deno.writeFile(`${folder}/${name}`, encodeNpy(t));
  const float = (shape: number[], data: ArrayLike<number>) =>
    ({ dtype: "float32", shape, data: Float32Array.from(data) }) as const;
  await npy("x.npy", float([N, 12], x));
  await npy("y.npy", { dtype: "int64", shape: [N], data: BigInt64Array.from(classes, BigInt) });
  await npy("t.npy", float([N, 5], sums.flat()));
  const rows = classes.map((c, i) => [...x.subarray(12 * i, 12 * i + 12), c].join(","));
  await Deno.writeTextFile(`${folder}/table.csv`, `${rows.join("\n")}\n`);
  const { text } = JSON.parse(await Deno.readTextFile(`${GOLDEN}own/golden.json`));
  await Deno.writeTextFile(`${folder}/t.txt`, text);
}

/** Runs `compare`, and returns its document and `config.json`. */
async function compare(folder: string, ...args: string[]) {
  const out = await Deno.makeTempDir({ dir: folder });
  const { code, out: text, err } = await run(folder, "compare", "--quiet", "--json", "--out", out, ...args);
  assertEquals([code, err], [0, ""], text);
  const config = JSON.parse(await Deno.readTextFile(`${out}/config.json`));
  return { ...JSON.parse(text), config, out };
}

const FEW = ["--optimizer", "sgd,adam", "--epochs", "2", "--seeds", "6"];

Deno.test("compare trains torch's export from its own weights, and decides by the test part of the file", () =>
  inFolder(async (folder) => {
    await files(folder);
    const own = ["--model", MLP, "--loss", "cross-entropy", ...FEW, "--rates", "0.01"];
    const { runs, claims, config, out } = await compare(folder, ...own, "--train", "x.npy,y.npy");
    assertEquals(config.own.split, { seed: 0, train: 90, validation: 30, test: 30 });
    assertEquals([config.own.start, config.own.parameters, config.batchSize], ["file", 565, 32]);
    assertEquals(runs.length, 12);
    assert(claims[0].claim.endsWith("has the best test accuracy."), claims[0].claim);
    // Every training starts at the same weights, and goes another way.
    const rows = (await Deno.readTextFile(`${out}/metrics.csv`)).trim().split("\n").map((r) => r.split(","));
    const losses = (epoch: string) => new Set(rows.filter((r) => r[3] === epoch).map((r) => r[5]));
    assertEquals(losses("0").size, 1);
    assertEquals(losses("2").size, 12);
    const table = await compare(folder, ...own, "--train", "table.csv");
    const untimed = (all: Record<string, number>[]) => all.map((r) => ({ ...r, seconds: 0 }));
    assertEquals(untimed(table.runs), untimed(runs));
    const again = await compare(folder, ...own, "--data-file", "table.csv");
    assertEquals(untimed(again.runs), untimed(runs));
  }));

Deno.test("compare tunes a regression by validation, and decides by the test loss", () =>
  inFolder(async (folder) => {
    await files(folder);
    const { runs, claims, trials, out } = await compare(
      folder,
      ...["--model", MLP, "--train", "x.npy,t.npy", "--loss", "mse", "--budget", "2", ...FEW],
    );
    assert(claims[0].claim.endsWith("has the lowest test loss."), claims[0].claim);
    assertEquals([claims[0].effect.unit, claims[0].effect.smallest], ["times", 1.01]);
    assertEquals(Object.keys(runs[0]).filter((k) => k.endsWith("Accuracy")), []);
    assertEquals(trials.sgd.length, 2);
    const [columns] = (await Deno.readTextFile(`${out}/metrics.csv`)).split("\n");
    assertEquals(columns!.trim().split(",").slice(-3), ["trainLoss", "validationLoss", "testLoss"]);
    assertEquals([...Deno.readDirSync(out)].map((e) => e.name).includes("test-loss.svg"), true);
  }));

Deno.test("compare takes parts from files, a fixed batch size, and the tokens of a language model", () =>
  inFolder(async (folder) => {
    await files(folder);
    const rates = [...FEW, "--rates", "0.01"];
    const parts = ["--train", "x.npy,y.npy", "--validation", "x.npy,y.npy", "--test", "table.csv"];
    const held = await compare(folder, "--model", MLP, "--loss", "cross-entropy", ...parts, ...rates);
    assertEquals(held.config.own.split, { seed: 0, train: N, validation: N, test: N });
    assertEquals(held.runs[0].testLoss, held.runs[0].validationLoss);
    const fixed = await compare(
      folder,
      ...["--model", FIXED, "--train", "x.npy,y.npy", "--loss", "cross-entropy", ...rates],
    );
    assertEquals([fixed.config.batchSize, fixed.config.own.split.train], [4, 88]);
    const text = ["--model", BYTES, "--train", "t.txt", "--loss", "cross-entropy", "--batch-size", "8"];
    const { config, claims } = await compare(folder, ...text, ...rates);
    assertEquals(config.own.split, { seed: 0, train: 26, validation: 9, test: 9 });
    assert(claims[0].claim.endsWith("has the lowest test loss."), claims[0].claim);
  }));

Deno.test("compare makes a network for a user's arrays, standardized as a table is", () =>
  inFolder(async (folder) => {
    await files(folder);
    const rates = [...FEW, "--rates", "own"];
    const arrays = await compare(folder, "--train", "x.npy,y.npy", "--model", "linear", ...rates);
    const table = await compare(folder, "--train", "table.csv", "--model", "linear", ...rates);
    const untimed = (all: Record<string, number>[]) => all.map((r) => ({ ...r, seconds: 0 }));
    assertEquals(untimed(arrays.runs), untimed(table.runs));
    assertEquals(arrays.config.model, "linear");
  }));

Deno.test("readOwnStudy() gives each example to one of the parts that are trained, chosen and tested by", () =>
  inFolder(async (folder) => {
    await files(folder);
    const options = ownOptions(OWN_STUDY_OPTIONS, {
      given: { train: `${folder}/x.npy,${folder}/y.npy`, loss: "cross-entropy", freeze: "*bias" },
    });
    const batchSize = { asked: undefined, byDefault: 32 };
    const { task, told } = await readOwnStudy(options, { model: MLP, who: "compare", batchSize });
    const firsts = (data: Data) =>
      [...((data.x as DataTensor).data as Float32Array)].filter((_, i) => i % 12 === 0);
    const { train, validation, test } = task.evaluate;
    const parts = [task.train, validation!, test!].map(firsts);
    assertEquals(parts.map((p) => p.length), [90, 30, 30]);
    const all = [...normal({ seed: 1, stream: "x" }, N * 12, {})].filter((_, i) => i % 12 === 0);
    assertEquals(parts.flat().toSorted(), all.map(Math.fround).toSorted());
    assertEquals(train, task.train);
    // All seeds start at the same weights, and frozen parameters are not trained.
    assertEquals(task.model(0), task.model(7));
    assertEquals(task.trainer!.parameters!.filter((name) => name.endsWith("bias")), []);
    assertEquals(told.parameters, 12 * 16 + 16 * 16 + 16 * 5);
  }));

const OWN = ["--model", MLP, "--loss", "cross-entropy", "--train", "x.npy,y.npy"];
/** What is refused, the exit code, and how it is said. */
const REFUSED: readonly (readonly [args: string[], code: 1 | 2, message: string])[] = [
  [["--model", MLP], 2, "needs --loss cross-entropy|mse|bce"],
  [["--model", MLP, "--loss", "mse"], 2, "needs --train X.npy,Y.npy|TABLE|TOKENS"],
  [
    ["--model", "m.onn"],
    2,
    "--model must be one of linear, mlp, cnn, or a file that ends in .onnx, got m.onn",
  ],
  [["--model", "m.onnx", "--loss", "mse", "--train", "x.npy,t.npy"], 1, "m.onnx: no such file"],
  [[...OWN, "--data", "iris"], 2, "--data iris is for linear, mlp and cnn"],
  [[...OWN, "--hidden", "8"], 2, "--hidden is for mlp"],
  [[...OWN, "--batch-size", "90"], 2, "--batch-size must be below 90, the training examples, got 90"],
  [[...OWN, "--data-file", "table.csv"], 2, "--train and --data-file are two names of one thing"],
  [[...OWN, "--freeze", "conv*"], 2, "--freeze conv* matches no parameter"],
  [["--model", FIXED, ...OWN.slice(2), "--batch-size", "8"], 2, "--batch-size must be 4"],
  [["--model", "linear", "--train", "x.npy,y.npy", "--loss", "mse"], 2, "--loss is for --model FILE.onnx"],
  [["--train", "table.csv", "--test", "table.csv"], 2, "--test is for --model FILE.onnx"],
  [["--train", "x.npy,t.npy"], 1, "t.npy: cross-entropy takes classes as whole numbers from 0, got float32"],
  [["--model", "cnn", "--train", "x.npy,y.npy"], 2, "--model cnn needs images"],
];

Deno.test("compare refuses what it cannot compare, and writes nothing", () =>
  inFolder(async (folder) => {
    await files(folder);
    for (const [args, code, message] of REFUSED) {
      const refused = await run(folder, "compare", "--seeds", "6", ...args);
      assertEquals([refused.code, refused.out], [code, ""], `${args.join(" ")}: ${refused.err}`);
      assertStringIncludes(refused.err, message);
    }
    assertEquals([...Deno.readDirSync(folder)].filter((e) => e.name === "runs"), []);
  }));
