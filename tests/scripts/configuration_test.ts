/** The configuration of a run in its folder: data, models, optimizers, machine and version; also when it is resumed. */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { cpus, totalmem } from "node:os";
import { sessionPlan } from "../../mod.ts";
import { UsageError } from "../../scripts/console/mod.ts";
import { digestData } from "../../scripts/inputs/data_digest.ts";
import { SUBJECTS } from "../../scripts/inputs/mod.ts";
import { commit } from "../../scripts/run/commit.ts";
import {
  type Configuration,
  configurationOf,
  finishedConfiguration,
  withThreads,
} from "../../scripts/run/configuration.ts";
import { configurationRows } from "../../scripts/run/configuration_text.ts";
import denoJson from "../../deno.json" with { type: "json" };
import { data } from "../runtime/problem.ts";
import { inFolder, run } from "./process.ts";

const PLAN = { threads: 2, spinning: true, block: 16 } as const;
const CPU = { device: "cpu", plan: PLAN } as const;

Deno.test("experiment digits --json has the whole configuration, and config.json the same", () =>
  inFolder(async (folder) => {
    const args = ["digits", "--optimizer", "sgd,adam", "--epochs", "1", "--json", "--quiet", "--out", "run"];
    const { code, out, err } = await run(folder, ...args, { env: { DESCENT_THREADS: "1" } });
    assertEquals([code, err], [0, ""]);
    const { configuration, runs } = JSON.parse(out) as {
      configuration: Configuration;
      runs: { learningRate: number }[];
    };
    const { descent, machine, session, data, models, optimizers } = configuration;
    assertEquals(descent.version, denoJson.version);
    assertEquals(machine.processor, cpus()[0]?.model.trim());
    const { block } = await sessionPlan();
    const { cores, threads } = machine;
    assertEquals([cores, threads, machine.block], [navigator.hardwareConcurrency, 1, block]);
    assertEquals(machine.memory, totalmem());
    assertEquals(session, { device: "cpu", precision: "float32", spinning: true });
    assertEquals(data.map((d) => [d.name, d.examples]), [
      ["UCI digits", { train: 1079, validation: 359, test: 359 }],
    ]);
    assert(/^[0-9a-f]{64}$/.test(data[0]!.sha256!));
    assertEquals(models, [{ name: "MLP 64-256-10", parameters: 65 * 256 + 257 * 10 }]);
    assertEquals(
      optimizers.map(({ name, learningRates }) => [name, learningRates]),
      [["sgd", [runs[0]!.learningRate]], ["adam", [runs[1]!.learningRate]]],
    );
    const written = JSON.parse(await Deno.readTextFile(`${folder}/run/config.json`));
    assertEquals(written.configuration, configuration);
    const page = await Deno.readTextFile(`${folder}/run/report.html`);
    for (const text of ["1,079 train, 359 validation, 359 test examples", "19,210 parameters"]) {
      assertStringIncludes(page, text);
    }
    // Another seed splits otherwise.
    const other = await run(folder, ...args.with(-1, "other"), "--seed", "1");
    assert(JSON.parse(other.out).configuration.data[0].sha256 !== data[0]!.sha256);
  }));

Deno.test("a run on cuda records whether it may take TF32, which another choice than before changes", async () => {
  const cuda = { device: "cuda", plan: PLAN } as const;
  const [without, allowed] = [await configurationOf(cuda), await configurationOf({ ...cuda, tf32: true })];
  assertEquals(without.session, { device: "cuda", precision: "float32", tf32: false, spinning: true });
  assertEquals(allowed.session.tf32, true);
  assertEquals(Object.keys((await configurationOf(CPU)).session), ["device", "precision", "spinning"]);
  const resumed = await configurationOf(cuda, allowed);
  assertEquals([resumed.session.tf32, resumed.resumed?.[0]?.session.tf32], [true, false]);
  const device = (c: typeof without) =>
    configurationRows({ ...c, models: [], optimizers: [] }).find(([name]) => name === "device")![1];
  assertEquals([device(without), device(allowed)], ["cuda, float32", "cuda, float32, TF32"]);
});

