/** Trains with rules that refresh matrices every so many steps: in any chunks, after a resume, on kernels of convolutions. */
import { assert, assertEquals } from "@std/assert";
import { digits } from "../../data/digits.ts";
import { lenet } from "../../models/lenet.ts";
import { withLoss } from "../../models/loss.ts";
import { kfac } from "../../optim/rules/kfac.ts";
import { shampoo } from "../../optim/rules/shampoo.ts";
import { soap } from "../../optim/rules/soap.ts";
import { readCheckpoint, writeCheckpoint } from "../../runtime/checkpoint/checkpoint.ts";
import { fit, type FitOptions } from "../../runtime/training/fit.ts";
import type { FitState } from "../../runtime/training/fit_state.ts";
import { data, model } from "./problem.ts";

const dense = () => ({ model: model(), train: data(), epochs: 3 });

/** Some digits, for a network with convolutions. */
function images() {
  const { x, y } = digits().inputs;
  const some = 60;
  const image = lenet({ image: [1, 8, 8], channels: [3, 4], hidden: [6, 5], padding: 4, seed: 1 });
  return {
    model: withLoss(image, { loss: "cross-entropy" }),
    train: {
      x: { ...x!, shape: [some, 1, 8, 8], data: x!.data.slice(0, some * 64), scale: 1 / 16 },
      target: { ...y!, shape: [some], data: y!.data.slice(0, some) },
    },
    epochs: 2,
  };
}

const RULES = {
  "soap()": soap({ learningRate: 1e-2, interval: 3 }),
  "shampoo() in blocks": shampoo({
    learningRate: 1e-2,
    interval: 4,
    maxPreconditionerDim: 7,
    grafting: "adam",
  }),
  "kfac()": kfac({ interval: 3, factorInterval: 2 }),
};

for (const [rule, optimizer] of Object.entries(RULES)) {
  for (const [network, make] of Object.entries({ perceptron: dense, convolutions: images })) {
    const base = (): FitOptions => ({ ...make(), optimizer, batchSize: 8, seed: 5 }) as FitOptions;
    Deno.test(`${rule} on a network of ${network} gives the same bits in any chunks, and after a resume`, async () => {
      const whole = await fit({ ...base(), chunk: 64 });
      assert(whole.steps > 13);
      const folder = await Deno.makeTempDir();
      try {
        const steps: number[] = [];
        const saved = await fit({
          ...base(),
          chunk: 1,
          checkpoint: {
            every: 5,
            async save(state: FitState) {
              steps.push(state.step);
              await writeCheckpoint(`${folder}/${state.step}`, { state, extra: {} });
            },
          },
        });
        assertEquals(saved, whole);
        assertEquals(await fit({ ...base(), chunk: 4 }), whole);
        for (const step of steps) {
          const { state } = await readCheckpoint(`${folder}/${step}`);
          assertEquals(await fit({ ...base(), chunk: 5, resume: state }), whole);
        }
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    });
  }
}
