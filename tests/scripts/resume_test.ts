import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { parse } from "@std/csv";
import { uniform } from "../../random/uniform.ts";
import { COMMON_OPTIONS, parseOptions } from "../../scripts/cli/mod.ts";
import { allCommands } from "../../scripts/experiments/registry.ts";
import { identityOf } from "../../scripts/run/resume.ts";
import { end, filesIn, inFolder, run, start, startIn } from "./process.ts";

const EXPERIMENTS = await allCommands();

const TRAINING = ["digits", "--optimizer", "adam,swats", "--epochs", "6", "--quiet"];
const SAVING = ["--checkpoint-every", "3", "--keep", "1"];

/** Returns the files whose bits have to be the same; the others contain times. */
function results(folder: string): Record<string, Uint8Array> {
  const files = filesIn(folder);
  return Object.fromEntries(
    Object.keys(files).filter((n) => /\.(csv|onnx|svg)$/.test(n) && !n.endsWith("seconds.svg")).sort().map((
      n,
    ) => [n, files[n]!]),
  );
}

/** Waits until a condition holds or the time is over. */
async function until(holds: () => Promise<boolean>, within = 20_000): Promise<void> {
  const end = performance.now() + within;
  while (performance.now() < end && !await holds()) await sleep(2);
}

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Returns the size of a file; -1 if there is none. */
const sizeOf = (path: string) => Deno.stat(path).then((s) => s.size, () => -1);

/** Kills a process that may have ended already. */
async function kill(child: Deno.ChildProcess): Promise<void> {
  try {
    child.kill("SIGKILL");
  } catch {
    // The process has ended already.
  }
  await end(child);
}

/** With more time: `DESCENT_KILLS=10 deno test …`. */
const KILLS = Deno.env.has("DESCENT_KILLS") ? 50 : 15;

Deno.test(`experiment --resume after each of ${KILLS} kills gives the bits of an uninterrupted run`, () =>
  inFolder(async (folder) => {
    const draw = uniform({ seed: 3, stream: "kills" }, 100);
    const whole = run(folder, ...TRAINING, "--out", "whole");
    const out = `${folder}/killed`;
    for (let i = 0; i < KILLS; i++) {
      const child = await sizeOf(`${out}/config.json`) > 0
        ? start(folder, "--resume", "killed", "--quiet")
        : start(folder, ...TRAINING, ...SAVING, "--out", "killed");
      const [a, b] = [draw[2 * i]!, draw[2 * i + 1]!];
      const size = await sizeOf(`${out}/metrics.csv`);
      // Most kills while it trains, a little later each time; some at any time, even while it starts.
      if (i % 5 === 4) await sleep(500 * a);
      else await until(async () => await sizeOf(`${out}/metrics.csv`) > size + 400 * a);
      await sleep(10 * b);
      await kill(child);
    }
    // Some more kills while the files of the finished training are written.
    for (const delay of [0, 20, 60, 120, 200]) {
      const child = start(folder, "--resume", "killed", "--quiet");
      await until(async () => await sizeOf(`${out}/checkpoints/swats/000000000204.safetensors`) > 0);
      await sleep(delay);
      await kill(child);
    }
    const { code, err } = await run(folder, "--resume", "killed", "--quiet");
    assertEquals([code, err], [0, ""]);
    assertEquals((await whole).code, 0);
    assertEquals(results(out), results(`${folder}/whole`));
    const names = Object.keys(filesIn(out)).sort();
    assertEquals(names, [
      "checkpoints/adam/000000000204.safetensors",
      "checkpoints/swats/000000000204.safetensors",
      "config.json",
      "loss.svg",
      "metrics.csv",
      "model.onnx",
      "models/adam.onnx",
      "models/swats.onnx",
      "report.html",
      "summary.json",
      "tables.tex",
    ]);
  }));

