/** `threads: "auto"`: programs, trainers and `fit` choose once, before the first step, and train the same. */
import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { adam, averaged, sgd } from "../../optim/mod.ts";
import { fit, openTrainer, type SessionChoice, type TrainState } from "../../runtime/mod.ts";
import { trainingProgram } from "../../runtime/program/mod.ts";
import { ProgramSession } from "../../runtime/program/session_choice.ts";
import type { Session } from "../../runtime/session/mod.ts";
import { data, model } from "./problem.ts";
import { withVariable } from "./session/environment.ts";
import { withSessions } from "./session/opened_sessions.ts";

const most = navigator.hardwareConcurrency;
const BATCHES = { rows: Array.from({ length: 48 }, (_, i) => i), batchSize: 8 };
const rule = () => adam({ learningRate: 0.01 });

/** A session that only counts, under a clock of its own. */
function counting(threads: number) {
  const seen = { threads, closed: 0, steps: 0 };
  const session = {
    threads,
    spinning: true,
    close() {
      seen.closed++;
      return Promise.resolve();
    },
  } as unknown as Session;
  return { session, seen };
}

Deno.test("ProgramSession keeps the faster session, closes the other, and chooses once", async () => {
  for (const fast of [1, 4]) {
    const [one, all] = [counting(1), counting(4)];
    const choice = new ProgramSession(all.session, {
      block: 16,
      other: () => Promise.resolve(one.session),
    });
    assertEquals([choice.decided, choice.choice], [false, { threads: 4, spinning: true, block: 16 }]);
    const trial = async (session: Session, steps: number) => {
      (session === one.session ? one : all).seen.steps += steps;
      // Busy for long enough to tell the two apart on any machine.
      const until = performance.now() + (session.threads === fast ? 0 : 8);
      while (performance.now() < until) await Promise.resolve();
    };
    await Promise.all([choice.choose(trial, 1), choice.choose(trial, 1)]);
    const kept = fast === 1 ? one : all;
    const left = fast === 1 ? all : one;
    assertStrictEquals(choice.current, kept.session);
    assertEquals([kept.seen.closed, left.seen.closed], [0, 1]);
    const { timed, ...rest } = choice.choice;
    assertEquals(rest, { threads: fast, spinning: true, block: 16 });
    assert(timed !== undefined && (timed.one < timed.all) === (fast === 1));
    const { steps } = kept.seen;
    await choice.choose(trial, 1);
    assertEquals([kept.seen.steps, choice.decided], [steps, true]);
    await choice.close();
    assertEquals([kept.seen.closed, left.seen.closed], [1, 1]);
  }
});

Deno.test("ProgramSession: a trial that fails leaves the first session open, and the next call tries again", async () => {
  const [one, all] = [counting(1), counting(2)];
  const choice = new ProgramSession(all.session, {
    block: 16,
    other: () => Promise.resolve(one.session),
  });
  await assertRejects(() => choice.choose(() => Promise.reject(new Error("no rows")), 1), Error, "no rows");
  assertEquals([one.seen.closed, all.seen.closed, choice.decided], [1, 0, false]);
  await choice.choose(() => Promise.resolve(), 1);
  assert(choice.decided);
});

/** The bits of a state's tensors. */
function bits({ params, optimizer }: Pick<TrainState, "params" | "optimizer">): string {
  return JSON.stringify([Object.values(params).map((t) => [...t.data as Float32Array]), optimizer]);
}

