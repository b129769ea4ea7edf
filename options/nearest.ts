/**
 * Finds the option that was meant by an unknown name.
 *
 * @module
 */

/**
 * Names of options in PyTorch, Optax, Keras and others, in lower case without `_`, with their names here. The first
 * name that a function knows is the one meant; names joined in one entry are meant together.
 */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  lr: ["learningRate", "initial", "peak"],
  eta: ["learningRate", "initial", "variance"],
  stepsize: ["learningRate", "every"],
  rate: ["learningRate", "dropout"],
  initvalue: ["initial"],
  initiallr: ["initial"],
  baselr: ["minimum", "initial"],
  basevalue: ["minimum", "initial"],
  maxlr: ["peak", "maximum"],
  maxvalue: ["peak", "maximum"],
  peakvalue: ["peak"],
  etamin: ["final", "minimum"],
  endvalue: ["final", "minimum"],
  minlr: ["minimum", "final"],
  finallr: ["finalLearningRate", "final"],
  betas: ["beta1 beta2 beta3", "beta1 beta2", "beta1"],
  b1: ["beta1"],
  b2: ["beta2"],
  b3: ["beta3"],
  beta: ["beta1", "momentum", "decay"],
  momentum: ["beta1", "decay"],
  mu: ["momentum", "beta1", "decay"],
  gamma: ["factor", "momentum", "decay"],
  alpha: ["decay", "slowStepSize", "learningRate", "final"],
  rho: ["decay", "trustCoefficient"],
  eps: ["epsilon", "minimumChange"],
  epsroot: ["epsilonRoot"],
  wd: ["weightDecay"],
  l2: ["weightDecay"],
  lambda: ["weightDecay"],
  mask: ["decayMask"],
  lrdecay: ["lrDecay", "decay"],
  k: ["syncPeriod", "every"],
  steps: ["every"],
  everyk: ["every"],
  everykschedule: ["every"],
  accumulationsteps: ["every"],
  maxnorm: ["limit"],
  clipping: ["limit"],
  clipthreshold: ["limit"],
  tmax: ["steps"],
  t0: ["period"],
  tmult: ["multiplier"],
  totalsteps: ["steps"],
  numsteps: ["steps"],
  decaysteps: ["steps", "decay"],
  transitionsteps: ["steps", "every"],
  decayrate: ["factor", "rate", "decay"],
  warmup: ["warmUp", "warmUpSteps", "steps"],
  warmupsteps: ["warmUpSteps", "warmUp", "steps"],
  pctstart: ["rise"],
  divfactor: ["initialDivisor"],
  finaldivfactor: ["finalDivisor"],
  dmodel: ["width"],
  bs: ["batchSize"],
  batch: ["batchSize"],
  minibatch: ["batchSize"],
  opt: ["optimizer"],
  optim: ["optimizer"],
  rule: ["optimizer"],
  criterion: ["loss"],
  lossfn: ["loss"],
  objective: ["loss"],
  data: ["train", "inputs"],
  dataset: ["train", "data"],
  train: ["data", "inputs"],
  trainset: ["train"],
  x: ["train", "inputs"],
  validation: ["evaluate"],
  validationdata: ["evaluate"],
  val: ["evaluate"],
  valid: ["evaluate"],
  test: ["evaluate"],
  callbacks: ["onEpoch"],
  scheduler: ["plateau", "learningRate"],
  randomstate: ["seed"],
  randomseed: ["seed"],
  rng: ["seed"],
  key: ["seed"],
  wrt: ["parameters"],
  params: ["parameters"],
  weights: ["parameters"],
  variables: ["parameters"],
  executionproviders: ["device"],
  provider: ["device"],
  backend: ["device"],
  numthreads: ["threads"],
  intraopnumthreads: ["threads"],
  graphoptimizationlevel: ["optimization"],
  dtype: ["precision"],
  amp: ["precision"],
  opset: ["opsets"],
  testsize: ["fractions", "counts"],
  trainsize: ["fractions", "counts"],
  sep: ["delimiter"],
  separator: ["delimiter"],
  p: ["dropout"],
  units: ["hidden", "width"],
  layers: ["hidden", "depth", "blocks"],
  classes: ["outputs"],
  numclasses: ["outputs"],
  outputsize: ["outputs"],
  inputsize: ["inputs"],
  infeatures: ["inputs"],
  outfeatures: ["outputs"],
  vocabsize: ["vocabulary"],
  nhead: ["heads"],
  numheads: ["heads"],
  embeddim: ["embedding", "width"],
  kernelsize: ["kernel", "size"],
};

/** Returns the options among `known` that `name` most likely stands for; none when nothing is close. */
export function nearestOptions(name: string, known: readonly string[]): readonly string[] {
  const asked = plain(name);
  const same = known.find((k) => plain(k) === asked);
  if (same !== undefined) return [same];
  const meant = (ALIASES[asked] ?? []).map((alias) => alias.split(" "))
    .find((names) => names.every((n) => known.includes(n)));
  if (meant !== undefined) return meant;
  const ranked = known.map((k) => ({ k, d: distance(asked, plain(k)), within: holds(asked, plain(k)) }))
    .sort((a, b) => Number(b.within) - Number(a.within) || a.d - b.d);
  const [best] = ranked;
  return best !== undefined && (best.within || best.d <= asked.length / 2) ? [best.k] : [];
}

/** Returns a name in lower case without `_` and the like: `weight_decay` and `weightDecay` become equal. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}

/** Returns whether one name is part of the other and long enough to matter: `numLayers`, `layers`. */
function holds(a: string, b: string): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return short.length >= 4 && long.includes(short);
}

/** Returns how many letters to insert, delete, replace or swap with the next to turn `a` into `b`. */
function distance(a: string, b: string): number {
  let [before, last] = [[] as number[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      row[j] = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        row[j] = Math.min(row[j]!, before[j - 2]! + 1);
      }
    }
    [before, last] = [last, row];
  }
  return last[b.length]!;
}
