import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { parse } from "@std/csv";
import { claimsOn, makeClaim } from "../../scripts/sweep/claim.ts";
import { sweepTables } from "../../scripts/sweep/report.ts";
import { sweepFrom } from "../../scripts/sweep/sweep_file.ts";
import { end, inFolder, run, start } from "./process.ts";
import { type Document, ends, killOne, metrics, names, sleep } from "./sweep/running.ts";
import { testUnderSlurm } from "./slurm.ts";

/** The number of trials. The project claims this for 40; a few are enough to see it break. */
const TRIALS = Number(Deno.env.get("DESCENT_SWEEP_TRIALS") ?? 10);
const KILLS = Math.ceil(TRIALS / 8);

/** Returns a sweep whose trials take long enough to be killed while they train. */
const SWEEP = {
  experiment: "digits",
  options: { epochs: 4, chunk: 8, "checkpoint-every": 8, "batch-size": 32 },
  space: { optimizer: ["sgd", "adam"], "learning-rate": { min: 1e-3, max: 0.1, scale: "log" } },
  search: { method: "random", count: TRIALS / 2 },
  seeds: 2,
  metric: "validationAccuracy",
};

Deno.test(`experiment sweep by two machines finishes each of ${TRIALS} trials once with the bits of a serial run, although trials and a machine are killed`, () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/sweep.json`, JSON.stringify(SWEEP));
    const sweep = (out: string) => ["sweep", "sweep.json", "--out", out, "--jobs", "1", "--quiet"];
    const machines = [0, 1].map(() => start(folder, ...sweep("out"), "--lease", "3", "--json"));
    const out = `${folder}/out`;
    const killed = new Set<string>();
    for (let i = 0; i < KILLS; i++) killed.add(await killOne(out, killed));
    machines[0]!.kill("SIGKILL");
    await machines[0]!.output();
    const again = start(folder, ...sweep("out"), "--lease", "3", "--json");
    const results = await Promise.all([machines[1]!, again].map(end));
    const serial = await run(folder, ...sweep("serial"), "--json");
    for (const { code, err } of [...results, serial]) assertEquals([code, err], [0, ""]);
    const [one, other, alone] = [...results, serial].map((r) => JSON.parse(r.out) as Document);
    assertEquals([one!.finished, one!.failed, one!.trials.length], [TRIALS, 0, TRIALS]);
    assertEquals(one!.trials.map((t) => t.score), alone!.trials.map((t) => t.score));
    assertEquals(one!.best, alone!.best);
    assertEquals(other!.best, alone!.best);
    assertEquals(metrics(out), metrics(`${folder}/serial`));
    assertEquals(Object.keys(metrics(out)).length, TRIALS);
    for (const id of names(`${out}/trials`)) {
      const trial = `${out}/trials/${id}`;
      assertEquals(ends(trial), killed.has(trial) ? ["failed", "finished"] : ["finished"], id);
    }
    assertEquals(names(out).sort(), [
      "learning-rate.svg",
      "report.html",
      "settings.svg",
      "summary.json",
      "tables.tex",
      "trials",
      "trials.csv",
    ]);
    const rows = parse(await Deno.readTextFile(`${out}/trials.csv`), { skipFirstRow: true });
    assertEquals(rows.map((r) => r.trial), one!.trials.map((t) => t.id));
    assertEquals(rows.map((r) => Number(r.score)), one!.trials.map((t) => t.score));
    // Everything is finished: nothing is run again, and the result is the same.
    const third = JSON.parse((await run(folder, ...sweep("out"), "--json")).out) as Document;
    assertEquals(third.trials, one!.trials);
  }));

testUnderSlurm(
  "experiment sweep --executor slurm finishes each trial once under a real Slurm, though jobs and the sweep are killed",
  { cpus: 2 },
  async (folder, { env, command }) => {
    // Half of the trials, because each of them is a job.
    const count = Math.max(2, Math.ceil(TRIALS / (TRIALS < 40 ? 4 : 2)));
    const sweep = { ...SWEEP, search: { method: "random", count } };
    await Deno.writeTextFile(`${folder}/sweep.json`, JSON.stringify(sweep));
    const way = ["--executor", "slurm", "--lease", "5"];
    const args = ["sweep", "sweep.json", ...way, "--out", "out", "--json", "--quiet"];
    const first = start(folder, ...args, { env });
    const out = `${folder}/out`;
    const killed = new Set<string>();
    killed.add(await killOne(out, killed));
    // Jobs continue without the sweep; a waiting one is canceled meanwhile, and counts as a failure.
    first.kill("SIGTERM");
    const { code, err } = await end(first);
    assertEquals(code, 143);
    assertMatch(
      err,
      /^stopped by SIGTERM: its jobs continue, scancel \d+ ends them; the same command resumes it\n$/,
    );
    const waits = (await command("squeue", "-h", "-r", "-t", "PENDING", "-o", "%i")).trim().split("\n")
      .at(-1)!;
    if (waits !== "") await command("scancel", waits);
    while (killed.size < KILLS) killed.add(await killOne(out, killed));
    const second = await end(start(folder, ...args, { env }));
    assertEquals([second.code, second.err], [0, ""]);
    const document = JSON.parse(second.out) as Document;
    assertEquals([document.finished, document.failed], [2 * count, 0]);
    const serial = ["sweep", "sweep.json", "--jobs", "1", "--out", "serial", "--quiet"];
    assertEquals((await run(folder, ...serial)).code, 0);
    assertEquals(metrics(out), metrics(`${folder}/serial`));
    for (const id of names(`${out}/trials`)) {
      const how = ends(`${out}/trials/${id}`);
      assertEquals(how.filter((h) => h === "finished").length, 1, `${id}: ${how}`);
      assertEquals(how.at(-1), "finished");
      if (killed.has(`${out}/trials/${id}`)) assert(how.includes("failed"), `${id}: ${how}`);
    }
    const attempts = document.trials.reduce((n, t) => n + t.attempts, 0);
    assertEquals(attempts, 2 * count + killed.size + (waits === "" ? 0 : 1));
    assertEquals(names(`${out}/slurm`).filter((n) => !n.endsWith(".log")), []);
  },
);

Deno.test("experiment sweep halves a space of a TypeScript file, and treats a diverged run as a failed trial", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(
      `${folder}/halving.ts`,
      `const rates: readonly number[] = [1e12, 0.1, 0.01, 0.001];
       export default {
         experiment: "digits",
         options: { optimizer: "sgd" },
         space: { "learning-rate": rates },
         search: { method: "halving", count: 4, resource: "epochs", max: 4, eta: 2 },
         metric: "validationLoss",
       };`,
    );
    const { code, out, err } = await run(folder, "sweep", "halving.ts", "--jobs", "2", "--json", "--quiet");
    assertEquals([code, err], [0, ""]);
    const { trials, best, failed } = JSON.parse(out) as Document;
    assertEquals(trials.map((t) => t.setting), [
      ...[1e12, 0.1, 0.01, 0.001].map((rate) => ({ "learning-rate": rate, epochs: 1 })),
      ...[0.1, 0.01].map((rate) => ({ "learning-rate": rate, epochs: 2 })),
      { "learning-rate": 0.1, epochs: 4 },
    ]);
    assertEquals(best.setting, { "learning-rate": 0.1, epochs: 4 });
    assertEquals(failed, 1);
    assertEquals([trials[0]!.state, trials[0]!.attempts, trials[0]!.score], ["failed", 1, null]);
    assertMatch(trials[0]!.error!, /the loss is NaN/);
    assertEquals(names(`${folder}/runs/sweep`), ["halving"]);
  }));

Deno.test("the table of a sweep rounds means to the digits of their deviation", () => {
  const states = [[0.9833, 0.9676], [12, 12]].flatMap((scores, i) =>
    scores.map((score, seed) => ({
      trial: { id: `${i}${seed}`, setting: { "batch-size": i }, seed, args: [] },
      state: "finished" as const,
      score,
      claims: { last: 1, ended: { how: "finished" as const }, beat: "", failures: 0 },
    }))
  );
  const sweep = sweepFrom({
    ...SWEEP,
    options: {},
    space: { "batch-size": [0, 1] },
    search: { method: "grid" },
    seeds: 2,
  });
  const [table] = sweepTables({ sweep, states, folder: "f", command: [], seconds: 1 });
  assertEquals(table!.rows.map((r) => r[1]), ["12 ± 0", "0.975 ± 0.011"]);
  const noteOn = (how: "failed" | "refused") => {
    const claims = { last: 3, ended: { how }, beat: "", failures: 3 };
    const lost = { trial: states[0]!.trial, state: "failed" as const, score: null, claims };
    return sweepTables({ sweep, states: [lost, ...states], folder: "f", command: [], seconds: 1 })[1]!.note;
  };
  assertStringIncludes(noteOn("failed")!, "--retries");
  assertEquals(noteOn("refused"), undefined);
});

Deno.test("experiment sweep waits for a suspended trial, and finishes it once", () =>
  inFolder(async (folder) => {
    const sweep = {
      experiment: "digits",
      options: { optimizer: "adam", epochs: 60 },
    };
    await Deno.writeTextFile(`${folder}/one.json`, JSON.stringify(sweep));
    const serial = run(folder, "sweep", "one.json", "--out", "serial", "--quiet");
    const args = ["sweep", "one.json", "--out", "out", "--lease", "1", "--quiet"];
    const first = start(folder, ...args);
    const trials = () => names(`${folder}/out/trials`).map((id) => `${folder}/out/trials/${id}`);
    const trained = (t: string) => names(`${t}/run`).includes("metrics.csv");
    for (let i = 0; i < 4000 && !trials().some(trained); i++) await sleep(5);
    const [trial = ""] = trials();
    const [pid] = (await Deno.readTextFile(`${trial}/claims/1.beat`)).split(" ").map(Number);
    Deno.kill(pid!, "SIGSTOP");
    const second = start(folder, ...args);
    for (let i = 0; i < 4000 && (await claimsOn(trial)).last < 3; i++) await sleep(5);
    Deno.kill(pid!, "SIGCONT");
    assertEquals([(await end(first)).code, (await end(second)).code], [0, 0]);
    const how = ends(trial);
    assertEquals([how[0], how.indexOf("finished")], ["failed", how.length - 1]);
    assert(how.includes("stopped"));
    await serial;
    assertEquals(metrics(`${folder}/out`), metrics(`${folder}/serial`));
  }));

Deno.test("a claim whose end is an empty file, as after a loss of power, has failed", () =>
  inFolder(async (folder) => {
    await makeClaim({ folder, claim: 1, token: "a" });
    await Deno.writeTextFile(`${folder}/claims/1.ended`, "");
    const error = `${folder}/claims/1.ended is damaged`;
    assertEquals(await claimsOn(folder), { last: 1, ended: { how: "failed", error }, beat: "", failures: 1 });
  }));

Deno.test("experiment sweep fails if no trial finishes, and tries unreadable data only once", () =>
  inFolder(async (folder) => {
    const sweep = { experiment: "csv", options: { "data-file": "nowhere.csv" } };
    await Deno.writeTextFile(`${folder}/lost.json`, JSON.stringify(sweep));
    const { code, out, err } = await run(folder, "sweep", "lost.json", "--out", "out", "--json", "--quiet");
    assertEquals([code, err], [1, "error: none of 1 trials finished: nowhere.csv: no such file\n"]);
    const { trials, failed } = JSON.parse(out) as Document;
    assertEquals([trials.map((t) => t.attempts), failed], [[1], 1]);
  }));

Deno.test("experiment sweep says what to do if deno is not on PATH, before it writes anything", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/sweep.json`, JSON.stringify(SWEEP));
    const env = { PATH: "/nonexistent" };
    for (const more of [[], ["--executor", "slurm"]]) {
      const { code, out, err } = await run(folder, "sweep", "sweep.json", "--out", "out", ...more, { env });
      assertEquals([code, out], [1, ""], err);
      assertMatch(
        err,
        /^error: trials are started by the command deno, which is not on PATH: PATH=\/\S+:"\$PATH" adds it\n$/,
      );
      assertEquals(names(folder), ["sweep.json"]);
    }
  }));

