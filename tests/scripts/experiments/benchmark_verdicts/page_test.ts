import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { parse } from "@std/csv";
import { latexFile } from "../../../../scripts/experiments/benchmark/page/latex.ts";
import { page } from "../../../../scripts/experiments/benchmark/page/page.ts";
import { printedOf } from "../../../../scripts/experiments/benchmark/results/printed.ts";
import { type ProblemRow, problemRows } from "../../../../scripts/experiments/benchmark/results/rows.ts";
import { scoresOf } from "../../../../scripts/experiments/benchmark/results/scores.ts";
import { tunabilityOf } from "../../../../scripts/experiments/benchmark/results/tunability.ts";
import { type Synthetic, synthetic, UNTRAINED } from "./synthetic.ts";

const fileOf = (options: Synthetic, name: string) =>
  page(synthetic(options)).files.find((f) => f.name === name)!.content as string;
const rowsOf = (csv: string) => parse(csv, { skipFirstRow: true });

Deno.test("benchmark: metrics.csv has a row for each evaluation, and results.csv one for each problem and optimizer", () => {
  const options = { accuracies: ["digits"], seeds: 2, epochs: 3, diverged: ["bowl/sgd/1"] };
  const metrics = rowsOf(fileOf(options, "metrics.csv"));
  // Four evaluations of each of eight runs, and three of the one that diverged in its second epoch.
  assertEquals(metrics.length, 7 * 4 + 3);
  assertEquals(metrics[0], {
    problem: "bowl",
    optimizer: "sgd",
    learningRate: "0.08",
    seed: "0",
    epoch: "0",
    step: "0",
    trainLoss: String(UNTRAINED),
    validationLoss: String(UNTRAINED),
    validationAccuracy: "",
    testLoss: String(UNTRAINED),
    testAccuracy: "",
    seconds: "0",
  });
  assertEquals(metrics.filter((r) => r.problem === "digits" && Number(r.testAccuracy) > 0).length, 16);
  const results = rowsOf(fileOf(options, "results.csv"));
  assertEquals(results.map((r) => [r.problem, r.optimizer, r.diverged, r.finalTest === ""]), [
    ["bowl", "sgd", "1", true],
    ["bowl", "adam", "0", false],
    ["digits", "sgd", "0", false],
    ["digits", "adam", "0", false],
  ]);
  assertEquals(results[1]!.hyperparameters, "learningRate=0.08, beta=0.9");
  const trials = rowsOf(fileOf(options, "trials.csv"));
  assertEquals(trials.length, 2 * 2 * 4 * 2);
  assertEquals([trials[0]!.seed, trials[0]!.validationAccuracy], ["100", ""]);
  assert(Number(trials.at(-1)!.validationAccuracy) > 0);
});

Deno.test("benchmark: after a resume all columns but those of seconds are the same", () => {
  const unmeasured = (options: Synthetic, name: string) =>
    rowsOf(fileOf(options, name)).map((r) =>
      Object.fromEntries(Object.entries(r).filter(([k]) => !k.startsWith("seconds")))
    );
  const resumed = { resumed: ["bowl/adam/1", "digits/sgd/0"] };
  assertEquals(unmeasured(resumed, "results.csv"), unmeasured({}, "results.csv"));
  const undecided = rowsOf(fileOf(resumed, "results.csv"));
  assertEquals(undecided.map((r) => r.secondsToTarget !== ""), [true, false, false, true]);
  assertStringIncludes(undecided[1]!.secondsUndecided!, "1 of 6 seeds were interrupted and resumed");
  for (const name of ["results.tex", "trials.csv", "metrics.csv"]) {
    assertEquals(fileOf(resumed, name), fileOf({}, name));
  }
});

