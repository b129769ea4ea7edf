/**
 * The table of optimizers and transforms by family. A new rule needs a row here, an `export` in `mod.ts`, and its
 * declarations in `declarations.ts`.
 *
 * @module
 */

/** An optimizer or transform in {@linkcode OPTIMIZER_FAMILIES}. */
export interface CatalogEntry {
  /**
   * The learning rate that suits small classifiers: the default of `--optimizer NAME`. The command line offers those
   * functions that have a rate.
   */
  readonly rate?: number;
}

/** Every optimizer and transform by family and by the name of its function. */
export const OPTIMIZER_FAMILIES = {
  "Update rules: the lecture's": {
    adagrad: { rate: 0.02 },
    adam: { rate: 1e-3 },
    momentum: {},
    nesterov: {},
    rmsprop: { rate: 1e-3 },
    gradientDescent: { rate: 0.5 },
    sgd: { rate: 0.1 },
    swats: {},
  },
  "Update rules: averages, momenta and signs": {
    aggmo: { rate: 0.02 },
    asgd: { rate: 0.1 },
    lion: { rate: 3e-4 },
    muon: {},
    rprop: { rate: 1e-3 },
    signSgd: { rate: 1e-3 },
    signum: { rate: 1e-3 },
  },
  "Update rules: the family of Adam": {
    adabelief: { rate: 1e-3 },
    adabound: { rate: 1e-3 },
    adadelta: { rate: 1 },
    adafactor: { rate: 1e-2 },
    adamax: { rate: 2e-3 },
    adamw: { rate: 1e-3 },
    adan: { rate: 2e-3 },
    ademamix: { rate: 1e-3 },
    adopt: { rate: 1e-3 },
    amsgrad: { rate: 1e-3 },
    nadam: { rate: 1e-3 },
    nadamw: { rate: 1e-3 },
    qhadam: { rate: 1e-3 },
    radam: { rate: 1e-3 },
    sm3: { rate: 0.1 },
    sophia: { rate: 1e-3 },
    yogi: { rate: 5e-3 },
  },
  "Update rules: a rate for each layer": {
    fromage: { rate: 1e-2 },
    lamb: { rate: 5e-3 },
    // A step is a thousandth of the parameter times the rate.
    lars: { rate: 5 },
    novograd: { rate: 1e-2 },
  },
  "Update rules: no rate, or no schedule, to tune": {
    dog: { rate: 1 },
    dowg: {},
    polyak: { rate: 1 },
    prodigy: { rate: 1 },
    scheduleFree: {},
    scheduleFreeAdamw: { rate: 2.5e-3 },
    scheduleFreeSgd: { rate: 0.5 },
  },
  "Rules around a rule": {
    applyIfFinite: {},
    averaged: {},
    injectHyperparams: {},
    lookahead: {},
    multiSteps: {},
    freeze: {},
    masked: {},
    partition: {},
    sam: {},
  },
  "Links of a chain": {
    chain: {},
    centralize: {},
    adaptiveGradClip: {},
    clip: {},
    clipByBlockRms: {},
    clipByGlobalNorm: {},
    clipByNorm: {},
    ema: {},
    gradientNoise: {},
    scale: {},
    scaleByLearningRate: {},
    trace: {},
    addDecayedWeights: {},
    decoupledWeightDecay: {},
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, CatalogEntry>>>>;
