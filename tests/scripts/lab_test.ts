import { assert, assertEquals, assertRejects } from "@std/assert";
import { adam, fit, sgd, type TrainState } from "../../mod.ts";
import { DamagedCheckpoints } from "../../scripts/run/checkpoints.ts";
import { Lab, type LabTraining, type Trained } from "../../scripts/run/lab.ts";
import { RunSession } from "../../scripts/run/run_session.ts";
import type { LabRun } from "../../scripts/run/training_store.ts";
import { data, model } from "../runtime/problem.ts";
import { withVariable } from "../runtime/session/environment.ts";
import { withSessions } from "../runtime/session/opened_sessions.ts";
import { filesIn, inFolder } from "./process.ts";

/** Returns a run in a folder. A signal stops it at once when `stop`, called with the number of guarded calls, says so. */
function runIn(path: string, more: Partial<LabRun> = {}): LabRun {
  return {
    folder: { path },
    identity: "the run",
    options: {},
    interrupts: { guard: (work) => work(new AbortController().signal) },
    ...more,
  };
}

const options = {
  name: "small",
  train: data(),
  evaluate: { train: data() },
  metrics: ["loss", "accuracy"],
};

const training = (seed: number, more: Partial<LabTraining> = {}): LabTraining => ({
  optimizer: adam({ learningRate: 0.01 }),
  seed,
  epochs: 3,
  batchSize: 8,
  remainder: "drop",
  keepReports: true,
  ...more,
});

/** Returns the result of a training without its times. */
const told = ({ points, steps, diverged, reports, switching }: Trained) => ({
  points: points.map(({ seconds: _, ...point }) => point),
  steps,
  diverged,
  reports,
  switching,
});

Deno.test("a lab gives the results of fit(), and does nothing twice in the folder of its run", () =>
  inFolder(async (folder) => {
    const made: number[] = [];
    const seeded = (seed: number) => {
      made.push(seed);
      return model(seed);
    };
    const trainAll = async (lab: Lab) => {
      made.length = 0;
      await using trainer = lab.open({ ...options, model: seeded });
      return [
        await trainer.train(training(1)),
        await trainer.train(training(2, { keepState: true })),
        // The same once more, and another label.
        await trainer.train(training(1)),
        await trainer.train(training(1, { label: "other", observe: ({ step }) => ({ step }) })),
      ];
    };
    const first = await trainAll(new Lab(runIn(folder)));
    const again = await trainAll(new Lab(runIn(folder)));
    // The model of no seed was needed.
    assertEquals(made, []);
    // Nothing was interrupted.
    assertEquals([...first, ...again].filter((t) => t.resumed), []);
    assertEquals(again.map(told), first.map(told));
    assertEquals(
      again.map((t) => t.points.map((p) => p.seconds)),
      first.map((t) => t.points.map((p) => p.seconds)),
    );
    const { name: _, ...rest } = options;
    const fitted = await fit({
      ...rest,
      model: model(2),
      optimizer: adam({ learningRate: 0.01 }),
      epochs: 3,
      batchSize: 8,
      remainder: "drop",
      seed: 2,
    });
    assertEquals(await again[1]!.state(), fitted.state);
    assertEquals(
      again[1]!.points.map(({ seconds: _, observed: __, ...record }) => record),
      [...fitted.epochs],
    );
    assertEquals(again[3]!.points.map((p) => p.observed), [{ step: 6 }, { step: 12 }, { step: 18 }]);
    // The state of the others is not kept.
    assertEquals((await again[0]!.state() as TrainState).params, {});
    assertEquals(Object.keys(filesIn(folder)).length, 4);
    // In memory it is the same.
    assertEquals((await trainAll(new Lab())).map(told), first.map(told));
    assertEquals(made.length, 5);
  }));

Deno.test("a training of a lab that is stopped at any moment resumes and gives the same bits", () =>
  inFolder(async (folder) => {
    const more = { keepStates: true, chunk: 2, every: 3 } as const;
    await using whole = new Lab().open({ ...options, model });
    const expected = await whole.train(training(1, more));
    let result: Trained | undefined;
    let stops = 0;
    const lost = async () => {
      const controller = new AbortController();
      const interrupts = {
        guard<T>(work: (signal: AbortSignal) => Promise<T>) {
          return work(controller.signal);
        },
      };
      await using trainer = new Lab(runIn(folder, { interrupts })).open({ ...options, model });
      const onPoint = () => controller.abort(new Error("enough"));
      result = await trainer.train(training(1, { ...more, onPoint }));
    };
    while (result === undefined) {
      try {
        await lost();
      } catch (error) {
        assertEquals((error as Error).message, "enough");
        stops++;
      }
    }
    assertEquals([told(result), stops], [told(expected), 5]);
    assertEquals(await result.state(), await expected.state());
    // Its seconds are no measurement, whoever reads them.
    await using again = new Lab(runIn(folder)).open({ ...options, model });
    assertEquals((await again.train(training(1, more))).resumed, true);
    assertEquals([result.resumed, expected.resumed], [true, false]);
  }));