for (const [signal, expected] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]] as const) {
  Deno.test(`experiment finishes its chunk on ${signal}, saves, and says how to continue`, () =>
    inFolder(async (folder) => {
      const args = ["digits", "--optimizer", "adam", "--epochs", "300", "--chunk", "8"];
      const child = start(folder, ...args, "--out", "stopped", "--quiet");
      await until(async () => await sizeOf(`${folder}/stopped/metrics.csv`) > 500);
      child.kill(signal);
      const { code, out, err } = await end(child);
      assertEquals([code, out], [expected, ""], err);
      assertEquals(err, `stopped by ${signal}: resume with deno task experiment --resume stopped\n`);
      const files = Object.keys(filesIn(`${folder}/stopped`)).sort();
      assertEquals(files.length, 3, files.join());
      assert(files[0]!.startsWith("checkpoints/adam/"));
      assertEquals(files.slice(1), ["config.json", "metrics.csv"]);
    }));
}

Deno.test({
  name: "experiment continues when its terminal is closed if SIGHUP is ignored, as by nohup",
  ignore: !["linux", "darwin"].includes(Deno.build.os),
  fn: () =>
    inFolder(async (folder) => {
      const args = [
        "digits",
        "--optimizer",
        "adam",
        "--epochs",
        "300",
        "--chunk",
        "8",
        "--out",
        "run",
        "--quiet",
      ];
      const child = startIn('trap "" HUP; exec "$@"', folder, ...args);
      const grows = async () => {
        const size = await sizeOf(`${folder}/run/metrics.csv`);
        await until(async () => await sizeOf(`${folder}/run/metrics.csv`) > size + 500);
      };
      await grows();
      child.kill("SIGHUP");
      await grows();
      await grows();
      child.kill("SIGTERM");
      const { code, err } = await end(child);
      assertEquals([code, err.slice(0, 18)], [143, "stopped by SIGTERM"]);
    }),
});

Deno.test("experiment --resume refuses a checkpoint with a changed byte by name, or uses the one before", () =>
  inFolder(async (folder) => {
    const args = ["digits", "--optimizer", "adam", "--epochs", "2", "--checkpoint-every", "20", "--quiet"];
    const checkpoint = (step: number) => `run/checkpoints/adam/${String(step).padStart(12, "0")}.safetensors`;
    assertEquals((await run(folder, ...args, "--out", "run")).code, 0);
    const before = results(`${folder}/run`);
    await Deno.remove(`${folder}/run/summary.json`);
    const change = async (step: number) => {
      const bytes = await Deno.readFile(`${folder}/${checkpoint(step)}`);
      bytes[bytes.length - 5]! ^= 1;
      await Deno.writeFile(`${folder}/${checkpoint(step)}`, bytes);
    };
    await change(68);
    const warned = await run(folder, "--resume", "run", "--quiet");
    assertEquals(warned.code, 0);
    assertMatch(
      warned.err,
      /^warning: run\/.*0068\.safetensors changed after it was written: .*; going on from run\/.*0060\.safetensors\n$/,
    );
    assertEquals(results(`${folder}/run`), before);
    await Deno.remove(`${folder}/run/summary.json`);
    for (const step of [60, 68]) await change(step);
    const refused = await run(folder, "--resume", "run", "--quiet");
    assertEquals([refused.code, refused.out], [1, ""]);
    assertMatch(
      refused.err,
      /^error: run\/.*0068\.safetensors changed after it was written: .*; to begin .*\n$/,
    );
  }));

