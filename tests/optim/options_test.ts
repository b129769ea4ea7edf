import { assert, assertEquals, assertThrows } from "@std/assert";
import * as library from "../../mod.ts";
import { documentation } from "../../tools/function_docs.ts";

const { adagrad, adam, amsgrad, chain, injectHyperparams, momentum, partition, rmsprop, sgd } = library;

type Make = (options: Record<string, unknown>) => unknown;

/** Functions with arguments before their options, or with required options. */
const CALLS: Readonly<Record<string, Make>> = {
  ...Object.fromEntries(
    ["applyIfFinite", "averaged", "lookahead", "mechanic", "sam", "scheduleFree"].map((name) => [
      name,
      (o) => (library as unknown as Record<string, (r: unknown, o: unknown) => unknown>)[name]!(sgd(), o),
    ]),
  ),
  adaptiveGradClip: (o) => library.adaptiveGradClip({ limit: 1, ...o }),
  addDecayedWeights: (o) => library.addDecayedWeights({ weightDecay: 0.1, ...o }),
  decoupledWeightDecay: (o) => library.decoupledWeightDecay({ weightDecay: 0.1, ...o }),
  ema: (o) => library.ema({ decay: 0.5, ...o }),
  multiSteps: (o) => library.multiSteps(sgd(), { every: 2, ...o }),
  projectionBox: (o) => library.projectionBox({ lower: -1, upper: 1, ...o }),
  skipLargeUpdates: (o) => library.skipLargeUpdates(sgd(), { maxSquaredNorm: 1, ...o }),
  trace: (o) => library.trace({ decay: 0.5, ...o }),
};

/** Returns whether an option may be negative. */
function isSigned(name: string, option: string): boolean {
  const declared = library.declarationsOf(name as library.OptimizerName)[option];
  return declared?.kind === "number" && declared.range === "a finite number";
}

const all = (await documentation()).flatMap(({ functions }) => functions);

for (const { name, options } of all) {
  const make = CALLS[name] ?? (library as unknown as Record<string, Make>)[name]!;
  const numbers = options.filter((o) => o.numeric).map((o) => o.name);
  if (numbers.length === 0) continue;
  Deno.test(`${name}() refuses numbers out of range, naming option, range and value: ${numbers.join(", ")}`, () => {
    make({});
    for (const option of numbers) {
      const refused = (value: unknown) => {
        const error = assertThrows(() => make({ [option]: value }), RangeError);
        assert(error.message.startsWith(`${option} must be `), error.message);
        assert(error.message.endsWith(`, got ${value}`), error.message);
      };
      refused(NaN);
      refused("0.1");
      if (!isSigned(name, option)) refused(-1);
    }
  });
}

/** An optimizer without a learning rate. */
const bare = () => library.optimizer({ name: "bare", rule: sgd().rule });
const REFUSED: readonly [string, () => unknown][] = [
  ["learningRate must be a finite number of at least 0, got -1", () => sgd({ learningRate: -1 })],
  [
    "learningRate must be a finite number of at least 0, got Infinity",
    () => adam({ learningRate: Infinity }),
  ],
  ["momentum must be in [0, 1), got 1", () => sgd({ momentum: 1 })],
  ["dampening must be in [0, 1], got 2", () => sgd({ momentum: 0.5, dampening: 2 })],
  ["nesterov needs momentum above 0", () => sgd({ nesterov: true })],
  ["beta1 must be in [0, 1), got 1", () => adam({ beta1: 1 })],
  [
    'epsilonPlacement must be one of "outside", "inside", got "both"',
    () => adagrad({ epsilonPlacement: "both" as "inside" }),
  ],
  ["variant must be one of", () => amsgrad({ variant: "tf" as "paper" })],
  ["form must be one of", () => momentum({ form: "tf" as "lecture" })],
  ["decay must be in [0, 1), got 1", () => rmsprop({ decay: 1 })],
  ["betas", () => library.aggmo({ betas: [] })],
  ["betas[1] must be in [0, 1), got 1", () => library.aggmo({ betas: [0, 1] })],
  ["betas must have at least one number", () => library.mechanic(sgd(), { betas: [] })],
  ["betas[1] must be in [0, 1), got 1", () => library.mechanic(sgd(), { betas: [0, 1] })],
  [
    "mechanic needs a rule that updates the parameters at each gradient and evaluates at them, not multiSteps sgd",
    () => library.mechanic(library.multiSteps(sgd(), { every: 2 })),
  ],
  ["mechanic needs a rule", () => library.mechanic(library.averaged(sgd()))],
  ["mechanic needs a rule", () => library.mechanic(library.sam(sgd()))],
  [
    "firstStep.distance must be a finite number above 0, got 0",
    () => library.dog({ firstStep: { distance: 0 } }),
  ],
  ["coefficients[2] must be a finite number, got NaN", () => library.muon({ coefficients: [1, 1, NaN] })],
  ["maxStep must be at least minStep, got 1", () => library.rprop({ minStep: 2, maxStep: 1 })],
  ["limit must be a finite number above 0, got 0", () => library.clip(0)],
  ["limit must be a finite number above 0, got NaN", () => library.clipByGlobalNorm(NaN)],
  ["factor must be a finite number, got NaN", () => library.scale(NaN)],
  ["chain takes one or more rules, got none", () => chain()],
  ["partition takes one or more groups, got none", () => partition({}, () => "a")],
  [
    "label must be one of a, got b for 'w'",
    () => partition({ a: sgd() }, () => "b").init({ w: Float64Array.of(1) }),
  ],
  ["injectHyperparams needs a rule with a learning rate, not bare", () => injectHyperparams(bare())],
  ["scheduleFree needs a rule with a learning rate, not bare", () => library.scheduleFree(bare())],
];
for (const [message, call] of REFUSED) {
  Deno.test(`optimizers refuse options: ${message}`, () => void assertThrows(call, RangeError, message));
}

Deno.test("every numeric option of an optimizer is checked", () => {
  assertEquals(all.filter((f) => f.options.length > 0).length >= 50, true);
});
