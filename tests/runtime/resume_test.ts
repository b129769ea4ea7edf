import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { adam } from "../../optim/rules/adam.ts";
import { sgd } from "../../optim/rules/sgd.ts";
import {
  CheckpointError,
  exactJson,
  parseCheckpoint,
  parseExactJson,
  readCheckpoint,
  writeCheckpoint,
} from "../../runtime/checkpoint/checkpoint.ts";
import { fit, type FitOptions } from "../../runtime/training/fit.ts";
import type { FitState } from "../../runtime/training/fit_state.ts";
import { parseSafetensors, SafetensorsError } from "../../runtime/checkpoint/safetensors.ts";
import { plateau } from "../../schedules/plateau.ts";
import { type SwitchCriterion, switchCriterion } from "../../schedules/switch_criterion.ts";
import { data, model } from "./problem.ts";

const base = (): FitOptions => ({
  model: model(),
  optimizer: adam({ learningRate: (step) => 1e-2 / (1 + step / 10) }),
  train: data(),
  evaluate: { train: data() },
  epochs: 3,
  batchSize: 8,
  seed: 5,
  chunk: 4,
});

/** A criterion that fires at step 10, in the middle of a chunk. */
const criterion: SwitchCriterion = {
  init: () => switchCriterion().init(),
  update: (state, { k, pp }) => ({
    ...state,
    fired: k >= 10,
    firedAt: k >= 10 ? k : null,
    Lambda: 0.05,
    lambda: pp,
  }),
};

const CASES: Readonly<Record<string, Partial<FitOptions>>> = {
  "an optimizer with state and a schedule": {},
  "plateau annealing": { plateau: plateau({ semantics: "lecture", threshold: 1e9, factor: 0.5 }) },
  "a change of optimizer": {
    switching: { criterion, to: (learningRate) => sgd({ learningRate, momentum: 0.9 }) },
  },
};

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

for (const [what, more] of Object.entries(CASES)) {
  Deno.test(`fit() with ${what} resumes from any checkpoint file, and gives the same bits`, () =>
    inFolder(async (folder) => {
      const options = { ...base(), ...more };
      const whole = await fit(options);
      const path = (state: FitState) => `${folder}/${state.step}`;
      const steps: number[] = [];
      const saved = await fit({
        ...options,
        checkpoint: {
          every: 3,
          async save(state) {
            steps.push(state.step);
            await writeCheckpoint(path(state), { state, extra: { at: state.step } });
          },
        },
      });
      assertEquals(saved, whole);
      assertEquals(steps, [3, 6, 9, 12, 15, 18, 21]);
      for (const step of steps) {
        const { state, extra } = await readCheckpoint(`${folder}/${step}`);
        assertEquals(extra, { at: step });
        assertEquals(await fit({ ...options, chunk: 64, resume: state }), whole);
      }
    }));
}

Deno.test("fit() saves after each epoch by default, and at the end", async () => {
  const seen: unknown[] = [];
  await fit({
    ...base(),
    checkpoint: { save: (s, reason) => void seen.push([s.step, s.epoch, s.batch, reason]) },
  });
  assertEquals(seen, [[7, 2, 0, "epoch"], [14, 3, 0, "epoch"], [21, 4, 0, "end"]]);
});

Deno.test("fit() saves and stops at the end of a chunk when its signal is aborted, and resumes from there", async () => {
  const controller = new AbortController();
  let last: FitState | undefined;
  const stopped = fit({
    ...base(),
    signal: controller.signal,
    checkpoint: { save: (state, reason) => void (reason === "abort" && (last = state)) },
    onChunk: ({ step }) => step === 11 && controller.abort(new Error("enough")),
  });
  await assertRejects(() => stopped, Error, "enough");
  assertEquals([last!.step, last!.epoch, last!.batch], [11, 2, 4]);
  assertEquals(await fit({ ...base(), resume: last! }), await fit(base()));
});

Deno.test("fit() refuses to resume with other options", async () => {
  let resume: FitState | undefined;
  await fit({ ...base(), epochs: 1, checkpoint: { save: (state) => void (resume = state) } });
  const go = (more: Partial<FitOptions>) => () => fit({ ...base(), ...more, resume: resume! });
  await assertRejects(
    go({ seed: 6 }),
    RangeError,
    "resume needs the same seed as before: it was 5, now it is 6",
  );
  await assertRejects(
    go({ batchSize: 4 }),
    RangeError,
    "the same batchSize as before: it was 8, now it is 4",
  );
  await assertRejects(
    go({ plateau: plateau() }),
    RangeError,
    "resume needs plateau as before: it was absent",
  );
  await assertRejects(
    go({ optimizer: sgd({ learningRate: 0.1 }) }),
    RangeError,
    "resume: unexpected optimizer's tensor 'm/layers.0.weight'",
  );
});

Deno.test("writeCheckpoint() stores parameters under their own names", () =>
  inFolder(async (folder) => {
    let state: FitState | undefined;
    await fit({ ...base(), epochs: 1, checkpoint: { save: (s) => void (state = s) } });
    await writeCheckpoint(`${folder}/c`, { state: state!, extra: {} });
    const { tensors } = parseSafetensors(await Deno.readFile(`${folder}/c`));
    assertEquals(tensors["layers.0.weight"], state!.train.params["layers.0.weight"]);
    assertEquals(tensors["optimizer/v/layers.1.bias"], state!.train.optimizer.slots["v/layers.1.bias"]);
    assertEquals([...Deno.readDirSync(folder)].map((e) => e.name), ["c"]);
  }));

Deno.test("readCheckpoint() refuses a file with any byte changed, by name", () =>
  inFolder(async (folder) => {
    let state: FitState | undefined;
    await fit({ ...base(), epochs: 1, checkpoint: { save: (s) => void (state = s) } });
    const path = `${folder}/c`;
    await writeCheckpoint(path, { state: state!, extra: { note: 'a "digest":"sha256:" in a text' } });
    const whole = await Deno.readFile(path);
    // The digest by another implementation, of the file with zeros in the digest's place.
    const { metadata } = parseSafetensors(whole);
    const digits = metadata.digest!.slice("sha256:".length);
    const at = new TextDecoder("latin1").decode(whole).indexOf(digits);
    const zeroed = whole.slice().fill(0x30, at, at + 64);
    const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", zeroed));
    assertEquals(sum.toHex(), digits);
    const header = 8 + Number(new DataView(whole.buffer).getBigUint64(0, true));
    // All of the header, and some of each tensor.
    for (let i = 0; i < whole.length; i += i < header ? 1 : 61) {
      for (const bit of i < header ? [1, 0x20] : [1]) {
        const changed = whole.slice();
        changed[i]! ^= bit;
        const error = assertThrows(() => parseCheckpoint(changed, path), Error, path, `byte ${i}`);
        assert(error instanceof CheckpointError || error instanceof SafetensorsError, error.message);
      }
    }
    assertEquals((await readCheckpoint(path)).state, state);
  }));

Deno.test("exactJson() keeps the numbers that JSON lacks", () => {
  const value = { a: [NaN, Infinity, -Infinity, -0, 0, 1e-300, 0.1 + 0.2], b: { number: 3 }, c: null };
  assertEquals(parseExactJson(exactJson(value)), value);
  assertThrows(() => parseExactJson("{"));
});