Deno.test('a program with threads "auto" takes one or all, leaves the state alone and trains the same', async () => {
  const given = { model: model(), data: data(), optimizer: rule() };
  for (const form of ["scan", "steps"] as const) {
    await using program = await trainingProgram({ ...given, form, threads: "auto" });
    const start = program.init();
    const before = bits(start);
    const choice = await program.chooseThreads(start, BATCHES);
    assertEquals(bits(start), before);
    assert([1, most].includes(choice.threads), String(choice.threads));
    assertEquals(choice.timed !== undefined, most > 1);
    assertEquals(program.session, choice);
    const { state, reports } = await program.run(start, BATCHES);
    assertEquals([state.step, reports.loss!.length], [6, 6]);
    await using plain = await trainingProgram({ ...given, form, threads: choice.threads });
    assertEquals(plain.session, { threads: choice.threads, spinning: choice.spinning, block: choice.block });
    const same = await plain.run(plain.init(), BATCHES);
    assertEquals([bits(state), reports], [bits(same.state), same.reports]);
  }
});

Deno.test('the first run of a program with threads "auto" chooses by itself, also by DESCENT_THREADS', () =>
  withVariable("DESCENT_THREADS", async (set) => {
    set("auto");
    await using program = await trainingProgram({ model: model(), data: data(), optimizer: rule() });
    await program.run(program.init(), BATCHES);
    assertEquals(program.session.timed !== undefined, most > 1);
    // The option comes before the variable.
    await using one = await trainingProgram({ model: model(), data: data(), optimizer: rule(), threads: 1 });
    await one.run(one.init(), BATCHES);
    assertEquals(one.session, { threads: 1, spinning: one.session.spinning, block: one.session.block });
  }));

Deno.test("a trainer tells its session once, before the first step, and uses it for evaluations and further rules", () =>
  withVariable("DESCENT_THREADS", (set) =>
    withSessions(async (opened) => {
      const told: (SessionChoice & { opened: number })[] = [];
      const events: string[] = [];
      await using trainer = await openTrainer({
        model: model(),
        train: data(),
        evaluate: { train: data(1) },
        threads: "auto",
        spinning: false,
        async onSession(choice) {
          await Promise.resolve();
          // What follows must not take the variable's number.
          set(String(choice.threads === 1 ? most : 1));
          told.push({ ...choice, opened: opened.length });
          events.push("session");
        },
      });
      const train = (momentum: number) =>
        trainer.train({
          optimizer: averaged(sgd({ learningRate: 0.1, momentum })),
          epochs: 1,
          batchSize: 10,
          evaluateFirst: true,
          nonFinite: "skip",
          onChunk: () => void events.push("chunk"),
          onPoint: () => void events.push("point"),
        });
      await train(0);
      const first = events.join();
      assert(/^session(,point|,chunk)+$/.test(first), first);
      await train(0.9);
      assertEquals(events.filter((e) => e === "session").length, 1);
      const [{ threads, spinning, opened: before }] = told as [typeof told[0]];
      assert([1, most].includes(threads));
      assertEquals(spinning, false);
      // The evaluation, and the program of the second rule.
      assertEquals(opened.slice(before).map((o) => o.intraOpNumThreads), [threads, threads]);
      assertEquals(new Set(opened.map((o) => JSON.stringify(o.extra))).size, 1);
    })));

Deno.test("fit() tells a session with a given number of threads, too, and trains the same bits with it again", async () => {
  const told: SessionChoice[] = [];
  const options = { model: model(), train: data(), optimizer: rule(), epochs: 2, batchSize: 16 };
  const auto = await fit({ ...options, threads: "auto", onSession: (c) => void told.push(c) });
  const { threads } = told[0]!;
  const again = await fit({
    ...options,
    threads,
    spinning: false,
    block: told[0]!.block,
    onSession: (c) => void told.push(c),
  });
  assertEquals(told[1], { threads, spinning: false, block: told[0]!.block });
  assertEquals(bits(again.state), bits(auto.state));
  await fit({ ...options, epochs: 1, block: "none", onSession: (c) => void told.push(c) });
  assertEquals(told[2]!.block, "none");
  await assertRejects(
    () => fit({ ...options, onSession: () => Promise.reject(new Error("disk full")) }),
    Error,
    "disk full",
  );
  await assertRejects(() => fit({ ...options, threads: "all" as "auto" }), RangeError, 'or "auto", got all');
});
