/**
 * A resumed run compares its inputs with their digests: every kind of data file, models, and code.
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { encodeNpy } from "../../data/npy.ts";
import { mlp } from "../../models/dense.ts";
import { encodeModel, writeModel } from "../../onnx/mod.ts";
import { BLOCK_BYTES, BLOCKS, digestFile, MOST_BYTES } from "../../scripts/inputs/input_digest.ts";
import { cifar } from "./cifar.ts";
import { end, filesIn, inFolder, run, start } from "./process.ts";

const MOD = new URL("../../mod.ts", import.meta.url).href;
const SAVING = ["--epochs", "1", "--checkpoint-every", "1000", "--quiet"];

/** Returns SHA-256 by an implementation other than the product's. */
async function sha256(path: string): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", await Deno.readFile(path))).toHex();
}

/** Returns an IDX file of bytes. */
function idx(shape: number[], value: (i: number) => number): Uint8Array {
  const size = shape.reduce((a, b) => a * b, 1);
  const head = shape.flatMap((d) => [d >> 24, d >> 16, d >> 8, d].map((b) => b & 255));
  const bytes = new Uint8Array(4 + head.length + size);
  bytes.set([0, 0, 8, shape.length, ...head]);
  for (let i = 0; i < size; i++) bytes[4 + head.length + i] = value(i);
  return bytes;
}

/** Writes a small file for each kind of input. */
async function writeInputs(folder: string): Promise<void> {
  const write = (name: string, bytes: Uint8Array) => Deno.writeFile(`${folder}/${name}`, bytes);
  const rows = Array.from({ length: 40 }, (_, i) => `${i % 7},${i % 5},${i % 2}`);
  await Deno.writeTextFile(`${folder}/t.csv`, `a,b,class\n${rows.join("\n")}\n`);
  await Deno.mkdir(`${folder}/mnist`);
  for (const [part, n] of [["train", 60], ["t10k", 20]] as const) {
    await write(`mnist/${part}-images-idx3-ubyte`, idx([n, 28, 28], (i) => (i * 31) % 256));
    await write(`mnist/${part}-labels-idx1-ubyte`, idx([n], (i) => i % 10));
  }
  await cifar(folder);
  await Deno.mkdir(`${folder}/ptb`);
  const text = "the cat sat on the mat\n the dog ate the cat\n";
  for (const part of ["train", "valid", "test"]) {
    await Deno.writeTextFile(`${folder}/ptb/ptb.${part}.txt`, text.repeat(40));
  }
  const model = mlp({ inputs: 2, hidden: [300], outputs: 2, seed: 1 });
  await write("m.onnx", encodeModel(model));
  await writeModel(`${folder}/e.onnx`, model, { externalData: "e.data" });
  const x = Float32Array.from({ length: 80 }, (_, i) => (i * 7 % 11) / 11);
  await write("x.npy", encodeNpy({ dtype: "float32", shape: [40, 2], data: x }));
  await write(
    "y.npy",
    encodeNpy({
      dtype: "int64",
      shape: [40],
      data: BigInt64Array.from({ length: 40 }, (_, i) => BigInt(i % 2)),
    }),
  );
  await write("v.npy", encodeNpy({ dtype: "float32", shape: [40, 2], data: x.toReversed() }));
  await Deno.writeTextFile(`${folder}/rate.ts`, "export const factor = 1;\n");
  await Deno.writeTextFile(
    `${folder}/rule.ts`,
    `import { sgd } from "${MOD}";\nimport { factor } from "./rate.ts";\n` +
      "export default (learningRate: number) => sgd({ learningRate: factor * learningRate });\n",
  );
}

const TUNE = ["finetune", "--loss", "cross-entropy"];
const ARRAYS = ["--train", "x.npy,y.npy", "--test", "v.npy,y.npy"];

