// The misspellings of the tests: cspell:ignore bais cosin fina globalnorm insid nrom
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  adam,
  adamw,
  chain,
  clip,
  cosineDecay,
  declarationsOf,
  freeze,
  lookahead,
  multiSteps,
  type Optimizer,
  OPTIMIZER_FAMILIES,
  partition,
  sam,
  sgd,
} from "../../../mod.ts";
import { loadedOptimizers, optimizerOf, OPTIMIZERS } from "../../../scripts/lab/mod.ts";
import { parseOptions } from "../../../scripts/cli/mod.ts";
import { UsageError } from "../../../scripts/console/mod.ts";

/** Returns parameters after some updates of a quadratic. */
function path(rule: Optimizer): Record<string, number[]> {
  let params = {
    "a.weight": Float64Array.of(3, -2),
    "a.bias": Float64Array.of(1),
    "norm.w": Float64Array.of(2),
  };
  let state = rule.init(params);
  for (let call = 0; call < 12; call++) {
    const grads = Object.fromEntries(
      Object.entries(params).map(([n, w]) => [n, w.map((v) => 2 * v + 0.1 * call)]),
    );
    [params, state] = rule.step(grads, state, params);
  }
  return Object.fromEntries(Object.entries(params).map(([n, w]) => [n, [...w]]));
}

/** Asserts that a text means an optimizer, at a rate and in a training of some steps. */
function assertMeans(text: string, expected: Optimizer, steps?: number): void {
  const { entry } = optimizerOf(text);
  assertEquals(path(entry.make(0.01, steps === undefined ? {} : { steps })), path(expected), text);
}

Deno.test("a text means the function of the library with these options", () => {
  const learningRate = 0.01;
  assertMeans("adam", adam({ learningRate }));
  assertMeans(
    "adam(beta1=0.5, epsilonPlacement=inside)",
    adam({ learningRate, beta1: 0.5, epsilonPlacement: "inside" }),
  );
  assertMeans("adam(epsilonPlacement='inside')", adam({ learningRate, epsilonPlacement: "inside" }));
  assertMeans("sgd(momentum=0.9, nesterov=true)", sgd({ learningRate, momentum: 0.9, nesterov: true }));
  assertMeans("adamw(learningRate=0.5)", adamw({ learningRate: 0.5 }));
  assertMeans(
    "lookahead(adam(beta1=0.5), slowStepSize=0.8)",
    lookahead(adam({ learningRate, beta1: 0.5 }), { slowStepSize: 0.8 }),
  );
  assertMeans("sam(sgd(momentum=0.5))", sam(sgd({ learningRate, momentum: 0.5 })));
  assertMeans("multiSteps(adam, every=3)", multiSteps(adam({ learningRate }), { every: 3 }));
  assertMeans("chain(clip(0.5), adam)", chain(clip(0.5), adam({ learningRate })));
  assertMeans(
    "freeze(adam, frozen='a.*')",
    freeze(adam({ learningRate }), { frozen: (n) => n.startsWith("a.") }),
  );
});

Deno.test("names of the table keep their meaning, and their options replace what they mean", () => {
  const learningRate = 0.01;
  assertMeans("momentum", sgd({ learningRate, momentum: 0.9 }));
  assertMeans("momentum(momentum=0.8)", sgd({ learningRate, momentum: 0.8 }));
  assertMeans("nesterov", sgd({ learningRate, momentum: 0.9, nesterov: true }));
  assertMeans("lookahead", lookahead(adam({ learningRate })));
  assertMeans("lookahead(syncPeriod=2)", lookahead(adam({ learningRate }), { syncPeriod: 2 }));
  assertMeans("sam", sam(sgd({ learningRate, momentum: 0.9 })));
  assertEquals(
    ["momentum", "nesterov", "muon", "dowg", "lookahead", "sam", "swats", "gd", "adam"].map((name) =>
      optimizerOf(name).entry.learningRate
    ),
    [0.05, 0.05, 0.02, 0.3, 1e-3, 0.05, 1e-3, 0.5, 1e-3],
  );
});

Deno.test("every function of the table with a rate has a name, and shows every option that has a default", () => {
  const rated = Object.values(OPTIMIZER_FAMILIES).flatMap((family) =>
    Object.entries(family).filter(([, { rate }]: [string, { rate?: number }]) => rate !== undefined)
  );
  assert(rated.length > 35);
  for (const [fn] of rated) {
    const { hyperparameters, name } = optimizerOf(fn);
    assert(Object.hasOwn(OPTIMIZERS, name), name);
    const declared = Object.entries(declarationsOf(fn as "adam"));
    const shown = declared.filter(([n, d]) =>
      n !== "learningRate" && "default" in d && d.default !== undefined
    );
    for (const [option] of shown) assert(Object.hasOwn(hyperparameters, option), `${fn}: ${option}`);
  }
});

