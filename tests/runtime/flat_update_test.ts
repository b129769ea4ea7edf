import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { lenet } from "../../models/lenet.ts";
import { mlp } from "../../models/dense.ts";
import { transformer } from "../../models/transformer.ts";
import { withLoss } from "../../models/loss.ts";
import { type Tensor, tensor } from "../../onnx/mod.ts";
import type { GraphProto, Model } from "../../onnx/proto/mod.ts";
import * as catalog from "../../optim/catalog/mod.ts";
import { ops, perParameter } from "../../optim/language/mod.ts";
import { type Optimizer, optimizer } from "../../optim/optimizer.ts";
import { flattenState } from "../../optim/state.ts";
import { randomBits } from "../../random/random_bits.ts";
import { cosineDecay } from "../../schedules/mod.ts";
import {
  type DataTensor,
  type ProgramForm,
  trainingModel,
  trainingProgram,
  type TrainState,
} from "../../runtime/program/mod.ts";
import { STATISTICS } from "../../runtime/program/training_types.ts";
import { fit } from "../../runtime/training/fit.ts";

const STEPS = 5;
const BATCH = 4;
const EXAMPLES = 12;

interface Problem {
  readonly model: () => Model;
  readonly data: () => Record<string, DataTensor>;
}

const drawn = (stream: string, count: number, limit: number) =>
  Array.from(randomBits({ seed: 3, stream }, count), (b) => b % limit);

function images(shape: readonly number[], classes: number): Record<string, DataTensor> {
  const size = shape.reduce((a, b) => a * b, 1);
  return {
    x: { ...tensor(Uint8Array.from(drawn("x", EXAMPLES * size, 256)), [EXAMPLES, ...shape]), scale: 1 / 255 },
    target: tensor(BigInt64Array.from(drawn("y", EXAMPLES, classes), BigInt)),
  };
}

const tokens = (stream: string) =>
  tensor(BigInt64Array.from(drawn(stream, EXAMPLES * 6, 20), BigInt), [EXAMPLES, 6]);

/** Sizes of whole rows and others, more elements in all than are put together one by one. */
const PROBLEMS: Readonly<Record<string, Problem>> = {
  mlp: {
    model: () =>
      withLoss(mlp({ inputs: 64, hidden: [72, 30], outputs: 3, seed: 1 }), { loss: "cross-entropy" }),
    data: () => images([64], 3),
  },
  lenet: {
    model: () => withLoss(lenet({ seed: 1 }), { loss: "cross-entropy" }),
    data: () => images([1, 28, 28], 10),
  },
  transformer: {
    model: () =>
      withLoss(transformer({ vocabulary: 20, context: 6, width: 16, heads: 2, layers: 1, seed: 1 }), {
        loss: "cross-entropy",
        classes: "last",
      }),
    data: () => ({ tokens: tokens("x"), target: tokens("y") }),
  },
};

const {
  adam,
  adamw,
  addDecayedWeights,
  chain,
  clipByGlobalNorm,
  freeze,
  lamb,
  momentum,
  muon,
  partition,
  sam,
  sgd,
} = catalog;

const isBias = (name: string) => /bias/.test(name);

const OPTIMIZERS: Readonly<Record<string, () => Optimizer>> = {
  sgd: () => sgd({ learningRate: 0.1 }),
  "adam at a schedule": () => adam({ learningRate: cosineDecay({ initial: 1e-2, steps: 10 }) }),
  "adamw with decay on some": () => adamw({ weightDecay: 0.1, decayMask: (n) => !isBias(n) }),
  partition: () =>
    partition(
      { biases: momentum({ learningRate: 0.1 }), others: adam() },
      (n) => isBias(n) ? "biases" : "others",
    ),
  freeze: () => freeze(adam(), isBias),
  "a clipped chain": () =>
    chain(
      clipByGlobalNorm(0.5),
      addDecayedWeights({ weightDecay: 0.01 }),
      sgd({ learningRate: 0.1, momentum: 0.9 }),
    ),
  lamb: () => lamb(),
  muon: () => muon(),
  sam: () => sam(adam(), { rho: 0.05 }),
};

function bytes(state: TrainState): Record<string, Uint8Array> {
  const all: Record<string, Tensor> = { ...state.params, ...flattenState(state.optimizer), ...state.buffers };
  return Object.fromEntries(
    Object.entries(all).map(([n, { data }]) => {
      const { buffer, byteOffset, byteLength } = data as Float32Array<ArrayBuffer>;
      return [n, new Uint8Array(buffer.slice(byteOffset, byteOffset + byteLength))];
    }),
  );
}

const rows = Array.from({ length: STEPS * BATCH }, (_, i) => (i * 7) % EXAMPLES);

/** Trains some steps with flat vectors or without, and returns the state's bits and the reports. */
async function trained(
  problem: Problem,
  { optimizer: rule, target, form, flatUpdate }: {
    optimizer: Optimizer;
    target: "cpu" | "gpu";
    form: ProgramForm;
    flatUpdate: boolean;
  },
) {
  await using program = await trainingProgram({
    model: problem.model(),
    data: problem.data(),
    optimizer: rule,
    target,
    form,
    flatUpdate,
    statistics: STATISTICS,
  });
  const run = await program.run(program.init(), { rows, batchSize: BATCH });
  return { bits: bytes(run.state), reports: run.reports };
}

