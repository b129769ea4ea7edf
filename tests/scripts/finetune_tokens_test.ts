/** `finetune` of language models: tokens from arrays and texts. */
import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { encodeModel, encodeNpy, transformer } from "../../mod.ts";
import { inFolder, run } from "./process.ts";

const GOLDEN = new URL("../golden/own/", import.meta.url).pathname;
const golden: { text: string; context: number; examples: number; loss: number } = JSON.parse(
  Deno.readTextFileSync(`${GOLDEN}golden.json`),
);

/** Runs `finetune` without output, and returns its run, or the exit code and the error. */
async function tune(folder: string, ...args: string[]) {
  const out = await Deno.makeTempDir({ dir: folder });
  const { code, out: text, err } = await run(folder, "finetune", "--quiet", "--json", "--out", out, ...args);
  if (code !== 0) return { code, err, out, run: undefined };
  return { code, err, out, run: JSON.parse(text).runs[0] as Record<string, number> };
}

const BYTES = ["--model", `${GOLDEN}bytes.onnx`, "--loss", "cross-entropy"];

/** Writes the golden text as a text and as arrays of its bytes, and a small transformer of five scores. */
async function files(folder: string): Promise<void> {
  const bytes = new TextEncoder().encode(golden.text);
  const { context, examples } = golden;
  await Deno.writeFile(`${folder}/t.txt`, bytes);
  const npy = (name: string, shape: number[], data: BigInt64Array | Uint8Array | Float32Array) => {
    const dtype = data instanceof BigInt64Array ? "int64" : data instanceof Uint8Array ? "uint8" : "float32";
    return Deno.writeFile(`${folder}/${name}.npy`, encodeNpy({ dtype, shape, data }));
  };
  const ids = BigInt64Array.from(bytes, BigInt);
  await npy("ids", [ids.length], ids);
  await npy("small", [bytes.length], bytes);
  const rows = Array.from(
    { length: examples },
    (_, i) => [...ids.subarray(i * context, (i + 1) * context + 1)],
  );
  await npy("rows", [examples, context + 1], BigInt64Array.from(rows.flat()));
  await npy("x", [examples, context], ids.slice(0, examples * context));
  await npy("y", [examples, context], ids.slice(1, examples * context + 1));
  await npy("few", [context], ids.slice(0, context));
  await npy("high", [40], BigInt64Array.from({ length: 40 }, (_, i) => BigInt(i === 7 ? 256 : i)));
  await npy("float", [40], new Float32Array(40));
  const five = transformer({ vocabulary: 5, context: 4, width: 8, heads: 2, layers: 1, seed: 1 });
  await Deno.writeFile(`${folder}/five.onnx`, encodeModel(five));
  await Deno.writeTextFile(`${folder}/abc.txt`, "cab a\n".repeat(60));
  await Deno.writeTextFile(`${folder}/five.json`, JSON.stringify(["c", "b", "a", "\n", " "]));
  await Deno.writeTextFile(`${folder}/unknown.json`, JSON.stringify(["c", "b", "a", "<unk>", " "]));
  await Deno.writeTextFile(
    `${folder}/words.json`,
    JSON.stringify(["a", "cab", "<eos>", "red", "<unk>"]),
  );
  await Deno.writeTextFile(`${folder}/four.json`, JSON.stringify(["c", "b", "a", "\n"]));
  await Deno.writeTextFile(`${folder}/twice.json`, JSON.stringify(["c", "b", "a", "\n", "a"]));
}

Deno.test("finetune reads a text as bytes, and starts at the loss that torch computes for its export", () =>
  inFolder(async (folder) => {
    await files(folder);
    const { run } = await tune(
      folder,
      ...BYTES,
      "--train",
      "t.txt",
      "--learning-rate",
      "0.01",
      "--epochs",
      "10",
    );
    assert(run !== undefined);
    assertAlmostEquals(run.trainLossBefore!, golden.loss, 1e-5);
    assertAlmostEquals(run.trainPerplexityBefore!, Math.exp(run.trainLossBefore!), 1e-9);
    assert(run.trainLoss! < 0.6 * golden.loss, String(run.trainLoss));
    assertEquals(run.steps, 10 * Math.ceil(golden.examples / 32));
  }));

Deno.test("finetune gives the same run for a text, its numbers, rows of numbers, and inputs with targets", () =>
  inFolder(async (folder) => {
    await files(folder);
    const more = ["--epochs", "2", "--validation", "t.txt"];
    const text = await tune(folder, ...BYTES, "--train", "t.txt", ...more);
    const { examples, context } = JSON.parse(await Deno.readTextFile(`${text.out}/config.json`));
    assertEquals([examples, context], [{ train: 44, validation: 44 }, 16]);
    assertEquals([text.code, text.run?.validationLoss], [0, text.run?.trainLoss]);
    const forms = [
      ["--train", "ids.npy", "--classes", "last"],
      ["--train", "small.npy", "--classes", "last", "--context", "16"],
      ["--train", "rows.npy", "--classes", "last"],
    ];
    for (const form of forms) {
      const { run, err } = await tune(folder, ...BYTES, ...form, "--epochs", "2", "--validation", "rows.npy");
      assertEquals({ ...run, seconds: 0 }, { ...text.run, seconds: 0 }, err);
    }
    const { run, err } = await tune(
      folder,
      ...BYTES,
      "--train",
      "x.npy,y.npy",
      "--classes",
      "last",
      "--epochs",
      "2",
    );
    assertEquals(run?.trainLoss, text.run?.trainLoss, err);
    assertEquals(run?.trainPerplexity, text.run?.trainPerplexity);
  }));