Deno.test("the name is the canonical text: in the order of the declarations, without defaults", () => {
  for (
    const [text, name] of [
      ["adam()", "adam"],
      ["adam(beta1=0.9)", "adam"],
      ["adam(beta2=.99,beta1=9.5e-1)", "adam(beta1=0.95, beta2=0.99)"],
      ["momentum(momentum=0.9)", "momentum"],
      ["momentum(momentum=0)", "momentum(momentum=0)"],
      ["adam(learningRate=0.001)", "adam(learningRate=0.001)"],
      ["scheduleFreeSgd", "schedule-free-sgd"],
      ["lookahead(adam)", "lookahead"],
      ["lookahead(syncPeriod=5, adam(beta1=0.5))", "lookahead(adam(beta1=0.5))"],
      ["adam(epsilonPlacement='inside')", "adam(epsilonPlacement=inside)"],
      ["adam(beta1=linearSchedule(final=0.5))", "adam(beta1=linear(final=0.5))"],
      ["partition('*.bias' = adam(weightDecay=0), adam)", "partition('*.bias'=adam, adam)"],
      ["chain(clip( 1.0 ), adam)", "chain(clip(1), adam)"],
    ] as const
  ) {
    assertEquals(optimizerOf(text).name, name);
    assertEquals(optimizerOf(name).name, name);
  }
});

Deno.test("hyper-parameters are all there, defaults included; schedules and patterns stand as their texts", () => {
  assertEquals(optimizerOf("adam(beta1=0.95)").hyperparameters.beta1, 0.95);
  assertEquals(optimizerOf("adam").hyperparameters, {
    weightDecay: 0,
    maximize: false,
    decoupledWeightDecay: false,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    epsilonRoot: 0,
    epsilonPlacement: "outside",
  });
  const { hyperparameters } = optimizerOf("lookahead(adamw(exclude='*.bias', beta1=linear(final=0.5)))");
  assertEquals(hyperparameters["adamw.exclude"], "*.bias");
  assertEquals(hyperparameters["adamw.beta1"], "linear(final=0.5)");
  assertEquals([hyperparameters.syncPeriod, hyperparameters["adamw.weightDecay"]], [5, 0.01]);
  assertEquals(optimizerOf("momentum").hyperparameters.momentum, 0.9);
  assertEquals(OPTIMIZERS.momentum!.hyperparameters, optimizerOf("momentum").hyperparameters);
});

Deno.test("exclude names the parameters that do not decay; decayMask those that do", () => {
  const learningRate = 0.01;
  const biasAndNorm = (n: string) => n.endsWith(".bias") || n.startsWith("norm");
  const expected = adamw({ learningRate, weightDecay: 0.5, decayMask: (n) => !biasAndNorm(n) });
  assertMeans("adamw(weightDecay=0.5, exclude='*.bias|norm*')", expected);
  assertMeans("adamw(weightDecay=0.5, decayMask='*.weight')", expected);
  assertMeans("adamw(weightDecay=0.5, decayMask='a.?eight')", expected);
});

Deno.test("patterns match whole names: characters that mean something to regular expressions are plain", () => {
  for (const pattern of ["bias", "a", "a.b.as", "^a.bias$", "[a].bias", "A.bias"]) {
    const { entry } = optimizerOf(`adamw(exclude='${pattern}')`);
    assertThrows(
      () => path(entry.make(0.01)),
      UsageError,
      `exclude: '${pattern}' matches none of the parameters`,
    );
  }
});

Deno.test("a pattern with an alternative that matches no parameter is refused, with the parameters' names", () => {
  for (
    const [text, what] of [
      [
        "adamw(exclude='*.bias|nrom*')",
        "adamw: exclude: 'nrom*' matches none of the parameters (a.weight, a.bias, norm.w)",
      ],
      ["partition('nrom*'=adam(learningRate=0.1), adam)", "partition: 'nrom*' matches none"],
      ["partition('*'=adam(learningRate=0.1), '*.bias'=adam, adam)", "partition: '*.bias' matches none"],
      ["freeze(adam, frozen='b*')", "freeze: frozen: 'b*' matches none"],
    ] as const
  ) assertThrows(() => path(optimizerOf(text).entry.make(0.01)), UsageError, what);
});

