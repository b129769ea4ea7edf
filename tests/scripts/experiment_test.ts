import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { parse } from "@std/csv";
import { parseModel } from "../../mod.ts";
import { bestByValidation, type ValidationScore } from "../../scripts/lab/best_by_validation.ts";
import { inFolder, run } from "./process.ts";

/** The files in the folder of a run. */
const FILES = [
  "config.json",
  "loss.svg",
  "metrics.csv",
  "model.onnx",
  "models",
  "report.html",
  "summary.json",
  "tables.tex",
];

Deno.test("experiment lists the experiments and its usage", () =>
  inFolder(async (folder) => {
    const { code, out } = await run(folder);
    assertEquals(code, 0);
    for (const part of ["Usage:", "digits", "mnist"]) assertStringIncludes(out, part);
    assertEquals((await run(folder, "--help")).out, out);
    const one = await run(folder, "csv", "--help");
    assertEquals(one.code, 0);
    for (const part of ["experiment csv [OPTIONS]", "--data-file FILE", "--seed N"]) {
      assertStringIncludes(one.out, part);
    }
    assert(!one.out.includes("--data-dir"), one.out);
  }));

Deno.test("experiment digits --json prints one document, and writes the folder of the run", () =>
  inFolder(async (folder) => {
    const args = ["digits", "--optimizer", "adam,momentum,rmsprop", "--json", "--quiet"];
    const { code, out, err } = await run(folder, ...args, "--out", "first");
    assertEquals([code, err], [0, ""]);
    const result = JSON.parse(out);
    assertEquals([result.experiment, result.device, result.out], ["digits", "cpu", "first"]);
    assertEquals(result.claims, []);
    assertEquals(result.runs.map((r: { optimizer: string }) => r.optimizer), ["adam", "momentum", "rmsprop"]);
    for (const r of result.runs) {
      assert(r.testAccuracy >= 0.97, `${r.optimizer}: ${r.testAccuracy}`);
      for (
        const field of ["learningRate", "seed", "epochs", "steps", "trainLoss", "validationLoss", "seconds"]
      ) {
        assertEquals(typeof r[field], "number");
      }
    }
    const names = [...Deno.readDirSync(`${folder}/first`)].map((e) => e.name).sort();
    assertEquals(names, FILES);
    const rows = parse(await Deno.readTextFile(`${folder}/first/metrics.csv`), { skipFirstRow: true });
    assertEquals(rows.length, 3 * result.runs[0].steps);
    assertEquals(Number(rows.at(-1)!.testLoss), result.runs[2].testLoss);
    const config = JSON.parse(await Deno.readTextFile(`${folder}/first/config.json`));
    const best = bestByValidation(result.runs as (ValidationScore & { optimizer: string })[], (r) => r);
    assertEquals(config.best, best.optimizer);
    const bytes = (name: string) => Deno.readFileSync(`${folder}/first/${name}.onnx`);
    assertEquals(bytes("model"), bytes(`models/${best.optimizer}`));
    const model = parseModel(await Deno.readFile(`${folder}/first/model.onnx`));
    assertEquals(model.graph!.output.map((o) => o.name), ["y"]);
    assertMatch(await Deno.readTextFile(`${folder}/first/loss.svg`), /^<svg/);
    await run(folder, ...args, "--out", "second", "--chunk", "7");
    const metrics = (name: string) => Deno.readFileSync(`${folder}/${name}/metrics.csv`);
    assertEquals(metrics("second"), metrics("first"));
  }));

