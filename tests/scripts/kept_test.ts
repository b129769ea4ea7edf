/**
 * A run whose trainings have ended keeps its results if something fails later, even if nobody reads its output.
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { encodeModel } from "../../onnx/mod.ts";
import { mlp } from "../../models/dense.ts";
import { end, filesIn, inFolder, run, startIn } from "./process.ts";

const DIGITS = ["digits", "--optimizer", "sgd", "--epochs", "1", "--quiet"];
const COMPARE = [
  "compare",
  "--data",
  "iris",
  "--optimizer",
  "sgd,adam",
  "--epochs",
  "1",
  "--seeds",
  "2",
  "--budget",
  "2",
  "--quiet",
];

/** A device that is always full; only Linux has one. */
// Deno requires --allow-all to look at devices, so a shell looks instead.
const FULL = (await new Deno.Command("sh", { args: ["-c", "test -c /dev/full"] }).output().catch(() => null))
  ?.success === true;

Deno.test({
  name: "a finished run is kept even if its output cannot be printed: every kind of experiment, --json too",
  ignore: !FULL,
  fn: () =>
    inFolder(async (folder) => {
      await Deno.writeFile(`${folder}/m.onnx`, encodeModel(mlp({ inputs: 2, hidden: [3], outputs: 2 })));
      const rows = Array.from({ length: 40 }, (_, i) => `${i % 7},${i % 5},${i % 2}`);
      await Deno.writeTextFile(`${folder}/t.csv`, `a,b,class\n${rows.join("\n")}\n`);
      const tune = ["finetune", "--model", "m.onnx", "--train", "t.csv", "--loss", "cross-entropy"];
      const commands: Record<string, string[]> = {
        digits: DIGITS,
        json: [...DIGITS, "--json"],
        csv: ["csv", "--data-file", "t.csv", "--optimizer", "sgd", "--epochs", "1"],
        finetune: [...tune, "--epochs", "1", "--quiet"],
        compare: COMPARE,
        "compare-json": [...COMPARE, "--json"],
        report: ["report", "whole"],
      };
      assertEquals((await run(folder, ...DIGITS, "--out", "whole")).code, 0);
      await Promise.all(
        Object.entries(commands).map(async ([out, args]) => {
          const { code, err } = await end(startIn('exec "$@" > /dev/full', folder, ...args, "--out", out));
          assertEquals(code, 1, err);
          const last = err.trimEnd().split("\n").at(-1);
          const why = "the results cannot be printed: no space left on device";
          assertEquals(last, `error: ${why}; the run is finished and kept in ${out}`);
          const files = Object.keys(filesIn(`${folder}/${out}`));
          for (const name of ["summary.json", "config.json", "report.html"]) {
            assert(files.includes(name), name);
          }
          if (out !== "digits") return;
          // --resume prints it again, and its folder stays even if that fails too.
          const again = await end(startIn('exec "$@" > /dev/full', folder, "--resume", out));
          assertEquals([again.code, again.err], [1, `error: ${why}; they are kept in ${out}\n`]);
          assertEquals(Object.keys(filesIn(`${folder}/${out}`)), files);
        }),
      );
      const { code, out } = await run(folder, "--resume", "json", "--json");
      assertEquals([code, JSON.parse(out).experiment], [0, "digits"]);
    }),
});

Deno.test({
  name:
    "a run needs nobody who listens: progress that cannot be shown, and pipes that are closed, do not end it",
  ignore: !FULL,
  fn: () =>
    inFolder(async (folder) => {
      const args = DIGITS.filter((a) => a !== "--quiet");
      const full = await end(startIn('exec "$@" 2> /dev/full', folder, ...args, "--out", "full"));
      assertEquals(full.code, 0);
      assertMatch(full.out, /Written to full\n$/);
      const lines = {
        piped: '"$@" | true',
        both: '"$@" 2>&1 | true',
        head: '"$@" | head -c 1',
        closed: '"$@" >&- 2>&-',
        half: '"$@" 2> /dev/full | true',
      };
      await Promise.all(
        Object.entries(lines).map(async ([out, line]) => {
          await end(startIn(line, folder, ...args, "--json", "--out", out));
          assert(Object.keys(filesIn(`${folder}/${out}`)).includes("summary.json"), out);
        }),
      );
    }),
});