Deno.test("a lab keeps the states after epochs if asked to", () =>
  inFolder(async (folder) => {
    for (const run of [undefined, runIn(folder), runIn(folder)]) {
      await using trainer = new Lab(run).open({ ...options, model });
      const { stateAfter, points } = await trainer.train(training(1, { keepStates: true }));
      for (const { step } of points) {
        const part = await trainer.train(training(1, { steps: step, label: `to ${step}`, keepState: true }));
        assertEquals(await stateAfter(step), await part.state());
      }
    }
  }));

Deno.test("a lab names a state that is missing, damaged or of another step, and how to train it again", () =>
  inFolder(async (folder) => {
    const open = () => new Lab(runIn(folder)).open({ ...options, model });
    await using trainer = open();
    const whole = await trainer.train(training(1, { keepStates: true }));
    const [first, second] = whole.points.map((p) => p.step) as [number, number];
    const expected = await whole.stateAfter(first);
    const fileOf = (step: number) =>
      `${folder}/${Object.keys(filesIn(folder)).find((n) => n.endsWith(`0${step}.safetensors`))}`;
    const [path, other] = [fileOf(first), fileOf(second)];
    const checkpoints = path.slice(0, path.lastIndexOf("/"));
    const ways: Record<string, () => Promise<void>> = {
      [`${path} is missing`]: () => Deno.remove(path),
      [`${path}: the header ends`]: () => Deno.truncate(path, 99),
      [`${path}: is the checkpoint of step ${second}`]: () => Deno.copyFile(other, path),
    };
    const bytes = await Deno.readFile(path);
    for (const [message, damage] of Object.entries(ways)) {
      await damage();
      await using resumed = open();
      const { stateAfter } = await resumed.train(training(1, { keepStates: true }));
      const error = await assertRejects(() => stateAfter(first), DamagedCheckpoints, message);
      assert(error.message.endsWith(`; to begin this training again, remove ${checkpoints}`));
      await Deno.writeFile(path, bytes);
    }
    await Deno.remove(checkpoints, { recursive: true });
    await using again = open();
    assertEquals(await (await again.train(training(1, { keepStates: true }))).stateAfter(first), expected);
    await Deno.remove(checkpoints, { recursive: true });
    await Deno.writeTextFile(checkpoints, "a file in the way");
    await using blocked = open();
    await assertRejects(
      () => blocked.train(training(1)),
      DamagedCheckpoints,
      `cannot read ${checkpoints}: a part of the path is a file; to begin`,
    );
  }));

Deno.test("a lab refuses a training of another run, and reports a damaged one", () =>
  inFolder(async (folder) => {
    const train = async (identity: string) => {
      await using trainer = new Lab(runIn(folder, { identity })).open({ ...options, model });
      return await trainer.train(training(1));
    };
    await train("a");
    await assertRejects(() => train("b"), Error, "is the checkpoint of another training");
    const [name] = Object.keys(filesIn(folder));
    const bytes = await Deno.readFile(`${folder}/${name}`);
    bytes[bytes.length - 1]! ^= 1;
    await Deno.writeFile(`${folder}/${name}`, bytes);
    await assertRejects(() => train("a"), Error, "to begin this training again, remove ");
  }));

Deno.test("a lab ends a training that diverges, and remembers it", () =>
  inFolder(async (folder) => {
    for (const _ of [1, 2]) {
      await using trainer = new Lab(runIn(folder)).open({ ...options, model });
      const wild = await trainer.train(training(1, { optimizer: sgd({ learningRate: 3e38 }), epochs: 50 }));
      assert(wild.diverged && wild.steps < 20);
      assert(!Number.isFinite(wild.reports.loss!.at(-1)!));
    }
  }));

Deno.test("the trainings of a run share one choice of threads, told once before the first step", () =>
  inFolder((folder) =>
    withVariable("DESCENT_THREADS", (set) =>
      withSessions(async (opened) => {
        const told: number[] = [];
        const session = new RunSession("auto", ({ threads }) => {
          told.push(threads);
          // The variable no longer decides.
          set(String(threads === 1 ? navigator.hardwareConcurrency : 1));
          return Promise.resolve();
        });
        const lab = new Lab(runIn(folder, { session }));
        await using one = lab.open({ ...options, model });
        await one.train(training(1));
        const before = opened.length;
        await using two = lab.open({ ...options, name: "second", evaluate: {}, model });
        await two.train(training(1));
        await lab.fit({
          model: model(),
          train: data(),
          optimizer: sgd({ learningRate: 0.1 }),
          epochs: 1,
          batchSize: 8,
        });
        assertEquals(told.length, 1);
        assertEquals(new Set(opened.slice(before).map((o) => o.intraOpNumThreads)), new Set(told));
        // A run that leaves the number to the environment.
        const free = new RunSession(undefined, () => Promise.reject(new Error("nothing to choose")));
        assertEquals(free.options, {});
      }))
  ));
