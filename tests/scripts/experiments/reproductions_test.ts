import { assert, assertAlmostEquals, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { parse } from "@std/csv";
import {
  adam,
  cifarnet,
  horizontalFlip,
  randomCrop,
  readCifar10,
  takeExamples,
  withLoss,
} from "../../../mod.ts";
import { UsageError } from "../../../scripts/console/errors.ts";
import type { ClaimDocument } from "../../../scripts/report/claim.ts";
import {
  classifierRuns,
  prepareClassifiers,
} from "../../../scripts/experiments/papers/reddi2018/classifiers.ts";
import { PERIODIC, STOCHASTIC, THEOREM1 } from "../../../scripts/experiments/papers/reddi2018/data.ts";
import { onlineRuns } from "../../../scripts/experiments/papers/reddi2018/online.ts";
import { Lab } from "../../../scripts/run/lab.ts";
import { TOLERANCES } from "../../../scripts/experiments/papers/swats2017/data.ts";
import { swatsRuns } from "../../../scripts/experiments/papers/swats2017/runs.ts";
import { augmentOf, swatsTasks } from "../../../scripts/experiments/papers/swats2017/tasks.ts";
import { constructedClaims } from "../../../scripts/experiments/papers/wilson2017/claims.ts";
import { constructedRuns } from "../../../scripts/experiments/papers/wilson2017/constructed.ts";
import { prepareComparison } from "../../../scripts/experiments/papers/wilson2017/tasks.ts";
import { comparedRuns } from "../../../scripts/experiments/papers/wilson2017/training.ts";
import { zipfDocuments } from "../../../scripts/lab/problems/zipf_documents.ts";
import { findChromium, openBrowser, openFile } from "../browser.ts";
import { cifar } from "../cifar.ts";
import { inFolder, run } from "../process.ts";

const chromium = findChromium();
const silent = () => {};

Deno.test("reddi2018 distinguishes Adam from all three forms of AMSGrad, on every problem", async () => {
  const runs = await onlineRuns({ steps: 150_000, seeds: [0, 1], progress: silent });
  const of = (problem: string, rule: string) => runs.filter((r) => r.problem === problem && r.rule === rule);
  const [adam] = of(PERIODIC, "adam");
  assert(adam!.play.x > 0.95 && adam!.play.averageRegret > 0.25, JSON.stringify(adam!.play.averageRegret));
  for (const form of ["paper", "pytorch", "optax"]) {
    const [amsgrad] = of(PERIODIC, `amsgrad (${form})`);
    assert(amsgrad!.play.x < -0.85, `${form}: ${amsgrad!.play.x}`);
    assert(of(THEOREM1, `amsgrad (${form})`)[0]!.play.tailX < -0.95, form);
  }
  const { rounds, averageRegret } = of(PERIODIC, "amsgrad (paper)")[0]!.play;
  const early = rounds.find((r) => r.t >= 15_000)!;
  assert(averageRegret < 0.11 && averageRegret < early.averageRegret / 2, String(averageRegret));
  assert(of(THEOREM1, "adam")[0]!.play.tailX > 0.95);
  assertEquals(of(STOCHASTIC, "adam").map((r) => r.seed), [0, 1]);
  assert(of(STOCHASTIC, "adam").every((r) => r.play.tailX > 0.8));
});

Deno.test("wilson2017's constructed problem has the paper's solutions, and a false one fails its claim", () => {
  const found = constructedRuns({ examples: 100, positive: 66 });
  const of = (rule: string) => found.runs.find((r) => r.rule === rule)!;
  const gd = of("gd");
  [0.9615, 0.0155, 0.0155].forEach((w, i) => assertAlmostEquals([gd.w1, gd.w2, gd.w3][i]!, w, 5e-4));
  for (const rule of ["gd", "sgd, one example a step", "heavy ball"]) {
    const { w1, w2, w3, testError } = of(rule);
    [w1, w2, w3].forEach((w, i) => assertAlmostEquals(w, found.closedForm[i]!, 1e-6, rule));
    assertEquals(testError, 0);
  }
  for (const rule of ["adagrad", "adam", "rmsprop"]) {
    const { w1, w2, w3, testError, trainError } = of(rule);
    for (const w of [w1, w2, w3]) assertAlmostEquals(w, 0.25, rule === "rmsprop" ? 5e-3 : 2e-3, rule);
    assertAlmostEquals(testError, 0.3, 1e-12);
    assert(trainError < 1e-16);
  }
  assert(constructedClaims(found).every((c) => c.verdict === "holds"));
  const off = found.runs.map((r) => ({ ...r, w1: r.w1 + 0.02 }));
  assertEquals(constructedClaims({ ...found, runs: off }).map((c) => c.verdict), [
    "contradicted",
    "contradicted",
  ]);
});

Deno.test("swats2017 gives the same bits in its replay, and sweeps its tolerance", async () => {
  const [task] = await swatsTasks({ seed: 0 }, { scale: "default", epochs: 4 });
  const result = await swatsRuns(task!, { seeds: [0, 1], device: "cpu", progress: silent, lab: new Lab() });
  const { replay, tolerances, runs } = result;
  assertEquals(replay.different, 0);
  assertEquals(replay.elements, 64 * 128 + 128 + 128 * 10 + 10);
  assert(replay.step > replay.steps / 2 && replay.step < replay.steps && replay.Lambda > 0);
  assertEquals(tolerances.length, 2 * TOLERANCES.length);
  for (const seed of [0, 1]) {
    const steps = tolerances.filter((t) => t.seed === seed).map((t) => t.step ?? Infinity);
    assert(steps.every((s, i) => i === 0 || s <= steps[i - 1]!), "a wider tolerance switches no later");
  }
  assert(tolerances.some((t) => t.switched && t.Lambda! > 0));
  for (const method of ["adam", "sgd", "swats", "adam-clip (1, ∞)", "adam-clip (0, 1)"]) {
    assertEquals(runs.filter((r) => r.method === method).length, 2, method);
  }
  // A switch after the last epoch does not count.
  const last = task!.switches.at(-1)!;
  for (const r of runs.filter((r) => r.method === `switch after epoch ${last}`)) {
    const adam = runs.find((a) => a.method === "adam" && a.seed === r.seed)!;
    assertEquals(r.curves.slice(0, last), adam.curves.slice(0, last));
    assertEquals(r.curves.length, 4);
  }
});

Deno.test("swatsTasks() names the tasks, and requires the folder of those that need one", async () => {
  const tasks = (name: string) => swatsTasks({ seed: 0 }, { scale: "default", names: [name] });
  await assertRejects(() => tasks("cifar10"), UsageError, 'unknown task "cifar10". Did you mean "cifar-10"?');
  for (const name of ["cifar-10", "ptb"]) {
    await assertRejects(() => tasks(name), UsageError, "--data-dir DIR");
  }
  const [task] = await tasks("digits");
  assertEquals(task!.milestones, [20, 30, 35]);
  assert(task!.switches[0] === 1 && task!.switches.every((e) => e < task!.epochs));
  assertEquals(task!.train.x!.shape[0]! % task!.batchSize, 0);
});

Deno.test("wilson2017 has the paper's network on CIFAR-10, and one small enough to train here; at the papers' scale it and swats2017 augment", () =>
  inFolder(async (folder) => {
    await cifar(folder);
    const prepare = (scale: "default" | "paper") =>
      prepareComparison({ seed: 0, device: "cpu", dataDir: folder }, { scale });
    const { title, train, validation, test, ...rest } = await prepare("default");
    assertEquals([title, train.x!.shape, test.x!.shape], ["CIFAR-10", [72, 3, 32, 32], [30, 3, 32, 32]]);
    await using trainer = new Lab().open({
      name: "vgg",
      model: rest.model,
      train,
      evaluate: { validation },
      batchSize: 24,
      device: "cpu",
    });
    const optimizer = adam({ learningRate: 3e-3 });
    const { points } = await trainer.train({ optimizer, seed: 1, epochs: 3, remainder: "drop" });
    assert(points[2]!.trainLoss < points[0]!.trainLoss, JSON.stringify(points));
    assert(points[2]!.metrics.validation!.loss! > 0);
    const paper = await prepare("paper");
    assertEquals([paper.epochs, paper.batchSize, paper.augment], [250, 128, [horizontalFlip()]]);
    assertEquals(rest.augment, []);
    // A lab that opens nothing tells what it is asked for.
    const opened = (prepared: typeof paper) => {
      const lab = new Lab();
      lab.open = (options) => {
        throw new Error(JSON.stringify(options.augment ?? null));
      };
      return comparedRuns(prepared, { seeds: [0], progress: silent, lab }).catch((e) =>
        JSON.parse(e.message)
      );
    };
    assertEquals(await opened(paper), { x: [horizontalFlip()] });
    assertEquals(await opened({ ...paper, augment: [] }), null);
    const swats = async (scale: "default" | "paper") =>
      (await swatsTasks({ seed: 0, dataDir: folder }, { scale, names: ["cifar-10"] })).map(augmentOf);
    assertEquals(await swats("paper"), [{ augment: { x: [randomCrop({ padding: 4 }), horizontalFlip()] } }]);
    assertEquals(await swats("default"), [{}]);
    const { initializer = [] } = paper.model(0).graph!;
    assertEquals(initializer.filter((t) => t.name!.endsWith("conv.weight")).length, 13);
  }));

Deno.test("reddi2018 trains CIFARNET on CIFAR-10 with both rules, each at its best rate", () =>
  inFolder(async (folder) => {
    await cifar(folder);
    const source = { seed: 0, device: "cpu", dataDir: folder } as const;
    const prepared = await prepareClassifiers(source, { scale: "default", task: "cifar-10", epochs: 1 });
    assertEquals(prepared.cases.map((c) => c.name), ["CIFARNET"]);
    // A smaller network, on one batch of examples.
    const model = (seed: number) =>
      withLoss(cifarnet({ channels: 4, hidden: [8, 8], seed }), { loss: "cross-entropy" });
    const { train } = await readCifar10(folder);
    const { x, y } = takeExamples(train, Array.from({ length: 256 }, (_, i) => i % 80)).inputs;
    const cases = prepared.cases.map((c) => ({ ...c, model }));
    const runs = await classifierRuns(
      { ...prepared, cases, train: { x: { ...x!, scale: 1 / 63, shift: -1.92 }, target: y! } },
      { seeds: [0], progress: silent, lab: new Lab() },
    );
    assertEquals(runs.map((r) => r.rule.split(",")[0]), ["adam", "amsgrad", "adam", "amsgrad"]);
    for (const r of runs) assert(r.trainLoss < Math.log(10) && r.curves.length === 1, JSON.stringify(r));
  }));

for (const name of ["wilson2017", "reddi2018"]) {
  Deno.test(`experiment ${name} --task requires the data that the task needs`, () =>
    inFolder(async (folder) => {
      const none = await run(folder, name, "--task", "cifar-10");
      assertEquals([none.code, none.out], [2, ""]);
      assert(none.err.includes("the task cifar-10 needs the folder that holds its data set: --data-dir DIR"));
      const wrong = await run(folder, name, "--task", "cifar10");
      assertEquals(wrong.code, 2);
      assertMatch(wrong.err, /--task must be one of digits, .*cifar-10, got cifar10\. Did you mean/);
    }));
}

/** Opens a report, and asserts that every plot is drawn without trouble. */
async function open(path: string): Promise<void> {
  const browser = await openBrowser(chromium!);
  try {
    const { page, troubles } = await openFile(browser, path, { width: 375, theme: "dark" });
    const plots = await page.evaluate(MARKS) as { name: string; marks: number }[];
    assertEquals(troubles, []);
    assert(plots.length > 0);
    for (const { name, marks } of plots) assert(marks > 0, `${name} shows no mark`);
  } finally {
    await browser.close();
  }
}

/** Runs in the page: returns how many marks each plot shows. */
const MARKS = `[...document.querySelectorAll("[data-plot]")].map((e) => ({
  name: e.dataset.plot,
  marks: [...e.querySelectorAll(".role-mark path")].filter((p) => (p.getAttribute("d") ?? "").length > 4).length,
}))`;

/** Runs an experiment as a process, and returns its document and its folder's `metrics.csv`. */
async function experiment(t: Deno.TestContext, folder: string, ...args: string[]) {
  const { code, out, err } = await run(folder, ...args, "--json", "--quiet", "--out", "run");
  assertEquals([code, err], [0, ""]);
  const document = JSON.parse(out);
  for (const { claim, holds, evidence } of document.claims) {
    assertEquals([typeof claim, typeof holds, typeof evidence], ["string", "boolean", "string"]);
  }
  const names = [...Deno.readDirSync(`${folder}/run`)].map((e) => e.name);
  for (const name of ["report.html", "summary.json", "config.json"]) assert(names.includes(name), name);
  await t.step({
    name: "its report opens in Chromium",
    ignore: chromium === undefined,
    fn: () => open(`${folder}/run/report.html`),
  });
  const metrics = parse(await Deno.readTextFile(`${folder}/run/metrics.csv`), { skipFirstRow: true });
  return { document, metrics, claims: document.claims as ClaimDocument[] };
}

interface Document {
  readonly configuration: {
    readonly optimizers: readonly { name: string; hyperparameters?: Record<string, unknown> }[];
  };
}

function hyperparameterOf({ configuration }: Document, optimizer: string, name: string): unknown {
  return configuration.optimizers.find((o) => o.name === optimizer)!.hyperparameters?.[name];
}

Deno.test("momentum --json: metrics.csv alone gives the growth of the iterations", (t) =>
  inFolder(async (folder) => {
    const { metrics, claims, document } = await experiment(t, folder, "momentum", "--decades", "3");
    const at = (rule: string, condition: number) =>
      Number(metrics.find((r) => r.rule === rule && Number(r.condition) === condition)!.iterations);
    const exponent = (rule: string) => Math.log10(at(rule, 1000) / at(rule, 100));
    const again = Math.abs(exponent("gd") - 1) < 0.1 && Math.abs(exponent("momentum") - 0.5) < 0.1;
    assertEquals(claims[0]!.holds, again);
    assert(again, JSON.stringify(document.exponents));
    // Gradient descent at its best converges at the rate (k - 1) / (k + 1).
    assertAlmostEquals(at("gd", 1000), Math.log(1e-6) / Math.log(999 / 1001), 2);
    assertEquals(claims.map((c) => c.holds), [true, true, true]);
  }));

Deno.test("gallery --json: metrics.csv alone gives the steps at which rules leave the saddle", (t) =>
  inFolder(async (folder) => {
    const { metrics, claims } = await experiment(t, folder, "gallery", "--steps", "150");
    const left = (optimizer: string) => {
      const rows = metrics.filter((r) => r.picture === "saddle" && r.optimizer === optimizer);
      return Number(rows.find((r) => Number(r.f) < -0.5)?.step ?? Infinity);
    };
    const slowest = Math.max(
      ...["adagrad", "adadelta", "rmsprop", "adam", "adamax", "nadam", "amsgrad"].map(left),
    );
    const fastest = Math.min(...["gd", "momentum", "nesterov"].map(left));
    assertEquals(claims[1]!.holds, slowest < fastest);
    assert(slowest < fastest, `${slowest} ${fastest}`);
  }));

Deno.test("local-minima --json: the basin of a start decides for gradient descent, momentum crosses barriers", (t) =>
  inFolder(async (folder) => {
    const { metrics, claims } = await experiment(t, folder, "local-minima", "--grid", "9", "--steps", "150");
    const small = metrics.filter((r) => r.optimizer === "gd, small rate");
    assertEquals(small.length, 17);
    for (const r of small) {
      assertEquals(r.found, Number(r.startX) < 0.075 ? "lower minimum" : "higher minimum");
    }
    assertEquals(claims.slice(0, 2).map((c) => c.holds), [true, true]);
  }));

Deno.test("zipfDocuments() draws words by Zipf's law, and classes that depend on them", () => {
  const { x, y, count, words } = zipfDocuments({ documents: 4000, words: 200, length: 1, seed: 1 });
  const share = (k: number) => {
    let n = 0;
    for (let i = 0; i < count; i++) n += x[i * words + k]!;
    return n / count;
  };
  const harmonic = Array.from({ length: words }, (_, k) => 1 / (k + 1)).reduce((a, b) => a + b, 0);
  for (const k of [0, 1, 4]) {
    const p = 1 / (k + 1) / harmonic;
    assertAlmostEquals(share(k), p, 4 * Math.sqrt(p * (1 - p) / count), `word ${k + 1}`);
  }
  assertEquals(x.reduce((a, b) => a + b, 0), count);
  const positive = y.reduce((n, v) => n + Number(v), 0) / count;
  assert(positive > 0.1 && positive < 0.9, String(positive));
});

Deno.test("sparse --json: metrics.csv alone gives the fall of Adagrad's rates", (t) =>
  inFolder(async (folder) => {
    const { metrics, claims, document } = await experiment(
      t,
      folder,
      ...["sparse", "--epochs", "4", "--seeds", "7"],
    );
    assertEquals(hyperparameterOf(document, "rmsprop", "decay"), 0.9);
    assertEquals(hyperparameterOf(document, "adagrad", "epsilon"), 1e-8);
    const exponent = (optimizer: string, column: string) => {
      const rows = metrics.filter((r) => r.optimizer === optimizer && r.seed === "0");
      return Math.log(Number(rows.at(-1)![column]) / Number(rows[0]![column])) / Math.log(4);
    };
    const fall = ["frequentRate", "rareRate"].map((column) => exponent("adagrad", column));
    assertEquals(claims[1]!.verdict, "holds");
    assert(fall.every((p) => p < -0.25 && p > -0.75), String(fall));
    assert(exponent("rmsprop", "frequentRate") > -0.1);
    assertEquals(exponent("sgd", "rareRate"), 0);
  }));

const PAPERS: readonly (readonly [args: readonly string[], claims: number])[] = [
  [["reddi2018", "--steps", "2000", "--epochs", "2", "--seeds", "2"], 8],
  [["wilson2017", "--epochs", "2", "--seeds", "2"], 5],
  [["swats2017", "--epochs", "2", "--seeds", "2"], 7],
];

for (const [args, count] of PAPERS) {
  Deno.test(`${args[0]} --json lists its claims, and its report opens`, (t) =>
    inFolder(async (folder) => {
      const { claims, document, metrics } = await experiment(t, folder, ...args);
      assertEquals(claims.length, count);
      assertEquals(document.experiment, args[0]);
      assert(metrics.length > 0 && document.runs.length > 0);
      if (args[0] === "swats2017") {
        assertEquals(document.replays.map((r: { different: number }) => r.different), [0]);
        assertEquals(document.tolerances.length, 2 * TOLERANCES.length);
      }
      if (args[0] === "wilson2017") {
        assertEquals(hyperparameterOf(document, "heavy ball", "momentum"), 0.9);
        assertEquals(hyperparameterOf(document, "rmsprop", "decay"), 0.9);
      }
    }));
}
