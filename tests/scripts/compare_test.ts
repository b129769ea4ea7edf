/** How `compare` chooses settings: equal trials, by validation alone, and the same ones each time. */
import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { parse } from "@std/csv";
import { adam, permutation, readCheckpoint, sgd } from "../../mod.ts";
import { bestTrial, type Compared } from "../../scripts/comparison/mod.ts";
import { compareOptimizers, type Contender } from "../../scripts/lab/comparison.ts";
import { openStudy } from "../../scripts/lab/study.ts";
import { partsOf, perceptron } from "../../scripts/lab/tasks/mod.ts";
import { searchSpace } from "../../scripts/lab/trials.ts";
import { Lab } from "../../scripts/run/mod.ts";
import { withSessions } from "../runtime/session/opened_sessions.ts";
import { end, type Given, inFolder, run, start } from "./process.ts";

const iris = await partsOf({ name: "iris", dataDir: undefined });

interface Document {
  readonly runs: {
    optimizer: string;
    learningRate: number;
    hyperparameters: Record<string, number>;
    seed: number;
    steps: number;
    seconds: number;
  }[];
  readonly trials: Record<
    string,
    { trial: number; setting: Record<string, number>; losses: number[]; loss: number; diverged: boolean }[]
  >;
  readonly tuned: Record<string, { trials: number; trial: number; setting: Record<string, number> }>;
}

/** Runs `compare` on iris, and returns its document. */
async function compared(folder: string, ...args: (string | Given)[]): Promise<Document> {
  const { code, out, err } = await run(folder, "compare", "--data", "iris", "--json", "--quiet", ...args);
  assertEquals(code, 0, err);
  return JSON.parse(out);
}

Deno.test("compare makes as many trials of each optimizer, and runs the best of them by validation", () =>
  inFolder(async (folder) => {
    const names = ["sgd", "adagrad", "adam"];
    const args = ["--optimizer", names.join(","), "--epochs", "3", "--seeds", "2", "--budget", "5"];
    const { runs, trials, tuned } = await compared(folder, ...args, "--out", "run");
    const { spaces } = JSON.parse(await Deno.readTextFile(`${folder}/run/config.json`)).tuning;
    assertEquals(Object.keys(trials), names);
    for (const name of names) {
      const tried = trials[name]!;
      assertEquals(tried.map((t) => t.trial), [1, 2, 3, 4, 5]);
      assertEquals(tuned[name]!.trials, 5);
      const { low, high } = spaces[name].learningRate;
      for (const { setting, losses, loss } of tried) {
        assert(setting.learningRate! >= low && setting.learningRate! <= high);
        assertEquals(losses.length, 2);
        assertEquals(loss, (losses[0]! + losses[1]!) / 2);
      }
      const best = tried.reduce((a, b) => (b.loss < a.loss ? b : a));
      assertEquals(tuned[name]!.setting, best.setting);
      const own = runs.filter((r) => r.optimizer === name);
      assertEquals(own.map((r) => r.learningRate), Array(2).fill(best.setting.learningRate));
    }
    const rows = parse(await Deno.readTextFile(`${folder}/run/trials.csv`), { skipFirstRow: true });
    assertEquals(rows.length, 3 * 5 * 2);
    for (const { optimizer, trial, learningRate, seed, validationLoss } of rows) {
      const told = trials[optimizer!]![Number(trial) - 1]!;
      assertEquals(Number(learningRate), told.setting.learningRate);
      assert(told.losses.includes(Number(validationLoss)));
      // No seed of a trial is one of a run.
      assert(runs.every((r) => r.seed !== Number(seed)), seed);
    }
  }));

Deno.test("compare makes the same trials at any number of threads, and others with another seed", () =>
  inFolder(async (folder) => {
    const args = ["--optimizer", "sgd,adam", "--epochs", "2", "--seeds", "1", "--budget", "3"];
    const one = await compared(folder, ...args, "--out", "one", { env: { DESCENT_THREADS: "1" } });
    const all = await compared(folder, ...args, "--out", "all");
    assertEquals([all.trials, all.tuned], [one.trials, one.tuned]);
    const other = await compared(folder, ...args, "--seed", "7", "--out", "other");
    const rates = ({ trials }: Document) => trials.adam!.map((t) => t.setting.learningRate);
    assertNotEquals(rates(other), rates(one));
  }));

const CONTENDERS: readonly Contender[] = [
  { name: "sgd", rates: null, learningRate: 0.1, make: (learningRate) => sgd({ learningRate }) },
  {
    name: "adam",
    rates: null,
    space: {
      learningRate: { low: 1e-4, high: 1, scale: "log" },
      beta1: { low: 0.5, high: 0.99, scale: "one-minus-log" },
    },
    learningRate: 1e-3,
    make: (learningRate, { hyperparameters: { beta1 } }) =>
      adam({ learningRate, ...(beta1 ? { beta1: Number(beta1) } : {}) }),
  },
];