for (const [problem, parts] of Object.entries(PROBLEMS)) {
  for (const [rule, make] of Object.entries(OPTIMIZERS)) {
    Deno.test(`${rule} of ${problem}: flat vectors train to the same bits`, async () => {
      const settings = [["gpu", "scan"], ["gpu", "steps"], ["cpu", "scan"]] as const;
      for (const [target, form] of settings) {
        const of = (flatUpdate: boolean) => trained(parts, { optimizer: make(), target, form, flatUpdate });
        const [separate, flat] = [await of(false), await of(true)];
        assertEquals(flat.bits, separate.bits, `${target}, ${form}`);
        for (const [name, values] of Object.entries(separate.reports)) {
          const exact = target === "cpu" || !(STATISTICS as readonly string[]).includes(name);
          values.forEach((v, i) => {
            const got = flat.reports[name]![i]!;
            // Sums over all parameters add in another order on a GPU; a sum of terms of both signs may all but cancel.
            if (exact) assertEquals(got, v, `${name}, ${target}, ${form}`);
            else assertAlmostEquals(got, v, (name === "gradient-sum" ? 1e-4 : 1e-7) + 2e-5 * Math.abs(v));
          });
        }
      }
    });
  }
}

Deno.test("what fills the last row of a vector does not count in a statistic", async () => {
  // The change at a gradient of 0 is not 0.
  const rule = perParameter({}, ({ g }) => ({ u: ops.mul(-1e-3, ops.exp(ops.mul(2, ops.square(g)))) }));
  const of = (flatUpdate: boolean) =>
    trained(PROBLEMS.mlp!, {
      optimizer: optimizer({ name: "exponential", rule }),
      target: "gpu",
      form: "scan",
      flatUpdate,
    });
  const [separate, flat] = [await of(false), await of(true)];
  for (const name of ["update-dot-update", "update-dot-gradient"]) {
    separate.reports[name]!.forEach((v, i) =>
      assertAlmostEquals(flat.reports[name]![i]!, v, 2e-5 * Math.abs(v))
    );
  }
});

/** Returns the operators of the nodes of a step, those of views left out. */
function operators(model: Model): string[] {
  const loop = model.graph!.node.find((n) => n.opType === "Scan");
  const body: GraphProto = loop ? loop.attribute.find((a) => a.name === "body")!.g! : model.graph!;
  const views = new Set(["Constant", "Identity", "Reshape", "Squeeze", "Unsqueeze", "Flatten"]);
  return body.node.map((n) => n.opType).filter((op) => !views.has(op));
}

Deno.test("a step for a GPU takes few operations: Adam on a perceptron at most 40, on a transformer at most 300", () => {
  const perceptron = trainingModel({
    model: withLoss(mlp({ inputs: 784, hidden: [256], outputs: 10, seed: 1 }), { loss: "cross-entropy" }),
    optimizer: adam(),
    inputs: images([784], 10),
    batchSize: BATCH,
    target: "gpu",
  });
  const text = trainingModel({
    model: withLoss(
      transformer({ vocabulary: 1000, context: 64, width: 128, heads: 4, layers: 2, seed: 1 }),
      {
        loss: "cross-entropy",
        classes: "last",
      },
    ),
    optimizer: adam(),
    inputs: { tokens: { dtype: "int64", shape: [12, 64] }, target: { dtype: "int64", shape: [12, 64] } },
    batchSize: BATCH,
    target: "gpu",
  });
  const counts = [perceptron, text].map(({ model }) => operators(model).length);
  assert(counts[0]! <= 40 && counts[1]! <= 300, String(counts));
});

Deno.test("updates are flat for a GPU unless told otherwise, and for a CPU if asked", () => {
  const { model, data } = PROBLEMS.lenet!;
  const concats = (options: { target?: "cpu" | "gpu"; flatUpdate?: boolean }) => {
    const compiled = trainingModel({
      model: model(),
      optimizer: adam(),
      inputs: data(),
      form: "steps",
      ...options,
    });
    return operators(compiled.model).filter((op) => op === "Sqrt").length;
  };
  assertEquals([concats({}), concats({ target: "gpu", flatUpdate: false })], [10, 10]);
  assertEquals([concats({ target: "gpu" }), concats({ flatUpdate: true })], [1, 1]);
  assertThrows(
    () => concats({ flatUpdate: "yes" as unknown as boolean }),
    TypeError,
    "flatUpdate",
  );
});

Deno.test("the fused operators of a CPU are written over flat vectors too", () => {
  const { model, data } = PROBLEMS.lenet!;
  const gated = [false, true].map((flatUpdate) => {
    const compiled = trainingModel({
      model: model(),
      optimizer: adam(),
      inputs: data(),
      runtimeOperators: true,
      flatUpdate,
    });
    return operators(compiled.model).filter((op) => op === "GatedAdd").length;
  });
  assert(gated[1]! > 0 && gated[1]! < gated[0]!, String(gated));
});

Deno.test("fit() takes flatUpdate: its steps and epochs have the same bits", async () => {
  const { model, data } = PROBLEMS.mlp!;
  const [separate, flat] = await Promise.all(
    [false, true].map((flatUpdate) =>
      fit({ model: model(), train: data(), optimizer: adam(), batchSize: BATCH, epochs: 2, flatUpdate })
    ),
  );
  assertEquals(bytes(flat!.state), bytes(separate!.state));
  assertEquals(flat!.epochs, separate!.epochs);
});