Deno.test("experiment --resume refuses checkpoints of another run or training, and changed metrics", () =>
  inFolder(async (folder) => {
    const args = [
      "digits",
      "--optimizer",
      "sgd,adam",
      "--epochs",
      "1",
      "--quiet",
      "--checkpoint-every",
      "20",
    ];
    await Promise.all(["0", "1"].map((seed) => run(folder, ...args, "--seed", seed, "--out", `of${seed}`)));
    await Deno.remove(`${folder}/of0/summary.json`);
    const [saved, other] = ["of0", "of1"].map((name) => filesIn(`${folder}/${name}/checkpoints`));
    const metrics = await Deno.readFile(`${folder}/of0/metrics.csv`);
    const [last, before] = ["000000000034", "000000000020"].map((step) => `${step}.safetensors`);
    const put = (checkpoint: string, bytes: Uint8Array) =>
      Deno.writeFileSync(`${folder}/of0/checkpoints/${checkpoint}`, bytes);
    const changed = metrics.with(300, metrics[300]! ^ 1);
    const whose = `error: of0/checkpoints/sgd/${last}: is the checkpoint of another training, of`;
    const ways: Record<string, () => void> = {
      [`${whose} 'sgd' in another run;`]: () => {
        for (const name of [last, before]) put(`sgd/${name}`, other![`sgd/${name}`]!);
      },
      [`${whose} 'adam';`]: () => {
        for (const name of [last, before]) put(`sgd/${name}`, saved![`adam/${name}`]!);
      },
      "error: of0/metrics.csv was truncated: it has 0 bytes, the last checkpoint expects": () =>
        Deno.removeSync(`${folder}/of0/metrics.csv`),
      "error: of0/metrics.csv was truncated: it has 99 bytes, the last checkpoint expects": () =>
        Deno.truncateSync(`${folder}/of0/metrics.csv`, 99),
      "error: of0/metrics.csv was changed: the SHA-256 of its first": () =>
        Deno.writeFileSync(`${folder}/of0/metrics.csv`, changed),
      "error: of0/metrics.csv was changed: the SHA-256 of": () => {
        // In the middle of a training, too.
        Deno.removeSync(`${folder}/of0/checkpoints/sgd/${last}`);
        Deno.writeFileSync(`${folder}/of0/metrics.csv`, changed);
      },
    };
    const restore = () => {
      for (const [name, bytes] of Object.entries(saved!)) put(name, bytes);
      Deno.writeFileSync(`${folder}/of0/metrics.csv`, metrics);
    };
    for (const [message, change] of Object.entries(ways)) {
      change();
      const { code, err } = await run(folder, "--resume", "of0", "--quiet");
      assertEquals(code, 1);
      assertStringIncludes(err, message);
      restore();
    }
    // If only one checkpoint is from another run, the one before is used.
    put(`sgd/${last}`, other![`sgd/${last}`]!);
    const { code, err } = await run(folder, "--resume", "of0", "--quiet");
    assertEquals(code, 0, err);
    assertStringIncludes(err, "'sgd' in another run; going on from");
    assertEquals(await Deno.readFile(`${folder}/of0/metrics.csv`), metrics);
  }));

Deno.test("experiment --resume refuses a damaged summary and damaged inputs", () =>
  inFolder(async (folder) => {
    const args = ["digits", "--optimizer", "sgd", "--epochs", "1", "--quiet", "--checkpoint-every", "20"];
    assertEquals((await run(folder, ...args, "--out", "run")).code, 0);
    const summary = await Deno.readTextFile(`${folder}/run/summary.json`);
    for (const text of ["", summary.slice(0, 99), "[]", "null"]) {
      await Deno.writeTextFile(`${folder}/run/summary.json`, text);
      const { code, out, err } = await run(folder, "--resume", "run", "--quiet");
      assertEquals([code, out], [2, ""]);
      assertMatch(err, /^error: run\/summary.json cannot be read: .*: remove it to resume the run\n$/);
    }
    await Deno.remove(`${folder}/run/summary.json`);
    const config = JSON.parse(await Deno.readTextFile(`${folder}/run/config.json`));
    for (const inputs of [5, [], null, { "x.npy": 1 }]) {
      await Deno.writeTextFile(`${folder}/run/config.json`, JSON.stringify({ ...config, inputs }));
      const { code, err } = await run(folder, "--resume", "run", "--quiet");
      assertEquals(code, 2);
      assertStringIncludes(err, 'run/config.json has invalid "inputs", no digests');
    }
    assertEquals(Object.keys(filesIn(`${folder}/run/checkpoints`)).length, 2);
  }));