/** Compares the contenders on iris, whose test part is given. */
function comparedOn(test: typeof iris.test): Promise<Compared> {
  return compareOptimizers({
    task: perceptron({ ...iris, test }, [4]),
    contenders: CONTENDERS,
    seeds: [0, 1],
    tuningSeeds: [2],
    budget: 4,
    searchSeed: 5,
    epochs: 3,
    batchSize: 15,
    device: "cpu",
    lab: new Lab(),
    progress: () => {},
  });
}

Deno.test("compare chooses the same settings if the labels of the test set are shuffled", async () => {
  const { x, target } = iris.test;
  assert(target !== undefined && "data" in target && target.data instanceof BigInt64Array);
  const { data } = target;
  const order = permutation({ seed: 1, stream: "labels" }, data.length);
  const shuffled = await comparedOn({
    x: x!,
    target: { ...target, data: data.map((_, i) => data[order[i]!]!) },
  });
  const sound = await comparedOn(iris.test);
  assertEquals(shuffled.trials, sound.trials);
  for (const [i, { hyperparameters, runs }] of sound.arms.entries()) {
    const other = shuffled.arms[i]!;
    assertEquals(other.hyperparameters, hyperparameters);
    assertEquals(other.runs.map((r) => r.validationLoss), runs.map((r) => r.validationLoss));
    assertNotEquals(other.runs.map((r) => r.testLoss), runs.map((r) => r.testLoss));
  }
  assertEquals(sound.trials.adam!.length, 4);
  assertEquals(Object.keys(sound.arms[1]!.hyperparameters), ["beta1"]);
});

Deno.test("one program of a rule serves all trials and runs, and no trial reads the test set", () =>
  withSessions(async (opened) => {
    let doing = "";
    const readBy: string[] = [];
    const test = Object.fromEntries(
      Object.entries(iris.test).map(([input, column]) => {
        assert("data" in column && ArrayBuffer.isView(column.data));
        const { data, ...kind } = column;
        return [input, {
          ...kind,
          read(rows: Uint32Array) {
            readBy.push(doing);
            return Promise.resolve(data.slice(0, rows.length * data.length / kind.shape[0]!));
          },
        }];
      }),
    );
    const options = {
      task: perceptron({ ...iris, test }, [4]),
      contenders: [{
        ...CONTENDERS[0]!,
        space: { learningRate: { low: 1e-2, high: 1, scale: "log" } } as const,
      }],
      seeds: [0, 1],
      tuningSeeds: [2],
      budget: 3,
      epochs: 2,
      batchSize: 15,
      device: "cpu" as const,
      lab: new Lab(),
      progress: (_: number, __: number, what: string) => doing = what,
    };
    const sessionsOf = async (work: () => Promise<unknown>) => {
      const before = opened.length;
      await work();
      return opened.length - before;
    };
    const single = () =>
      compareOptimizers({ ...options, contenders: [{ ...CONTENDERS[0]!, rates: [0.1] }], seeds: [0] });
    // The first training of a process also asks what ONNX Runtime can do.
    await single();
    const needed = await sessionsOf(single);
    readBy.length = 0;
    const opens = await sessionsOf(async () => {
      const { arms, trials } = await compareOptimizers(options);
      assertEquals([trials.sgd!.length, arms[0]!.runs.length], [3, 2]);
    });
    assertEquals(opens, needed);
    assertEquals([...new Set(readBy)], ["sgd: seed 1/2", "sgd: seed 2/2"]);
  }));

Deno.test("trials begin with the first setting, and are judged by accuracy if told to", async () => {
  const { trials, arms } = await compareOptimizers({
    task: perceptron(iris, [4]),
    contenders: [{ ...CONTENDERS[1]!, first: { learningRate: 3e-3, beta1: 0.8 } }],
    seeds: [0],
    tuningSeeds: [2, 3],
    budget: 5,
    judgedBy: "accuracy",
    epochs: 3,
    batchSize: 15,
    device: "cpu",
    lab: new Lab(),
    progress: () => {},
  });
  const tried = trials.adam!;
  assertEquals(tried.length, 5);
  assertEquals(tried[0]!.setting, { learningRate: 3e-3, beta1: 0.8 });
  for (const { accuracies, accuracy } of tried) {
    assertEquals(accuracy, (accuracies![0]! + accuracies![1]!) / 2);
  }
  const highest = Math.max(...tried.map((t) => t.accuracy!));
  const chosen = tried.find((t) => t.setting.learningRate === arms[0]!.learningRate)!;
  assertEquals(chosen.accuracy, highest);
});

Deno.test("the best trial has the highest accuracy, then the lowest loss, and did not diverge", () => {
  const trial = (loss: number, accuracy?: number) => ({
    trial: 1,
    setting: { learningRate: loss },
    losses: [loss],
    loss,
    ...(accuracy === undefined ? {} : { accuracies: [accuracy], accuracy }),
    diverged: loss === Infinity,
  });
  assertEquals(bestTrial([trial(3), trial(2), trial(2), trial(Infinity)]), trial(2));
  assertEquals(bestTrial([trial(1, 0.5), trial(3, 0.9), trial(2, 0.9)]), trial(2, 0.9));
  // A training that diverged may have been right by chance.
  assertEquals(bestTrial([trial(Infinity, 1), trial(2, 0)]), trial(2, 0));
  assertEquals(bestTrial([trial(Infinity, 1)]), trial(Infinity, 1));
});