Deno.test("experiment sweep stops its trials on SIGTERM, and does not count them as failed", () =>
  inFolder(async (folder) => {
    const sweep = {
      ...SWEEP,
      options: { ...SWEEP.options, epochs: 300 },
      search: { method: "random", count: 1 },
    };
    await Deno.writeTextFile(`${folder}/long.json`, JSON.stringify(sweep));
    const child = start(folder, "sweep", "long.json", "--out", "out", "--jobs", "2", "--quiet");
    const trials = () => names(`${folder}/out/trials`).map((id) => `${folder}/out/trials/${id}`);
    const running = () => trials().filter((t) => names(`${t}/run/checkpoints`).length > 0).length;
    for (let i = 0; i < 4000 && running() < 2; i++) await sleep(5);
    child.kill("SIGTERM");
    const { code, out, err } = await end(child);
    assertEquals([code, out, err], [143, "", "stopped by SIGTERM: the same command resumes it\n"]);
    assertEquals(trials().map(ends), [["stopped"], ["stopped"]]);
    for (const t of trials()) assertEquals((await claimsOn(t)).failures, 0);
  }));

Deno.test("experiment sweep refuses sweeps that cannot run before it writes anything", () =>
  inFolder(async (folder) => {
    const cases: [object | string, string][] = [
      [{ ...SWEEP, experiment: "digit" }, 'unknown experiment "digit". Did you mean "digits"?'],
      [{ ...SWEEP, experiment: "inspect" }, "experiment inspect cannot be swept"],
      [{ ...SWEEP, options: { epoch: 3 } }, "unknown option --epoch. Did you mean"],
      [{ ...SWEEP, options: { epochs: 0 } }, "--epochs must be an integer of at least 1, got 0"],
      [{ ...SWEEP, options: { out: "x" } }, "options out is set by the sweep itself"],
      [
        { ...SWEEP, space: {}, search: { method: "gird" } },
        'search.method must be one of grid, random, quasi-random, tpe, halving, hyperband, got "gird"',
      ],
      ["{", "cannot be read as a sweep"],
    ];
    for (const [content, message] of cases) {
      await Deno.writeTextFile(
        `${folder}/bad.json`,
        typeof content === "string" ? content : JSON.stringify(content),
      );
      const { code, out, err } = await run(folder, "sweep", "bad.json", "--out", "out");
      assertEquals([code, out], [2, ""], err);
      assertStringIncludes(err, message);
      assertEquals(err.trimEnd().split("\n").length, 1, err);
      assertEquals(names(folder), ["bad.json"]);
    }
    const missing = await run(folder, "sweep", "nowhere.json");
    assertEquals(missing.code, 2);
    assert(missing.err.includes("nowhere.json cannot be read as a sweep"), missing.err);
  }));
