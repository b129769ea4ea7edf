/** The options of `benchmark`: what a scale sets, what is refused, and rules that a problem cannot take. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { PROBLEMS } from "../../../../scripts/benchmark/mod.ts";
import { parseOptions } from "../../../../scripts/cli/mod.ts";
import { Interrupted, UsageError } from "../../../../scripts/console/mod.ts";
import { reasonOf } from "../../../../scripts/experiments/benchmark/contenders.ts";
import { benchmarkExperiment } from "../../../../scripts/experiments/benchmark/mod.ts";
import {
  type Asked,
  OPTIMIZERS_BY_DEFAULT,
  readOptions,
} from "../../../../scripts/experiments/benchmark/options.ts";
import { sweepFrom } from "../../../../scripts/sweep/sweep_file.ts";
import { inFolder } from "../../process.ts";
import { dataOf, prepared } from "./in_process.ts";

/** Reads a command line. */
function asked(...args: readonly string[]): Asked {
  return readOptions(parseOptions(["benchmark", ...args], { benchmark: benchmarkExperiment }).options);
}

/** Returns the names and epochs of the problems. */
const lengths = ({ problems }: Asked) => Object.fromEntries(problems.map((p) => [p.problem.name, p.epochs]));

Deno.test("a scale sets the defaults, and each number can be given", () => {
  const numbers = ({ budget, tuningSeeds, seeds, searched }: Asked) => [budget, tuningSeeds, seeds, searched];
  assertEquals(numbers(asked()), [4, 2, 6, "rate"]);
  assertEquals(numbers(asked("--scale", "small")), [25, 2, 10, "rate"]);
  assertEquals(numbers(asked("--scale", "medium")), [10, 1, 5, "rate"]);
  assertEquals(numbers(asked("--scale", "deepobs")), [36, 1, 10, "rate"]);
  assertEquals(
    numbers(asked("--scale=small", "--budget=3", "--tuning-seeds=4", "--seeds=5", "--search=all")),
    [3, 4, 5, "all"],
  );
  const budgets = ["one-shot", "small", "medium", "large"].map((name) => asked("--budget", name).budget);
  assertEquals(budgets, [1, 25, 50, 75]);
});

Deno.test("the default scale runs all problems that need no files; --epochs cuts, and never lengthens", () => {
  const embedded = Object.values(PROBLEMS).filter((p) => p.set === "embedded");
  assertEquals(lengths(asked()), Object.fromEntries(embedded.map((p) => [p.name, p.epochs])));
  assertEquals(lengths(asked("--problem=quadratic_deep,digits_mlp")), {
    quadratic_deep: 100,
    digits_mlp: 10,
  });
  assertEquals(lengths(asked("--problem=quadratic_deep,digits_mlp", "--epochs=20")), {
    quadratic_deep: 20,
    digits_mlp: 10,
  });
  // A tenth, and no less than one.
  assertEquals(lengths(asked("--problem=quadratic_deep,two_d_branin", "--scale=medium")), {
    quadratic_deep: 10,
    two_d_branin: 1,
  });
  assertEquals(lengths(asked("--scale=deepobs")).quadratic_deep, 100);
});

Deno.test("wrong options are refused by name", async () => {
  for (
    const [args, message] of [
      ["--problem=digits_mpl", "unknown problem 'digits_mpl'. Did you mean \"digits_mlp\"?"],
      ["--problem=digits_mlp,digits_mlp", "--problem names digits_mlp twice"],
      ["--problem=,", "--problem needs one or more of"],
      ["--budget=one-sht", 'got one-sht. Did you mean "one-shot"?'],
      ["--budget=0", "--budget must be an integer of at least 1, or one-shot, small, medium or large, got 0"],
      ["--published", "--published trains on the validation examples"],
      [
        "--budget=one-shot --space=adam.learningRate=1e-4..1",
        "--space is for the trials that choose a setting",
      ],
      ["--budget=1 --search=all", "--search is for the trials"],
      ["--budget=1 --tuning-seeds=2", "--tuning-seeds is for the trials"],
    ] as const
  ) assertThrows(() => asked(...args.split(" ")), UsageError, message);
  await assertRejects(() => prepared("--seeds=auto"), UsageError, "--seeds auto is not for the benchmark");
  assertThrows(() => asked("--deviation=1"), UsageError, "unknown option --deviation");
  await assertRejects(
    () => prepared("--problem=digits_mlp", "--schedule=warmUpStableDecay(warmUp=1000, decay=1)"),
    UsageError,
    "its other phases take 1001 steps",
  );
});

