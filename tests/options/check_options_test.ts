import { assert, assertEquals, assertThrows } from "@std/assert";
import * as library from "../../mod.ts";
import { checkOptions } from "../../options/check_options.ts";
import { nearestOptions } from "../../options/nearest.ts";

const {
  adam,
  buildModel,
  digits,
  fit,
  Graph,
  mlp,
  permutation,
  randomBits,
  sgd,
  trainingProgram,
  withLoss,
} = library;

/** A call with the options that it requires, and with `more`. */
type Call = (more: Record<string, unknown>) => unknown;

const model = () => withLoss(mlp({ inputs: 64, hidden: [4], outputs: 10 }), { loss: "cross-entropy" });
const inputs = () => {
  const { x, y } = digits().inputs;
  return { x, target: y };
};
const graph = () => {
  const g = new Graph();
  return { g, x: g.input("x", "float32", ["N", 4]), image: g.input("i", "float32", ["N", 3, 8, 8]) };
};
const key = { seed: 0, stream: "test" };
const bytes = new Uint8Array(16);

/** Every function of the library with options, except optimizers and transforms, which `deno doc` lists. */
const CALLS: Readonly<Record<string, Call>> = {
  // Graphs.
  Graph: (o) => new Graph(o),
  "Graph.emit": (o) => graph().g.emit("Relu", [graph().x], o),
  "Graph.scan": (o) =>
    graph().g.scan({ states: [0], scanned: [], body: (_, states) => ({ states, outputs: [] }), ...o }),
  buildModel: (o) => buildModel(new Graph(), o),
  importModel: (o) => library.importModel(model(), new Graph(), o),
  readModel: (o) => library.readModel("none", o),
  withWeights: (o) => library.withWeights(model(), {}, { strict: false, ...o }),
  writeModel: (o) => library.writeModel("/dev/null", model(), o),
  "writeModel externalData": (o) =>
    library.writeModel("/dev/null", model(), { externalData: { file: "a", ...o } }),
  describeModel: (o) => library.describeModel(model(), o),
  backtracking: (o) => library.backtracking(sgd(), o),
  lbfgs: (o) => library.lbfgs(o),
  minimize: (o) =>
    library.minimize(() => ({ value: 0, grads: { w: Float64Array.of(0) } }), { w: Float64Array.of(1) }, o),
  gradientModel: (o) => library.gradientModel(model(), { loss: "loss", ...o }),
  "gradientModel of a prepared model": (o) => library.gradientModel(library.prepareModel(model()), o),
  hvpModel: (o) => library.hvpModel(model(), { loss: "loss", ...o }),
  "hvpModel of a prepared model": (o) => library.hvpModel(library.prepareModel(model()), o),
  gaussNewtonModel: (o) => library.gaussNewtonModel(model(), { loss: "loss", ...o }),
  fisherModel: (o) => library.fisherModel(model(), { loss: "loss", kind: "empirical", ...o }),
  exampleGradientModel: (o) => library.exampleGradientModel(model(), { loss: "loss", ...o }),
  jvpModel: (o) => library.jvpModel(model(), { of: ["loss"], wrt: ["x"], ...o }),
  vjpModel: (o) => library.vjpModel(model(), { of: ["loss"], wrt: ["x"], ...o }),
  prepareModel: (o) => library.prepareModel(model(), o),
  modelLayers: (o) => library.modelLayers(model(), o),
  mapWeights: (o) => library.mapWeights(model(), {}, o),
  readWeights: (o) => library.readWeights("none", o),
  // User-defined rules.
  optimizer: (o) => library.optimizer({ name: "own", rule: sgd().rule, ...o }),
  perParameter: (o) => library.perParameter({}, ({ g }) => ({ u: g }), o),
  partition: (o) => library.partition({ all: sgd() }, () => "all", o),
  update: (o) =>
    sgd().update({ w: Float64Array.of(1) }, { count: 0, slots: {} }, { w: Float64Array.of(1) }, o),
  step: (o) => sgd().step({ w: Float64Array.of(1) }, { count: 0, slots: {} }, { w: Float64Array.of(1) }, o),
  gradientDescent: (o) => library.gradientDescent(o),
  // Schedules.
  cosineDecay: (o) => library.cosineDecay({ initial: 1, steps: 10, ...o }),
  cosineRestarts: (o) => library.cosineRestarts({ initial: 1, period: 10, ...o }),
  cyclic: (o) => library.cyclic({ minimum: 0, maximum: 1, ...o }),
  multiplicative: (o) => library.multiplicative({ initial: 1, factor: () => 1, ...o }),
  devDecay: (o) => library.devDecay({ factor: 0.5, ...o }),
  earlyStopping: (o) => library.earlyStopping({ patience: 1, ...o }),
  exponentialDecay: (o) => library.exponentialDecay({ initial: 1, factor: 0.5, ...o }),
  fixedFrequency: (o) => library.fixedFrequency({ initial: 1, factor: 0.5, epochs: 1, ...o }),
  inverseSqrtDecay: (o) => library.inverseSqrtDecay({ initial: 1, ...o }),
  inverseTimeDecay: (o) => library.inverseTimeDecay({ initial: 1, rate: 1, ...o }),
  joinSchedules: (o) => library.joinSchedules([() => 1], { boundaries: [], ...o }),
  linearSchedule: (o) => library.linearSchedule({ initial: 1, steps: 10, ...o }),
  multiStepDecay: (o) => library.multiStepDecay({ initial: 1, milestones: [1], ...o }),
  noam: (o) => library.noam({ width: 8, ...o }),
  oneCycle: (o) => library.oneCycle({ peak: 1, steps: 10, ...o }),
  oneCycleMomentum: (o) => library.oneCycleMomentum({ steps: 10, ...o }),
  piecewiseConstant: (o) => library.piecewiseConstant({ boundaries: [], values: [1], ...o }),
  piecewiseInterpolated: (o) => library.piecewiseInterpolated({ boundaries: [], values: [1], ...o }),
  plateau: (o) => library.plateau(o),
  polynomialDecay: (o) => library.polynomialDecay({ initial: 1, steps: 10, ...o }),
  rex: (o) => library.rex({ initial: 1, steps: 10, ...o }),
  stepDecay: (o) => library.stepDecay({ initial: 1, every: 1, ...o }),
  switchCriterion: (o) => library.switchCriterion(o),
  warmUp: (o) => library.warmUp(() => 1, { steps: 1, ...o }),
  warmUpStableDecay: (o) => library.warmUpStableDecay({ peak: 1, warmUp: 1, stable: 1, decay: 1, ...o }),
  // Random numbers.
  normal: (o) => library.normal(key, 1, o),
  beta: (o) => library.beta(key, 1, { a: 1, b: 1, ...o }),
  randomCrop: (o) => library.randomCrop({ padding: 4, ...o }),
  horizontalFlip: (o) => library.horizontalFlip(o),
  cutout: (o) => library.cutout({ size: 4, ...o }),
  mixup: (o) => library.mixup({ alpha: 1, ...o }),
  uniform: (o) => library.uniform(key, 1, o),
  randomInt: (o) => library.randomInt(key, 1, { high: 2, ...o }),
  "a random key": (o) => randomBits({ ...key, ...o }, 1),
  "a random key of permutation": (o) => permutation({ ...key, ...o }, 3),
  // Data.
  epochIndices: (o) => library.epochIndices({ size: 4, batchSize: 2, seed: 0, epoch: 0, ...o }),
  featureStatistics: (o) => library.featureStatistics(digits(), { over: "all", ...o }),
  readCifar10: (o) => library.readCifar10("none", o),
  readCifar100: (o) => library.readCifar100("none", o),
  readSvhn: (o) => library.readSvhn("none", o),
  readCorpus: (o) => library.readCorpus("none", "ptb", o),
  readLibsvm: (o) => library.readLibsvm("none", o),
  readMnist: (o) => library.readMnist("none", o),
  openFileRows: (o) => library.openFileRows("none", { dtype: "uint8", shape: [1], ...o }),
  readTable: (o) => library.readTable("none", o),
  parseCifar10: (o) => library.parseCifar10(bytes, o),
  parseCifar100: (o) => library.parseCifar100(bytes, o),
  parseSvhn: (o) => library.parseSvhn(bytes, o),
  parseIdx: (o) => library.parseIdx(bytes, o),
  parseLibsvm: (o) => library.parseLibsvm("1 1:1\n", o),
  parseNpy: (o) => library.parseNpy(bytes, o),
  parseTable: (o) => library.parseTable("1,2\n", o),
  split: (o) => library.split(digits(), { fractions: { test: 0.5 }, seed: 0, ...o }),
  "split fractions": (o) => library.split(digits(), { fractions: { test: 0.5, ...o }, seed: 0 }),
  "split counts": (o) => library.split(digits(), { counts: { test: 5, ...o }, seed: 0 }),
  tokenWindows: (o) => library.tokenWindows(new Int32Array(9), { length: 2, ...o }),
  vocabularyOf: (o) => library.vocabularyOf(["a"], o),
  // Models.
  batchNorm: (o) => library.batchNorm(graph().g, graph().image, { name: "n", channels: 3, ...o }),
  cifarnet: (o) => library.cifarnet(o),
  conv: (o) => library.conv(graph().g, graph().image, { name: "c", channels: [3, 4], seed: 0, ...o }),
  dense: (o) => library.dense(graph().g, graph().x, { name: "d", size: [4, 2], seed: 0, ...o }),
  densenet: (o) => library.densenet(o),
  layerNorm: (o) => library.layerNorm(graph().g, graph().x, { name: "n", size: 4, ...o }),
  lenet: (o) => library.lenet(o),
  linear: (o) => library.linear({ inputs: 4, ...o }),
  mlp: (o) => mlp({ inputs: 4, hidden: [2], outputs: 2, ...o }),
  recurrentLanguageModel: (o) => library.recurrentLanguageModel({ vocabulary: 8, ...o }),
  recurrentLayer: (o) =>
    library.recurrentLayer(graph().g, graph().x, { name: "r", cell: "rnn", size: [4, 2], seed: 0, ...o }),
  resnet: (o) => library.resnet(o),
  transformer: (o) => library.transformer({ vocabulary: 8, ...o }),
  vgg: (o) => library.vgg(o),
  withLoss: (o) => withLoss(mlp({ inputs: 4, hidden: [], outputs: 2 }), { loss: "mse", ...o }),
  // Running and training.
  sessionPlan: (o) => library.sessionPlan({ ...o }),
  evaluationBuffers: (o) => library.evaluationBuffers({ model: model(), data: inputs(), ...o }),
  evaluator: (o) =>
    library.evaluator({ model: model(), metrics: ["loss"], inputs: inputs(), parameters: [], ...o }),
  fit: (o) => fit({ model: model(), optimizer: sgd(), train: inputs(), epochs: 1, batchSize: 599, ...o }),
  "fit checkpoint": (o) =>
    fit({
      model: model(),
      optimizer: sgd(),
      train: inputs(),
      epochs: 1,
      batchSize: 599,
      checkpoint: { save: () => {}, ...o },
    }),
  "fit switching": (o) =>
    fit({
      model: model(),
      optimizer: sgd(),
      train: inputs(),
      epochs: 1,
      batchSize: 599,
      switching: { criterion: library.switchCriterion(), to: () => sgd(), ...o },
    }),
  openTrainer: (o) => library.openTrainer({ model: model(), train: inputs(), ...o }),
  "Trainer.train": async (o) => {
    await using trainer = await library.openTrainer({ model: model(), train: inputs() });
    return await trainer.train({ optimizer: sgd(), epochs: 1, batchSize: 599, ...o });
  },
  openSession: (o) => library.openSession(model(), o),
  parseSafetensors: (o) => library.parseSafetensors(bytes, o),
  encodeSafetensors: (o) => library.encodeSafetensors({}, o),
  trainingModel: (o) => library.trainingModel({ model: model(), optimizer: sgd(), inputs: inputs(), ...o }),
  trainingProgram: (o) => trainingProgram({ model: model(), optimizer: sgd(), data: inputs(), ...o }),
  "TrainingProgram.run": async (o) => {
    await using program = await trainingProgram({ model: model(), optimizer: sgd(), data: inputs() });
    return await program.run(program.init(), { rows: [0], batchSize: 1 }, o);
  },
};

