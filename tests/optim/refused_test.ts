/** Mistakes that an optimizer refuses instead of training on silently: on the host, and in a program. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  adam,
  adamw,
  addDecayedWeights,
  ademamix,
  averaged,
  chain,
  clip,
  decoupledWeightDecay,
  dog,
  fit,
  flattenState,
  freeze,
  gradientModel,
  lamb,
  lion,
  lookahead,
  masked,
  multiSteps,
  muon,
  nadam,
  ops,
  type Optimizer,
  optimizer,
  type OptimizerState,
  partition,
  perParameter,
  readCheckpoint,
  type Rule,
  sam,
  scheduleFreeSgd,
  sgd,
  sophia,
  trainingProgram,
  unflattenState,
  type Updater,
  warmUp,
  writeCheckpoint,
} from "../../mod.ts";
import { data, model, SIZE } from "../runtime/problem.ts";
import { asOptimizer } from "./table.ts";

const PARAMS = { w: Float64Array.of(1, 2), b: Float64Array.of(3) };
const GRADS = { w: Float64Array.of(0.1, 0.2), b: Float64Array.of(0.3) };
const batches = { rows: Array.from({ length: 40 }, (_, i) => i), batchSize: 10 };

/** Makes updates on the host from the start. */
function onHost(opt: Updater, updates = 4): void {
  let state = opt.init(PARAMS);
  for (let k = 0; k < updates; k++) {
    [, state] = opt.update(GRADS, state, PARAMS, { value: 1, hessians: PARAMS });
  }
}

/** Makes four steps in a program. */
async function inProgram(opt: Updater): Promise<void> {
  await using program = await trainingProgram({ model: model(), optimizer: asOptimizer(opt), data: data() });
  await program.run(program.init(), batches);
}

/** Tests that a rule is refused with this message on the host, by `update` and by `step`, and in a program. */
function refused(what: string, make: () => Updater, said: string | RegExp): void {
  Deno.test(`${what} is refused on the host and in a program`, async () => {
    const right = (error: Error) =>
      assert(
        typeof said === "string" ? error.message.includes(said) : said.test(error.message),
        error.message,
      );
    right(assertThrows(() => onHost(make()), Error));
    right(assertThrows(() => {
      const opt = make();
      let held = { params: PARAMS, state: opt.init(PARAMS) };
      for (let k = 0; k < 4; k++) {
        const [params, state] = opt.step(GRADS, held.state, held.params, { value: 1, hessians: PARAMS });
        held = { params, state };
      }
    }, Error));
    right(await assertRejects(() => inProgram(make()), Error));
  });
}

// Schedules: the value and the step are named.
const at = (value: number, from: number) => (count: number) => (count < from ? 0.1 : value);
refused(
  "a schedule of NaN",
  () => sgd({ learningRate: at(NaN, 0) }),
  "its schedule returns NaN after 0 updates",
);
refused(
  "a schedule that becomes negative",
  () => adam({ learningRate: at(-1e-3, 2) }),
  "adam: learningRate must be a finite number of at least 0 at every step, its schedule returns -0.001 after 2 updates",
);
refused(
  "a schedule that is not finite",
  () => lion({ learningRate: at(Infinity, 3) }),
  "Infinity after 3 updates",
);
refused(
  "a schedule of texts",
  () => sgd({ learningRate: (() => "0.1") as unknown as () => number }),
  "its schedule returns 0.1 after 0 updates",
);
refused(
  "a schedule without a result",
  () => nadam({ learningRate: (() => {}) as unknown as () => number }),
  "its schedule returns undefined after 0 updates",
);
refused(
  "a schedule made of another",
  () => sgd({ learningRate: warmUp(at(NaN, 1), { steps: 1 }) }),
  "NaN after 2",
);
for (
  const around of [
    (o: Optimizer) => averaged(o),
    (o: Optimizer) => lookahead(o),
    (o: Optimizer) => chain(clip(1), o),
  ]
) {
  refused(
    `a schedule of NaN in ${around(sgd()).name}`,
    () => around(sgd({ learningRate: at(NaN, 1) })),
    "sgd: learningRate must be a finite number of at least 0 at every step",
  );
}
refused(
  "a schedule of weight decay",
  () => chain(addDecayedWeights({ weightDecay: at(-1, 1) }), sgd()),
  "addDecayedWeights: weightDecay must be a finite number of at least 0 at every step, its schedule returns -1 after 1",
);
refused(
  "a schedule of decoupled weight decay",
  () => chain(sgd(), decoupledWeightDecay({ weightDecay: at(NaN, 1) })),
  "decoupledWeightDecay: weightDecay must be",
);
refused(
  "a schedule of beta3",
  () => ademamix({ beta3: at(1, 1) }),
  "ademamix: beta3 must be in [0, 1) at every step",
);
refused(
  "a schedule of alpha",
  () => ademamix({ alpha: at(-1, 1) }),
  "ademamix: alpha must be a finite number",
);
refused(
  "a schedule of NaN in a schedule-free rule",
  () => scheduleFreeSgd({ learningRate: at(NaN, 2) }),
  "its schedule returns NaN after 2 updates",
);