Deno.test("groups have their own rules; a rate of a group counts before the common one", () => {
  const learningRate = 0.01;
  const groups = { bias: adamw({ learningRate: 0.1 }), others: adamw({ learningRate, weightDecay: 0.2 }) };
  const expected = partition(groups, { label: (n) => (n.endsWith(".bias") ? "bias" : "others") });
  assertMeans("partition('*.bias'=adamw(learningRate=0.1), adamw(weightDecay=0.2))", expected);
  // The rate of a group is reported: no column shows it.
  const { hyperparameters } = optimizerOf("partition('*.bias'=adamw(learningRate=0.1), 'a.*'=adamw, adamw)");
  assertEquals(hyperparameters["*.bias.learningRate"], 0.1);
  assert(!Object.hasOwn(hyperparameters, "a.*.learningRate"));
  const { hyperparameters: falling } = optimizerOf("partition('*'=sgd(learningRate=linear(initial=1)), sgd)");
  assertEquals(falling["*.learningRate"], "linear(initial=1)");
  // The first pattern that matches counts.
  assertMeans(
    "partition('*.bias'=adamw(learningRate=0.1), 'a.*'=adamw(weightDecay=0.2), adamw(weightDecay=0.2))",
    expected,
  );
});

Deno.test("a hyper-parameter may be a schedule of the rule's updates, over the whole training by default", () => {
  const steps = 10;
  const fall = (initial: number, final = 0, n = steps) => (t: number) =>
    initial + (final - initial) * Math.min(t / n, 1);
  assertMeans(
    "adam(beta1=linear(initial=0.95, final=0.85))",
    adam({ learningRate: 0.01, beta1: fall(0.95, 0.85) }),
    steps,
  );
  // It starts from the default.
  assertMeans("adam(beta1=linear(final=0.5))", adam({ learningRate: 0.01, beta1: fall(0.9, 0.5) }), steps);
  assertMeans(
    "adam(beta1=linear(final=0.5, steps=4))",
    adam({ learningRate: 0.01, beta1: fall(0.9, 0.5, 4) }),
  );
  // A rate's schedule starts from the rate.
  assertMeans(
    "adam(learningRate=cosine)",
    adam({ learningRate: cosineDecay({ initial: 0.01, steps }) }),
    steps,
  );
  assertMeans(
    "adam(learningRate=cosine(initial=0.5))",
    adam({ learningRate: cosineDecay({ initial: 0.5, steps }) }),
    steps,
  );
  // The last update is the one after steps - 1.
  optimizerOf("adam(beta1=linear(final=1))").entry.make(0.01, { steps });
  assertThrows(
    () => optimizerOf("adam(beta1=linear(final=1.5))").entry.make(0.01, { steps }),
    UsageError,
    "adam: beta1 must be in [0, 1) at every step; in a training of 10 steps linear(final=1.5) is 1.02 after 2 updates",
  );
  // Of multiSteps, the updates of the rule inside.
  const gathered = multiSteps(adam({ learningRate: cosineDecay({ initial: 0.01, steps: 5 }) }), { every: 2 });
  assertMeans("multiSteps(adam(learningRate=cosine), every=2)", gathered, steps);
  assertThrows(
    () => optimizerOf("adam(learningRate=cosine)").entry.make(0.01),
    UsageError,
    "it depends on the number of steps",
  );
  assertEquals(optimizerOf("adam(learningRate=cosine(initial=0.5))").learningRate, 0.5);
  assertEquals(optimizerOf("adam(learningRate=cosine)").learningRate, undefined);
});

