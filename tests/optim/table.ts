/**
 * Every optimizer and transform, with the facts that the contract needs.
 *
 * @module
 */
import * as catalog from "../../optim/catalog/mod.ts";
import { type Optimizer, optimizer, type Updater } from "../../optim/optimizer.ts";
import * as adaptive from "./papers/adaptive.ts";
import { type Case, type Cases, ETA as learningRate, norm, type Paper, rms } from "./papers/base.ts";
import * as directions from "./papers/directions.ts";
import * as elements from "./papers/elements.ts";
import * as kfac from "./papers/kfac.ts";
import * as matrices from "./papers/matrices.ts";
import * as links from "./papers/links.ts";
import * as rateFree from "./papers/rate_free.ts";
import * as tensors from "./papers/tensors.ts";
import * as around from "./papers/transforms.ts";
import * as whole from "./papers/whole.ts";
import { SHAPES } from "./problem.ts";

const {
  adam,
  addDecayedWeights,
  applyIfFinite,
  asMatrices,
  averaged,
  chain,
  clip,
  clipByBlockRms,
  clipByGlobalNorm,
  clipByNorm,
  conditionallyMask,
  conditionallyTransform,
  freeze,
  injectHyperparams,
  lookahead,
  masked,
  mechanic,
  multiSteps,
  muon,
  partition,
  sam,
  scale,
  scaleByLearningRate,
  scaleByParamBlockNorm,
  scaleByParamBlockRms,
  scheduleFree,
  sgd,
  skipLargeUpdates,
  trace,
} = catalog;

/** An optimizer or a transform under contract. */
export interface Row extends Omit<Case, "options"> {
  /** Returns it for parameters of these shapes: those of the contract by default. */
  readonly make: (shapes?: Readonly<Record<string, readonly number[]>>) => Updater;
}

/** Returns a transform as an optimizer, for tests of its arithmetic in programs. */
export function asOptimizer({ name, rule, learningRate }: Updater): Optimizer {
  return optimizer({ name, rule, like: { learningRate } });
}

const mu = 0.9;
const MECHANIC = { betas: [0.9, 0.99], initialScale: 0.01, decay: 0.1 };
const momentous = () => sgd({ learningRate, momentum: mu });
const halving = (count: number) => learningRate / 2 ** count;
const pass: Paper = around.scaled(() => 1);

/** A squared norm that some gradients of the contract reach. */
const LARGE = 600;

/** The names for rules of some parameters: one of the contract's, one of the models in programs. */
const chosen = (name: string) => name === "matrix" || name === "layers.0.weight";

/** The functions of the library by name. */
const FUNCTIONS = catalog as unknown as Readonly<Record<string, (options: object) => Updater>>;

/** Returns rows that call a function with the options of its case. */
function rows(cases: Cases): Record<string, Row> {
  return Object.fromEntries(
    Object.entries(cases).map(([name, { options = { learningRate }, ...row }]) => [name, {
      ...row,
      make: (shapes = SHAPES) =>
        FUNCTIONS[name.split("(")[0]!]!(typeof options === "function" ? options(shapes) : options),
    }]),
  );
}

/**
 * Every optimizer and transform by the name of its function; further words distinguish several rows of one function. Those
 * that take only options are with their transcriptions, in the `CASES` of `papers/`.
 */
