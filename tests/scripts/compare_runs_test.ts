import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { dirname } from "node:path/posix";
import { parse } from "@std/csv";
import { reportExperiment } from "../../scripts/commands/report.ts";
import { parseOptions } from "../../scripts/cli/args.ts";
import { UsageError } from "../../scripts/console/errors.ts";
import type { Verdict } from "../../scripts/report/claim.ts";
import type { Outcome } from "../../scripts/report/outcome.ts";
import { inFolder, run } from "./process.ts";

/** Writes the folder of a run of two optimizers with two seeds each. */
async function writeRun(
  path: string,
  { better, deno, verdict }: { better: number; deno: string; verdict?: Verdict },
): Promise<void> {
  const runs = ["sgd", "adam"].flatMap((optimizer, i) =>
    [0, 1].map((seed) => ({
      optimizer,
      learningRate: 0.1,
      seed,
      testAccuracy: 0.9 + 0.02 * seed + better * i,
    }))
  );
  await Deno.mkdir(path, { recursive: true });
  const summary = {
    experiment: "made",
    device: "cpu",
    versions: { descent: "0.1.0", deno },
    runs,
    claims: [{
      claim: "Adam is better.",
      holds: better > 0,
      ...(verdict === undefined ? {} : { verdict }),
      evidence: "",
    }],
    seconds: 1.25,
  };
  await Deno.writeTextFile(`${path}/summary.json`, JSON.stringify(summary));
  await Deno.writeTextFile(
    `${path}/config.json`,
    JSON.stringify({ command: ["experiment", "made", "--a b"] }),
  );
  const rows = runs.flatMap(({ optimizer, seed, testAccuracy }) =>
    [1, 2].map((epoch) => `${optimizer},0.1,${seed},${epoch},${testAccuracy * epoch / 2}`)
  );
  const csv = ["optimizer,learningRate,seed,epoch,testAccuracy", ...rows].join("\r\n");
  await Deno.writeTextFile(`${path}/metrics.csv`, `${csv}\r\n`);
}

/** Returns what `report` shows, as if its folder were beside those of the runs. */
async function report(...folders: string[]): Promise<Outcome> {
  const { options } = parseOptions(["report", ...folders], { report: reportExperiment });
  const ready = await reportExperiment.prepare(options);
  const folder = { path: `${dirname(folders[0]!)}/compared` };
  return await ready({ options, progress() {}, folder } as unknown as Parameters<typeof ready>[0]);
}

Deno.test("report shows the three verdicts, and whether a claim holds where a run has no verdict", () =>
  inFolder(async (folder) => {
    const all = ["holds", "contradicted", "undecided", undefined] as const;
    for (const [i, verdict] of all.entries()) {
      const better = verdict === "holds" ? 1 : -1;
      await writeRun(`${folder}/${i}`, { better, deno: "2", ...(verdict === undefined ? {} : { verdict }) });
    }
    const { tables } = await report(...all.map((_, i) => `${folder}/${i}`));
    assertEquals(tables[1]!.rows, [[
      "Adam is better.",
      "holds",
      "contradicted",
      "undecided",
      "does not hold",
    ]]);
  }));

