/** The command line reads the files that users name correctly, or refuses them in one line. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { encodeNpy } from "../../data/npy.ts";
import type { NpyTensor } from "../../data/npy_types.ts";
import { mlp } from "../../models/dense.ts";
import { encodeModel, writeModel } from "../../onnx/mod.ts";
import { inFolder, type Result, run, start } from "./process.ts";

const FILES = new URL("../data/files/", import.meta.url).pathname;

/** Runs one short training on a table. */
const onTable = (
  folder: string,
  table: string,
) =>
  run(folder, "csv", "--data-file", table, "--epochs", "1", "--optimizer", "sgd", "--quiet", "--out", "out");

for (
  const [file, rows, names] of [
    ["plain_no_header.csv", 40, null],
    ["quoted_no_header.csv", 40, null],
    ["c_semi.csv", 40, ["a", "b"]],
    ["c_tab.csv", 40, ["a", "b"]],
    ["c_quote.csv", 40, ["a\nb", "b"]],
  ] as const
) {
  Deno.test(`experiment csv trains on all rows of ${file}, and reports their number`, () =>
    inFolder(async (folder) => {
      const { code, out, err } = await onTable(folder, `${FILES}csv/${file}`);
      assertEquals([code, err], [0, ""]);
      assertStringIncludes(out, `${file}: ${rows} rows of 2 features`);
      const { table } = JSON.parse(await Deno.readTextFile(`${folder}/out/config.json`));
      assertEquals(table, { rows, features: 2, classes: 2, names });
    }));
}

/** Asserts that a command failed in one line, and wrote nothing. */
function assertRefused({ code, out, err }: Result, message: string, expected = 1): void {
  assertEquals([code, out], [expected, ""], err);
  assertStringIncludes(err, message);
  assertEquals(err.trimEnd().split("\n").length, 1, err);
}

for (
  const [file, message] of [
    ["first_row_missing.csv", 'line 1, column 1: expected a finite number, got "?"'],
    ["c_overflow.csv", "line 5, column a: expected a number within float32"],
  ] as const
) {
  Deno.test(`experiment csv refuses ${file}, and names line and column`, () =>
    inFolder(async (folder) => {
      assertRefused(await onTable(folder, `${FILES}csv/${file}`), `${file}, ${message}`);
      assertEquals([...Deno.readDirSync(folder)], []);
    }));
}

async function npy(path: string, array: NpyTensor): Promise<void> {
  await Deno.writeFile(path, encodeNpy(array));
}

/** A model of four inputs and three classes, and eight examples for it in float64. */
async function exampleFiles(folder: string): Promise<void> {
  await Deno.writeFile(`${folder}/m.onnx`, encodeModel(mlp({ inputs: 4, hidden: [3], outputs: 3 })));
  const data = Float64Array.from({ length: 32 }, (_, i) => Math.sin(i));
  await npy(`${folder}/x.npy`, { dtype: "float64", shape: [8, 4], data });
  await npy(`${folder}/y.npy`, {
    dtype: "int64",
    shape: [8],
    data: BigInt64Array.from({ length: 8 }, (_, i) => BigInt(i % 3)),
  });
  const over = data.slice();
  over[4 * 5 + 2] = -1e39;
  await npy(`${folder}/over.npy`, { dtype: "float64", shape: [8, 4], data: over });
}

const finetune = (
  train: string,
) => ["finetune", "--model", "m.onnx", "--train", train, "--loss", "cross-entropy"];

Deno.test("experiment finetune refuses numbers beyond float32 and names the row, streamed or not", () =>
  inFolder(async (folder) => {
    await exampleFiles(folder);
    const message = "over.npy: every number must be finite and within float32; number 2 of row 5 is -1e+39";
    assertRefused(await run(folder, ...finetune("over.npy,y.npy")), message);
    const streamed = await run(folder, ...finetune("over.npy,y.npy"), "--stream", "--json", "--quiet");
    assertRefused(streamed, message);
  }));