// Predicates that name nothing.
const none = () => false;
const some = (name: string) => name === "w" || name === "layers.0.weight";
refused(
  "masked() of nothing",
  () => masked(clip(1), none),
  /masked: mask matches none of the parameters \((w, b|layers)/,
);
refused("freeze() of nothing", () => freeze(sgd(), none), "freeze: frozen matches none of the parameters");
refused("freeze() of everything", () => freeze(sgd(), () => true), "there is nothing to train");
refused(
  "a group without a parameter",
  () => partition({ a: sgd(), b: adam() }, () => "a"),
  "partition: no parameter has the label 'b'",
);
for (
  const [name, make] of Object.entries<
    (o: { weightDecay: number; decayMask: (name: string) => boolean }) => Updater
  >(
    { adam, adamw, lion, sgd, lamb, sophia, nadam, muon, addDecayedWeights, decoupledWeightDecay },
  )
) {
  if (name === "muon") continue;
  refused(
    `a decay of nothing by ${name}()`,
    () => make({ weightDecay: 0.1, decayMask: none }),
    "decayMask matches none of the parameters",
  );
}
refused(
  "a decay of nothing by adamw()'s own weight decay",
  () => adamw({ decayMask: none }),
  "decayMask matches none of the parameters",
);

Deno.test("predicates that name parameters, and groups that may be empty, are accepted", async () => {
  const sound = () => [
    masked(clip(1), some),
    masked(clip(1), () => true),
    freeze(sgd(), some),
    partition({ a: sgd(), b: adam() }, () => "a", { mayBeEmpty: ["b"] }),
    adamw({ decayMask: some }),
    adam({ decayMask: none }),
  ];
  for (const opt of sound()) onHost(opt);
  for (const opt of sound()) await inProgram(opt);
});

// User-defined rules.
const own = (rule: Rule) => optimizer({ name: "own", learningRate: 0.1, rule });
const ruleOf = (update: Rule["update"], slots: Rule["slots"] = () => ({})): Rule => ({ slots, update });
const all = (params: Readonly<Record<string, ops.Expr>>, f: (name: string) => ops.Expr) =>
  Object.fromEntries(Object.keys(params).map((p) => [p, f(p)]));
refused(
  "a rule with two coefficients of one name",
  () =>
    own(perParameter({}, ({ g, w }, at) => ({
      u: ops.add(ops.mul(at("rate", (s) => -s.learningRate), g), ops.mul(at("rate", () => -1e-4), w)),
    }))),
  "own has two coefficients called 'rate', -0.1 and -0.0001 after 0 updates: give each its own name",
);
refused(
  "a rule whose coefficients of one name differ from the third update on",
  () =>
    own(perParameter({}, ({ g, w }, at) => ({
      u: ops.add(ops.mul(at("c", ({ t }) => -1 / t), g), ops.mul(at("c", ({ t }) => -1 / Math.min(t, 2)), w)),
    }))),
  "own has two coefficients called 'c'",
);
refused(
  "a rule whose coefficients of one name differ at the fourth update alone",
  () =>
    own(perParameter({}, ({ g, w }, at) => ({
      u: ops.add(ops.mul(at("c", () => -0.1), g), ops.mul(at("c", ({ t }) => (t === 4 ? -0.2 : -0.1)), w)),
    }))),
  "own has two coefficients called 'c', -0.1 and -0.2 after 3 updates",
);
Deno.test("two coefficients with one name that differ late in a run are refused within as many updates as there are parameters", () => {
  // A separate function for each parameter; the second's result differs from update 20 on.
  const opt = own(perParameter({}, ({ g }, at, name) => ({
    u: ops.mul(at("c", ({ t }) => (name === "b" && t > 19 ? -0.2 : -0.1)), g),
  })));
  onHost(opt, 19);
  const error = assertThrows(() => onHost(own(opt.rule), 21), TypeError);
  assert(
    /own has two coefficients called 'c', -0.1 and -0.2 after (19|20) updates/.test(error.message),
    error.message,
  );
});
refused(
  "a rule with a coefficient of NaN",
  () => own(perParameter({}, ({ g }, at) => ({ u: ops.mul(at("c", ({ t }) => Math.sqrt(2 - t)), g) }))),
  "own: the coefficient 'c' is NaN after 2 updates",
);
refused(
  "an update of another shape than its parameter",
  () => own(perParameter({}, ({ g }) => ({ u: ops.mul(-0.1, ops.sum(g)) }))),
  /own: the update of '(w|layers.0.weight)' must have shape \[.*\], got \[\]/,
);
refused(
  "an update of a larger shape than its parameter",
  () => own(perParameter({}, ({ g }) => ({ u: ops.add(g, ops.filled([7, ...g.shape], 0)) }))),
  /own: the update of '(w|layers.0.weight)' must have shape \[.*\], got \[7, /,
);
refused(
  "a slot of another shape than it had",
  () => own(perParameter({ m: 0 }, ({ g, m }) => ({ u: g, m: ops.sum(m) }))),
  /own: the new slot 'm\/(w|layers.0.weight)' must have shape \[.*\], got \[\]/,
);
refused(
  "a rule that leaves a parameter out",
  () =>
    own(ruleOf(({ grads }) => ({ updates: Object.fromEntries(Object.entries(grads).slice(1)), state: {} }))),
  /own: the update of '(w|layers.0.weight)' must be an expression, got nothing/,
);
refused(
  "a rule that updates something other than a parameter",
  () => own(ruleOf(({ grads }) => ({ updates: { ...grads, more: ops.constant(0) }, state: {} }))),
  "own: the update of 'more' must be left out: there is no 'more'",
);
refused(
  "a rule that keeps a slot that it did not ask for",
  () => own(ruleOf(({ grads }) => ({ updates: grads, state: { extra: ops.constant(0) } }))),
  "own: the new slot 'extra' must be left out",
);
refused(
  "a rule that draws two kinds of numbers under one name",
  () =>
    own(ruleOf(({ grads, params, normal }) => ({
      updates: all(params, (p) =>
        ops.add(grads[p]!, ops.sum(normal("n", { shape: [p.length], seed: p.length + p.charCodeAt(0) })))),
      state: {},
    }))),
  "own draws two kinds of numbers called 'n'",
);

Deno.test("coefficients with one name for all parameters are one coefficient", async () => {
  const make = () =>
    own(perParameter({}, ({ g }, at) => ({ u: ops.mul(at("rate", (s) => -s.learningRate), g) })));
  onHost(make());
  await inProgram(make());
});

// States.
const wrongStates: readonly (readonly [what: string, state: OptimizerState, said: string])[] = [
  ["of another rule with the same slots", lamb().init(PARAMS), "state belongs to lamb, not to adam"],
  [
    "of another rule with the same slots, updated",
    lamb().update(GRADS, lamb().init(PARAMS), PARAMS)[1],
    "belongs to lamb",
  ],
  ["of a rule without slots", sgd().init(PARAMS), "state belongs to sgd"],
  ["of other parameters", adam().init({ w: PARAMS.w }), "state lacks 'm/b', which the state of adam"],
  ["of another shape", adam().init({ ...PARAMS, b: Float64Array.of(1, 2) }), "state.m/b must be float64[1]"],
  ["of another type", adam().init({ w: Float32Array.of(1, 2), b: Float32Array.of(1) }), "got float32"],
  [
    "without a count",
    { slots: adam().init(PARAMS).slots } as never,
    "state.count must be the number of updates",
  ],
  ["of a count that is not a number", unflattenState(adam().init(PARAMS).slots, NaN), "got NaN"],
  ["of a negative count", unflattenState(adam().init(PARAMS).slots, -1), "got -1"],
  ["without slots", { count: 0 } as never, "state must hold the tensors of the state of adam"],
  [
    "that is not there",
    undefined as never,
    "adam needs its state, as init(params) returns it, got undefined",
  ],
];
for (const [what, state, said] of wrongStates) {
  Deno.test(`adam() refuses a state ${what}`, () => {
    assertThrows(() => adam().update(GRADS, state, PARAMS), TypeError, said);
    assertThrows(() => adam().step(GRADS, state, PARAMS), TypeError, said);
    assertThrows(() => adam().evaluationParams(PARAMS, state), TypeError, said);
  });
}

Deno.test("a state is accepted by the same rule with other settings or another name, and after storing and reading it", () => {
  const [, state] = adam().update(GRADS, adam().init(PARAMS), PARAMS);
  adam({ learningRate: 1, beta1: 0.5 }).update(GRADS, state, PARAMS);
  adamw().update(GRADS, state, PARAMS);
  // A caller who says that the state fits is trusted.
  lamb().update(GRADS, unflattenState(flattenState(state), state.count), PARAMS);
});

Deno.test("a program refuses the state of another rule, of another model, and values that are not a state", async () => {
  await using program = await trainingProgram({ model: model(), optimizer: adam(), data: data() });
  await using other = await trainingProgram({ model: model(), optimizer: lamb(), data: data() });
  await using plain = await trainingProgram({ model: model(), optimizer: sgd(), data: data() });
  const start = program.init();
  const run = (state: unknown, on = program) => () => on.run(state as typeof start, batches);
  await assertRejects(run(other.init()), RangeError, "state belongs to lamb, not to adam");
  const after = await other.run(other.init(), batches);
  await assertRejects(run(after.state), RangeError, "state belongs to lamb");
  await assertRejects(run(plain.init()), RangeError, "the optimizer's tensor 'm/layers.0.weight' is missing");
  await assertRejects(
    run(start, plain),
    RangeError,
    "the state: unexpected optimizer's tensor 'm/layers.0.weight'",
  );
  const { "layers.0.bias": bias, ...rest } = start.params;
  await assertRejects(
    run({ ...start, params: rest }),
    RangeError,
    "the parameter 'layers.0.bias' is missing",
  );
  const longer = { ...bias!, shape: [1, ...bias!.shape] };
  await assertRejects(
    run({ ...start, params: { ...rest, "layers.0.bias": longer } }),
    RangeError,
    "must be float32[8]",
  );
  await assertRejects(run({ ...start, step: undefined }), RangeError, "step must be an integer");
  await assertRejects(
    run({ ...start, optimizer: { ...start.optimizer, count: 0.5 } }),
    RangeError,
    "state.count",
  );
  for (const learningRateScale of [NaN, -1, Infinity, "1" as never]) {
    await assertRejects(
      () => program.run(start, batches, { learningRateScale }),
      RangeError,
      "learningRateScale must be a finite number of at least 0",
    );
    assertThrows(
      () => adam().update(GRADS, adam().init(PARAMS), PARAMS, { learningRateScale }),
      RangeError,
      "learningRateScale must be a finite number of at least 0",
    );
  }
});

// Arguments of the wrong kind.
Deno.test("chain() says how to call it", () => {
  assertThrows(
    () => chain([sgd(), adam()] as never),
    TypeError,
    "chain takes rules one after another, not an array",
  );
  assertThrows(
    () => chain(sgd(), undefined as never),
    TypeError,
    "chain: rule 2 must be an optimizer or a transform",
  );
  assertThrows(() => chain(sgd as never), TypeError, "got the function sgd: call it, sgd()");
});

Deno.test("rules around a rule name an argument that is not a rule", () => {
  const around: Record<string, (o: Optimizer) => unknown> = {
    averaged,
    lookahead,
    sam,
    multiSteps: (o) => multiSteps(o, { every: 2 }),
    masked: (o) => masked(o, some),
    freeze: (o) => freeze(o, some),
  };
  for (const [name, make] of Object.entries(around)) {
    assertThrows(
      () => make("adam" as never),
      TypeError,
      `${name}: the rule inside must be an optimizer${
        name === "averaged" || name === "lookahead" || name === "sam" ? "" : " or a transform"
      }, such as adam(), got "adam"`,
    );
    assertThrows(() => make({ decay: 0.9 } as never), TypeError, "got an object of decay");
    assertThrows(() => make(undefined as never), TypeError, "got undefined");
  }
  assertThrows(
    () => partition({ a: "adam" as never }, () => "a"),
    TypeError,
    "partition: group 'a' must be an optimizer or a transform",
  );
});

Deno.test("update() without the parameters says that it needs them", () => {
  const opt = adamw();
  const call = (...args: unknown[]) => () => (opt.update as (...args: unknown[]) => unknown)(...args);
  const said =
    "adamw needs the parameters, by name: init(params), update(grads, state, params), got undefined";
  assertThrows(call(GRADS, opt.init(PARAMS)), TypeError, said);
  assertThrows(() => opt.init(undefined as never), TypeError, said);
  assertThrows(
    call(undefined, opt.init(PARAMS), PARAMS),
    TypeError,
    "grads must hold the tensors of params by name",
  );
});

Deno.test("dog() says which first steps it accepts", () => {
  const forms = "firstStep must be one of { heuristic: … }, { distance: … }, { learningRate: … }, got ";
  for (
    const [firstStep, got] of [
      [0.1, "0.1"],
      ["heuristic", "heuristic"],
      [{}, "{  }"],
      [null, "null"],
      [{ heuristc: 1 }, "{ heuristc }"],
      [{ distance: 1, learningRate: 1 }, "{ distance, learningRate }"],
    ] as const
  ) {
    assertThrows(() => dog({ firstStep: firstStep as never }), RangeError, forms + got);
  }
});

Deno.test("fit() and trainingProgram() name an argument that is not an optimizer", async () => {
  const rest = { model: model(), epochs: 1, batchSize: SIZE.examples };
  const tried = (optimizer: unknown) => () =>
    fit({ ...rest, train: data(), optimizer: optimizer as Optimizer });
  await assertRejects(
    tried("adam"),
    TypeError,
    'fit: optimizer must be an optimizer, such as adam(), got "adam"',
  );
  await assertRejects(tried(adam), TypeError, "got the function adam: call it, adam()");
  await assertRejects(tried([adam()]), TypeError, "got an array");
  await assertRejects(
    () => trainingProgram({ model: model(), data: data(), optimizer: "adam" as never }),
    TypeError,
    'optimizer must be an optimizer, such as adam(), got "adam"',
  );
});

Deno.test("lists of parameters that name nothing, or one parameter twice, are refused", async () => {
  const rest = { model: model(), data: data(), optimizer: sgd() };
  const tried = (parameters: string[]) => () => trainingProgram({ ...rest, parameters });
  await assertRejects(tried([]), RangeError, "parameters is empty");
  await assertRejects(
    tried(["layers.0.bias", "layers.0.bias"]),
    RangeError,
    "parameters names 'layers.0.bias' twice",
  );
  await assertRejects(
    tried(["none"]),
    RangeError,
    "parameters must be initializers of the model (layers.0.weight, layers.0.bias, layers.1.weight, layers.1.bias), " +
      "'none' is none",
  );
  assertThrows(
    () => gradientModel(model(), { loss: "loss", parameters: [] }),
    RangeError,
    "parameters is empty",
  );
});

Deno.test("fit() refuses to resume from the state of another rule with the same slots", async () => {
  const base = { model: model(), train: data(), epochs: 2, batchSize: 25 };
  let saved: unknown;
  await fit({ ...base, epochs: 1, optimizer: lamb(), checkpoint: { save: (state) => void (saved = state) } });
  await assertRejects(
    () => fit({ ...base, optimizer: adam(), resume: saved as never }),
    RangeError,
    "resume: state belongs to lamb, not to adam",
  );
  // A checkpoint's file keeps it.
  const path = await Deno.makeTempFile();
  try {
    await writeCheckpoint(path, { state: saved as never, extra: {} });
    const { state } = await readCheckpoint(path);
    assertEquals(state, saved);
    await assertRejects(
      () => fit({ ...base, optimizer: adam(), resume: state }),
      RangeError,
      "state belongs to lamb",
    );
    assertEquals((await fit({ ...base, optimizer: lamb(), resume: state })).steps, 4);
  } finally {
    await Deno.remove(path);
  }
});