Deno.test("experiment --resume refuses a command that was edited, and names an option that differs", () =>
  inFolder(async (folder) => {
    const args = [
      "compare",
      "--data",
      "iris",
      "--epochs",
      "2",
      "--seeds",
      "1",
      "--optimizer",
      "sgd",
      "--rates",
      "own",
    ];
    const saving = ["--quiet", "--checkpoint-every", "9"];
    assertEquals((await run(folder, ...args, ...saving, "--out", "run")).code, 0);
    await Deno.remove(`${folder}/run/summary.json`);
    const more = await run(folder, "--resume", "run", "--seeds", "2");
    assertEquals([more.code, more.out], [2, ""]);
    assertStringIncludes(
      more.err,
      'error: --seeds cannot be changed when a run is resumed: it was "1", now it is "2"',
    );
    const rates = await run(folder, "--resume", "run", "--rates", "0.1");
    assertStringIncludes(
      rates.err,
      '--rates cannot be changed when a run is resumed: it was "own", now it is "0.1"',
    );
    const config = JSON.parse(await Deno.readTextFile(`${folder}/run/config.json`));
    const edit = (change: object) =>
      Deno.writeTextFile(`${folder}/run/config.json`, JSON.stringify({ ...config, ...change }));
    const command = config.command.map((word: string, i: number) =>
      config.command[i - 1] === "--epochs" ? "3" : word
    );
    const inputs = { "data.csv": { bytes: 1, sha256: "0".repeat(64) } };
    for (const change of [{ command }, { inputs }, { identity: "0".repeat(64) }]) {
      await edit(change);
      const { code, out, err } = await run(folder, "--resume", "run", "--quiet");
      assertEquals([code, out], [2, ""]);
      assertStringIncludes(
        err,
        'error: run/config.json was changed: its "identity" does not belong to its "command" and "inputs"',
      );
    }
    await edit({});
    const { code, err } = await run(folder, "--resume", "run", "--quiet");
    assertEquals([code, err], [0, ""]);
  }));

Deno.test("the identity of a run stays the same from version to version", () => {
  // As versions 0.2.0 and later have written it to config.json.
  const args = ["compare", "--data", "iris", "--epochs", "40", "--seeds", "2", "--rates", "tuned", "--quiet"];
  const { options } = parseOptions(args, EXPERIMENTS);
  assertEquals(
    identityOf({ name: "compare", options, inputs: {} }),
    "a5898da719d642e11b4994ac788946083586c66b0af282039ea9d20f7982a58c",
  );
});

Deno.test("experiment --resume refuses a run that is still going, and does not harm it", () =>
  inFolder(async (folder) => {
    const saving = ["--checkpoint-every", "1", "--keep", "1"];
    const child = start(folder, "digits", "--optimizer", "adam", ...saving, "--out", "run", "--quiet");
    await until(async () => await sizeOf(`${folder}/run/metrics.csv`) > 100);
    for (const other of [run(folder, "--resume", "run"), run(folder, "--resume", "run")]) {
      assertEquals(await other, {
        code: 1,
        out: "",
        err: "error: run is being written by another process\n",
      });
    }
    child.kill("SIGINT");
    const { code, err } = await end(child);
    assertEquals([code, err], [130, "stopped by SIGINT: resume with deno task experiment --resume run\n"]);
  }));

Deno.test("every run can be resumed, also one that was stopped before its first training ended", () =>
  inFolder(async (folder) => {
    for (const [name, experiment] of Object.entries(EXPERIMENTS)) {
      if (!("prepare" in experiment)) continue;
      assert((experiment.common ?? COMMON_OPTIONS).includes("resume"), name);
    }
    const args = ["compare", "--data", "iris", "--epochs", "20", "--seeds", "7", "--budget", "3", "--quiet"];
    const whole = run(folder, ...args, "--out", "whole");
    const stopped = start(folder, ...args, "--out", "again");
    await until(async () => await sizeOf(`${folder}/again/config.json`) > 0);
    await sleep(50);
    stopped.kill("SIGINT");
    assertEquals(await end(stopped), {
      code: 130,
      out: "",
      err: "stopped by SIGINT: resume with deno task experiment --resume again\n",
    });
    const killed = start(folder, "--resume", "again", "--quiet");
    await sleep(300);
    await kill(killed);
    const { code, err } = await run(folder, "--resume", "again", "--quiet");
    assertEquals([code, err, (await whole).err], [0, "", ""]);
    assertEquals(results(`${folder}/again`), results(`${folder}/whole`));
    assertEquals(Object.keys(filesIn(`${folder}/again`)), Object.keys(filesIn(`${folder}/whole`)));
  }));