Deno.test("experiment csv learns a table with or without a header, with class names or numbers", () =>
  inFolder(async (folder) => {
    const rows = Array.from({ length: 300 }, (_, i) => [i % 7, (i * 3) % 11, i % 7 > 3 ? "high" : "low"]);
    const body = rows.map((r) => r.join(",")).join("\n");
    await Deno.writeTextFile(`${folder}/named.csv`, `a,b,class\n${body}\n`);
    await Deno.writeTextFile(`${folder}/plain.csv`, body.replaceAll("high", "1").replaceAll("low", "0"));
    for (const file of ["named.csv", "plain.csv"]) {
      const args = ["csv", "--data-file", file, "--optimizer", "adam", "--json", "--quiet"];
      const { code, out, err } = await run(folder, ...args);
      assertEquals([code, err], [0, ""]);
      assert(JSON.parse(out).runs[0].testAccuracy >= 0.95, out);
    }
  }));

const mnist = ["mnist", "--data-dir"];
const WRONG: readonly [string[], 1 | 2, string][] = [
  [["digit"], 2, 'unknown experiment "digit". Did you mean "digits"? deno task experiment help lists them'],
  [["digits", "--optimizer", "adma"], 2, 'unknown optimizer "adma". Did you mean "adam"?'],
  [["digits", "--optimizer", "lbfgs"], 2, "lbfgs compares losses of all examples"],
  [["language-model", "--optimizer", "kfac"], 2, "--optimizer: kfac has no factors for 'embedding.weight'"],
  [["digits", "--learning-rate", "abc"], 2, "--learning-rate must be a number above 0, got abc"],
  [["digits", "--learning-rate", "-1"], 2, "--learning-rate must be a number above 0, got -1"],
  [["digits", "--batch-size", "0"], 2, "--batch-size must be an integer of at least 1, got 0"],
  [["digits", "--epochs"], 2, "--epochs needs a value: --epochs N"],
  [["digits", "--epoch", "3"], 2, 'unknown option --epoch. Did you mean "epochs"?'],
  [
    ["digits", "--data-file", "one.csv"],
    2,
    "unknown option --data-file. digits takes --optimizer, --learning",
  ],
  [["digits", "--data-dir", "."], 2, "unknown option --data-dir. digits takes --optimizer, --learning"],
  [["--data-fil", "one.csv", "csv"], 2, 'unknown option --data-fil. Did you mean "data-file"? csv takes'],
  [["digits", "--toString", "3"], 2, "unknown option --toString. digits takes"],
  [["digits", "more"], 2, 'unexpected argument "more"'],
  [
    ["digits", "--precision", "float61"],
    2,
    "--precision must be one of float32, float16, got float61. Did you mean",
  ],
  [["digits", "--precision", "float16"], 2, "--precision float16 needs --device webgpu or cuda"],
  [["digits", "--tf32"], 2, "--tf32 needs --device cuda, got device cpu"],
  [["digits", "--device", "webgpu", "--tf32"], 2, "--tf32 needs --device cuda, got device webgpu"],
  [["optimizers", "--tf32"], 2, "unknown option --tf32. optimizers takes --json, --quiet"],
  [["devices", "gpu"], 2, 'unexpected argument "gpu" after "devices"'],
  [["devices", "--device", "cpu"], 2, "unknown option --device. devices takes --json"],
  [["digits", "--device", "gpu"], 2, "--device must be one of cpu, webgpu, cuda, got gpu"],
  [["mnist"], 2, "mnist needs the folder"],
  [[...mnist, "nowhere"], 1, "nowhere"],
  [[...mnist, "cut"], 1, "train-images"],
  [[...mnist, "magic"], 1, "magic"],
  [["csv"], 2, "csv needs a file"],
  [
    ["rnn", "--scale", "paper"],
    2,
    "--scale paper needs the folder of Penn Treebank (ptb.train.txt and others)",
  ],
  [["tuning", "--scale", "paper"], 2, "--scale paper needs the folder that holds MNIST's four IDX files"],
  [["compare", "--model", "cnn", "--data", "iris"], 2, "--model cnn needs images, and iris has none"],
  [["compare", "--rates", "0.1,x"], 2, "--rates must be numbers above 0, own or tuned, got x"],
  [["compare", "--rates", "0.1", "--budget", "4"], 2, "--budget is for the trials that choose a setting"],
  [["compare", "--steps", "9", "--seconds", "1"], 2, "give one of --steps and --seconds"],
  [["report"], 2, "report needs folders of runs"],
  [
    ["csv", "--data-file", "ragged.csv"],
    1,
    "ragged.csv, line 4: expected 3 fields as in the first row, got 2",
  ],
  [["csv", "--data-file", "word.csv"], 1, 'word.csv, line 3, column b: expected a finite number, got "x"'],
  [["csv", "--data-file", "escape.csv"], 1, "\\u001b[31m"],
  [
    ["sparse", "--data-dir", "full", "--scale", "paper"],
    1,
    "no such file; the folder must hold a9a.gz and a9a.t.gz",
  ],
  [["csv", "--data-file", "one.csv"], 2, "one.csv must hold two or more classes"],
  [["csv", "--data-file", "nowhere.csv"], 1, "nowhere.csv: no such file"],
  [["csv", "--data-file", "full"], 1, "full: is a folder, not a file"],
  [["compare", "--data-file", "nowhere.csv"], 1, "nowhere.csv: no such file"],
  [["digits", "--json=no"], 2, "--json takes no value, got no"],
  [["digits", "-x"], 2, "unknown option -x."],
  [["digits", "--out", "/proc/run"], 2, "cannot write to /proc/run: "],
  [["digits", "--out", "file/run"], 2, "cannot write to file/run"],
  [["digits", "--out", "full"], 2, "--out full is not empty"],
];

