import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { UsageError } from "../../../scripts/console/mod.ts";
import { isPruned, mediansOf } from "../../../scripts/sweep/median.ts";
import { epochValues } from "../../../scripts/sweep/curve.ts";
import { sweepFrom } from "../../../scripts/sweep/sweep_file.ts";
import { end, inFolder, run, start } from "../process.ts";
import { standIn } from "../slurm_stand_in.ts";
import { type Document, ends, killOne, metrics, names } from "./running.ts";

const METRIC = "validationLoss";

/** A sweep in which some trials are much worse than others from the start. */
const SWEEP = {
  experiment: "digits",
  options: { epochs: 4, chunk: 8, "checkpoint-every": 8, "batch-size": 32, optimizer: "sgd" },
  space: { "learning-rate": { min: 1e-4, max: 1, scale: "log" } },
  search: { method: "tpe", count: 10, startup: 4, parallel: 2 },
  pruner: { method: "median", startup: 2 },
};

Deno.test("experiment sweep prunes the trials that the medians of earlier ones say, although trials and the sweep are killed", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/sweep.json`, JSON.stringify(SWEEP));
    const sweep = (
      out: string,
      jobs: string,
    ) => ["sweep", "sweep.json", "--out", out, "--jobs", jobs, "--json", "--quiet"];
    const serial = await run(folder, ...sweep("serial", "1"));
    const machine = start(folder, ...sweep("out", "2"), "--lease", "3");
    const killed = await killOne(`${folder}/out`, new Set());
    machine.kill("SIGKILL");
    await machine.output();
    const resumed = await end(start(folder, ...sweep("out", "2"), "--lease", "3"));
    for (const { code, err } of [serial, resumed]) assertEquals([code, err], [0, ""]);
    const [alone, one] = [serial, resumed].map(({ out }) => JSON.parse(out) as Document);
    const told = ({ trials }: Document) =>
      trials.map(({ setting, state, score, prunedAfter }) => ({ setting, state, score, prunedAfter }));
    assertEquals(told(one!), told(alone!));
    assertEquals(metrics(`${folder}/out`), metrics(`${folder}/serial`));
    assert(ends(killed).length > 1, "no trial was killed");

    // The decisions are those of the medians of the settings before, two of which may have been running.
    const { trials } = alone!;
    const curves = await Promise.all(
      trials.map(async (t) => (await epochValues(`${folder}/serial/trials/${t.id}/run`, METRIC)).curve),
    );
    const options = { goal: "min", warmUp: 0, interval: 1 } as const;
    for (const [k, { state, prunedAfter, score }] of trials.entries()) {
      const earlier = curves.slice(0, Math.max(0, k - 1)).filter((_, i) => trials[i]!.state === "finished");
      const medians = mediansOf(earlier, { startup: 2 });
      const steps = [...curves[k]!.keys()].sort();
      const first = medians === undefined
        ? undefined
        : steps.find((step) =>
          isPruned(new Map([...curves[k]!].filter(([s]) => s <= step)), medians, options)
        );
      // After the last epoch there is nothing left to stop.
      assertEquals(prunedAfter, first === undefined || first === 3 ? undefined : first + 1, `trial ${k}`);
      assertEquals(state, prunedAfter === undefined ? "finished" : "pruned");
      assertEquals(steps.length, prunedAfter ?? 4);
      assertEquals(score, curves[k]!.get((prunedAfter ?? 4) - 1));
    }
    const pruned = trials.find((t) => t.state === "pruned");
    assert(pruned !== undefined, "no trial was pruned");
    assert(trials.filter((t) => t.state === "finished").length >= 2);

    // A process that was killed after its decision, before it recorded its end: its successor trains no further.
    const trial = `${folder}/serial/trials/${pruned.id}`;
    await Deno.remove(`${trial}/claims/${pruned.attempts}.ended`);
    const taken = await run(folder, ...sweep("serial", "1"), "--lease", "1");
    assertEquals([taken.code, taken.err], [0, ""]);
    assertEquals(told(JSON.parse(taken.out)), told(alone!));
    assertEquals(ends(trial), ["failed", "pruned"]);
    assertEquals((await epochValues(`${trial}/run`, METRIC)).curve.size, pruned.prunedAfter);

    // A pruned run can be continued by hand; the sweep still counts it as pruned.
    const at = `serial/trials/${pruned.id}/run`;
    const continued = await run(folder, "--resume", at, "--quiet", "--json");
    assertEquals([continued.code, continued.err], [0, ""]);
    assertEquals((await epochValues(`${folder}/${at}`, METRIC)).curve.size, 4);
    const again = await run(folder, ...sweep("serial", "1"));
    assertEquals(told(JSON.parse(again.out)), told(alone!));
  }));

Deno.test("sweepFrom() checks the pruner by name", () => {
  const pruner = (more: object, sweep: object = {}) => ({
    ...SWEEP,
    ...sweep,
    pruner: { method: "median", ...more },
  });
  assertEquals(sweepFrom(pruner({})).pruner, { method: "median", startup: 5, warmUp: 0, interval: 1 });
  assertEquals(sweepFrom(pruner({}, { search: { method: "random", count: 3 } })).search, {
    method: "random",
    count: 3,
    seed: 0,
    parallel: 4,
  });
  const cases: [object, string][] = [
    [pruner({ method: "mean" }), 'pruner.method must be one of median, got "mean"'],
    [pruner({ startup: -1 }), "pruner.startup must be an integer from 0 to 1000000000, got -1"],
    [pruner({ warmUp: 0.5 }), "pruner.warmUp must be an integer from 0 to 1000000000, got 0.5"],
    [pruner({ interval: 0 }), "pruner.interval must be an integer from 1 to 100000, got 0"],
    [pruner({ warmup: 1 }), 'pruner has no field "warmup". Did you mean "warmUp"?'],
    [pruner({}, { seeds: 2 }), "pruner needs one seed, because it compares single trials: seeds names 2"],
    [pruner({}, { metric: "runs.0.validationLoss" }), "runs.0.validationLoss is a path in a summary"],
    [
      pruner({}, { search: { method: "hyperband", resource: "epochs", max: 4 }, options: {} }),
      "pruner is not for hyperband, which stops trials itself",
    ],
    [
      { ...SWEEP, pruner: undefined, search: { method: "random", count: 2, parallel: 2 } },
      "search.parallel is for tpe, or with a pruner",
    ],
  ];
  for (const [content, message] of cases) assertThrows(() => sweepFrom(content), UsageError, message);
});

Deno.test("experiment sweep refuses a pruner for an experiment without metrics of each epoch, or with several trainings", () =>
  inFolder(async (folder) => {
    const base = { pruner: SWEEP.pruner, search: { method: "grid" }, space: { epochs: [1] }, options: {} };
    const cases: [object, number, string][] = [
      [
        { ...base, experiment: "compare", metric: "loss" },
        2,
        "pruner needs metrics of each epoch, which experiment compare does not write: remove pruner",
      ],
      [
        { ...base, experiment: "digits", metric: "seconds", options: { optimizer: "sgd" } },
        2,
        "pruner needs seconds after each epoch, which digits does not write to metrics.csv",
      ],
      [
        { ...base, experiment: "digits", metric: METRIC, options: { optimizer: "sgd,adam" } },
        2,
        "has 2: sgd 0; adam 0. Name one, as by options.optimizer, or remove pruner",
      ],
    ];
    for (const [i, [content, code, message]] of cases.entries()) {
      await Deno.writeTextFile(`${folder}/bad${i}.json`, JSON.stringify(content));
      const result = await run(folder, "sweep", `bad${i}.json`, "--quiet");
      assertStringIncludes(result.err, message);
      assertEquals(result.code, code);
    }
    assertEquals(names(`${folder}/runs/sweep`).includes("bad0"), false);
  }));

Deno.test("experiment sweep by TPE with a pruner decides the same under Slurm as in one process after the other", () =>
  inFolder(async (folder) => {
    const slurm = await standIn(`${folder}/stand-in`, { pending: 1 });
    const short = { ...SWEEP, options: { optimizer: "sgd", epochs: 3, "batch-size": 256 } };
    await Deno.writeTextFile(`${folder}/sweep.json`, JSON.stringify(short));
    const sweep = (out: string) => ["sweep", "sweep.json", "--out", out, "--json", "--quiet"];
    const [queued, alone] = [
      await run(folder, ...sweep("slurm"), "--executor", "slurm", slurm),
      await run(folder, ...sweep("serial"), "--jobs", "1"),
    ];
    await slurm.settled();
    for (const { code, err } of [queued, alone]) assertEquals([code, err], [0, ""]);
    const [one, other] = [queued, alone].map(({ out }) => (JSON.parse(out) as Document).trials);
    const told = ({ setting, state, score, prunedAfter }: Document["trials"][number]) => {
      return { setting, state, score, prunedAfter };
    };
    assertEquals(one!.map(told), other!.map(told));
    assertEquals(metrics(`${folder}/slurm`), metrics(`${folder}/serial`));
    assert(one!.some((t) => t.state === "pruned"), "no trial was pruned");
  }));