/** Command lines with a placeholder in place of a file, and their exit codes. */
const READERS: readonly [args: readonly string[], code: 1 | 2][] = [
  [["csv", "--data-file", "ODD"], 1],
  [["compare", "--data-file", "ODD"], 1],
  [["mnist", "--data-dir", "FOLDER/train-images-idx3-ubyte"], 1],
  [["language-model", "--corpus", "ptb", "--data-dir", "FOLDER/ptb.train.txt"], 1],
  [["inspect", "--model", "ODD"], 1],
  [finetune("ODD,y.npy"), 1],
  [finetune("x.npy,ODD"), 1],
  [[...finetune("ODD,y.npy"), "--stream"], 1],
  [finetune("ODD.csv"), 1],
  [["sweep", "ODD"], 2],
  [["sweep", "ODD.ts"], 2],
  [["digits", "--optimizer", "./ODD.ts"], 2],
  [["--resume", "FOLDER/config.json"], 2],
  [["report", "FOLDER/summary.json"], 2],
];

for (const [given, expected] of READERS) {
  Deno.test(`experiment ${given.join(" ")} refuses a pipe and a folder, and opens neither`, () =>
    inFolder(async (folder) => {
      await exampleFiles(folder);
      const name = given.find((a) => /ODD|FOLDER/.test(a))!.match(/(ODD|FOLDER)[\w./-]*/)![0];
      const args = given.map((a) => a.replace(/FOLDER\/.*/, "FOLDER"));
      if (name.startsWith("FOLDER")) await Deno.mkdir(`${folder}/FOLDER`);
      for (const kind of ["pipe", "folder"] as const) {
        const path = `${folder}/${name}`;
        if (kind === "folder") await Deno.mkdir(path);
        else await new Deno.Command("mkfifo", { args: [path] }).output();
        const said = kind === "pipe" ? "is a pipe (FIFO), not a file" : "is a folder, not a file";
        assertRefused(await within(10_000, start(folder, ...args)), said, expected);
        await Deno.remove(path);
      }
    }));
}

for (const kind of ["pipe", "folder", "link to a pipe"] as const) {
  Deno.test(`experiment inspect refuses a model whose external data is a ${kind}`, () =>
    inFolder(async (folder) => {
      const model = mlp({ inputs: 400, hidden: [3], outputs: 3 });
      await writeModel(`${folder}/m.onnx`, model, { externalData: "m.data" });
      await Deno.remove(`${folder}/m.data`);
      if (kind === "folder") await Deno.mkdir(`${folder}/m.data`);
      else {await new Deno.Command("mkfifo", { args: [`${folder}/${kind === "pipe" ? "m.data" : "p"}`] })
          .output();}
      if (kind === "link to a pipe") await Deno.symlink("p", `${folder}/m.data`);
      const said = kind === "folder" ? "is a folder, not a file" : "is a pipe (FIFO), not a file";
      const result = await within(10_000, start(folder, "inspect", "--model", "m.onnx"));
      assertRefused(result, `'m.data' ${said}`);
    }));
}

Deno.test("experiment --resume refuses a checkpoint that is a pipe, and opens no pipe in a run's folder", () =>
  inFolder(async (folder) => {
    const args = ["digits", "--optimizer", "sgd", "--epochs", "1", "--checkpoint-every", "10", "--quiet"];
    assertEquals((await run(folder, ...args, "--out", "out")).code, 0);
    const out = `${folder}/out`;
    await Deno.remove(`${out}/summary.json`);
    for await (const { name } of Deno.readDir(`${out}/checkpoints/sgd`)) {
      await Deno.remove(`${out}/checkpoints/sgd/${name}`);
      await new Deno.Command("mkfifo", { args: [`${out}/checkpoints/sgd/${name}`] }).output();
    }
    const result = await within(10_000, start(folder, "--resume", "out", "--quiet"));
    assertRefused(result, "is a pipe (FIFO), not a file");
  }));

/** Returns the result of a process; kills it and fails if it takes longer. */
async function within(milliseconds: number, child: Deno.ChildProcess): Promise<Result> {
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, milliseconds);
  const { code, stdout, stderr } = await child.output();
  clearTimeout(timer);
  assert(!late, "the process did not end in time");
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}
