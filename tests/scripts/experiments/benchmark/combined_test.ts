/** Runs of the benchmark are combined if they share a protocol, and refused by name if they do not. */
import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { exactJson } from "../../../../runtime/checkpoint/mod.ts";
import { UsageError } from "../../../../scripts/console/mod.ts";
import type { BenchmarkData, BenchmarkedProblem } from "../../../../scripts/experiments/benchmark/data.ts";
import { protocolOf } from "../../../../scripts/experiments/benchmark/protocol/definition.ts";
import { type Given, inFolder, run } from "../../process.ts";
import { testUnderSlurm } from "../../slurm.ts";
import { dataOf, prepared, timeless } from "./in_process.ts";

const SMALL = [
  "--problem=digits_logreg,digits_mlp",
  "--optimizer=sgd,adam",
  "--budget=2",
  "--seeds=2",
  "--epochs=1",
];

/** The data of a small run: two problems, two rules. */
const whole = await dataOf(...SMALL);

/** Returns the whole run with one problem and one optimizer only. */
function part(problem: string, optimizer: string): BenchmarkData {
  const only = <T>(record: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(record).filter(([name]) => name === optimizer));
  return {
    ...whole,
    config: { ...whole.config, declared: only(whole.config.declared) },
    problems: whole.problems.filter((p) => p.problem === problem).map((p) => ({
      ...p,
      spaces: only(p.spaces),
      compared: {
        arms: p.compared.arms.filter((a) => a.optimizer === optimizer),
        trials: only(p.compared.trials),
      },
      resumed: only(p.resumed),
      machines: only(p.machines),
    })),
  };
}

/** Writes runs into folders, and returns what `--from` makes of them. */
async function fromFolders(
  folder: string,
  runs: Readonly<Record<string, BenchmarkData>>,
): Promise<BenchmarkData> {
  for (const [name, data] of Object.entries(runs)) {
    await Deno.mkdir(`${folder}/${name}`, { recursive: true });
    await Deno.writeTextFile(`${folder}/${name}/benchmark.json`, exactJson(data));
  }
  return await dataOf(`--from=${Object.keys(runs).map((name) => `${folder}/${name}`).join()}`);
}

/** Returns a run with a change to its first problem. */
function changed(data: BenchmarkData, change: (problem: BenchmarkedProblem) => object): BenchmarkData {
  const [first, ...others] = data.problems;
  return { ...data, problems: [{ ...first!, ...change(first!) }, ...others] };
}

Deno.test("runs of other problems and optimizers combine to the run of all of them", () =>
  inFolder(async (folder) => {
    const found = await fromFolders(folder, {
      d: part("digits_mlp", "adam"),
      c: part("digits_logreg", "adam"),
      b: part("digits_mlp", "sgd"),
      a: part("digits_logreg", "sgd"),
      // The same once more, measured by another clock.
      e: changed(part("digits_logreg", "sgd"), ({ compared: { arms, trials } }) => ({
        compared: {
          arms: arms.map((arm) => ({
            ...arm,
            runs: arm.runs.map((r) => ({ ...r, seconds: 2 * r.seconds })),
          })),
          trials,
        },
      })),
    });
    assertEquals(timeless(found), timeless(whole));
    // Seconds are those of the folder that comes first.
    assertEquals(found.problems[0]!.compared.arms[0], whole.problems[0]!.compared.arms[0]);
  }));

Deno.test("runs that differ in the protocol, a definition or an optimizer are refused by name", () =>
  inFolder(async (folder) => {
    const sgd = part("digits_logreg", "sgd");
    const adam = part("digits_logreg", "adam");
    const config = { ...adam.config, trials: 3 };
    const worse = changed(sgd, ({ compared: { arms, trials } }) => ({
      compared: {
        arms: arms.map((arm) => ({ ...arm, runs: arm.runs.map((r) => ({ ...r, testAccuracy: 0.5 })) })),
        trials,
      },
    }));
    const code = (digest: string) => ({ ...sgd.config, code: { mine: digest } });
    const cases: readonly (readonly [BenchmarkData, BenchmarkData, string])[] = [
      [
        { ...sgd, config: code("one") },
        { ...part("digits_mlp", "sgd"), config: code("two") },
        "mine differs in its code: one and two",
      ],
      // One that is missing is not one that failed.
      [
        sgd,
        part("digits_mlp", "adam"),
        "there is none of adam on digits_logreg, sgd on digits_mlp: add what is missing",
      ],
      [sgd, { ...adam, config, protocol: protocolOf(config) }, "they differ in trials: 2 and 3"],
      [
        sgd,
        changed(adam, () => ({ digest: "other", epochs: 2 })),
        "digits_logreg of FOLDER/a and of FOLDER/b cannot be combined, they differ in the epochs: 1 and 2",
      ],
      [
        sgd,
        changed(adam, () => ({ digest: "other" })),
        "they differ in the data or in the first weights",
      ],
      [
        sgd,
        worse,
        "sgd on digits_logreg has other results in FOLDER/a than in FOLDER/b: leave one of them out",
      ],
      [
        sgd,
        {
          ...part("digits_mlp", "sgd"),
          config: { ...sgd.config, declared: { sgd: { learningRate: 0.2 } } },
        },
        'sgd differs in its declared setting: {"learningRate":0.1} and {"learningRate":0.2}',
      ],
      [sgd, { ...adam, protocol: { ...adam.protocol, version: 0 } }, "is of version 0 of the benchmark"],
    ];
    for (const [a, b, message] of cases) {
      await assertRejects(
        () => fromFolders(folder, { a, b }),
        UsageError,
        message.replaceAll("FOLDER", folder),
      );
    }
    await assertRejects(
      () => prepared(`--from=${folder}/none`),
      UsageError,
      "holds no finished run of the benchmark",
    );
    await assertRejects(
      () => prepared(`--from=${folder}/a`, "--epochs=2"),
      UsageError,
      "--epochs and --from",
    );
    await Deno.writeTextFile(`${folder}/b/benchmark.json`, "[1");
    await assertRejects(
      () => prepared(`--from=${folder}/b`),
      UsageError,
      `${folder}/b/benchmark.json cannot be read`,
    );
  }));