Deno.test("report compares folders: verdicts, means over seeds, and metrics side by side", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await writeRun(`${folder}/one`, { better: 0.05, deno: "2.9.6" });
    await writeRun(`${folder}/two`, { better: -0.05, deno: "2.9.7" });
    const { runs, tables, plots = [], files } = await report(`${folder}/one`, `${folder}/two/`);
    const means = (runs as { run: string; optimizer: string; seeds: number; testAccuracy: number }[]).map((
      r,
    ) => [r.run, r.optimizer, r.seeds, r.testAccuracy.toFixed(4)].join(" "));
    assertEquals(means, [
      "made/one sgd 2 0.9100",
      "made/one adam 2 0.9600",
      "made/two sgd 2 0.9100",
      "made/two adam 2 0.8600",
    ]);
    const [made, verdicts, best, summaries] = tables;
    assertEquals(made!.rows[1], ["made/two", "cpu", "1.3", "experiment made '--a b'", "2.9.7"]);
    assertEquals(verdicts!.rows, [["Adam is better.", "holds", "does not hold"]]);
    assertEquals(best!.rows, [
      ["made/one", "0.9600 (adam 0.1, epoch 2)"],
      // Adam's is 0.86.
      ["made/two", "0.9100 (sgd 0.1, epoch 2)"],
    ]);
    assertEquals(summaries!.rows[1]!.at(-1), "0.96 ± 0.01414");
    assertEquals(plots.map((p) => p.name), ["test-accuracy"]);
    const drawn = JSON.stringify(plots[0]!.spec);
    for (const line of ["made/one sgd 0.1", "made/two adam 0.1"]) assertStringIncludes(drawn, line);
    assertEquals(parse(files[0]!.content as string, { skipFirstRow: true })[3]!.testAccuracy, "0.86");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

// cspell:ignore optimiser generalises
Deno.test("report shows where the configurations of runs differ, and only there", () =>
  inFolder(async (folder) => {
    const machine = { processor: "one", cores: 2, threads: 2, os: "linux-x86_64" };
    const configure = async (name: string, configuration: object) => {
      await writeRun(`${folder}/${name}`, { better: 0.05, deno: "2.9.6" });
      const text = JSON.stringify({ command: ["experiment", "made"], configuration });
      await Deno.writeTextFile(`${folder}/${name}/config.json`, text);
    };
    const models = [{ name: "MLP", parameters: 10 }];
    await configure("a", { machine, models, descent: { version: "0.2.0" } });
    await configure("b", { machine: { ...machine, threads: 1 }, models, descent: { version: "0.2.0" } });
    await writeRun(`${folder}/older`, { better: 0.05, deno: "2.9.6" });
    const configurations = async (...names: string[]) =>
      (await report(...names.map((n) => `${folder}/${n}`))).tables.filter((t) =>
        t.title?.startsWith("Config")
      );
    assertEquals(await configurations("a"), []);
    assertEquals(await configurations("a", "a"), []);
    assertEquals(await configurations("a", "b"), [{
      title: "Configurations: what differs",
      header: ["", "made/a", "made/b"],
      rows: [["machine", "one, 2 cores, 2 threads, linux-x86_64", "one, 2 cores, 1 thread, linux-x86_64"]],
    }]);
    const [older] = await configurations("a", "older");
    assertEquals(older!.rows.map((r) => [r[0], r[2]]), [["model: MLP", ""], ["machine", ""], [
      "Descent",
      "",
    ]]);
  }));

Deno.test("report puts a claim that 0.1.0 spelled in another way in one row with the present one", () =>
  inFolder(async (folder) => {
    const pairs = [
      [
        "The learning rate matters more than the optimiser.",
        "The learning rate matters more than the optimizer.",
      ],
      ["On digits, it generalises worse.", "On digits, it generalizes worse."],
      [
        "Stochastic gradient descent, updating with every example, uses the hardware badly.",
        "Stochastic gradient descent, updating with every example, uses the hardware poorly.",
      ],
      ["It does badly.", "It does badly."],
    ];
    const versions = { former: pairs.map((p) => p[0]), present: pairs.map((p) => p[1]) };
    for (const [name, claims] of Object.entries(versions)) {
      await writeRun(`${folder}/${name}`, { better: 0, deno: "2.9.6" });
      const path = `${folder}/${name}/summary.json`;
      const summary = JSON.parse(await Deno.readTextFile(path));
      summary.claims = claims.map((claim) => ({ claim, holds: name === "present", evidence: "" }));
      await Deno.writeTextFile(path, JSON.stringify(summary));
    }
    const { tables } = await report(`${folder}/former`, `${folder}/present`);
    assertEquals(tables[1]!.rows, pairs.map(([, present]) => [present!, "does not hold", "holds"]));
  }));

Deno.test("report leaves out the curves of a run whose metrics.csv is damaged, and says so", () =>
  inFolder(async (folder) => {
    const names = ["sound", "long", "pipe"];
    for (const name of names) await writeRun(`${folder}/${name}`, { better: 0.05, deno: "2.9.6" });
    await Deno.writeTextFile(`${folder}/long/metrics.csv`, "sgd,0.1,0,3,1,more\n", { append: true });
    await Deno.remove(`${folder}/pipe/metrics.csv`);
    await new Deno.Command("mkfifo", { args: [`${folder}/pipe/metrics.csv`] }).output();
    const { code, out, err } = await run(folder, "report", ...names, "--out", "out", "--quiet");
    assertEquals(code, 0, err);
    assertMatch(err, /^warning: long\/metrics\.csv: .*line 10.*; its curves are left out\n/);
    assertStringIncludes(err, "warning: pipe/metrics.csv: is a pipe (FIFO), not a file");
    assertEquals(err.trimEnd().split("\n").length, 2, err);
    assertStringIncludes(out, "Without the curves of long/metrics.csv");
    const page = await Deno.readTextFile(`${folder}/out/report.html`);
    for (const line of ["made/sound sgd 0.1", "Without the curves of pipe/metrics.csv"]) {
      assertStringIncludes(page, line);
    }
    assert(!page.includes("made/long sgd 0.1"));
    const summary = JSON.parse(await Deno.readTextFile(`${folder}/out/summary.json`));
    assertEquals(summary.runs.length, 6);
  }));

Deno.test("report names the folder that has no finished run, and says why", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await assertRejects(() => report(), UsageError, "report needs folders of runs");
    await assertRejects(
      () => report(folder),
      UsageError,
      `${folder} holds no finished run: it needs a summary.json`,
    );
    await Deno.writeTextFile(`${folder}/summary.json`, "{");
    const error = await assertRejects(() => report(folder), UsageError);
    assertMatch(error.message, /needs a summary.json, and .*JSON/);
    assert(!error.message.includes("\n"));
    for (const runs of [3, [null], { a: 1 }]) {
      await Deno.writeTextFile(`${folder}/summary.json`, JSON.stringify({ runs }));
      await Deno.writeTextFile(`${folder}/config.json`, "{}");
      const message = "runs of its summary.json must be a list of objects";
      await assertRejects(() => report(folder), UsageError, message);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