export const TABLE: Readonly<Record<string, Row>> = {
  ...rows(elements.CASES),
  ...rows(adaptive.CASES),
  ...rows(tensors.CASES),
  ...rows(matrices.CASES),
  ...rows(kfac.CASES),
  ...rows(whole.CASES),
  ...rows(rateFree.CASES),
  ...rows(around.CASES),
  ...rows(directions.CASES),
  ...rows(links.CASES),
  "scheduleFree()": {
    make: () => scheduleFree(sgd({ learningRate })),
    paper: around.scheduleFreeSgd,
  },
  "applyIfFinite()": { make: () => applyIfFinite(momentous()), paper: elements.sgd({ mu }), nan: "none" },
  "asMatrices()": {
    make: () => asMatrices(muon({ learningRate })),
    paper: tensors.kernelMatrices(tensors.muon(adaptive.adam())),
    nan: "tensor",
    bounds: { float32: 1e-3, float64: 1e-6 },
  },
  "asMatrices() with the outputs last": {
    make: () => asMatrices(muon({ learningRate }), { outputs: "last" }),
    paper: tensors.kernelMatrices(tensors.muon(adaptive.adam()), "last"),
    nan: "tensor",
    bounds: { float32: 1e-3, float64: 1e-6 },
  },
  "averaged()": {
    make: () => averaged(momentous(), { start: 3 }),
    paper: around.averaged({ from: 3 }),
  },
  "averaged() exponentially": {
    make: () => averaged(momentous(), { decay: 0.8 }),
    paper: around.averaged({ decay: 0.8 }),
  },
  "injectHyperparams()": { make: () => injectHyperparams(momentous()), paper: elements.sgd({ mu }) },
  "lookahead()": {
    make: () => lookahead(momentous(), { syncPeriod: 3, slowStepSize: 0.4 }),
    paper: around.lookahead,
  },
  "mechanic()": {
    make: () => mechanic(sgd({ learningRate }), MECHANIC),
    paper: rateFree.mechanic({}),
    nan: "all",
  },
  "mechanic() of Optax": {
    make: () => mechanic(sgd({ learningRate }), { ...MECHANIC, form: "optax" }),
    paper: rateFree.mechanic({ optax: true }),
    nan: "all",
  },
  "mechanic() with a stored sum": {
    make: () => mechanic(sgd({ learningRate }), { ...MECHANIC, storeDelta: true }),
    paper: rateFree.mechanic({ stored: true }),
    nan: "all",
  },
  "multiSteps()": { make: () => multiSteps(momentous(), { every: 3 }), paper: around.multiSteps },
  "multiSteps() of more and fewer": {
    make: () => multiSteps(momentous(), { every: (count) => 1 + count % 3 }),
    paper: links.growing(),
  },
  "skipLargeUpdates()": {
    make: () => skipLargeUpdates(momentous(), { maxSquaredNorm: LARGE }),
    paper: links.small(LARGE),
    nan: "none",
  },
  "skipLargeUpdates() around multiSteps": {
    make: () =>
      skipLargeUpdates(multiSteps(momentous(), { every: (count) => 1 + count % 3 }), {
        maxSquaredNorm: LARGE,
      }),
    paper: links.growing(LARGE),
    nan: "none",
  },
  "conditionallyMask()": {
    make: () => conditionallyMask(momentous(), { when: (count) => count % 2 === 0 }),
    paper: links.everyOther,
  },
  "conditionallyTransform()": {
    make: () => conditionallyTransform(trace({ decay: 0.5 }), { when: (count) => count % 3 !== 1 }),
    paper: links.sometimesTraced,
  },
  // Smaller gradients: with whole ones the parameters would grow beyond float32.
  "scaleByParamBlockNorm()": {
    make: () => chain(scale(0.01), scaleByParamBlockNorm({ minScale: 0.5 })),
    paper: links.scaledBy(norm),
    nan: "tensor",
  },
  "scaleByParamBlockRms()": {
    make: () => chain(scale(0.01), scaleByParamBlockRms({ minScale: 0.5 })),
    paper: links.scaledBy(rms),
    nan: "tensor",
  },
  "sam()": { make: () => sam(momentous(), { rho: 0.1 }), paper: around.sam, nan: "all" },
  "partition()": {
    make: () => {
      const groups = { one: sgd({ learningRate }), other: adam({ learningRate }) };
      return partition(groups, (name) => (chosen(name) ? "one" : "other"));
    },
    paper: around.except("matrix", [elements.sgd({}), adaptive.adam()]),
  },
  "masked()": {
    make: () => masked(clip(0.5), chosen),
    paper: around.except("matrix", [around.clip, pass]),
  },
  "freeze()": {
    make: () => freeze(momentous(), chosen),
    paper: around.except("matrix", [around.scaled(() => 0), elements.sgd({ mu })]),
  },
  "chain()": {
    make: () => chain(clip(0.5), addDecayedWeights({ weightDecay: 0.1 }), sgd({ learningRate })),
    paper: around.chained,
  },
  "clip()": { make: () => clip(0.5), paper: around.clip },
  "clipByNorm()": { make: () => clipByNorm(0.5), paper: around.clipByNorm, nan: "tensor" },
  "clipByGlobalNorm()": { make: () => clipByGlobalNorm(0.5), paper: around.clipByGlobalNorm, nan: "all" },
  "clipByBlockRms()": { make: () => clipByBlockRms(0.5), paper: around.clipByBlockRms, nan: "tensor" },
  "scale()": { make: () => scale(-0.3), paper: around.scaled(() => -0.3) },
  "scaleByLearningRate()": {
    make: () => scaleByLearningRate(halving),
    paper: around.scaled((t) => -halving(t - 1)),
  },
};

/** Rules that take the gradients of single examples, which `examples_test.ts` tests in place of the contract. */
export const OF_EXAMPLES: ReadonlySet<string> = new Set([
  "differentiallyPrivate",
  "dpSgd",
  "perExampleGlobalNormClip",
  "perExampleLayerNormClip",
]);

/** Functions in the rules' files that others share and that are not optimizers. */
export const HELPERS: ReadonlySet<string> = new Set([
  "adamMoments",
  "adamRoot",
  "adamStep",
  "average",
  "direction",
  "directionOptions",
  "keptBy",
  "leavingOut",
  "grownEstimate",
  "growth",
  "keptBy",
  "momentumModelStep",
  "orthogonalized",
  "shrunkTo",
  "trustRatio",
]);
