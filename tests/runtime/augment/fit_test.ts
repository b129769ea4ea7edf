import { assert, assertEquals, assertNotEquals } from "@std/assert";
import {
  cutout,
  digits,
  fit,
  type FitOptions,
  type FitState,
  horizontalFlip,
  lenet,
  mixup,
  mlp,
  randomCrop,
  sgd,
  tensor,
  trainingModel,
  withLoss,
} from "../../../mod.ts";
import { averaged } from "../../../optim/all.ts";

const { x, y } = digits().inputs;
const part = (from: number, count: number) => ({
  x: {
    ...tensor((x!.data as Uint8Array).slice(from * 64, (from + count) * 64), [count, 8, 8]),
    scale: 1 / 16,
  },
  target: tensor((y!.data as BigInt64Array).slice(from, from + count), [count]),
});
const OPTIONS: FitOptions = {
  model: withLoss(mlp({ inputs: 64, hidden: [12], outputs: 10, seed: 1 }), { loss: "cross-entropy" }),
  optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }),
  train: part(0, 90),
  evaluate: { validation: part(90, 40) },
  metrics: ["loss", "accuracy"],
  augment: { x: [randomCrop({ padding: 1 }), horizontalFlip(), cutout({ size: 3 }), mixup({ alpha: 0.3 })] },
  labelSmoothing: 0.1,
  epochs: 2,
  batchSize: 20,
  seed: 7,
  threads: 1,
};
const numbers = ({ state, epochs }: Awaited<ReturnType<typeof fit>>) => ({
  params: Object.values(state.params).map((p) => Array.from(p.data as Float32Array)),
  epochs,
});

Deno.test("fit() with augmentation gives the same bits for any chunk, and resumed from any state, in a smaller last batch too", async () => {
  const saved: FitState[] = [];
  const whole = numbers(await fit({ ...OPTIONS, checkpoint: { every: 3, save: (s) => void saved.push(s) } }));
  assertEquals(saved.map((s) => s.step), [3, 6, 9, 10]);
  assertEquals(numbers(await fit({ ...OPTIONS, chunk: 1 })), whole);
  for (const resume of saved.slice(0, 3)) assertEquals(numbers(await fit({ ...OPTIONS, resume })), whole);
  for (const changed of [{ seed: 8 }, { augment: {} }, { labelSmoothing: 0 }]) {
    assertNotEquals(numbers(await fit({ ...OPTIONS, ...changed })).params, whole.params);
  }
});

Deno.test("fit() evaluates without augmentation and smoothing, and trains with them on averages' statistics too", async () => {
  const still = { ...OPTIONS, optimizer: sgd({ learningRate: 0 }), epochs: 1 };
  const { augment: _, labelSmoothing: __, ...plain } = still;
  const [changed, same] = [await fit(still), await fit(plain)];
  assertEquals(changed.epochs[0]!.metrics, same.epochs[0]!.metrics);
  assert(Math.abs(changed.epochs[0]!.trainLoss - same.epochs[0]!.trainLoss) > 1e-3);
  await fit({ ...OPTIONS, optimizer: averaged(sgd({ learningRate: 0.1 })) });
});

Deno.test("augmentation leaves the convolutions of a network in blocks of channels", () => {
  const model = withLoss(lenet({ image: [1, 28, 28], channels: [16, 32], seed: 1 }), {
    loss: "cross-entropy",
  });
  const operators = (augment: FitOptions["augment"]) => {
    const { model: { graph } } = trainingModel({
      model,
      optimizer: sgd(),
      inputs: {
        x: { dtype: "uint8", shape: [100, 28, 28] },
        target: { dtype: "int64", shape: [100] },
      },
      batchSize: 10,
      block: 16,
      ...(augment === undefined ? {} : { augment }),
    });
    const body = graph!.node.find((n) => n.opType === "Scan")!.attribute.find((a) => a.name === "body")!.g!;
    return body.node.filter((n) => n.domain === "com.microsoft.nchwc").map((n) => n.opType).sort();
  };
  const without = operators(undefined);
  assert(without.includes("Conv"));
  assertEquals(operators({ x: [randomCrop({ padding: 4 }), horizontalFlip()] }), without);
});