/** Texts that are refused, with the message and the part that the caret points at. */
const REFUSED: readonly (readonly [text: string, message: string, at?: string])[] = [
  ["adam(beta3=1)", "adam has no option 'beta3'; did you mean 'beta1'? It takes learningRate, ", "beta3=1)"],
  ["adam(lr=1)", "adam has no option 'lr'; did you mean 'learningRate'?", "lr=1)"],
  ["adam(betas=1)", "did you mean 'beta1' and 'beta2'?", "betas=1)"],
  ["adam(beta1=1)", "adam: beta1 must be in [0, 1), or a schedule such as linear(…), got 1", "1)"],
  ["adam(beta1='0.9')", "got '0.9'", "'0.9')"],
  ["adam(maximize=1)", "adam: maximize must be true or false, got 1", "1)"],
  ["adam(epsilonPlacement=insid)", "must be one of outside, inside, scaled, got insid", "insid)"],
  ["adam(decayMask=3)", "adam: decayMask must be a pattern of parameters' names in quotes", "3)"],
  ["adam(exclude='a', decayMask='b')", "give exclude or decayMask, not both", "exclude='a', decayMask='b')"],
  ["adam(0.1)", "adam takes no 0.1: give options by name", "0.1)"],
  ["adam(beta1=cosin)", 'unknown schedule "cosin". Did you mean "cosine"?', "cosin)"],
  ["adam(beta1=linear(fina=1))", "linear has no option 'fina'; did you mean 'final'?", "fina=1))"],
  ["sgd(nesterov=true)", "nesterov needs momentum above 0", "sgd(nesterov=true)"],
  ["lookahead(adamm)", 'unknown optimizer "adamm". Did you mean "adam"?', "adamm)"],
  ["lookahead(clip(1))", "lookahead takes an optimizer, got the transform clip", "clip(1))"],
  ["lookahead(swats)", "swats changes its rule on the way, and cannot be inside lookahead", "swats)"],
  ["lookahead(adam, sgd)", "lookahead takes one optimizer", "sgd)"],
  ["averaged", "averaged takes an optimizer: averaged(adam)", "averaged"],
  ["averaged(3)", "averaged takes an optimizer, such as adam, got 3", "3)"],
  ["multiSteps(adam)", "multi-steps needs the option 'every': multi-steps(every=…)", "multiSteps(adam)"],
  ["swats(beta1=linear)", "swats: beta1 must be in [0, 1), got linear", "linear)"],
  ["clip(1)", "clip changes gradients, and trains nothing by itself", "clip(1)"],
  ["chain(clip(1))", "chain changes gradients, and trains nothing by itself", "chain(clip(1))"],
  ["chain(adam, sgd)", "chain takes one optimizer and any transforms", "chain(adam, sgd)"],
  ["chain(clip, adam)", "clip takes a number: clip(1)", "clip, adam)"],
  ["chain(clip(-1), adam)", "clip: limit must be a finite number above 0", "-1), adam)"],
  ["partition(adam)", "partition takes patterns of names", "partition(adam)"],
  [
    "partition('*.bias'=adam)",
    "partition takes a rule for all other parameters, too",
    "partition('*.bias'=adam)",
  ],
  ["partition('*.bias'=sgd, adam)", "give sgd its learningRate: that of adam may not suit it", "sgd, adam)"],
  ["adamm", 'unknown optimizer "adamm". Did you mean "adam"?'],
];

Deno.test("a wrong text is refused: what is wrong, the nearest name, and a caret below the place", async () => {
  const of = (optimizer: string) => {
    const { options } = parseOptions(["x", "--optimizer", optimizer], { x: {} });
    return loadedOptimizers(options, []);
  };
  for (const [text, message, at] of REFUSED) {
    const { below } = await assertRejects(() => of(text), UsageError, message);
    if (at === undefined) continue;
    const [shown, caret] = below!.split("\n") as [string, string];
    assertEquals(shown.slice(caret.indexOf("^")), at, text);
  }
  await assertRejects(() => of("adam,adam(beta1=0.9)"), UsageError, '--optimizer names "adam" twice');
  await assertRejects(() => of(""), UsageError, "needs a value");
  await assertRejects(() => of(","), UsageError, "--optimizer needs one or more of");
  const long = `adam(exclude='${"a".repeat(200)}')`;
  await assertRejects(() => of(long), UsageError, "has a name of more than 200 bytes");
});

Deno.test("the space holds the declared intervals of what the text leaves open", () => {
  const adam = { low: 1e-4, high: 1e-2, scale: "log" } as const;
  const beta1 = { low: 0.5, high: 0.98, scale: "one-minus-log" } as const;
  assertEquals(optimizerOf("adam").space, { learningRate: adam, beta1 });
  assertEquals(optimizerOf("adam(beta1=0.9)").space, { learningRate: adam });
  assertEquals(optimizerOf("adam(learningRate=1, beta1=linear(final=0.5))").space, {});
  const { syncPeriod: _, ...around } = optimizerOf("lookahead").space;
  assertEquals(around["adam.beta1"], beta1);
  assertEquals(around.learningRate, adam);
});

Deno.test("an optimizer is made with other hyper-parameters than those of its text", () => {
  const learningRate = 0.01;
  const made = (text: string, hyperparameters: Record<string, number | string | boolean>) =>
    path(optimizerOf(text).entry.make(learningRate, { hyperparameters }));
  assertEquals(made("adam", { beta1: 0.5 }), path(adam({ learningRate, beta1: 0.5 })));
  assertEquals(
    made("adam(beta1=0.7, beta2=0.9)", { beta1: 0.5, epsilonPlacement: "inside" }),
    path(adam({ learningRate, beta1: 0.5, beta2: 0.9, epsilonPlacement: "inside" })),
  );
  const expected = path(lookahead(adam({ learningRate, beta1: 0.5 }), { syncPeriod: 2 }));
  assertEquals(made("lookahead", { "adam.beta1": 0.5, syncPeriod: 2 }), expected);
  assertEquals(made("lookahead(adam(beta1=0.7))", { "adam.beta1": 0.5, syncPeriod: 2 }), expected);
  assertThrows(() => made("adam", { beta1: 2 }), UsageError, "beta1 must be in [0, 1)");
  assertThrows(
    () => made("lookahead", { "sgd.momentum": 0.5 }),
    UsageError,
    "no hyper-parameter 'sgd.momentum'",
  );
});
