import { assert, assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import { parse } from "@std/csv";
import { parseModel } from "../../mod.ts";
import { cifar } from "./cifar.ts";
import { inFolder, run } from "./process.ts";

/** Writes a corpus that repeats two sentences. */
async function corpus(folder: string): Promise<void> {
  await Deno.mkdir(`${folder}/ptb`);
  const text = "the cat sat on the mat\n the dog ate the cat\n";
  await Deno.writeTextFile(`${folder}/ptb/ptb.train.txt`, text.repeat(40));
  await Deno.writeTextFile(`${folder}/ptb/ptb.valid.txt`, `${text}the bird sat on the dog\n`.repeat(3));
  await Deno.writeTextFile(`${folder}/ptb/ptb.test.txt`, text);
}

Deno.test("experiment cifar10 trains several networks and decides the claims about them", () =>
  inFolder(async (folder) => {
    await cifar(folder);
    const args = [
      "cifar10",
      "--data-dir",
      ".",
      "--model",
      "mlp,resnet",
      "--epochs",
      "2",
      "--batch-size",
      "20",
    ];
    const { code, out, err } = await run(folder, ...args, "--json", "--quiet", "--out", "out");
    assertEquals([code, err], [0, ""]);
    const result = JSON.parse(out);
    assertEquals(result.runs.map((r: { model: string }) => r.model), ["mlp", "resnet"]);
    assertEquals(result.runs.map((r: { steps: number }) => r.steps), [8, 8]);
    assertEquals(result.claims.length, 2);
    for (const r of result.runs) assert(r.trainLoss < 2.5 && r.testAccuracy > 0.3, out);
    const rows = parse(await Deno.readTextFile(`${folder}/out/metrics.csv`), { skipFirstRow: true });
    assertEquals(rows.length, 16);
    assertEquals(Number(rows[7]!.testLoss), result.runs[0].testLoss);
    const names = [...Deno.readDirSync(`${folder}/out/models`)].map((e) => e.name).sort();
    assertEquals(names, ["mlp.onnx", "resnet.onnx"]);
    const model = parseModel(await Deno.readFile(`${folder}/out/models/resnet.onnx`));
    assert(model.graph!.node.some((n) => n.opType === "Conv"));
  }));

Deno.test("experiment cifar10 refuses two trainings with the same name before it trains", () =>
  inFolder(async (folder) => {
    await cifar(folder);
    const mod = new URL("../../mod.ts", import.meta.url).href;
    await Deno.writeTextFile(
      `${folder}/32-adam.ts`,
      `import { sgd } from "${mod}"; export default (learningRate: number) => sgd({ learningRate });`,
    );
    const args = ["--model", "resnet,resnet-32", "--optimizer", "adam,./32-adam.ts", "--out", "out"];
    const { code, out, err } = await run(folder, "cifar10", "--data-dir", ".", ...args, "--quiet");
    assertEquals([code, out], [2, ""]);
    assertStringIncludes(err, 'two trainings would be named "resnet-32-adam"');
    assertEquals(await Deno.stat(`${folder}/out`).catch(() => null), null);
  }));

Deno.test("experiment cifar10 lowers the learning rate along a cosine, and keeps it with --schedule constant", () =>
  inFolder(async (folder) => {
    await cifar(folder);
    const rows = async (...more: string[]) => {
      const small = ["--epochs", "2", "--batch-size", "20", "--learning-rate", "1e-5"];
      const args = ["--data-dir", ".", "--model", "mlp", ...small, ...more];
      const { code, err } = await run(folder, "cifar10", ...args, "--quiet", "--out", `out${more.length}`);
      assertEquals([code, err], [0, ""]);
      return parse(await Deno.readTextFile(`${folder}/out${more.length}/metrics.csv`), {
        skipFirstRow: true,
      });
    };
    const [cosine, constant] = [await rows(), await rows("--schedule", "constant")];
    const losses = (of: typeof cosine) => of.map((r) => r.batchLoss);
    assertEquals(losses(cosine).slice(0, 2), losses(constant).slice(0, 2));
    assertNotEquals(losses(cosine)[7], losses(constant)[7]);
  }));

Deno.test("experiment language-model trains on a corpus, and reports its perplexity on the validation text", () =>
  inFolder(async (folder) => {
    await corpus(folder);
    const args = [
      "language-model",
      "--corpus",
      "ptb",
      "--data-dir",
      ".",
      "--share",
      "1",
      "--model",
      "lstm,gru",
    ];
    const more = ["--window", "6", "--width", "8", "--epochs", "3", "--dropout", "0", "--json", "--quiet"];
    const { code, out, err } = await run(folder, ...args, ...more, "--out", "out");
    assertEquals([code, err], [0, ""]);
    const result = JSON.parse(out);
    // Seven words, <eos> and <unk>.
    assertEquals([result.vocabulary, result.tokens], [9, 520]);
    for (const r of result.runs) assert(r.validPerplexity < 9 && r.validPerplexity > 1, out);
    assertStringIncludes(result.claims[0].claim, "perplexity of 250");
    const vocabulary = (await Deno.readTextFile(`${folder}/out/vocabulary.txt`)).trimEnd().split("\n");
    assertEquals([vocabulary.length, vocabulary[0]], [9, '"the"']);
  }));

Deno.test("experiment language-model reports how much of the embedded text a model has memorized", () =>
  inFolder(async (folder) => {
    const args = ["language-model", "--share", "0.06", "--window", "11", "--width", "16", "--epochs", "60"];
    const { out, err } = await run(folder, ...args, "--json", "--quiet", "--out", "out");
    assertEquals(err, "");
    const result = JSON.parse(out);
    assertEquals([result.tokens, result.runs[0].recited, result.claims[0].holds], [12, 11, true], out);
    const none = await run(folder, ...args, "--epochs", "1", "--json", "--quiet", "--out", "none");
    assertEquals(JSON.parse(none.out).claims[0].holds, false);
  }));

const WRONG: readonly [args: string[], code: 1 | 2, message: string][] = [
  [["lenet"], 2, "lenet needs the folder that holds the files of MNIST: --data-dir DIR"],
  [["lenet", "--data-dir", "."], 1, "no train-images-idx3-ubyte(.gz) there"],
  [
    ["lenet", "--model", "lnet", "--data-dir", "."],
    2,
    'unknown model "lnet". Did you mean "lenet"? There are: lenet',
  ],
  [["cifar10", "--data-dir", "none"], 1, "none: data_batch_1.bin(.gz) and test_batch.bin(.gz) must be in it"],
  [["cifar10", "--data-dir", "cut"], 1, "cut/data_batch_1.bin: truncated at offset 7"],
  [["cifar10", "--share", "2"], 2, "--share must be a number above 0 and up to 1, got 2"],
  [["language-model", "--model", "lstm,lstm"], 2, '--model names "lstm" twice'],
  [["language-model", "--corpus", "ptb"], 2, "--corpus ptb needs the folder that holds its train, valid"],
  [
    ["language-model", "--corpus", "ptb", "--data-dir", "none"],
    1,
    "none: no ptb.train.txt(.gz) there nor in none/ptb",
  ],
  [
    ["language-model", "--window", "201"],
    2,
    "--window must be below 201, the number of tokens to learn from, got 201",
  ],
  [["language-model", "--dropout", "1"], 2, "--dropout must be a number of at least 0 and below 1, got 1"],
];
for (const [args, expected, message] of WRONG) {
  Deno.test(`experiment ${args.join(" ")} fails with a one-line message, and writes nothing`, () =>
    inFolder(async (folder) => {
      await Deno.mkdir(`${folder}/cut`);
      for (const name of ["data_batch_1", "test_batch"]) {
        await Deno.writeFile(`${folder}/cut/${name}.bin`, new Uint8Array(7));
      }
      const { code, out, err } = await run(folder, ...args);
      assertEquals([code, out], [expected, ""], err);
      assertEquals(err.trimEnd().split("\n").length, 1, err);
      assertMatch(err, /^error: /);
      assertStringIncludes(err, message);
      assertEquals([...Deno.readDirSync(folder)].map((e) => e.name), ["cut"]);
    }));
}