Deno.test("a run that is resumed elsewhere keeps the first record in its folder, and refuses other data", () =>
  inFolder(async (folder) => {
    const args = [
      "digits",
      "--optimizer",
      "sgd",
      "--epochs",
      "1",
      "--checkpoint-every",
      "10",
      "--out",
      "run",
    ];
    assertEquals((await run(folder, ...args, "--quiet")).code, 0);
    const file = `${folder}/run/config.json`;
    const config = JSON.parse(await Deno.readTextFile(file));
    const { configuration } = config as { configuration: Configuration };
    const resume = async (change: Partial<Configuration>) => {
      await Deno.writeTextFile(
        file,
        JSON.stringify({ ...config, configuration: { ...configuration, ...change } }),
      );
      await Deno.remove(`${folder}/run/summary.json`);
      return await run(folder, "--resume", "run", "--json", "--quiet");
    };
    const machine = { ...configuration.machine, processor: "another" };
    const moved = await resume({ machine });
    assertEquals(moved.code, 0, moved.err);
    const told = JSON.parse(moved.out).configuration as Configuration;
    assertEquals(told.machine, machine);
    assertEquals(told.resumed?.map((p) => p.machine.processor), [configuration.machine.processor]);
    assertEquals(JSON.parse(await Deno.readTextFile(file)).configuration, told);
    const data = configuration.data.map((d) => ({ ...d, sha256: "0".repeat(64) }));
    const refused = await resume({ data });
    assertEquals([refused.code, refused.out], [2, ""]);
    assertStringIncludes(
      refused.err,
      'error: the data set "UCI digits" has changed since the run was started',
    );
  }));

Deno.test("digestData() tells labels, bytes, shapes, scales and splits apart", () => {
  const [a, b] = [data(1), data(2)];
  const digests = [
    { train: a, test: b },
    { train: b, test: a },
    { train: a },
    { validation: a },
    { train: { ...a, target: b.target! } },
    { train: { ...a, x: { ...a.x!, shape: [50, 12] } } },
    { train: { ...a, x: { ...a.x!, scale: 1 } } },
  ].map(digestData);
  assertEquals(new Set(digests).size, digests.length);
  assertEquals(digestData({ train: data(1), test: data(2) }), digests[0]);
  const rows = { dtype: "uint8", shape: [50, 12], read: () => Promise.reject(new Error()) } as const;
  assertEquals(digestData({ train: { x: rows } } as unknown as Parameters<typeof digestData>[0]), undefined);
});

// cspell:ignore commondir gitdir worktrees
Deno.test("commit() reads branches, loose or packed, linked working trees and single commits, and nothing else", () =>
  inFolder(async (folder) => {
    const write = async (path: string, text: string) => {
      await Deno.mkdir(`${folder}/${path.slice(0, path.lastIndexOf("/"))}`, { recursive: true });
      await Deno.writeTextFile(`${folder}/${path}`, text);
    };
    const at = (name: string) => commit(new URL(`file://${folder}/${name}/`));
    const [one, two, three, four] = ["1", "2", "3", "4"].map((digit) => digit.repeat(40));
    await write("branch/.git/HEAD", "ref: refs/heads/main\n");
    await write("branch/.git/refs/heads/main", `${one}\n`);
    await write("branch/.git/packed-refs", `${four} refs/heads/main\n`);
    await write("packed/.git/HEAD", "ref: refs/heads/a/b\n");
    await write("packed/.git/packed-refs", `# pack-refs\n${four} refs/heads/x/a/b\n${two} refs/heads/a/b\n`);
    await write("single/.git/HEAD", `${three}\n`);
    await write("tree/.git", "gitdir: ../branch/.git/worktrees/tree\n");
    await write("branch/.git/worktrees/tree/HEAD", "ref: refs/heads/other\n");
    await write("branch/.git/worktrees/tree/commondir", "../..\n");
    await write("branch/.git/refs/heads/other", `${four}\n`);
    await write("unborn/.git/HEAD", "ref: refs/heads/main\n");
    await write("none/file", "");
    await write("odd/.git/HEAD", "ref: refs/heads/../../secret\n");
    await write("odd/secret", "not a commit");
    const found = await Promise.all(["branch", "packed", "single", "tree"].map(at));
    assertEquals(found, [one, two, three, four]);
    assertEquals(await Promise.all(["unborn", "none", "odd"].map(at)), [undefined, undefined, undefined]);
    assertEquals(await commit(new URL("https://example.org/descent/")), undefined);
  }));

