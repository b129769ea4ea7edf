import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { Ends, TrialEnd } from "../../../scripts/sweep/ends.ts";
import { scheduleOf } from "../../../scripts/sweep/schedule.ts";
import type { Setting, Trial } from "../../../scripts/sweep/space.ts";
import { type Sweep, sweepFrom } from "../../../scripts/sweep/sweep_file.ts";

const FILE = {
  experiment: "digits",
  space: {
    "learning-rate": { min: 1e-5, max: 1, scale: "log" },
    "batch-size": { min: 16, max: 256, scale: "log", integer: true },
    epochs: { min: 1, max: 9, integer: true },
    optimizer: ["sgd", "adam", "adamw"],
    "on-nan": ["stop"],
  },
  search: { method: "tpe", count: 40, startup: 8, parallel: 3 },
  metric: "validationLoss",
  goal: "min",
};

/** A loss with its least value at adam, 0.01, 64 and 5. */
function loss({ "learning-rate": rate, "batch-size": size, epochs, optimizer }: Setting): number {
  return Math.log10(Number(rate) / 0.01) ** 2 + Math.log2(Number(size) / 64) ** 2 +
    (Number(epochs) - 5) ** 2 / 9 + (optimizer === "adam" ? 0 : 1);
}

/** Runs a sweep with a loss: each time some of the open trials end, chosen by `choose`. */
function drive(
  sweep: Sweep,
  choose: (open: readonly Trial[]) => readonly Trial[],
  end: (trial: Trial) => TrialEnd = ({ setting }) => ({ score: loss(setting) }),
): { trials: readonly Trial[]; most: number; ends: Ends } {
  const ends = new Map<string, TrialEnd>();
  const schedule = scheduleOf(sweep);
  for (let most = 0;;) {
    const { trials, complete } = schedule(ends);
    const open = trials.filter((t) => !ends.has(t.id));
    if (open.length === 0) {
      assert(complete, "nothing is open, but the sweep is not complete");
      return { trials, most, ends };
    }
    // Settings of the startup do not wait for one another.
    if (trials.length > 8) most = Math.max(most, open.length);
    const chosen = choose(open);
    assert(chosen.length > 0);
    for (const trial of chosen) ends.set(trial.id, end(trial));
  }
}

const settings = (trials: readonly Trial[]) => trials.map((t) => t.setting);

Deno.test("scheduleOf() proposes the same settings by TPE in whatever order trials end, and however often it begins anew", () => {
  const sweep = sweepFrom(FILE);
  const inOrder = drive(sweep, (open) => open.slice(0, 1));
  const backwards = drive(sweep, (open) => open.slice(-1));
  const together = drive(sweep, (open) => open);
  assertEquals(settings(backwards.trials), settings(inOrder.trials));
  assertEquals(settings(together.trials), settings(inOrder.trials));
  assertEquals([inOrder.most, backwards.most, together.most], [3, 3, 3]);
  // As a process that resumes the sweep: it sees all ends at once.
  assertEquals(settings(scheduleOf(sweep)(inOrder.ends).trials), settings(inOrder.trials));
  // A larger count begins with the same settings.
  const longer = sweepFrom({ ...FILE, search: { ...FILE.search, count: 45 } });
  const more = drive(longer, (open) => open);
  assertEquals(settings(more.trials).slice(0, inOrder.trials.length), settings(inOrder.trials));
});

Deno.test("scheduleOf() by TPE finds better settings than random search, within the space", () => {
  const losses = { tpe: 0, random: 0 };
  for (let seed = 0; seed < 10; seed++) {
    for (const method of ["tpe", "random"] as const) {
      const search = method === "tpe" ? { ...FILE.search, seed } : { method, count: 40, seed };
      const { trials } = drive(sweepFrom({ ...FILE, search }), (open) => open);
      losses[method] += Math.min(...trials.map((t) => loss(t.setting))) / 10;
      for (const { setting } of trials) {
        const [rate, size, epochs] = ["learning-rate", "batch-size", "epochs"].map((n) => Number(setting[n]));
        assert(rate! >= 1e-5 && rate! <= 1 && rate === Number(rate!.toPrecision(6)), `${rate}`);
        assert(Number.isInteger(size) && size! >= 16 && size! <= 256, `${size}`);
        assert(Number.isInteger(epochs) && epochs! >= 1 && epochs! <= 9, `${epochs}`);
        assertEquals(setting["on-nan"], "stop");
      }
    }
  }
  assert(losses.tpe < 0.7 * losses.random, JSON.stringify(losses));
});

Deno.test("scheduleOf() spaces numbers just below 1 by their distance from it, drawn and proposed", () => {
  const space = { "learning-rate": { min: 0.9, max: 0.99999, scale: "one-minus-log" }, epochs: [1, 2] };
  const best = (value: unknown) => Math.log10((1 - Number(value)) / 1e-3) ** 2;
  for (const method of ["random", "quasi-random", "tpe"]) {
    const sweep = sweepFrom({ ...FILE, space, search: { method, count: 60 } });
    const { trials } = drive(
      sweep,
      (open) => open,
      ({ setting }) => ({ score: best(setting["learning-rate"]) }),
    );
    const values = trials.map((t) => Number(t.setting["learning-rate"]));
    assert(values.every((v) => v >= 0.9 && v <= 0.99999), `${values}`);
    // Evenly spaced values would have one in a hundred above 0.999.
    assert(values.filter((v) => v > 0.999).length > 10, method);
    for (const v of values) assertAlmostEquals(Number((1 - v).toPrecision(6)), 1 - v, 2e-12);
    if (method === "tpe") assert(Math.min(...values.map(best)) < 1e-3, "TPE does not find the optimum");
  }
});

Deno.test("scheduleOf() by TPE treats failed settings as the worst, and avoids them", () => {
  const failsAbove = (trial: Trial): TrialEnd => {
    const rate = Number(trial.setting["learning-rate"]);
    return { score: rate > 1e-3 ? null : -Math.log10(rate) };
  };
  const { trials } = drive(sweepFrom(FILE), (open) => open, failsAbove);
  const share = (of: readonly Trial[]) => of.filter((t) => failsAbove(t).score === null).length / of.length;
  assert(share(trials.slice(0, 8)) >= 0.25, "the random settings fail, too");
  assert(share(trials.slice(-20)) < share(trials.slice(0, 8)), `${share(trials.slice(-20))}`);
});

Deno.test("scheduleOf() by TPE takes the mean over seeds, and waits for all of them", () => {
  const sweep = sweepFrom({
    ...FILE,
    seeds: 2,
    search: { ...FILE.search, startup: 2, parallel: 1, count: 4 },
  });
  const schedule = scheduleOf(sweep);
  const first = schedule(new Map());
  assertEquals([first.trials.length, first.complete], [4, false]);
  const ends = new Map<string, TrialEnd>(first.trials.slice(0, 3).map((t) => [t.id, { score: 1 }]));
  assertEquals(schedule(ends).trials.length, 4);
  ends.set(first.trials[3]!.id, { score: 2 });
  assertEquals(schedule(ends).trials.length, 6);
});
