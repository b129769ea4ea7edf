/** The trainings of `find-rate`: the rates that the program takes, the theory of quadratics, and what is refused. */
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { describeModel, mlp, ops, optimizer, perParameter, withLoss, withWeights } from "../../../mod.ts";
import { UsageError } from "../../../scripts/console/mod.ts";
import type { FindRateConfig } from "../../../scripts/experiments/find_rate/data.ts";
import { measure } from "../../../scripts/experiments/find_rate/measure.ts";
import { page } from "../../../scripts/experiments/find_rate/page.ts";
import { testedRuns } from "../../../scripts/experiments/find_rate/tested.ts";
import { requireTestable } from "../../../scripts/experiments/find_rate/tested_rule.ts";
import { optimizerOf } from "../../../scripts/lab/mod.ts";
import { type Context, Lab } from "../../../scripts/run/mod.ts";
import type { LabRun } from "../../../scripts/run/training_store.ts";
import { withSessions } from "../../runtime/session/opened_sessions.ts";
import { filesIn, inFolder, run } from "../process.ts";

/** Columns that are orthogonal to each other and to a constant, and targets that no weights fit. */
const X = [[2, 0.5], [-2, 0.5], [2, -0.5], [-2, -0.5]] as const;
const Y = [3, 0, 1, -1] as const;
/** The mean squared error has the curvatures 2 * (4, 0.25, 1): gradient descent diverges above 2 / 8. */
const LIMIT = 2 / 8;

/** Returns a regression that begins at given weights: of the two columns, and of a constant. */
function regression([a, b, c]: readonly [number, number, number]) {
  const made = withLoss(mlp({ inputs: 2, hidden: [], outputs: 1, seed: 1 }), { loss: "mse" });
  const [matrix, bias] = describeModel(made).parameters.map((p) => ({ ...p, shape: p.shape.map(Number) }))
    .sort((p, q) => q.shape.length - p.shape.length);
  const tensor = (shape: number[], data: number[]) =>
    ({ dtype: "float32", shape, data: Float32Array.from(data) }) as const;
  return withWeights(made, {
    [matrix!.name]: tensor(matrix!.shape, [a, b]),
    [bias!.name]: tensor(bias!.shape, [c]),
  }, { partial: true });
}

const float = (shape: number[], data: readonly number[]) =>
  ({ dtype: "float32", shape, data: Float32Array.from(data) }) as const;

const config: FindRateConfig = {
  data: "regression",
  model: "linear",
  layers: [],
  low: 1e-3,
  high: 10,
  steps: 200,
  growth: "exponential",
  smoothing: 0.5,
  seeds: [0, 1],
  batchSize: 4,
  clip: "none",
};

const START = [-3, 5, 2] as const;

/** Tests the regression, by default with gradient descent, in a run's folder or in memory. */
function tested({ optimizer = "gd", more = {}, folder }: {
  optimizer?: string;
  more?: Partial<FindRateConfig>;
  folder?: LabRun;
} = {}) {
  const setup: Parameters<typeof measure>[0] = {
    title: "regression",
    config: { ...config, ...more },
    task: {
      model: () => regression(START),
      train: { x: float([4, 2], X.flat()), target: float([4, 1], Y) },
      evaluate: {},
    },
    optimizers: [optimizerOf(optimizer)],
  };
  const context = { options: { device: "cpu" }, progress: () => {}, lab: new Lab(folder) };
  return measure(setup, context as unknown as Context);
}

/** Descends in float64. Returns the loss before each step, whose rate grows by one factor. */
function descended(rates: readonly number[]): number[] {
  let [a, b, c] = START as readonly number[] as [number, number, number];
  return rates.map((rate) => {
    const errors = X.map(([x, z], i) => a * x + b * z + c - Y[i]!);
    const slope = (of: (row: readonly [number, number]) => number) =>
      errors.reduce((sum, e, i) => sum + 2 * e * of(X[i]!), 0) / 4;
    const [da, db, dc] = [slope(([x]) => x), slope(([, z]) => z), slope(() => 1)];
    [a, b, c] = [a - rate * da, b - rate * db, c - rate * dc];
    return errors.reduce((sum, e) => sum + e * e, 0) / 4;
  });
}

Deno.test("each step takes its own rate, all steps and seeds run one program, and it ends after the loss diverged", () =>
  withSessions(async (opened) => {
    const data = await tested();
    // Others ask the runtime for the processor's blocks.
    assertEquals(opened.filter((o) => o.executionProviders !== undefined).length, 1);
    const rates = Array.from({ length: 200 }, (_, i) => 1e-3 * 1e4 ** (i / 199));
    const losses = descended(rates);
    const below = rates.filter((r) => r < LIMIT).length;
    assert(below > 100);
    for (const { losses: found } of data.runs) {
      for (let i = 0; i <= below; i++) assertAlmostEquals(found[i]!, losses[i]!, 1e-4 * losses[i]!, `${i}`);
    }
    for (const { result: { points, diverged }, losses } of testedRuns(data)) {
      assert(diverged && losses.length < 200);
      assertEquals(losses.length, 50 * Math.ceil(points.length / 50));
    }
  }));

Deno.test("on a quadratic the loss falls below the limit 2/L and blows up above it, so suggestions lie below", async () => {
  for (const smoothing of [0, 0.5, 0.9]) {
    const data = await tested({ more: { smoothing, seeds: [0] } });
    const [{ result }] = testedRuns(data) as [ReturnType<typeof testedRuns>[0]];
    for (const [i, { rate, loss }] of result.points.slice(0, -1).entries()) {
      const next = result.points[i + 1]!.loss;
      if (rate < LIMIT) assert(next <= loss * (1 + 1e-6), `${rate}: ${loss} to ${next}`);
    }
    assert(result.divergedAt! > LIMIT, `${result.divergedAt}`);
    const { steepest, minimum } = result.suggestion;
    assert(steepest! > 1e-3 && steepest! < LIMIT, `${steepest}`);
    assert(minimum! > 1e-3 && minimum! < LIMIT, `${minimum}`);
  }
});

