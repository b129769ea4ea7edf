import { assertEquals, assertThrows } from "@std/assert";
import {
  adam,
  applyIfFinite,
  averaged,
  centralize,
  chain,
  clip,
  clipByGlobalNorm,
  decoupledWeightDecay,
  ema,
  fit,
  freeze,
  linear,
  lookahead,
  masked,
  multiSteps,
  type Optimizer,
  partition,
  sam,
  scale,
  scaleByLearningRate,
  sgd,
  tensor,
  trace,
  trainingProgram,
  type Transform,
  transform,
  withLoss,
} from "../../mod.ts";
import { perParameter } from "../../optim/rule.ts";

/** Accepts only optimizers, like `fit`. */
const descends = (opt: Optimizer) => opt.role;
const some = (name: string) => name !== "bias";

// The compiler checks this file: an expected error that does not occur is an error.
Deno.test("the compiler does not accept transforms as optimizers", () => {
  // @ts-expect-error a transform
  descends(clipByGlobalNorm(1));
  // @ts-expect-error a transform, whatever its sign
  descends(scale(-1));
  // @ts-expect-error without a rule that descends
  descends(chain(clip(1), centralize(), ema({ decay: 0.9 })));
  // @ts-expect-error around a transform
  descends(masked(clip(1), some));
  // @ts-expect-error around a transform
  descends(freeze(clip(1), some));
  // @ts-expect-error around a transform
  descends(multiSteps(clip(1), { every: 2 }));
  // @ts-expect-error around a transform
  descends(applyIfFinite(clip(1)));
  // @ts-expect-error transforms for all groups
  descends(partition({ a: clip(1), b: trace({ decay: 0.9 }) }, () => "a"));
  // @ts-expect-error a transform of one's own
  descends(transform({ name: "own", rule: perParameter({}, ({ g }) => ({ u: g })) }));
  assertThrows(
    // @ts-expect-error an average of parameters needs a rule that moves them
    () => averaged(clip(1)),
    TypeError,
    "averaged: the rule inside must be an optimizer, got the transform clip, which does not descend by itself: " +
      "chain it with an optimizer, as in chain(clip(…), adam())",
  );
  assertThrows(
    // @ts-expect-error as above
    () => lookahead(clip(1)),
    TypeError,
    "got the transform clip",
  );
  assertThrows(
    // @ts-expect-error as above
    () => sam(clip(1)),
    TypeError,
    "got the transform clip",
  );
});

Deno.test("rules around an optimizer are optimizers, at compile time and at run time", () => {
  const made: Record<string, Optimizer> = {
    adam: adam(),
    chain: chain(clipByGlobalNorm(1), adam()),
    before: chain(adam(), decoupledWeightDecay({ weightDecay: 0.1 })),
    last: chain(trace({ decay: 0.9 }), scaleByLearningRate(0.1)),
    masked: masked(sgd(), some),
    freeze: freeze(chain(clip(1), sgd()), some),
    multiSteps: multiSteps(sgd(), { every: 2 }),
    applyIfFinite: applyIfFinite(chain(clip(1), sgd())),
    partition: partition({ a: sgd(), b: scale(0) }, () => "a"),
    averaged: averaged(chain(clip(1), sgd())),
  };
  assertEquals(
    Object.entries(made).filter(([, opt]) => opt.role !== "optimizer").map(([name]) => name),
    [],
  );
  const transforms: Record<string, Transform> = {
    chain: chain(clip(1), clip(2)),
    masked: masked(clip(1), some),
    partition: partition({ a: clip(1), b: clip(2) }, () => "a"),
  };
  assertEquals(
    Object.entries(transforms).filter(([, opt]) => opt.role !== "transform").map(([name]) => name),
    [],
  );
});

Deno.test("a hand-written optimizer without a role, as in 0.1.0, is an optimizer", () => {
  const old: Omit<Optimizer, "role"> = adam();
  assertEquals(descends(old), "optimizer");
});

Deno.test("fit() and trainingProgram() refuse a transform at compile time and at run time", async () => {
  const data = { x: tensor(Float32Array.of(1, 2), [2, 1]), target: tensor(Float32Array.of(3, 5), [2, 1]) };
  const model = withLoss(linear({ inputs: 1 }), { loss: "mse" });
  const failure = async (run: () => Promise<unknown>) => {
    try {
      await run();
    } catch (error) {
      return String(error);
    }
    return "none";
  };
  const message =
    "must be an optimizer, got the transform clipByGlobalNorm, which does not descend by itself: " +
    "chain it with an optimizer, as in chain(clipByGlobalNorm(…), adam())";
  assertEquals(
    // @ts-expect-error a transform
    await failure(() => fit({ model, optimizer: clipByGlobalNorm(1), train: data, epochs: 1, batchSize: 2 })),
    `TypeError: fit: optimizer ${message}`,
  );
  assertEquals(
    // @ts-expect-error a transform
    await failure(() => trainingProgram({ model, optimizer: clipByGlobalNorm(1), data })),
    `TypeError: optimizer ${message}`,
  );
});