/** For each kind of input: the arguments, and the paths of the inputs by their names in `config.json`. */
const WAYS: Record<string, { args: string[]; reads: Record<string, string> }> = {
  csv: {
    args: ["csv", "--data-file", "t.csv", "--optimizer", "sgd", ...SAVING],
    reads: { "t.csv": "t.csv" },
  },
  compare: {
    args: [
      "compare",
      "--data-file",
      "t.csv",
      "--optimizer",
      "sgd,adam",
      "--epochs",
      "1",
      "--seeds",
      "6",
      "--quiet",
    ],
    reads: { "t.csv": "t.csv" },
  },
  mnist: {
    args: ["mnist", "--data-dir", ".", "--optimizer", "sgd", ...SAVING],
    reads: {
      "mnist/train-images-idx3-ubyte": "mnist/train-images-idx3-ubyte",
      "mnist/train-labels-idx1-ubyte": "mnist/train-labels-idx1-ubyte",
      "mnist/t10k-images-idx3-ubyte": "mnist/t10k-images-idx3-ubyte",
      "mnist/t10k-labels-idx1-ubyte": "mnist/t10k-labels-idx1-ubyte",
    },
  },
  cifar10: {
    args: ["cifar10", "--data-dir", ".", "--model", "mlp", ...SAVING],
    reads: {
      "cifar-10/data_batch_1.bin": "cifar-10/data_batch_1.bin",
      "cifar-10/data_batch_3.bin": "cifar-10/data_batch_3.bin",
      "cifar-10/test_batch.bin": "cifar-10/test_batch.bin",
    },
  },
  text: {
    args: ["language-model", "--corpus", "ptb", "--data-dir", ".", "--share", "1", "--width", "8", ...SAVING],
    reads: {
      "ptb/ptb.train.txt": "ptb/ptb.train.txt",
      "ptb/ptb.valid.txt": "ptb/ptb.valid.txt",
      "ptb/ptb.test.txt": "ptb/ptb.test.txt",
    },
  },
  arrays: {
    args: [...TUNE, "--model", "m.onnx", ...ARRAYS, ...SAVING],
    reads: { "m.onnx": "m.onnx", "x.npy": "x.npy", "y.npy": "y.npy", "v.npy": "v.npy" },
  },
  stream: {
    args: [...TUNE, "--model", "e.onnx", "--stream", ...ARRAYS, ...SAVING],
    reads: { "e.onnx": "e.onnx", "e.data": "e.data", "x.npy": "x.npy", "y.npy": "y.npy", "v.npy": "v.npy" },
  },
  tuned: {
    args: [...TUNE, "--model", "m.onnx", "--train", "t.csv", ...SAVING],
    reads: { "m.onnx": "m.onnx", "t.csv": "t.csv" },
  },
  code: {
    args: ["digits", "--optimizer", "./rule.ts", ...SAVING],
    reads: { "./rule.ts": "rule.ts", "rate.ts": "rate.ts" },
  },
};

/** Changes one byte of a file, keeping its length and form, and returns a function that restores it. */
async function change(path: string): Promise<() => Promise<void>> {
  const whole = await Deno.readFile(path);
  const changed = whole.slice();
  // The last digit of a number, a pixel, a class, a weight; in code, the end of a line.
  const at = path.endsWith(".csv") ? whole.length - 6 : whole.length - 2;
  changed[at] = path.endsWith(".ts") ? 0x20 : path.includes("label") ? 3 : changed[at]! ^ 1;
  await Deno.writeFile(path, changed);
  return () => Deno.writeFile(path, whole);
}