Deno.test("a test that is stopped between its steps and resumed gives the same losses, and trains nothing twice", () =>
  inFolder(async (path) => {
    const whole = await tested({ optimizer: "momentum" });
    const controllers: AbortController[] = [];
    const folder = (stopAt?: number): LabRun => ({
      folder: { path },
      identity: "the run",
      options: { checkpointEvery: 30 },
      interrupts: {
        guard(work) {
          const controller = new AbortController();
          controllers.push(controller);
          if (stopAt !== undefined) queueMicrotask(() => controller.abort(new Error("enough")));
          return work(controller.signal);
        },
      },
    });
    let stops = 0;
    for (let stopAt: number | undefined = 1;; stopAt = stops < 4 ? 1 : undefined) {
      try {
        const data = await tested({ optimizer: "momentum", folder: folder(stopAt) });
        assertEquals(data, whole);
        break;
      } catch (error) {
        assertEquals((error as Error).message, "enough");
        stops++;
      }
    }
    assert(stops >= 3, `${stops}`);
    await withSessions(async (opened) => {
      assertEquals(await tested({ optimizer: "momentum", folder: folder() }), whole);
      assertEquals(opened.length, 0);
    });
  }));

Deno.test("the page shows all of it: rows, suggestions and pictures, also of a loss that is not finite", async () => {
  const data = await tested({ more: { high: 1e6, steps: 40, smoothing: 0 } });
  const broken = { ...data.runs[0]!, losses: [...data.runs[0]!.losses.slice(0, 30), NaN] };
  const { runs, results, files, tables, plots } = page({ ...data, runs: [broken, data.runs[1]!] });
  assertEquals(runs.length, 2);
  const [first] = runs as { diverged: boolean; steps: number; suggestion: Record<string, number | null> }[];
  assert(first!.diverged && Object.keys(first!.suggestion).join() === "steepest,minimum");
  const [suggestion] = results!.suggestions as { optimizer: string; seeds: number }[];
  assertEquals([suggestion!.optimizer, suggestion!.seeds], ["gd", 2]);
  const lines = String(files[0]!.content).trim().split("\r\n");
  assertEquals(lines[0], "optimizer,seed,step,learningRate,loss,smoothedLoss");
  const steps = (runs as { steps: number }[]).reduce((sum, r) => sum + r.steps, 0);
  assertEquals(lines.length, 1 + steps);
  assertEquals(tables[0]!.rows.length, 1);
  assertEquals(plots!.map((p) => p.name), ["rate", "rate-1"]);
});

Deno.test("an optimizer whose steps at a rate are not those of a training at that rate is refused by name", () => {
  const model = withLoss(mlp({ inputs: 4, hidden: [3], outputs: 2, seed: 1 }), { loss: "cross-entropy" });
  const range = { low: 1e-6, high: 10, steps: 300, growth: "exponential" } as const;
  const check = (text: string) => requireTestable(optimizerOf(text), { model, range });
  const refused = {
    "adam(learningRate=0.1)": "its text sets a learning rate",
    "lookahead(adamw(learningRate=cosine(steps=9)))": "its text sets a learning rate",
    "partition('*bias*'=sgd(learningRate=0.1), adam)": "its text sets a learning rate",
    "swats": "goes over to another rule",
    "rprop": "no learning rate that can change",
    "adabound": "a part of them does not follow",
    "apply-if-finite(adam)": "counts steps of its own",
  };
  for (const [text, why] of Object.entries(refused)) assertThrows(() => check(text), UsageError, why, text);
  // The rate is what its state begins with, so the low rate would stay.
  const begun = (learningRate: number) =>
    optimizer({
      name: "begun",
      learningRate,
      rule: perParameter({ size: learningRate }, ({ g, size }) => ({ u: ops.neg(ops.mul(size, g)), size })),
    });
  const sgd = optimizerOf("sgd");
  const own = { ...sgd, name: "begun", entry: { ...sgd.entry, make: begun } };
  assertThrows(() => requireTestable(own, { model, range }), UsageError, "a part of them does not follow");
  for (
    const text of [
      "sgd",
      "adamw",
      "muon",
      "sam",
      "schedule-free-sgd",
      "multi-steps(adam, every=4)",
      "lookahead(adam)",
    ]
  ) {
    check(text);
  }
});

Deno.test("find-rate tests an optimizer of one's own on the command line", () =>
  inFolder(async (folder) => {
    const rule =
      'import { sgd } from "descent";\nexport default (learningRate: number) => sgd({ learningRate });\n';
    await Deno.writeTextFile(
      `${folder}/mine.ts`,
      rule.replace("descent", new URL("../../../mod.ts", import.meta.url).href),
    );
    const args = ["find-rate", "--data", "iris", "--seeds", "1", "--steps", "60", "--out", "run"];
    const { code, out, err } = await run(
      folder,
      ...args,
      "--json",
      "--quiet",
      "--optimizer",
      "./mine.ts,sgd",
    );
    assertEquals([code, err], [0, ""]);
    const { runs, suggestions } = JSON.parse(out);
    assertEquals(runs.map((r: { optimizer: string }) => r.optimizer), ["mine", "sgd"]);
    assertEquals(runs[0].suggestion, runs[1].suggestion);
    assert(runs[0].suggestion.minimum > 0);
    assertEquals(suggestions.length, 2);
    assert(Object.keys(filesIn(`${folder}/run`)).includes("rate.svg"));
  }));