Deno.test("benchmark: a rule whose steps take several gradients is named", () => {
  const data = synthetic();
  const noteOf = (gradients: Readonly<Record<string, number>>) =>
    page({ ...data, config: { ...data.config, gradients } }).tables![0]!.note!;
  assertStringIncludes(noteOf({ sgd: 2 }), "A step of sgd takes 2 gradients, which counts as one step.");
  assert(!noteOf({}).includes("gradients"));
});

Deno.test("benchmark: scores are 0 untrained and 1 at the target", () => {
  const data = synthetic({
    problems: ["bowl", "none", "bad"],
    noise: 0,
    targets: { bowl: 0.2, none: null, bad: 3 },
    effects: { bowl: { adam: Math.log(0.56 / 0.2) }, none: { sgd: Math.log(0.38 / 0.2) } },
    diverged: ["bowl/sgd/1"],
    seeds: 2,
  });
  const { scores, problems, norms, leftOut } = scoresOf(data);
  assertEquals(problems, ["bowl", "none"]);
  assertEquals(leftOut, { bad: "its target is no better than the untrained model" });
  // 0.56 is 80 % of the way from 2 to 0.2; without a target the best of all is 1, and 0.38 is 90 % of the way to it.
  const flat = [...scores.adam!.flat(), ...scores.sgd!.flat()];
  [0.8, 0.8, 1, 1, 1, 0, 0.9, 0.9].forEach((s, i) => assertAlmostEquals(flat[i]!, s, 1e-7));
  assertEquals([norms.bowl!.from, norms.none!.from], ["target", "best"]);
});

Deno.test("benchmark: tunability is the gain over the first trial, and the expected best of k", () => {
  const [found] = tunabilityOf(synthetic({ problems: ["bowl"], noise: 0, targets: { bowl: 0.2 } }));
  // Losses of 0.2 · e^0.9, e^0.6, e^0.3 and 1.
  const scores = [0.9, 0.6, 0.3, 0].map((e) => 100 * (2 - 0.2 * Math.exp(e)) / 1.8);
  assertAlmostEquals(found!.first, scores[0]!, 1e-6);
  assertAlmostEquals(found!.gain, scores[3]! - scores[0]!, 1e-6);
  const pairs = [0, 1, 2, 3].flatMap((i) => [0, 1, 2, 3].filter((k) => k > i).map((k) => scores[k]!));
  assertAlmostEquals(found!.expected[1]!, pairs.reduce((a, b) => a + b) / 6, 1e-6);
});

Deno.test("benchmark: the LaTeX table has the best of each problem in bold, and escaped names", () => {
  const row = (optimizer: string, final: readonly [number, number] | null, more = {}): ProblemRow => ({
    problem: "a_b",
    metric: "accuracy",
    direction: "maximize",
    optimizer,
    trials: 1,
    seeds: 6,
    diverged: final === null ? 2 : 0,
    best: { hyperparameters: {}, value: null, low: null, high: null },
    final: final === null
      ? { value: null, low: null, high: null }
      : { value: final[0], low: final[0] - final[1], high: final[0] + final[1] },
    stepsToTarget: null,
    secondsToTarget: null,
    ...more,
  });
  const { content } = latexFile(
    [
      row("./x_1{2}.ts", [0.91234, 0.0123]),
      row("adam", [0.95, 0.004]),
      row("sgd", null),
      row("muon", null, { refused: "no matrices" }),
      ...["adam", "sgd"].map((o, i) =>
        row(o, [2e-5 * (i + 1), 1e-6], { problem: "small", metric: "loss", direction: "minimize" })
      ),
    ],
    { seeds: 6 },
  );
  const text = content as string;
  assertStringIncludes(
    text,
    " & a\\_b $\\uparrow$ & small $\\downarrow$ \\\\\n & accuracy (\\%) & loss \\\\",
  );
  assertStringIncludes(text, "./x\\_1\\{2\\}.ts & $91.2 \\pm 1.2$ & -- \\\\");
  assertStringIncludes(
    text,
    "adam & $\\mathbf{95.00 \\pm 0.40}$ & $\\mathbf{(2.00 \\pm 0.10) \\cdot 10^{-5}}$ \\\\",
  );
  assertStringIncludes(text, "sgd & diverged (2 of 6) & $(4.00 \\pm 0.10) \\cdot 10^{-5}$ \\\\");
  assertStringIncludes(text, "muon & -- & -- \\\\");
});