Deno.test("a run of an experiment that trains nothing begins again, to the same bits", () =>
  inFolder(async (folder) => {
    const args = ["momentum", "--quiet"];
    const whole = run(folder, ...args, "--out", "whole");
    const stopped = start(folder, ...args, "--out", "again");
    await until(async () => await sizeOf(`${folder}/again/config.json`) > 0);
    stopped.kill("SIGINT");
    assertEquals(await end(stopped), {
      code: 130,
      out: "",
      err: "stopped by SIGINT: begin it again with deno task experiment --resume again\n",
    });
    const { code, err } = await run(folder, "--resume", "again", "--quiet");
    assertEquals([code, err, (await whole).err], [0, "", ""]);
    assertEquals(results(`${folder}/again`), results(`${folder}/whole`));
  }));

Deno.test("experiment --resume continues with the run's own options, and reports a finished run", () =>
  inFolder(async (folder) => {
    const args = ["digits", "--optimizer", "sgd", "--epochs", "2", "--seed", "7", "--json", "--quiet"];
    const first = await run(folder, ...args, "--out", "run");
    assertEquals([first.code, first.err], [0, ""]);
    const again = await run(folder, "--resume", "run", "--json");
    assertEquals([again.code, again.err], [0, ""]);
    const { seconds: _, ...summary } = JSON.parse(again.out);
    assertEquals(summary, JSON.parse(first.out));
    const before = results(`${folder}/run`);
    // As after a kill just before the last file.
    await Deno.remove(`${folder}/run/summary.json`);
    const third = await run(folder, "digits", "--resume", "run", "--epochs", "2", "--quiet");
    assertEquals([third.code, third.err], [0, ""]);
    assertEquals(results(`${folder}/run`), before);
    const wrong: [string[], string][] = [
      [["--resume", "nowhere"], "--resume nowhere holds no run (no config.json in it)"],
      [
        ["--resume", "run", "--seed", "8"],
        "--seed cannot be changed when a run is resumed: it was 7, now it is 8",
      ],
      [["mnist", "--resume", "run"], "run holds a run of digits, not of mnist"],
      [["--resume", "run", "--out", "x"], "--out cannot be given with --resume"],
      [["--resume", "bad"], 'bad/config.json has no valid "command"'],
      [["--resume", "worse"], "worse/config.json cannot be read"],
      [
        ["digits", "--out", "run"],
        "--out run already holds a run: resume it with --resume run, or name another folder",
      ],
    ];
    for (const [name, text] of [["bad", '{"command":[1]}'], ["worse", "{"]] as const) {
      await Deno.mkdir(`${folder}/${name}`);
      await Deno.writeTextFile(`${folder}/${name}/config.json`, text);
    }
    for (const [args, message] of wrong) {
      const { code, out, err } = await run(folder, ...args);
      assertEquals([code, out], [2, ""], err);
      assertStringIncludes(err, message);
      assertEquals(err.trimEnd().split("\n").length, 1, err);
    }
  }));

Deno.test("experiment stops at a numerical fault, keeps its results, and continues as --on-nan says", () =>
  inFolder(async (folder) => {
    const args = ["digits", "--optimizer", "sgd", "--epochs", "2", "--learning-rate", "1e12", "--quiet"];
    const { code, out, err } = await run(folder, ...args, "--out", "run");
    assertEquals([code, out], [1, ""]);
    assertMatch(
      err,
      /^error: step \d+ \(epoch 1\): the loss is NaN; .* at learning rate 1000000000000; what is done is kept: resume with deno task experiment --resume run\n$/,
    );
    const rest = await run(
      folder,
      "--resume",
      "run",
      "--on-nan",
      "reduce",
      "--quiet",
      "--checkpoint-every",
      "20",
    );
    assertEquals(rest.code, 0, rest.err);
    assertStringIncludes(rest.err, "the rate is halved and the epoch begun again");
    const rows = parse(await Deno.readTextFile(`${folder}/run/metrics.csv`), { skipFirstRow: true });
    assertEquals(rows.map((r) => Number(r.step)), Array.from({ length: 68 }, (_, i) => i + 1));
    const bad = await run(folder, ...args, "--on-nan", "go");
    assertEquals([bad.code, bad.err], [2, "error: --on-nan must be one of stop, skip, reduce, got go.\n"]);
  }));