for (const [way, { args, reads }] of Object.entries(WAYS)) {
  Deno.test(`experiment --resume refuses a changed input, and names file and digests: ${way}`, () =>
    inFolder(async (folder) => {
      await writeInputs(folder);
      const first = await run(folder, ...args, "--out", "run");
      assertEquals([first.code, first.err], [0, ""]);
      const results = () =>
        Object.fromEntries(Object.entries(filesIn(`${folder}/run`)).filter(([n]) => /metrics|onnx$/.test(n)));
      const before = results();
      const { inputs } = JSON.parse(await Deno.readTextFile(`${folder}/run/config.json`));
      const sums: Record<string, string> = {};
      for (const [name, path] of Object.entries(reads)) {
        sums[name] = await sha256(`${folder}/${path}`);
        const { size } = await Deno.stat(`${folder}/${path}`);
        assertEquals([inputs[name]?.bytes, inputs[name]?.sha256], [size, sums[name]], name);
      }
      assertEquals(Object.keys(inputs).sort(), Object.keys(reads).sort());
      // As after a kill just before the last file.
      await Deno.remove(`${folder}/run/summary.json`);
      const go = ["--resume", "run", "--quiet", ...(way === "code" ? ["--trust"] : [])];
      // Only the first and the last file of a data set: the others are read the same way.
      const read = Object.entries(reads);
      for (const [name, path] of args.includes("--data-dir") ? [read[0]!, read.at(-1)!] : read) {
        const restore = await change(`${folder}/${path}`);
        const { code, out, err } = await run(folder, ...go);
        assertEquals([code, out], [2, ""], `${name}: ${err}`);
        assertStringIncludes(err, `${path} has changed: when run was started it was `.replace(/^\.\//, ""));
        for (const sum of [sums[name]!, await sha256(`${folder}/${path}`)]) assertStringIncludes(err, sum);
        assertEquals(err.trimEnd().split("\n").length, 1, err);
        await restore();
      }
      const { code, err } = await run(folder, ...go);
      assertEquals([code, err], [0, ""]);
      assertEquals(results(), before);
    }));
}

Deno.test("experiment --resume finds the same data set in another folder, and refuses one with a missing file", () =>
  inFolder(async (folder) => {
    await writeInputs(folder);
    assertEquals((await run(folder, ...WAYS.cifar10!.args, "--out", "run")).code, 0);
    await Deno.remove(`${folder}/run/summary.json`);
    await Deno.mkdir(`${folder}/other`);
    await Deno.rename(`${folder}/cifar-10`, `${folder}/other/cifar-10`);
    const go = ["--resume", "run", "--quiet", "--data-dir", "other"];
    await Deno.rename(`${folder}/other/cifar-10/data_batch_3.bin`, `${folder}/batch`);
    const { code, err } = await run(folder, ...go);
    assertEquals(code, 2);
    assertMatch(
      err,
      /^error: cifar-10\/data_batch_3\.bin is not read now: when run was started it was \d+ bytes, SHA-256 /,
    );
    await Deno.rename(`${folder}/batch`, `${folder}/other/cifar-10/data_batch_2.bin`);
    assertMatch(
      (await run(folder, ...go)).err,
      /data_batch_2\.bin has changed: when run was started it was not read/,
    );
    await Deno.rename(
      `${folder}/other/cifar-10/data_batch_2.bin`,
      `${folder}/other/cifar-10/data_batch_3.bin`,
    );
    assertEquals((await run(folder, ...go)).code, 0);
  }));

Deno.test("experiment compare reads Fashion-MNIST, not MNIST, from a folder that holds both", () =>
  inFolder(async (folder) => {
    const both = await Array.fromAsync(["mnist", "fashion-mnist"], async (set) => {
      await Deno.mkdir(`${folder}/${set}`);
      for (const [part, n] of [["train", 10_100], ["t10k", 20]] as const) {
        const images = idx([n, 28, 28], (i) => (set === "mnist" ? i : i * 7) % 256);
        await Deno.writeFile(`${folder}/${set}/${part}-images-idx3-ubyte`, images);
        await Deno.writeFile(`${folder}/${set}/${part}-labels-idx1-ubyte`, idx([n], (i) => i % 10));
      }
      return await sha256(`${folder}/${set}/train-images-idx3-ubyte`);
    });
    const args = [
      "compare",
      "--data",
      "fashion-mnist",
      "--data-dir",
      ".",
      "--optimizer",
      "sgd,adam",
      "--seeds",
      "2",
    ];
    const child = start(folder, ...args, "--epochs", "1", "--quiet", "--out", "run");
    let ended = false;
    child.status.then(() => ended = true);
    while (await Deno.stat(`${folder}/run/config.json`).catch(() => null) === null) {
      assert(!ended, "the run ended before it wrote its configuration");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const { inputs } = JSON.parse(await Deno.readTextFile(`${folder}/run/config.json`));
    child.kill("SIGKILL");
    await end(child);
    assertEquals(inputs["fashion-mnist/train-images-idx3-ubyte"].sha256, both[1]);
    assertEquals(Object.keys(inputs).filter((n) => n.startsWith("mnist")), []);
  }));

Deno.test("experiment --resume continues a run of an earlier version without digests, and warns", () =>
  inFolder(async (folder) => {
    await writeInputs(folder);
    assertEquals((await run(folder, ...WAYS.csv!.args, "--out", "run")).code, 0);
    await Deno.remove(`${folder}/run/summary.json`);
    const config = `${folder}/run/config.json`;
    // Earlier versions wrote neither digests nor an identity, nor an identity into checkpoints.
    await Deno.remove(`${folder}/run/checkpoints`, { recursive: true });
    const { inputs: _, identity: __, ...older } = JSON.parse(await Deno.readTextFile(config));
    const { onnxruntime } = older.versions;
    older.versions.onnxruntime = "1.0.0";
    await Deno.writeTextFile(config, JSON.stringify(older));
    const { code, err } = await run(folder, "--resume", "run", "--quiet");
    assertEquals([code, err], [
      0,
      "warning: run was started with other versions, so its results may differ in the last bits: onnxruntime was 1.0.0 and is " +
      `${onnxruntime}\nwarning: run has no digests of its input files: they cannot be checked for changes\n`,
    ]);
    assertEquals(JSON.parse(await Deno.readTextFile(config)).inputs, undefined);
  }));

Deno.test("experiment --resume runs code that a folder names only with the caller's consent", () =>
  inFolder(async (folder) => {
    await writeInputs(folder);
    const args = WAYS.code!.args;
    assertEquals((await run(folder, ...args, "--out", "run")).code, 0);
    // A folder from a stranger: its stored command includes --trust, and its code leaves a trace when it runs.
    const config = JSON.parse(await Deno.readTextFile(`${folder}/run/config.json`));
    const strange = ["experiment", "digits", "--optimizer", "run/strange.ts", ...SAVING, "--trust"];
    await Deno.writeTextFile(
      `${folder}/run/strange.ts`,
      `import { sgd } from "${MOD}";\nDeno.writeTextFileSync("ran", "");\nexport default (learningRate: number) => sgd({ learningRate });\n`,
    );
    // The stranger leaves out what would not fit the command.
    const { inputs: _, identity: __, ...rest } = config;
    await Deno.remove(`${folder}/run/summary.json`);
    await Deno.writeTextFile(`${folder}/run/config.json`, JSON.stringify({ ...rest, command: strange }));
    const ran = () => Deno.stat(`${folder}/ran`).then(() => true, () => false);
    const refused = await run(folder, "--resume", "run", "--quiet");
    assertEquals([refused.code, refused.out], [2, ""]);
    assertEquals(
      refused.err,
      "error: --resume run would run the optimizer file run/strange.ts: check its code, then add --trust, " +
        "or --optimizer run/strange.ts\n",
    );
    assertEquals(await ran(), false);
    // Naming the file on the command line is consent, and so is --trust.
    const named = await run(folder, "--resume", "run", "--quiet", "--optimizer", "run/strange.ts");
    assertEquals([named.code, await ran()], [0, true], named.err);
    const alone = await run(folder, ...args, "--trust", "--out", "new");
    assertEquals([alone.code, alone.err], [
      2,
      "error: --trust is only for --resume: an optimizer file on the command line needs no --trust\n",
    ]);
    // The suggested command can be typed as it is.
    const failed = await run(
      folder,
      "digits",
      "--optimizer",
      "./rule.ts",
      "--learning-rate",
      "1e12",
      "--quiet",
      "--out",
      "bad",
    );
    assertMatch(failed.err, /resume with deno task experiment --resume bad --trust\n$/);
    // Changed code is detected without running it.
    await Deno.writeTextFile(
      `${folder}/rate.ts`,
      'Deno.writeTextFileSync("ran2", ""); export const factor = 1;\n',
    );
    const changed = await run(folder, "--resume", "bad", "--trust", "--on-nan", "skip", "--quiet");
    assertEquals(changed.code, 2);
    assertStringIncludes(changed.err, "rate.ts has changed");
    assertEquals(await Deno.stat(`${folder}/ran2`).catch(() => null), null);
  }));

Deno.test("experiment sweep resumes trials of an optimizer's file, and never ranks trials on different data together", () =>
  inFolder(async (folder) => {
    await writeInputs(folder);
    const sweep = (seeds: number) =>
      Deno.writeTextFile(
        `${folder}/sweep.json`,
        JSON.stringify({
          experiment: "csv",
          options: { "data-file": "t.csv", optimizer: "./rule.ts", epochs: 1, "checkpoint-every": 1000 },
          seeds,
        }),
      );
    const args = ["sweep", "sweep.json", "--out", "out", "--jobs", "1", "--quiet", "--json"];
    await sweep(1);
    const first = await run(folder, ...args);
    assertEquals([first.code, first.err], [0, ""]);
    const { trials: [trial] } = JSON.parse(first.out);
    const path = `${folder}/out/trials/${trial.id}`;
    // As after a kill: begun, and without a result.
    await Deno.remove(`${path}/run/summary.json`);
    await Deno.writeTextFile(`${path}/claims/1.ended`, JSON.stringify({ how: "failed" }));
    const again = await run(folder, ...args);
    assertEquals([again.code, again.err], [0, ""]);
    assertEquals(JSON.parse(again.out).trials[0].score, trial.score);
    // A trial that is resumed on other data fails for good, and says why.
    await Deno.remove(`${path}/run/summary.json`);
    await Deno.writeTextFile(`${path}/claims/2.ended`, JSON.stringify({ how: "failed" }));
    const restore = await change(`${folder}/t.csv`);
    const other = await run(folder, ...args);
    assertEquals(other.code, 1);
    assertMatch(
      JSON.parse(other.out).trials[0].error,
      /^t\.csv has changed: when .*\/run was started it was /,
    );
    await restore();
    await Deno.writeTextFile(`${path}/claims/3.ended`, JSON.stringify({ how: "stopped" }));
    assertEquals((await run(folder, ...args)).code, 0);
    // New trials on other data are not in one table with the old trial.
    await change(`${folder}/t.csv`);
    await sweep(2);
    const mixed = await run(folder, ...args);
    assertEquals([mixed.code, mixed.out], [2, ""]);
    assertMatch(
      mixed.err,
      /^error: t\.csv was not the same for all trials: .* bytes, SHA-256 .* bytes, SHA-256 /,
    );
  }));

Deno.test("digestFile() digests 64 blocks of a file above 256 MiB with its size, type and shape, and labels the digest so", () =>
  inFolder(async (folder) => {
    const path = `${folder}/x.npy`;
    const size = MOST_BYTES + 4096;
    // As NumPy writes it: the magic, version 1.0, the header's length, a dictionary, padded to 128 bytes.
    const fields = `{'descr': '|u1', 'fortran_order': False, 'shape': (${size / 4}, 4), }`.padEnd(117) + "\n";
    const magic = [0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, 118, 0];
    const header = Uint8Array.of(...magic, ...new TextEncoder().encode(fields));
    assertEquals(header.length, 128);
    await Deno.writeFile(path, header);
    await Deno.truncate(path, header.length + size);
    const bytes = header.length + size;
    const digest = await digestFile(path, "data");
    const zeros = new Uint8Array(BLOCKS * BLOCK_BYTES);
    zeros.set(header);
    const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", zeros)).toHex();
    const array = { dtype: "uint8", shape: [size / 4, 4] };
    assertEquals(digest, { kind: "data", bytes, sha256Of64Blocks: sum, ...array });
    const put = async (at: number, byte: number) => {
      using file = await Deno.open(path, { write: true });
      await file.seek(at, Deno.SeekMode.Start);
      await file.write(Uint8Array.of(byte));
    };
    const blocks = Array.from(
      { length: BLOCKS },
      (_, i) => Math.floor(i * (bytes - BLOCK_BYTES) / (BLOCKS - 1)),
    );
    for (const at of [bytes - 1, blocks[1]!, blocks[40]! + BLOCK_BYTES - 1]) {
      await put(at, 1);
      assert((await digestFile(path, "data")).sha256Of64Blocks !== sum, `${at}`);
      await put(at, 0);
    }
    assertEquals(await digestFile(path, "data"), digest);
    await Deno.truncate(path, MOST_BYTES);
    assertEquals(Object.keys(await digestFile(path, "data")), ["kind", "bytes", "sha256"]);
  }));