Deno.test("benchmark: means have as many decimals as the half of the interval with two digits", () => {
  const printed = (value: number, half: number | null) => {
    const ends = half === null ? { low: null, high: null } : { low: value - half, high: value + half };
    return printedOf({ value, ...ends });
  };
  assertEquals(printed(0.123456, 0.0123), { mean: "0.123", half: "0.012", power: 0 });
  assertEquals(printed(87.2812, 1.5), { mean: "87.3", half: "1.5", power: 0 });
  assertEquals(printed(1234.5, 321), { mean: "1235", half: "321", power: 0 });
  assertEquals(printed(0.5, 0), { mean: "0.5000", half: "0.0000", power: 0 });
  assertEquals(printed(0.51239, null), { mean: "0.5124", power: 0 });
  assertEquals(printed(2.5e7, 1e6), { mean: "2.50", half: "0.10", power: 7 });
  assertEquals(printedOf({ value: null, low: null, high: null }), undefined);
});

Deno.test("benchmark: a page of one seed, optimizer, problem or trial, or without targets, has what there is", () => {
  const names = (options: Synthetic) => page(synthetic(options)).plots!.map((p) => p.name);
  const all = names({});
  assertEquals(all.slice(0, 5), ["gains", "profiles", "interquartile-means", "improvement", "budget"]);
  assertEquals(all.slice(5), ["bowl-test", "bowl-tuning", "digits-test", "digits-tuning"]);
  assertEquals(names({ optimizers: ["adam"], problems: ["a_b"], trials: 1 }), [
    "profiles",
    "interquartile-means",
    "a-b-test",
  ]);
  // Without a target its best mean would be 1: nothing over problems is shown.
  const alone = page(synthetic({ problems: ["a_b"], targets: { a_b: null } }));
  assertEquals(alone.plots!.map((p) => p.name), ["budget", "a-b-test", "a-b-tuning"]);
  assertEquals(alone.tables.map((t) => t.title), ["a_b: a_b in words", "a_b: the chosen settings"]);
  assertEquals(names({ seeds: 1 }), all);
  const everything = Array.from({ length: 6 }, (_, s) => [`bowl/sgd/${s}`, `bowl/adam/${s}`]).flat();
  const { tables } = page(synthetic({ diverged: everything }));
  assertEquals(tables[1]!.rows.map((r) => r.slice(0, 3)), [
    ["sgd", "6 of 6 diverged", "6 of 6 diverged"],
    ["adam", "6 of 6 diverged", "6 of 6 diverged"],
  ]);
  for (const { header, rows } of tables) for (const row of rows) assertEquals(row.length, header.length);
});

Deno.test("benchmark: --json has the rows, the profiles and the runs of all problems", () => {
  const data = synthetic({ accuracies: ["digits"] });
  const { results, runs } = page(data);
  assertEquals(results!.problems, problemRows(data));
  assertEquals(Object.keys(results!), ["problems", "profiles", "tunability", "test"]);
  assertEquals(runs.length, 2 * 2 * 6);
  assertEquals((runs[0] as { problem: string }).problem, "bowl");
  assert(!JSON.stringify(results).includes("NaN"));
});