Deno.test("a trial that diverged is worse than all others, and its study reads no test set", async () => {
  const { validation } = perceptron(iris, [4]).evaluate;
  await using study = await openStudy({
    task: { ...perceptron(iris, [4]), evaluate: { validation: validation! } },
    make: (learningRate) => sgd({ learningRate }),
    device: "cpu",
  });
  const { trials, best } = await searchSpace(study, {
    space: { learningRate: { low: 1e-3, high: 1e9, scale: "log" } },
    budget: 8,
    searchSeed: 0,
    learningRate: 1,
    seeds: [0, 1],
    epochs: 20,
    batchSize: 15,
  });
  const diverged = trials.filter((t) => t.diverged);
  assert(diverged.length > 1 && diverged.length < 6);
  assert(diverged.every((t) => t.loss === Infinity && t.losses.includes(Infinity)));
  const rates = (of: typeof trials) => of.map((t) => t.setting.learningRate);
  assert(Math.max(...rates(trials.filter((t) => !t.diverged))) < Math.min(...rates(diverged)));
  assert(!best.diverged && trials.every((t) => t.loss >= best.loss));
});

Deno.test("compare trains for a number of steps, or for seconds", () =>
  inFolder(async (folder) => {
    const args = ["--optimizer", "adam", "--rates", "own", "--seeds", "2"];
    const steps = await compared(folder, ...args, "--steps", "7", "--out", "steps");
    assertEquals(steps.runs.map((r) => r.steps), [7, 7]);
    const seconds = await compared(folder, ...args, "--seconds", "0.02", "--out", "seconds");
    assert(seconds.runs.every((r) => r.seconds >= 0.02), JSON.stringify(seconds.runs));
    assert(seconds.runs.every((r) => r.steps > 0), JSON.stringify(seconds.runs));
  }));

Deno.test("a training by seconds ends at the first evaluation past them", async () => {
  await using study = await openStudy({
    task: perceptron(iris, [4]),
    make: (learningRate) => sgd({ learningRate }),
    device: "cpu",
  });
  const { points } = await study.run({ learningRate: 0.01, seed: 0, batchSize: 15, seconds: 0.02 });
  const seconds = points.map((p) => p.seconds);
  assertEquals(seconds[0], 0);
  assert(seconds.at(-1)! >= 0.02 && seconds.at(-2)! < 0.02, `${seconds}`);
});

Deno.test("compare --rates own takes each optimizer's usual rate, and makes no trials", () =>
  inFolder(async (folder) => {
    const args = ["--optimizer", "sgd,adam", "--epochs", "1", "--seeds", "1", "--rates", "own"];
    const { runs, trials, tuned } = await compared(folder, ...args, "--out", "run");
    assertEquals(runs.map((r) => [r.optimizer, r.learningRate]), [["sgd", 0.1], ["adam", 1e-3]]);
    assertEquals([trials, tuned], [{}, {}]);
    assertStringIncludes(await Deno.readTextFile(`${folder}/run/config.json`), `"rates": "own"`);
  }));

/** Returns the seconds of the newest checkpoint of a run's only training; 0 without one. */
async function secondsSoFar(path: string): Promise<number> {
  try {
    const [training] = Deno.readDirSync(`${path}/checkpoints`);
    const folder = `${path}/checkpoints/${training!.name}`;
    const names = [...Deno.readDirSync(folder)].map((e) => e.name).filter((n) => n.endsWith(".safetensors"));
    const { extra } = await readCheckpoint(`${folder}/${names.sort().at(-1)}`);
    return (extra as { kept: { seconds: number } }).kept.seconds;
  } catch {
    // It is being written, or replaced by a newer one.
    return 0;
  }
}

Deno.test("a training by seconds that is killed and resumed counts the seconds before", () =>
  inFolder(async (folder) => {
    const args = ["--data", "iris", "--optimizer", "sgd", "--rates", "own", "--seeds", "1", "--seconds", "2"];
    const saving = ["--checkpoint-every", "50", "--keep", "1", "--quiet", "--out", "run"];
    const child = start(folder, "compare", ...args, ...saving);
    const until = performance.now() + 60_000;
    let before = 0;
    while (performance.now() < until && before < 0.7) {
      before = Math.max(before, await secondsSoFar(`${folder}/run`));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    child.kill("SIGKILL");
    await end(child);
    assert(before >= 0.7 && before < 2, `${before} s before`);
    const { code, out, err } = await run(folder, "--resume", "run", "--json", "--quiet");
    assertEquals(code, 0, err);
    const [{ seconds }] = (JSON.parse(out) as Document).runs as [Document["runs"][0]];
    assert(seconds >= 2 && seconds < 2 + before, `${seconds} s, ${before} s of them before`);
  }));
