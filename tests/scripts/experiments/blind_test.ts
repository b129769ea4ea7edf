/** No choice reads the test set: with its labels shuffled, an experiment changes nothing but test figures. */
import { assert, assertEquals } from "@std/assert";
import { type Data, encodeModel, mlp, sgd, withLoss } from "../../../mod.ts";
import { allCommands } from "../../../scripts/experiments/registry.ts";
import type { Claim } from "../../../scripts/report/mod.ts";
import { experiment, type MeasureContext } from "../../../scripts/run/mod.ts";
import { sourceFiles } from "../../../tools/module_graph.ts";
import { data } from "../../runtime/problem.ts";
import { cifar } from "../cifar.ts";
import { inFolder } from "../process.ts";
import { blindRun } from "./blind.ts";

const EXPERIMENTS = await allCommands();

/** The experiments with a test set, as small as they get, and the places of test figures with other names. */
const TESTED: Readonly<Record<string, { args: string; figures?: readonly RegExp[] }>> = {
  digits: { args: "--optimizer sgd,adam,rmsprop --epochs 2" },
  csv: { args: "--data-file FOLDER/t.csv --optimizer sgd,adam --epochs 3" },
  cifar10: { args: "--data-dir FOLDER --model mlp --optimizer sgd,adam --epochs 1 --batch-size 20" },
  finetune: {
    args: "--model FOLDER/m.onnx --train FOLDER/t.csv --test FOLDER/t.csv --loss cross-entropy --epochs 1",
  },
  compare: {
    args: "--budget 3 --optimizer sgd,adam --epochs 1 --seeds 2",
    figures: [/^\/results\/differences\/\d+\/(value|low|high|p)$/],
  },
  benchmark: {
    args: "--problem digits_mlp --budget 3 --optimizer sgd,adam --epochs 1 --seeds 2",
    figures: [/^\/results\/test\//, /^\/results\/problems\/\d+\/final\//],
  },
  adam: { args: "--seeds 1" },
  rnn: { args: "--seeds 1" },
  annealing: { args: "--seeds 1" },
  tuning: { args: "--seeds 1" },
  sparse: { args: "--seeds 1 --epochs 3" },
  wilson2017: { args: "--seeds 2 --epochs 4" },
  swats2017: { args: "--seeds 1 --epochs 4" },
  reddi2018: { args: "--seeds 1 --epochs 1 --steps 1000" },
  landscape: { args: "--seeds 1 --epochs 2 --layers 4 --grid 3" },
  "flat-minima": { args: "--seeds 2 --epochs 2 --target 1.5" },
};

/** Further ways to run some of them: other searches, and a model and examples of one's own. */
const OTHER_WAYS: readonly (readonly [name: string, args: string])[] = [
  ["compare", "--rates tuned --optimizer sgd,adam --epochs 1 --seeds 2"],
  [
    "compare",
    "--model FOLDER/m.onnx --train FOLDER/t.csv --loss cross-entropy --budget 3 --optimizer sgd,adam --epochs 1 --seeds 2",
  ],
  [
    "tuning",
    "--model FOLDER/m.onnx --train FOLDER/t.csv --loss cross-entropy --seeds 1",
  ],
];

/** Shared folders, and experiments on data that cannot be made small, by an experiment that does the same. */
const LIKE: Readonly<Record<string, string>> = {
  classify: "digits",
  mnist: "digits",
  images: "cifar10",
  lenet: "cifar10",
};

/** A mention of a test set, or of a figure of one. */
const MENTION = /\.test\b(?!\()|"test"|\btest\b(?=\s*[,}])|\btest(Loss|Accuracy|Error|Perplexity)\b/;

/** Returns the experiment that a file below `scripts/experiments` belongs to. */
function ownerOf(path: string): string {
  const parts = path.replace(/\.ts$/, "").split("/");
  const name = (["curvature", "lecture", "networks", "papers"].includes(parts[0]!) ? parts[1]! : parts[0]!)
    .replaceAll("_", "-");
  return LIKE[name] ?? name;
}

/** Returns the experiments whose files mention a test set. */
function withTestSet(files: Readonly<Record<string, string>>): string[] {
  const found = Object.entries(files).filter(([, text]) => MENTION.test(text)).map(([path]) => ownerOf(path));
  return [...new Set(found)].sort();
}

Deno.test("each experiment that mentions a test set is run here", async () => {
  const root = "scripts/experiments/";
  const paths = (await sourceFiles(["scripts/experiments"])).filter((p) => p !== `${root}registry.ts`);
  const texts = paths.map((p) =>
    [p.slice(root.length), Deno.readTextFileSync(new URL(`../../../${p}`, import.meta.url))] as const
  );
  // Two call their test functions so.
  const known = [...Object.keys(TESTED), "gallery", "local-minima"];
  const found = withTestSet(Object.fromEntries(texts));
  assertEquals(found.filter((name) => !known.includes(name)), []);
  assert(found.length > 10, found.join());
});

Deno.test("an experiment that mentions a test set is found, however it does", () => {
  const texts = ["parts.test", "{ train, test }", 'metric(e, "test")', "r.testAccuracy", "r.testLoss"];
  const files = Object.fromEntries(texts.map((text, i) => [`papers/my_${i}/measure.ts`, text]));
  assertEquals(withTestSet(files), texts.map((_, i) => `my-${i}`));
  assertEquals(
    withTestSet({ "made.ts": "/x/.test(y); // A test of it", "lecture/a/b.ts": "latestLoss" }),
    [],
  );
  assertEquals(withTestSet({ "networks/images/page.ts": "test }", "compare/page.ts": "test," }), [
    "cifar10",
    "compare",
  ]);
});

const ALL = [...Object.entries(TESTED).map(([name, { args }]) => [name, args] as const), ...OTHER_WAYS];
for (const [name, args] of ALL) {
  const { figures = [] } = TESTED[name]!;
  Deno.test(`experiment ${name} chooses nothing by the test set: ${args.replaceAll("FOLDER/", "")}`, () =>
    inFolder(async (folder) => {
      await cifar(folder);
      const rows = Array.from({ length: 100 }, (_, i) => [i % 7, (i * 3) % 11, i % 7 > 3 ? 1 : 0].join(","));
      await Deno.writeTextFile(`${folder}/t.csv`, `${rows.join("\n")}\n`);
      await Deno.writeFile(
        `${folder}/m.onnx`,
        encodeModel(mlp({ inputs: 2, hidden: [3], outputs: 2, seed: 1 })),
      );
      const words = [name, ...args.replaceAll("FOLDER", folder).split(" ")];
      const found = await blindRun(words, { experiments: EXPERIMENTS, figures });
      assertEquals(found.choices, []);
      assert(found.tested > 0 && found.figures.length > 0, "the shuffled labels change no figure");
    }));
}

interface Tried {
  readonly rate: number;
  /** The epoch with the lowest loss, and the last loss, on the set that chooses. */
  readonly epoch: number;
  readonly loss: number;
  readonly testLoss: number;
}

/** Trains at two rates, and chooses one of them, and an epoch, by a set. */
function planted(by: "validation" | "test", what: "rate" | "epoch" | "claim") {
  const flat = (seed: number): Data => {
    const { x, target } = data(seed);
    return { x: { ...x!, shape: [50, 12] }, target: target! };
  };
  return experiment({
    summary: "",
    defaults: "",
    prepare: () => 0,
    async measure(
      _: number,
      { lab }: MeasureContext,
    ): Promise<{ readonly best: Tried; readonly tried: Tried[] }> {
      await using trainer = lab.open({
        name: "planted",
        model: (seed) =>
          withLoss(mlp({ inputs: 12, hidden: [4], outputs: 3, seed }), { loss: "cross-entropy" }),
        train: flat(1),
        evaluate: { validation: flat(2), test: flat(3) },
        metrics: ["loss"],
      });
      const tried: Tried[] = [];
      for (const rate of [1e-3, 0.5]) {
        const optimizer = sgd({ learningRate: rate });
        const { points } = await trainer.train({ optimizer, seed: 1, epochs: 60, batchSize: 10 });
        const losses = points.map((p) => p.metrics[by]!.loss!);
        const epoch = losses.indexOf(Math.min(...losses)) + 1;
        tried.push({ rate, epoch, loss: losses.at(-1)!, testLoss: points.at(-1)!.metrics.test!.loss! });
      }
      return { tried, best: tried.reduce((a, b) => (b.loss < a.loss ? b : a)) };
    },
    claims: ({ best }): Claim[] => [{
      claim: what === "claim" ? `${best.rate < 0.1 ? "adam" : "sgd"} is best.` : "One is best.",
      verdict: "holds",
      evidence: "",
    }],
    page: ({ best, tried }) => ({
      runs: tried.map(({ rate, testLoss }) => ({ rate, testLoss })),
      config: what === "rate" ? { rate: best.rate } : what === "epoch" ? { epoch: best.epoch } : {},
      files: [],
      tables: [],
    }),
  });
}

const PLANTED = { rate: "/config/rate", epoch: "/config/epoch", claim: "/claims/0/claim" } as const;
for (const what of ["rate", "epoch", "claim"] as const) {
  Deno.test(`a choice of ${what === "claim" ? "what a claim is about" : `the ${what}`} by the test set is found`, async () => {
    const run = (by: "validation" | "test") =>
      blindRun(["planted"], { experiments: { planted: planted(by, what) } });
    assertEquals((await run("test")).choices, [PLANTED[what]]);
    assertEquals((await run("validation")).choices, []);
  });
}