Deno.test("finetune numbers characters and words by a vocabulary", () =>
  inFolder(async (folder) => {
    await files(folder);
    const five = [
      "--model",
      "five.onnx",
      "--loss",
      "cross-entropy",
      "--train",
      "abc.txt",
      "--context",
      "4",
      "--vocabulary",
    ];
    const longer = ["--learning-rate", "0.01", "--batch-size", "8", "--epochs", "40"];
    const characters = await tune(folder, ...five, "five.json", ...longer);
    assertEquals(characters.code, 0, characters.err);
    // The text repeats itself: after two characters the next one is certain.
    assert(characters.run!.trainPerplexity! < 1.5, String(characters.run!.trainPerplexity));
    const words = await tune(folder, ...five, "words.json", ...longer);
    assertEquals(words.code, 0, words.err);
    assert(words.run!.trainPerplexity! < 1.5, String(words.run!.trainPerplexity));
    const missing = await tune(folder, ...five, "unknown.json", "--epochs", "1");
    assertEquals(missing.code, 0, missing.err);
    const refused: [string, string][] = [
      ["four.json", "four.json: has 4 tokens, the model has 5 scores"],
      ["twice.json", 'twice.json: has the token "a" twice'],
      ["abc.txt", "abc.txt: not JSON"],
    ];
    for (const [file, message] of refused) {
      const { code, err } = await tune(folder, ...five, file);
      assertEquals(code, 1);
      assertStringIncludes(err, message);
    }
  }));

/** What is refused, the exit code, and how it is said. */
const REFUSED: readonly (readonly [args: string[], code: 1 | 2, message: string])[] = [
  [[...BYTES, "--train", "ids.npy"], 2, "there is no file of targets"],
  [[...BYTES, "--train", "high.npy", "--classes", "last"], 1, "high.npy: token 7 must be in [0, 255]"],
  [
    [...BYTES, "--train", "float.npy", "--classes", "last"],
    1,
    "float.npy: tokens must be integers, got float32",
  ],
  [[...BYTES, "--train", "few.npy", "--classes", "last"], 1, "few.npy: 16 tokens, an example takes 16"],
  [
    [...BYTES, "--train", "t.txt", "--context", "8"],
    2,
    "--context must be 16, the tokens that input 'ids' takes",
  ],
  [[...BYTES, "--train", "x.npy", "--classes", "last"], 2, "rows of 16 tokens are examples of 15"],
  [[...BYTES, "--train", "t.txt", "--classes", "second"], 2, "--loss cross-entropy --classes last"],
  [[...BYTES, "--train", "t.txt", "--stream"], 2, "--stream reads rows of arrays, not the tokens in t.txt"],
  [
    [...BYTES, "--train", "x.npy,y.npy", "--classes", "last", "--context", "16"],
    2,
    "--context is for the tokens",
  ],
  [
    [...BYTES, "--train", "ids.npy", "--classes", "last", "--vocabulary", "five.json"],
    2,
    "ids.npy has numbers",
  ],
  [
    [...BYTES, "--train", "x.npy,y.npy"],
    1,
    "the class of example 0 must be in [0, 15], as the model has 16 scores in the second dimension (--classes last: 256",
  ],
  [
    ["--model", "five.onnx", "--loss", "cross-entropy", "--train", "abc.txt", "--vocabulary", "five.json"],
    2,
    "--context T is needed: input 'tokens' takes any number of tokens",
  ],
  [
    ["--model", "five.onnx", "--loss", "cross-entropy", "--train", "abc.txt", "--context", "4"],
    2,
    "a text is read as bytes by models of 256 scores, this one has 5: give --vocabulary FILE.json",
  ],
  [
    [
      "--model",
      "five.onnx",
      "--loss",
      "cross-entropy",
      "--train",
      "t.txt",
      "--context",
      "4",
      "--vocabulary",
      "five.json",
    ],
    1,
    't.txt: token 0, "s", is not in the vocabulary',
  ],
];

Deno.test("finetune refuses tokens that do not fit the model, and writes nothing", () =>
  inFolder(async (folder) => {
    await files(folder);
    for (const [args, code, message] of REFUSED) {
      const refused = await run(folder, "finetune", ...args);
      assertEquals([refused.code, refused.out], [code, ""], `${args.join(" ")}: ${refused.err}`);
      assertStringIncludes(refused.err, message);
      assertEquals(refused.err.trim().split("\n").length, 1, refused.err);
    }
    assertEquals([...Deno.readDirSync(folder)].filter((e) => e.name === "runs"), []);
  }));