Deno.test("stored data that were cut or edited are refused by what is wrong", () =>
  inFolder(async (folder) => {
    const { config, problems: [problem], protocol } = whole;
    const { arms, trials } = problem!.compared;
    const [arm] = arms;
    const of = (change: Partial<typeof arm>) =>
      changed(whole, () => ({ compared: { arms: [{ ...arm!, ...change }, arms[1]!], trials } }));
    const cases: readonly (readonly [unknown, string])[] = [
      [null, "benchmark.json is not the data of a run of the benchmark"],
      [{ protocol }, "its config is not"],
      [{ ...whole, config: { ...config, seeds: [0, 2] } }, "its protocol.digest is not"],
      [{ ...whole, problems: [] }, "its problems is not"],
      [{ ...whole, problems: [{}] }, "its problems[0] is not"],
      [changed(whole, () => ({ refused: undefined })), "its problems[0].refused is not"],
      [of({ runs: arm!.runs.slice(1) }), "its problems[0].compared.arms[0] is not"],
      [of({ points: [] }), "its problems[0].compared.arms[0] is not"],
      [
        of({ runs: arm!.runs.map((r) => ({ ...r, testLoss: "1" as never })) }),
        "its problems[0].compared.arms[0]",
      ],
      [
        changed(whole, () => ({ compared: { arms, trials: { sgd: [{ ...trials.sgd![0]!, losses: [] }] } } })),
        "its problems[0].compared.trials.sgd is not",
      ],
    ];
    for (const [data, message] of cases) {
      await Deno.writeTextFile(`${folder}/benchmark.json`, exactJson(data));
      await assertRejects(() => prepared(`--from=${folder}`), UsageError, message);
    }
    // Losses that are not finite are whole.
    const lost = of({ runs: arm!.runs.map((r) => ({ ...r, testLoss: NaN, diverged: true })) });
    await Deno.writeTextFile(`${folder}/benchmark.json`, exactJson(lost));
    await prepared(`--from=${folder}`);
  }));

Deno.test("the protocol's digest changes with what makes results differ, and with nothing else", () => {
  const { config, protocol } = whole;
  assertEquals(protocolOf(config), protocol);
  assertEquals(protocolOf({ ...config, scale: "small", declared: {} } as typeof config), protocol);
  const others = [
    { trials: 3 },
    { search: "all" as const },
    { searchSeed: 1 },
    { seeds: [0] },
    { tuningSeeds: [9] },
    {
      schedule: "cosine",
    },
    { clip: "norm(1)" },
    { published: true },
  ];
  const digests = others.map((other) => protocolOf({ ...config, ...other }).digest);
  assertEquals(new Set([...digests, protocol.digest]).size, others.length + 1);
  const [logreg, mlp] = whole.problems;
  assertNotEquals(logreg!.digest, mlp!.digest);
});

/** Runs a sweep with a trial for each optimizer, and compares what `--from` makes of it with the run of all of them. */
async function sweepAndCombine(folder: string, ...how: (string | Given)[]) {
  const sweep = {
    experiment: "benchmark",
    options: { budget: 2, seeds: 2, epochs: 1, problem: "digits_logreg" },
    space: { optimizer: ["adam", "sgd"] },
  };
  await Deno.writeTextFile(`${folder}/sweep.json`, JSON.stringify(sweep));
  const { code, err } = await run(folder, "sweep", "sweep.json", "--out", "all", "--quiet", ...how);
  assertEquals(code, 0, err);
  const found = await dataOf(`--from=${folder}/all`);
  const [logreg] = whole.problems;
  assertEquals(timeless(found), timeless({ ...whole, problems: [logreg!] }));
}

Deno.test("a sweep with a trial for each optimizer gives the run of all of them", () =>
  inFolder((folder) => sweepAndCombine(folder)));

testUnderSlurm(
  "a sweep of the benchmark under a real Slurm gives the run of all",
  { cpus: 2, skip: Deno.env.has("DESCENT_KILLS") ? null : "DESCENT_KILLS is not set" },
  (folder, { env }) => sweepAndCombine(folder, "--executor", "slurm", { env }),
);