Deno.test("configurationOf() keeps the first record of a resumed run, and adds other places once", async () => {
  SUBJECTS.clear();
  SUBJECTS.noteData("small", { train: data(1) });
  const first = await configurationOf(CPU);
  assertEquals(first.resumed, undefined);
  assertEquals(await configurationOf(CPU, first), first);
  // Memory varies a little on one machine.
  const machine = { ...first.machine, memory: 1 };
  assertEquals(await configurationOf(CPU, { ...first, machine }), { ...first, machine });
  // Whether threads spin depends on the load, and changes no result.
  const session = { ...first.session, spinning: false };
  assertEquals(await configurationOf(CPU, { ...first, session }), { ...first, session });
  const there = { ...first, machine: { ...first.machine, processor: "another" } };
  const { data: _, ...here } = first;
  const moved = await configurationOf(CPU, there);
  assertEquals(moved, { ...there, resumed: [here] });
  assertEquals(await configurationOf(CPU, moved), moved);
  const older = await configurationOf(CPU, {
    ...moved,
    resumed: [{ ...here, descent: { version: "0.0.1" } }],
  });
  assertEquals(older.resumed?.map((p) => p.descent.version), ["0.0.1", first.descent.version]);
  // A run of an earlier version has no record.
  assertEquals(await configurationOf(CPU, {}), first);
  SUBJECTS.clear();
});

Deno.test("withThreads() puts the choice where the run is now; a GPU has no block", async () => {
  SUBJECTS.clear();
  const auto = await configurationOf({ device: "cpu", plan: { ...PLAN, threads: "auto" } });
  assertEquals([auto.machine.threads, auto.machine.block], ["auto", 16]);
  const { machine, resumed } = withThreads(auto, 3);
  assertEquals([machine, resumed], [{ ...auto.machine, threads: 3 }, undefined]);
  const moved = { ...auto, machine: { ...machine, cores: 99 }, resumed: [auto, auto] };
  const chosen = withThreads(moved, 1);
  assertEquals(chosen.machine.threads, 3);
  assertEquals(chosen.resumed?.map((p) => p.machine.threads), ["auto", 1]);
  const gpu = await configurationOf({ device: "webgpu", plan: { ...PLAN, block: "none" } });
  assertEquals("block" in gpu.machine, false);
});

Deno.test("configurationOf() refuses a data set that has changed since the run was started", async () => {
  SUBJECTS.clear();
  SUBJECTS.noteData("small", { train: data(1) });
  const first = await configurationOf(CPU);
  SUBJECTS.noteData("small", { train: data(2), test: data(3) });
  await assertRejects(
    () => configurationOf(CPU, first),
    UsageError,
    'the data set "small" has changed since the run was started: it had 50 train examples, now it has 50 train, 50 test',
  );
  SUBJECTS.clear();
});

Deno.test("configurationRows() has a row for each part, rates and hyper-parameters of the runs", async () => {
  SUBJECTS.clear();
  SUBJECTS.noteModel("made", 1234);
  const runs = [
    { optimizer: "adam", learningRate: 0.1, hyperparameters: { beta1: 0.9, schedule: "cosine" } },
    { optimizer: "sgd", rate: 2 },
    { optimizer: "adam", learningRate: 0.01, hyperparameters: { beta1: 0.9, schedule: "cosine" } },
    { rule: "no optimizer" },
  ];
  const configuration = finishedConfiguration(await configurationOf(CPU), runs);
  SUBJECTS.clear();
  const rows = configurationRows({
    ...configuration,
    descent: { version: "1.2.3", commit: "0123456789abcdef" },
  });
  assertEquals(rows.slice(0, 4), [
    ["model: made", "1,234 parameters"],
    ["optimizer: adam", "learning rate 0.01, 0.1; beta1 0.9; schedule cosine"],
    ["optimizer: sgd", "learning rate 2"],
    ["device", "cpu, float32"],
  ]);
  assertEquals(rows.at(-1), ["Descent", "1.2.3, commit 0123456789ab…"]);
  assertEquals(configurationRows({}), []);
});