Deno.test("one-shot runs each optimizer at its declared setting; others begin their trials with it", async () => {
  const small = [
    "--problem=digits_logreg",
    "--optimizer=sgd,adam(learningRate=0.02)",
    "--epochs=1",
    "--seeds=1",
  ];
  const oneShot = await dataOf(...small, "--budget=one-shot");
  assertEquals(oneShot.problems[0]!.compared.trials, {});
  assertEquals([oneShot.config.declared, oneShot.config.tuningSeeds], [{}, []]);
  const rates = oneShot.problems[0]!.compared.arms.map((a) => a.learningRate);
  assertEquals(rates, [0.1, 0.02]);
  const tuned = await dataOf(...small, "--budget=3", "--search=all");
  const { compared: { trials }, spaces } = tuned.problems[0]!;
  for (const [name, tried] of Object.entries(trials)) {
    assertEquals(tried.length, 3);
    assertEquals(tried[0]!.setting, tuned.config.declared[name]!);
    assertEquals(Object.keys(tried[1]!.setting).sort(), Object.keys(tried[0]!.setting).sort());
    assertEquals(Object.keys(spaces[name]!).every((n) => n in tried[0]!.setting), true);
  }
  // What the text sets is not searched.
  const adam = "adam(learningRate=0.02)";
  assert(trials[adam]!.every((t) => t.setting.learningRate === 0.02));
  assert(new Set(trials[adam]!.map((t) => t.setting.beta1)).size === 3);
});

Deno.test("a rule that diverges, or that a problem cannot take, is reported, and the others go on", () =>
  inFolder(async (folder) => {
    const file = `${folder}/squared.ts`;
    const library = new URL("../../../../mod.ts", import.meta.url).href;
    // The product of a gradient with itself exists for square matrices alone.
    await Deno.writeTextFile(
      file,
      `import { ops, optimizer, perParameter } from ${JSON.stringify(library)};
export default (learningRate: number) =>
  optimizer({
    name: "squared",
    learningRate,
    rule: perParameter({}, ({ g }, at) => ({ u: ops.mul(at("rate", (s) => -s.learningRate), ops.matmul(g, g)) })),
  });
`,
    );
    const pattern = "partition('layers.1.*'=sgd(learningRate=0.1), adam)";
    const { problems, config } = await dataOf(
      "--problem=digits_logreg,digits_mlp",
      `--optimizer=${file},sgd(learningRate=1e30),${pattern},sam(sgd),adam`,
      "--budget=2",
      "--seeds=2",
      "--epochs=2",
    );
    const [logreg, mlp] = problems;
    assertEquals(Object.keys(logreg!.refused), [pattern, "squared"]);
    assertEquals(Object.keys(mlp!.refused), ["squared"]);
    assert(logreg!.refused[pattern]!.includes("'layers.1.*' matches none of the parameters"));
    assert(logreg!.refused.squared!.includes("matmul takes matrices that fit"));
    assertEquals(mlp!.compared.arms.map((a) => a.optimizer), [
      "sgd(learningRate=1e+30)",
      pattern,
      "sam(sgd)",
      "adam",
    ]);
    const [wild, , , adam] = mlp!.compared.arms;
    assertEquals(wild!.runs.map((r) => r.diverged), [true, true]);
    assertEquals(config.gradients, { "sam(sgd)": 2 });
    assertEquals(adam!.runs.map((r) => [r.diverged, r.epochs]), [[false, 2], [false, 2]]);
    // Its code is recorded: runs of other code under the same name are not combined.
    assertEquals(Object.keys(config.code), ["squared"]);
    assert(/^squared\.ts: \d+ bytes, SHA-256 [0-9a-f]{64}$/.test(config.code.squared!), config.code.squared);
    await assertRejects(
      () => prepared("--problem=digits_logreg", `--optimizer=${pattern},adam`),
      UsageError,
      "'layers.1.*' matches none",
    );
  }));

Deno.test("an interruption, a file that cannot be written, or a machine that fails is no fault of a rule", () => {
  for (
    const error of [
      new Interrupted("SIGINT"),
      new Deno.errors.NotFound("x"),
      new DOMException("aborted"),
      new Error("Failed to allocate memory for requested buffer of size 4096"),
      new Error("std::bad_alloc"),
      new Error("the WebGPU device was lost"),
      new Error("CUDA failure 700: an illegal memory access was encountered"),
    ]
  ) {
    assertThrows(() => reasonOf(error), Error, error.message);
  }
  assertEquals(reasonOf(new TypeError("no such rule\nat a line")), "no such rule");
});

Deno.test("the sweep file in docs/sweeps runs the scale deepobs with the default optimizers", async () => {
  const file = new URL("../../../../docs/sweeps/benchmark.json", import.meta.url);
  const sweep = JSON.parse(await Deno.readTextFile(file));
  const { experiment, options, space } = sweepFrom(sweep);
  assertEquals([experiment, options], ["benchmark", { scale: "deepobs" }]);
  assertEquals(space.optimizer, OPTIMIZERS_BY_DEFAULT);
  const named = space.problem as readonly string[];
  for (const name of Object.keys(lengths(asked("--scale=deepobs")))) assert(named.includes(name), name);
});