/** Returns the error of a call, thrown or rejected. */
async function errorOf(call: () => unknown): Promise<Error> {
  try {
    await call();
  } catch (error) {
    assert(error instanceof Error);
    return error;
  }
  throw new Error("nothing was refused");
}

for (const [name, call] of Object.entries(CALLS)) {
  Deno.test(`${name} refuses an unknown option with a RangeError that lists the known ones`, async () => {
    const error = await errorOf(() => call({ surelyUnknown: 1 }));
    assert(error instanceof RangeError, error.message);
    assert(/unknown option 'surelyUnknown'.* It takes \w+/.test(error.message), error.message);
  });
}

Deno.test("every function of the library whose options have an interface is in this test", async () => {
  const { documentation } = await import("../../tools/function_docs.ts");
  const rules = (await documentation()).flatMap((g) => g.functions).filter((f) => f.options.length > 0);
  const covered = new Set([...Object.keys(CALLS), ...rules.map((f) => f.name)]);
  // Functions in the sources with a parameter of type `…Options`.
  const found: string[] = [];
  const search = (folder: URL) => {
    for (const { name, isDirectory } of Deno.readDirSync(folder)) {
      if (isDirectory) search(new URL(`${name}/`, folder));
      // What is deprecated calls what is not.
      if (!name.endsWith(".ts") || name === "deprecated.ts") continue;
      const text = Deno.readTextFileSync(new URL(name, folder));
      for (
        const [, f] of text.matchAll(/^export (?:async )?function (\w+)(?:<[^>]*>)?\([^{]*?: \w+Options/gm)
      ) {
        if (Object.hasOwn(library, f!)) found.push(f!);
      }
    }
  };
  for (const room of ["onnx", "autodiff", "optim", "schedules", "random", "data", "models", "runtime"]) {
    search(new URL(`../../${room}/`, import.meta.url));
  }
  assert(found.length > 60, `${found.length}`);
  assertEquals(found.filter((f) => !covered.has(f)), []);
});

const MEANT: readonly (readonly [Call, string, string])[] = [
  [adam, "lr", "adam: unknown option 'lr'; did you mean 'learningRate'? It takes learningRate, weightDecay,"],
  [adam, "betas", "did you mean 'beta1' and 'beta2'?"],
  [adam, "eps", "did you mean 'epsilon'?"],
  [adam, "eps_root", "did you mean 'epsilonRoot'?"],
  [adam, "weight_decay", "did you mean 'weightDecay'?"],
  [adam, "momentum", "did you mean 'beta1'?"],
  [adam, "b2", "did you mean 'beta2'?"],
  [adam, "learningrate", "did you mean 'learningRate'?"],
  [adam, "learnignRate", "did you mean 'learningRate'?"],
  [sgd, "momentun", "did you mean 'momentum'?"],
  [library.adan, "betas", "did you mean 'beta1' and 'beta2' and 'beta3'?"],
  [library.rmsprop, "alpha", "did you mean 'decay'?"],
  [library.rmsprop, "rho", "did you mean 'decay'?"],
  [CALLS.fit!, "batch_size", "fit: unknown option 'batch_size'; did you mean 'batchSize'?"],
  [CALLS.fit!, "epoch", "did you mean 'epochs'?"],
  [CALLS.fit!, "validation", "did you mean 'evaluate'?"],
  [CALLS.fit!, "data", "did you mean 'train'?"],
  [CALLS.trainingProgram!, "train", "did you mean 'data'?"],
  [CALLS.cosineDecay!, "T_max", "did you mean 'steps'?"],
  [CALLS.cosineDecay!, "eta_min", "did you mean 'final'?"],
  [CALLS.stepDecay!, "gamma", "did you mean 'factor'?"],
  [CALLS.stepDecay!, "step_size", "did you mean 'every'?"],
  [CALLS.oneCycle!, "max_lr", "did you mean 'peak'?"],
  [CALLS.transformer!, "num_heads", "did you mean 'heads'?"],
  [CALLS.transformer!, "numLayers", "did you mean 'layers'?"],
  [CALLS.openSession!, "executionProviders", "did you mean 'device'?"],
  [CALLS.split!, "random_state", "did you mean 'seed'?"],
];
for (const [call, name, message] of MEANT) {
  Deno.test(`an option '${name}' gets the suggestion: ${message}`, async () => {
    const error = await errorOf(() => call({ [name]: 0.1 }));
    assert(error instanceof RangeError && error.message.includes(message), error.message);
  });
}

Deno.test("checkOptions() refuses values that are not objects, and missing required options", () => {
  interface Options {
    readonly every: number;
    readonly sum?: boolean;
  }
  const names = { every: true, sum: "flag" } as const;
  const check = (options: unknown) => () => checkOptions("f", options as Options, names);
  check({ every: 1 })();
  check({ every: 1, sum: undefined })();
  assertThrows(check({}), RangeError, "f needs the option 'every'");
  assertThrows(check({ every: undefined }), RangeError, "f needs the option 'every'");
  assertThrows(check(0.1), TypeError, "f takes its options as an object, { every: … }, got 0.1");
  assertThrows(check("adam"), TypeError, 'got "adam"');
  assertThrows(check([1]), TypeError, "got an array");
  assertThrows(check(null), TypeError, "got null");
  assertThrows(check(() => 1), TypeError, "got a function");
  // Names that every object inherits are unknown options, too.
  assertThrows(check({ every: 1, toString: 1 }), RangeError, "unknown option 'toString'");
});

Deno.test("checkOptions() does not compile if names and interface differ", () => {
  interface Options {
    readonly every: number;
    readonly sum?: boolean;
  }
  const options: Options = { every: 1 };
  const ignore = (f: () => void) => {
    try {
      f();
    } catch { /* what counts is the compiler's word */ }
  };
  // @ts-expect-error -- a name of the interface is missing
  ignore(() => checkOptions("f", options, { every: true }));
  // @ts-expect-error -- the option is required
  ignore(() => checkOptions("f", options, { every: false, sum: false }));
  const more = { every: true, sum: false, mean: false } as const;
  // @ts-expect-error -- a name is not in the interface
  ignore(() => checkOptions("f", options, more));
});

Deno.test("nearestOptions() returns nothing if no name is near", () => {
  assertEquals(nearestOptions("zzz", ["learningRate", "momentum"]), []);
  assertEquals(nearestOptions("zzz", []), []);
  assertEquals(nearestOptions("momentmu", ["learningRate", "momentum"]), ["momentum"]);
});

Deno.test("a column of data with an unknown field, or with a scale that is not a number, is refused", async () => {
  const { x, target } = inputs();
  const tried = (more: object) => () =>
    fit({
      model: model(),
      optimizer: sgd(),
      train: { x: { ...x, ...more }, target },
      epochs: 1,
      batchSize: 599,
    });
  assertEquals(
    (await errorOf(tried({ sclae: 1 / 16 }))).message,
    "the data for 'x': unknown option 'sclae'; did you mean 'scale'? It takes dtype, shape, scale, shift, data",
  );
  assertEquals(
    (await errorOf(tried({ shift: NaN }))).message,
    "the data for 'x': shift must be a number, got NaN",
  );
});

Deno.test("fit() requires epochs", async () => {
  const rest = { model: model(), optimizer: sgd(), train: inputs(), batchSize: 599 } as never;
  assertEquals((await errorOf(() => fit(rest))).message, "fit needs the option 'epochs'");
});

/** Values that an option refuses, by its kind; each would otherwise count as true, or as the other choice. */
const NO_FLAGS = ["yes", "false", 1, 0, NaN, null, [], {}];
const WRONG: readonly (readonly [call: string, option: string, values: readonly unknown[], said: string])[] =
  [
    ["fit", "dropout", [0.5, ...NO_FLAGS], "fit: dropout must be true or false, got "],
    ["fit", "batchStatistics", NO_FLAGS, "fit: batchStatistics must be true or false, got "],
    [
      "fit",
      "nonFinite",
      ["skipp", "ignore", null, true],
      'must be one of "stop", "skip", "reduce", "end", got ',
    ],
    ["fit", "quantization", ["straight", "ste", true], 'must be one of "exact", "straight-through", got '],
    ["fit", "precision", ["half", "bfloat16", null], 'must be one of "float32", "float16", got '],
    ["fit", "onEpoch", ["log", true, null, {}], "fit: onEpoch must be a function, got "],
    ["fit", "evaluationBatchSize", [0, -1, 0.5, NaN, "32"], "evaluationBatchSize must be an integer"],
    ["fit", "signal", [new AbortController(), true, null], "signal must be an AbortSignal"],
    ["fit", "epochs", [0, 0.5, -1, NaN, Infinity, "3", null], "epochs must be an integer of at least 1"],
    ["fit", "batchSize", [0, 0.5, -1, NaN, "3", null], "batchSize must be an integer of at least 1"],
    ["fit checkpoint", "save", ["file", null, {}], "fit: checkpoint: save must be a function, got "],
    ["fit switching", "to", [sgd(), null], "fit: switching: to must be a function, got "],
    ["trainingProgram", "form", ["loop", true], 'must be one of "scan", "steps", got '],
    ["trainingProgram", "lossScale", ["1024", true, null, 0, NaN], "lossScale must be finite and above 0"],
    ["trainingModel", "target", ["cuda", true], 'must be one of "cpu", "gpu", got '],
    ["gradientModel", "target", ["cuda", true], 'must be one of "cpu", "gpu", got '],
    ["gradientModel", "quantization", ["yes"], 'must be one of "exact", "straight-through", got "yes"'],
    ["evaluator", "batchSize", [0, -1, 0.5, NaN, "32"], "batchSize must be an integer of at least 1"],
    ["withLoss", "classes", ["first", "lastt", -1], 'must be one of "second", "last", got '],
    ["featureStatistics", "over", ["every", 0, null], 'must be one of "each", "all", got '],
    ["epochIndices", "shuffle", NO_FLAGS, "epochIndices: shuffle must be true or false, got "],
    ["split", "stratify", NO_FLAGS, "split: stratify must be true or false, got "],
    ["transformer", "tied", NO_FLAGS, "transformer: tied must be true or false, got "],
    ["transformer", "dropout", ["0.1", null, [], 1, NaN], "dropout must be in [0, 1), got "],
    ["mlp", "hidden", [8, "8", null], "hidden must be a list of widths, one a layer, got "],
    [
      "vgg",
      "dropout",
      [0.5, [], [0.1, 0.2], null, "0.5"],
      "dropout must be three shares, [first, others, dense]",
    ],
    ["warmUp", "from", [null, [], true, "0"], "from must be in [0, 1], got "],
    ["oneCycle", "threePhases", NO_FLAGS, "oneCycle: threePhases must be true or false, got "],
    ["update", "examples", [0, -1, NaN, "4", null], "examples must be a finite number above 0, got "],
    ["step", "donate", NO_FLAGS, "sgd: step: donate must be true or false, got "],
    ["optimizer", "rule", [null, {}, () => 1], "must have the functions slots and update"],
  ];
for (const [call, option, values, said] of WRONG) {
  Deno.test(`${call}() refuses an invalid ${option}`, async () => {
    for (const value of values) {
      const error = await errorOf(() => CALLS[call]!({ [option]: value }));
      assert(error instanceof RangeError || error instanceof TypeError, `${String(value)}: ${error.name}`);
      assert(error.message.includes(said), `${String(value)}: ${error.message}`);
    }
  });
}

/** Optimizers' flags and predicates, by the optimizer. */
const RULE_FLAGS: Readonly<Record<string, readonly string[]>> = {
  sgd: ["nesterov", "maximize"],
  adam: ["maximize", "decoupledWeightDecay"],
  adamw: ["amsgrad"],
  adopt: ["clip", "nesterov"],
  muon: ["nesterov", "adaptive"],
  rmsprop: ["centered", "nesterov", "biasCorrection"],
  prodigy: ["safeguardWarmup"],
  swats: ["requirePositive"],
};
Deno.test("optimizers refuse flags that are not Boolean, and a decayMask that is not a function", () => {
  for (const [name, flags] of Object.entries(RULE_FLAGS)) {
    const make = library[name as "adam"] as (options: object) => unknown;
    for (const flag of flags) {
      for (const value of NO_FLAGS) {
        assertThrows(
          () => make({ [flag]: value }),
          TypeError,
          `${name}: ${flag} must be true or false, got `,
        );
      }
    }
  }
  assertThrows(
    () => adam({ decayMask: "bias" as never }),
    TypeError,
    'adam: decayMask must be a function, got "bias"',
  );
  assertThrows(
    () => library.freeze(sgd(), "bias" as never),
    TypeError,
    "freeze: frozen must be a function, got",
  );
  assertThrows(() => library.masked(sgd(), ["bias"] as never), TypeError, "masked: mask must be a function");
  assertThrows(
    () => library.partition({ all: sgd() }, "all" as never),
    TypeError,
    "partition: label must be a function",
  );
});

Deno.test("optimizers refuse options that belong only to another form", () => {
  assertThrows(
    () => library.adafactor({ momentum: 0.9 }),
    RangeError,
    'adafactor: momentum is an option of form "optax", the form is "pytorch"',
  );
  assertThrows(
    () => library.adafactor({ scaleByParameter: false }),
    RangeError,
    "adafactor: scaleByParameter",
  );
  assertThrows(
    () => library.nadam({ form: "optax", momentumDecay: 0.1 }),
    RangeError,
    'nadam: momentumDecay is an option of form "pytorch", the form is "optax"',
  );
  library.adafactor({ form: "optax", momentum: 0.9 });
  library.nadam({ momentumDecay: 0.1 });
});
