import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { UsageError } from "../../../scripts/console/mod.ts";
import { sweepFrom } from "../../../scripts/sweep/sweep_file.ts";
import { end, inFolder, run, start } from "../process.ts";
import { type Document, killOne, metrics, names } from "./running.ts";

/** A sweep whose trials take long enough to be killed while they train. */
const SWEEP = {
  experiment: "digits",
  options: { epochs: 3, chunk: 8, "checkpoint-every": 8, "batch-size": 32 },
  space: { optimizer: ["sgd", "adam"], "learning-rate": { min: 1e-3, max: 0.1, scale: "log" } },
  search: { method: "tpe", count: 8, startup: 3, parallel: 2 },
};

Deno.test("experiment sweep by TPE proposes the same trials, although trials and the sweep are killed", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/sweep.json`, JSON.stringify(SWEEP));
    const sweep = (
      out: string,
      jobs: string,
    ) => ["sweep", "sweep.json", "--out", out, "--jobs", jobs, "--json"];
    const killed = new Set<string>();
    for (let i = 0; i < 2; i++) {
      const machine = start(folder, ...sweep("out", "2"), "--lease", "3", "--quiet");
      // A later one the second time, whose setting was proposed.
      killed.add(await killOne(`${folder}/out`, new Set([...killed, ...(i === 0 ? [] : finished(folder))])));
      machine.kill("SIGKILL");
      await machine.output();
    }
    const resumed = await end(start(folder, ...sweep("out", "2"), "--lease", "3", "--quiet"));
    const serial = await run(folder, ...sweep("serial", "1"), "--quiet");
    for (const { code, err } of [resumed, serial]) assertEquals([code, err], [0, ""]);
    const [one, alone] = [resumed, serial].map(({ out }) => JSON.parse(out) as Document);
    assertEquals(one!.trials.map((t) => t.setting), alone!.trials.map((t) => t.setting));
    assertEquals(one!.trials.map((t) => t.score), alone!.trials.map((t) => t.score));
    assertEquals(metrics(`${folder}/out`), metrics(`${folder}/serial`));
    assert(one!.trials.some((t) => t.attempts > 1), "no trial was killed");
    assertEquals(one!.finished, one!.trials.length);
  }));

/** Returns the folders of the trials that have ended. */
function finished(folder: string): string[] {
  const trials = `${folder}/out/trials`;
  return names(trials).map((id) => `${trials}/${id}`).filter((t) =>
    names(`${t}/run`).includes("summary.json")
  );
}

Deno.test("sweepFrom() checks the fields of TPE by name", () => {
  const tpe = (more: object) => ({ ...SWEEP, search: { method: "tpe", count: 4, ...more } });
  assertEquals(sweepFrom(tpe({})).search, {
    method: "tpe",
    count: 4,
    seed: 0,
    startup: 10,
    candidates: 24,
    gamma: 0.1,
    parallel: 4,
  });
  const cases: [object, string][] = [
    [{ gamma: 0 }, "search.gamma must be a number above 0, at most 1, got 0"],
    [{ startup: 0 }, "search.startup must be an integer from 1 to 100000, got 0"],
    [{ candidates: 1e5 }, "search.candidates must be an integer from 1 to 10000, got 100000"],
    [{ parallel: 1.5 }, "search.parallel must be an integer from 1 to 100000, got 1.5"],
    [{ paralel: 2 }, 'search has no field "paralel". Did you mean "parallel"?'],
    [{ count: undefined }, "search.count must be an integer from 1 to 100000, got nothing"],
  ];
  for (const [more, message] of cases) assertThrows(() => sweepFrom(tpe(more)), UsageError, message);
});

Deno.test("experiment sweep checks every value that TPE may propose before it writes anything", () =>
  inFolder(async (folder) => {
    const space = { "batch-size": { min: 0, max: 500, integer: true } };
    await Deno.writeTextFile(`${folder}/bad.json`, JSON.stringify({ ...SWEEP, options: {}, space }));
    const { code, err } = await run(folder, "sweep", "bad.json", "--out", "out");
    assertEquals(code, 2, err);
    assertStringIncludes(err, "--batch-size must be an integer of at least 1, got 0");
    assertEquals(names(folder), ["bad.json"]);
  }));