Deno.test("benchmark: tables and plots over all problems have the best optimizer first, those of a problem a section", () => {
  const effects = { bowl: { sgd: 1, rmsprop: 0.4 }, digits: { sgd: 1, rmsprop: 0.4 } };
  const { tables, plots } = page(synthetic({ optimizers: ["sgd", "rmsprop", "adam"], effects }));
  const [overall, ...own] = tables;
  assertEquals(overall!.rows.map((r) => r[0]), ["adam", "rmsprop", "sgd"]);
  const sections = [
    "bowl: bowl in words",
    "bowl: bowl in words",
    "digits: digits in words",
    "digits: digits in words",
  ];
  assertEquals([overall!.section, ...own.map((t) => t.section)], [undefined, ...sections]);
  assertEquals(plots!.map((p) => p.section), [...Array(5).fill(undefined), ...sections]);
  const rowsOfHeat =
    JSON.stringify(plots![0]!.spec).match(/"sort":\["rmsprop".*?\]|"sort":\["adam".*?\]/)![0];
  assertEquals(rowsOfHeat, '"sort":["adam","rmsprop"]');
});

Deno.test("benchmark: good rates lie around the best trial, in the table of settings, in --json and in results.csv", () => {
  // Trials of rates 0.01, 0.02, 0.04 and 0.08, of losses falling by a factor of e^0.05 each: 10 % are less than two.
  const options = { problems: ["bowl"], noise: 0, tuning: 0.05 };
  const data = synthetic(options);
  const [row] = problemRows(data);
  const { low, high, openLow, openHigh } = row!.goodRates!;
  const [inner, outer] = [Math.exp(0.05), Math.exp(0.1)];
  assertAlmostEquals(low, 0.04 / 2 ** ((1.1 - inner) / (outer - inner)), 1e-9);
  assertEquals([high, openLow, openHigh], [0.08, false, true]);
  const settings = page(data).tables.find((t) => t.title === "bowl: the chosen settings")!;
  assertEquals(settings.header.slice(0, 5), [
    "optimizer",
    "trials",
    "diverged",
    "learning rate",
    "good rates",
  ]);
  assertEquals(settings.rows[0]!.slice(0, 5), ["sgd", "4", "0", "0.08", "0.0214 to 0.08 or more"]);
  const [stored] = rowsOf(fileOf(options, "results.csv"));
  assertEquals([Number(stored!.goodRatesLow), Number(stored!.goodRatesHigh)], [low, high]);
  const once = page(synthetic({ ...options, trials: 1 }));
  assertEquals(once.tables.at(-1)!.header.at(-1), "learning rate");
  assert(!("goodRates" in (once.results!.problems as object[])[0]!));
});

Deno.test("benchmark: times to the target are in milliseconds or seconds, with two digits", () => {
  const times = (scale: number) => {
    const data = synthetic({ problems: ["bowl"], noise: 0 });
    const points = data.problems[0]!.compared.arms.flatMap((a) => a.points.flat());
    for (const point of points) Object.assign(point, { seconds: scale * point.seconds });
    return page(data).tables[1]!.rows[0]!.at(-1);
  };
  // The target is reached after the last of five epochs of half a second, which the later seeds take longer for.
  assertEquals([0.00104, 0.0104, 1.04, 1040].map(times), [
    "2.7 ms (2.6 to 2.7)",
    "27 ms (26 to 27)",
    "2.7 s (2.6 to 2.7)",
    "2,652 s (2,600 to 2,730)",
  ]);
});

Deno.test("benchmark: a problem's table names the machines, and the time of runs without a break", () => {
  const noteOf = (options: Synthetic, machine = "one") => {
    const data = synthetic({ problems: ["bowl"], ...options });
    Object.assign(data.problems[0]!.machines, { adam: machine });
    return page(data).tables[1]!.note!;
  };
  // Six seeds of both optimizers, of 2.5 s and up to 5 % more.
  assertStringIncludes(noteOf({}), "Trained on one, 31 s in all without trials and evaluations.");
  assertStringIncludes(noteOf({ epochs: 100 }), "10 minutes in all");
  assertStringIncludes(noteOf({ resumed: ["bowl/sgd/0"] }), "Trained on one.");
  assertStringIncludes(noteOf({}, "two"), "Seconds are from 2 machines, so they cannot be compared.");
});