for (const [args, expected, message] of WRONG) {
  Deno.test(`experiment ${args.join(" ")} fails with a one-line message, and writes nothing`, () =>
    inFolder(async (folder) => {
      const idx = (header: number[], length: number) =>
        new Uint8Array([...header, ...new Uint8Array(length)]);
      await Deno.writeTextFile(`${folder}/file`, "");
      await Deno.writeTextFile(`${folder}/ragged.csv`, "a,b,class\n1,2,0\n3,4,1\n5,1\n");
      await Deno.writeTextFile(`${folder}/word.csv`, "a,b,class\n1,2,0\n3,x,1\n");
      await Deno.writeTextFile(`${folder}/escape.csv`, "a,b,class\n1,\x1b[31mred,0\n");
      await Deno.writeTextFile(`${folder}/one.csv`, "1,2,0\n3,4,0\n");
      for (const name of ["full", "cut", "magic"]) await Deno.mkdir(`${folder}/${name}`);
      await Deno.writeTextFile(`${folder}/full/note`, "");
      const files = ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"];
      for (const name of files) {
        await Deno.writeFile(
          `${folder}/cut/${name}-ubyte`,
          idx([0, 0, 8, 3, 0, 0, 0, 9, 0, 0, 0, 28, 0, 0, 0, 28], 5),
        );
        await Deno.writeFile(`${folder}/magic/${name}-ubyte`, idx([1, 2, 8, 3, 0, 0, 0, 9], 5));
      }
      const before = [...Deno.readDirSync(folder)].map((e) => e.name).sort();
      const { code, out, err } = await run(folder, ...args);
      assertEquals([code, out], [expected, ""], err);
      assertEquals(err.trimEnd().split("\n").length, 1, err);
      assertMatch(err, /^error: /);
      assertStringIncludes(err, message);
      assertEquals([...Deno.readDirSync(folder)].map((e) => e.name).sort(), before);
    }));
}

Deno.test("experiment --device cuda without CUDA is an error with its remedy, never a fall-back", () =>
  inFolder(async (folder) => {
    const { code, out, err } = await run(folder, "digits", "--device", "cuda", "--epochs", "1", "--json");
    if (code === 0) return assertEquals(JSON.parse(out).device, "cuda");
    assertEquals([code, out], [1, ""]);
    assertStringIncludes(err, "device 'cuda' is not available here");
    assertEquals([...Deno.readDirSync(folder)], []);
  }));
