import { assert, assertEquals, assertRejects } from "@std/assert";
import { adam, fit, type FitOptions, type FitState, type TrainState } from "../../mod.ts";
import { flattenState } from "../../optim/state.ts";
import { data, model } from "./problem.ts";

/** Returns the numbers of a state. */
function numbers({ params, optimizer }: TrainState): number[][] {
  return Object.values({ ...params, ...flattenState(optimizer) }).map((t) =>
    Array.from(t.data as Float32Array)
  );
}

const OPTIONS: Omit<FitOptions, "chunk"> = {
  model: model(),
  optimizer: adam({ learningRate: 0.01 }),
  train: data(),
  epochs: 3,
  batchSize: 7,
  seed: 3,
};

/** Trains, and returns what a watcher saw and what the training came to. */
async function watched(options: Partial<FitOptions>, every = 4) {
  const seen: [number, number[][]][] = [];
  const kept: TrainState[] = [];
  const result = await fit({
    ...OPTIONS,
    ...options,
    watch: {
      every,
      async see(state, step) {
        await new Promise((resolve) => setTimeout(resolve));
        seen.push([step, numbers(state)]);
        kept.push(state);
      },
    },
  });
  return { seen, kept, end: numbers(result.state), step: result.epochs.at(-1)!.step };
}

Deno.test("watch sees the states of the same steps, with the same bits, whatever the chunk", async () => {
  const one = await watched({ chunk: 1 });
  assert(one.seen.length > 2);
  assertEquals(
    one.seen.map(([step]) => step),
    Array.from({ length: Math.floor(one.step / 4) }, (_, k) => 4 * k + 4),
  );
  for (const chunk of [2, 3, 5, 64]) {
    const other = await watched({ chunk });
    assertEquals([other.seen, other.end], [one.seen, one.end]);
  }
  const plain = await fit(OPTIONS);
  assertEquals(numbers(plain.state), one.end);
});

Deno.test("a watcher may keep the states that it sees: the training does not take over their memory", async () => {
  const { seen, kept } = await watched({});
  assertEquals(kept.map(numbers), seen.map(([, state]) => state));
});

Deno.test("a training that is resumed sees the steps after its state, with the same bits", async () => {
  const whole = await watched({});
  const states: FitState[] = [];
  await fit({ ...OPTIONS, checkpoint: { every: 6, save: (s) => void states.push(s) } });
  const from = states.find((s) => s.step === 6)!;
  const rest = await watched({ resume: from });
  assertEquals(rest.seen, whole.seen.filter(([step]) => step > 6));
  assertEquals(rest.end, whole.end);
});

Deno.test("watch is checked, and an error of the watcher ends the training", async () => {
  const see = () => {};
  await assertRejects(
    () => fit({ ...OPTIONS, watch: { every: 0, see } }),
    RangeError,
    "watch.every must be an integer",
  );
  await assertRejects(
    () => fit({ ...OPTIONS, watch: { every: 1, sees: see } as unknown as NonNullable<FitOptions["watch"]> }),
    RangeError,
    "sees",
  );
  const fails = () => Promise.reject(new Error("seen enough"));
  await assertRejects(() => fit({ ...OPTIONS, watch: { every: 2, see: fails } }), Error, "seen enough");
});