Deno.test("a report that cannot be written loses only the report", () =>
  inFolder(async (folder) => {
    // Experiments without checkpoints have only their results.
    for (const [out, args] of Object.entries({ digits: DIGITS, compare: COMPARE })) {
      assertEquals((await run(folder, ...args, "--out", out)).code, 0);
      const path = `${folder}/${out}`;
      const { seconds: _, ...before } = JSON.parse(await Deno.readTextFile(`${path}/summary.json`));
      // As after a kill just before the last file; then a folder blocks the report's path.
      for (const name of ["summary.json", "report.html"]) await Deno.remove(`${path}/${name}`);
      await Deno.mkdir(`${path}/report.html`);
      const { code, out: said, err } = await run(folder, "--resume", out, "--json", "--quiet");
      assertEquals(code, 1, err);
      assertMatch(
        err,
        new RegExp(
          `^(?:design: .*\n)?error: cannot write ${out}/report.html: .*; the run is finished and kept in ${out}\n$`,
        ),
      );
      const told = JSON.parse(said);
      const same = ({ runs, ...rest }: { runs: object[] }) => ({
        ...rest,
        runs: runs.map((r) => ({ ...r, seconds: 0 })),
      });
      assertEquals(same(told), same(before));
      const { seconds: __, ...kept } = JSON.parse(await Deno.readTextFile(`${path}/summary.json`));
      assertEquals(kept, told);
      assertEquals((await run(folder, "--resume", out)).out, `Finished before: see ${out}\n`);
    }
  }));

Deno.test("--resume writes a model that could not be written, without training again", () =>
  inFolder(async (folder) => {
    const args = [...DIGITS, "--checkpoint-every", "1000"];
    assertEquals((await run(folder, ...args, "--out", "run")).code, 0);
    const model = await Deno.readFile(`${folder}/run/model.onnx`);
    for (const name of ["summary.json", "model.onnx"]) await Deno.remove(`${folder}/run/${name}`);
    await Deno.mkdir(`${folder}/run/model.onnx`);
    const { code, out, err } = await run(folder, "--resume", "run", "--quiet");
    assertEquals(code, 1);
    assertStringIncludes(out, "Written in part to run");
    assertMatch(
      err,
      /^error: cannot write run\/model\.onnx: .*; what is done is kept in run: resume with deno task experiment --resume run\n$/,
    );
    assert(!Object.keys(filesIn(`${folder}/run`)).includes("summary.json"));
    await Deno.remove(`${folder}/run/model.onnx`);
    assertEquals((await run(folder, "--resume", "run", "--quiet")).code, 0);
    assertEquals(await Deno.readFile(`${folder}/run/model.onnx`), model);
  }));

Deno.test("DESCENT_THREADS out of range fails at once as a wrong call, and writes nothing", () =>
  inFolder(async (folder) => {
    const most = navigator.hardwareConcurrency;
    const range = `an integer from 1 to ${most}, the number of available processors, or "auto"`;
    for (const threads of ["100000", String(most + 1), "1.5", " 2"]) {
      const { code, out, err } = await run(folder, ...DIGITS, { env: { DESCENT_THREADS: threads } });
      assertEquals([code, out, err], [2, "", `error: DESCENT_THREADS must be ${range}, got ${threads}\n`]);
      assertEquals(Object.keys(filesIn(folder)), []);
    }
  }));

Deno.test("experiment sweep refuses more threads than processors, and a file whose name cannot name a folder", () =>
  inFolder(async (folder) => {
    const sweep = { experiment: "digits", options: { optimizer: "sgd", epochs: 1 } };
    for (const file of [".json", "...json"]) {
      await Deno.writeTextFile(`${folder}/${file}`, JSON.stringify(sweep));
    }
    const wrong = {
      "--threads must be at most": [".json", "--out", "out", "--threads", "100000"],
      ".json has no name for the results folder: set one with --out": [".json"],
      "...json has no name for the results folder: set one with --out": ["...json"],
    };
    for (const [message, args] of Object.entries(wrong)) {
      const { code, err } = await run(folder, "sweep", ...args);
      assertEquals(code, 2);
      assertStringIncludes(err, `error: ${message}`);
      assertEquals(Object.keys(filesIn(folder)).sort(), ["...json", ".json"]);
    }
  }));

Deno.test("--out with .. is the folder that it resolves to, and a failure removes no other folder", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/old`);
    await Deno.writeTextFile(`${folder}/old/mine.txt`, "mine");
    const { code, err } = await run(folder, ...DIGITS, "--out", "new/../old");
    assertEquals([code, err], [2, "error: --out old is not empty: name a new folder, or empty it first\n"]);
    const failed = await run(folder, ...DIGITS, "--out", "new/../other/run", {
      env: { DESCENT_THREADS: "0" },
    });
    assertEquals(failed.code, 2);
    assertEquals([...Deno.readDirSync(folder)].map((e) => e.name), ["old"]);
    assertEquals(Object.keys(filesIn(folder)), ["old/mine.txt"]);
    assertEquals((await run(folder, ...DIGITS, "--out", "new/../it's ü")).code, 0);
    assert(Object.keys(filesIn(folder)).includes("it's ü/summary.json"));
  }));
