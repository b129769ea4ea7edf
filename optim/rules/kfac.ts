import { choice, type Declarations, type Filled, fixed, flag, NAMES, OTHER } from "../../options/mod.ts";
import {
  above0,
  atLeast0,
  decaying,
  DECOUPLED_OPTIONS,
  type DecoupledOptions,
  penalized,
  rate,
  share,
  shrunk,
} from "../common.ts";
import {
  add,
  constant,
  div,
  dot,
  each,
  type Expr,
  type Exprs,
  type FactorLabels,
  type Layer,
  layersInScope,
  matmul,
  max,
  min,
  mul,
  type Rule,
  type RuleInputs,
  type Slot,
  sqrt,
} from "../language/mod.ts";
import {
  asMatrix,
  biasPart,
  columnsOf,
  layersAmong,
  lazily,
  nextDampedInverse,
  weightPart,
} from "../matrices/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { type Hyperparameter, inStep, ruleOptions, valueAt } from "../scheduled.ts";

/** Options of {@linkcode kfac}. */
export interface KfacOptions extends DecoupledOptions {
  /** Share of the step before that is added to a step: in [0, 1), or a schedule. 0.9 by default. */
  momentum?: Hyperparameter;
  /** Added to the Fisher matrix: above 0, or a schedule. 0.1 by default. */
  damping?: Hyperparameter;
  /** Share of the averages of the factors that is kept: in [0, 1). 0.95 by default. */
  factorDecay?: number;
  /** Updates from one look at the factors to the next: an integer of at least 1. 1 by default. */
  factorInterval?: number;
  /** Updates from one computation of the inverses to the next: an integer of at least 1. 10 by default. */
  interval?: number;
  /** The most that a step may be long, measured by the Fisher matrix and squared: at least 0, or a schedule; 0 for no bound. 1e-3 by default. */
  normConstraint?: Hyperparameter;
  /** The labels of the Fisher matrix: `"sampled"` from the model's own softmax, or `"empirical"`, of the data. `"sampled"` by default. */
  labels?: FactorLabels;
  /** Returns whether the parameter with this name takes the plain step, though it belongs to a layer. None does by default. */
  plain?: (name: string) => boolean;
  /** The layers, as `modelLayers` returns them; by default those that the training program finds. */
  layers?: readonly Layer[];
}

export const KFAC_OPTIONS = {
  ...DECOUPLED_OPTIONS,
  learningRate: rate(0.1),
  momentum: share(0.9),
  damping: above0(0.1),
  factorDecay: fixed("in [0, 1)", 0.95),
  factorInterval: fixed("an integer of at least 1", 1),
  interval: fixed("an integer of at least 1", 10),
  normConstraint: atLeast0(1e-3),
  labels: choice(["sampled", "empirical"], "sampled"),
  plain: NAMES,
  layers: OTHER,
  decoupledWeightDecay: flag(),
} satisfies Declarations<KfacOptions>;

type Settings = Filled<KfacOptions, typeof KFAC_OPTIONS>;

/**
 * K-FAC: the gradient of each layer times inverse factors of its Fisher matrix.
 *
 * ```text
 * A = factorDecay A + (1 - factorDecay) E[a a'];  G = factorDecay G + (1 - factorDecay) E[g g']      each factorInterval
 * A_hat = A / (1 - factorDecay^n);  G_hat = G / (1 - factorDecay^n)                                   after n looks
 * P = (A_hat + pi sqrt(damping) I)^-1;  Q = (G_hat + sqrt(damping) / pi I)^-1              at update 1, then each interval
 * d = Q grad P,  pi = sqrt((tr A_hat / dim A) / (tr G_hat / dim G))
 * u = -eta min(1, sqrt(normConstraint / (eta^2 sum d grad))) d + momentum u_before
 * ```
 *
 * `a` are the inputs of a dense layer, or the patches of a convolution, with a 1 for the bias; `g` the gradients of its outputs
 * at labels drawn from the model's own softmax, or at those of the data. Of a convolution, or a dense layer on a sequence, they
 * are `E[sum a a']` and `E[mean g g']` over the places. Training programs find the layers and compute both, on the device `cpu`
 * in float32 or float64; other devices are refused. `labels: "sampled"` needs one label an example and the softmax
 * cross-entropy of `withLoss`, and takes a second backward pass at each update; `"empirical"` takes none, and any mean over examples. Parameters
 * of no layer, such as scales of normalizations and embeddings, and those of `plain`, take the plain step: `d` is their
 * gradient. A weight that several places share, one inside a recurrent layer and a convolution in groups are refused unless
 * `plain` names them. A weight decay that is not decoupled is added to the damping. Inside a rule that joins batches, such as
 * `multiSteps`, the factors are those of the last batch.
 *
 * State: `u` of the parameters' shapes; for each layer `inputs`, `inputsInverse`, `outputs`, `outputsInverse` of its sizes
 * squared. Default rate 0.1.
 *
 * Elsewhere: `kfac-jax`: the same with `inverse_update_period` for `interval` and `num_burnin_steps=0`, but it leaves
 * factors of size 1 without damping, and gives other parameters a diagonal Fisher matrix. PyTorch and Optax have none.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { kfac } from "./kfac.ts";
 * import { tensor } from "../../onnx/mod.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const layers = [{ kind: "dense", weight: "w", inputs: 1, outputs: 1, transposed: false }] as const;
 * const opt = kfac({ layers, learningRate: 1, normConstraint: 0, damping: 1e-12 });
 * const params = { w: tensor(Float64Array.of(0), [1, 1]) };
 * const factors = { "inputs/w": Float64Array.of(4), "outputs/w": Float64Array.of(0.5) };
 * const grads = { w: tensor(Float64Array.of(6), [1, 1]) };
 * const [updates] = opt.update(grads, opt.init(params), params, { factors });
 * assertAlmostEquals(Number(updates.w.data[0]), -6 / (4 * 0.5), 1e-4);
 * ```
 *
 * @see Martens, Grosse: Optimizing neural networks with Kronecker-factored approximate curvature, 2015; Grosse, Martens: A
 * Kronecker-factored approximate Fisher matrix for convolution layers, 2016; Ba, Grosse, Martens: Distributed second-order
 * optimization using Kronecker-factored approximations, 2017, for the bound of a step.
 */
export function kfac(options: KfacOptions = {}): Optimizer {
  const o = ruleOptions("kfac", options, KFAC_OPTIONS);
  const rule: Rule = {
    slots: (params) => slotsFor(params, layersOf(o, params)),
    update: (inputs) => updateOf(inputs, layersOf(o, inputs.params), o),
  };
  return optimizer({
    name: "kfac",
    learningRate: o.learningRate,
    rule: decaying(rule, o),
    hyperparameters: o,
  });
}

type Shapes = Readonly<Record<string, { readonly shape: readonly number[] }>>;

/** Returns the layers of the parameters that have factors. @throws {TypeError} when the layers are not known. */
function layersOf({ layers, plain = () => false }: Settings, params: Shapes): Layer[] {
  const found = layers ?? covered(params, plain);
  const kept = (name: string) => Object.hasOwn(params, name) && !plain(name);
  return layersAmong(found, { params, kept });
}

/** Returns the layers of the model. @throws {RangeError} when a weight has no factors and is not to take the plain step. */
function covered(params: Shapes, plain: (name: string) => boolean): readonly Layer[] {
  const model = layersInScope();
  if (model === undefined) {
    throw new TypeError(
      "kfac needs the layers of the model: fit and training programs find them; elsewhere give " +
        "kfac({ layers: modelLayers(model).layers })",
    );
  }
  const refused = model.others.filter(({ name, isWeight }) =>
    isWeight && Object.hasOwn(params, name) && !plain(name)
  );
  if (refused.length === 0) return model.layers;
  throw new RangeError(
    `kfac has no factors for ${refused.map(({ name, reason }) => `'${name}': ${reason}`).join("; ")}. ` +
      "Name these in plain to train them by the gradient alone",
  );
}

const SIDES = ["inputs", "outputs"] as const;

function slotsFor(
  params: Shapes,
  layers: readonly Layer[],
): Record<string, Slot> {
  const steps = Object.entries(params).map(([p, { shape }]) => [`u/${p}`, { shape, init: 0 }]);
  const squares = layers.flatMap((layer) =>
    SIDES.flatMap((side) => {
      const size = side === "inputs" ? columnsOf(layer) : layer.outputs;
      const slot = { shape: [size, size], init: 0 };
      return [[`${side}/${layer.weight}`, slot], [`${side}Inverse/${layer.weight}`, slot]];
    })
  );
  return Object.fromEntries([...steps, ...squares]);
}

function updateOf(
  inputs: RuleInputs,
  layers: readonly Layer[],
  o: Settings,
): { updates: Exprs; state: Exprs } {
  const { grads, params, state, at } = inputs;
  const names = Object.keys(params);
  const g = each(names, (name) => penalized(grads[name]!, params[name]!, { ...o, at, name }));
  const directions: Record<string, Expr> = { ...g };
  const next: Record<string, Expr> = {};
  for (const layer of layers) {
    const { weight, bias } = layer;
    const { inverses, slots } = factored(inputs, layer, o);
    const matrix = asMatrix(layer, { weight: g[weight]!, bias: bias === undefined ? undefined : g[bias] });
    const d = matmul(matmul(inverses.outputs, matrix), inverses.inputs);
    directions[weight] = weightPart(d, layer, params[weight]!.shape);
    if (bias !== undefined) directions[bias] = biasPart(d, layer);
    Object.assign(next, slots);
  }
  const scale = mul(bound(g, directions, { at, o }), at("rate", (s) => -s.learningRate));
  const mu = inStep(at, "momentum", o.momentum);
  const updates = each(names, (name) => add(mul(scale, directions[name]!), mul(mu, state[`u/${name}`]!)));
  for (const name of names) next[`u/${name}`] = updates[name]!;
  return {
    updates: each(names, (name) => shrunk(updates[name]!, params[name]!, { ...o, at, name })),
    state: next,
  };
}

/** Returns the factor that keeps the step within its bound. */
function bound(g: Exprs, d: Exprs, { at, o }: { at: RuleInputs["at"]; o: Settings }): Expr {
  if (o.normConstraint === 0) return constant(1);
  const most = at("most", ({ t, learningRate }) => valueAt(o.normConstraint, t) / learningRate ** 2);
  return min(1, sqrt(div(most, max(dot(d, g), 0))));
}

/** Returns the inverses of a layer's factors, and its new slots. */
function factored({ state, at, factor }: RuleInputs, layer: Layer, o: Settings) {
  const due = at("factors", ({ t }) => ((t - 1) % o.factorInterval === 0 ? 1 : 0));
  const refresh = at("inverses", ({ t }) => ((t - 1) % o.interval === 0 ? 1 : 0));
  const scale = at(
    "factor correction",
    ({ t }) => 1 / (1 - o.factorDecay ** Math.ceil(t / o.factorInterval)),
  );
  const coupled = o.decoupledWeightDecay ? 0 : o.weightDecay;
  const ridge = at("ridge", ({ t }) => Math.sqrt(valueAt(o.damping, t) + valueAt(coupled, t)));
  const slot = (name: string) => state[`${name}/${layer.weight}`]!;
  const moved = (of: "inputs" | "outputs") =>
    gathered(slot(of), factor({ layer, of, labels: o.labels, due }), { due, o });
  const [inputs, outputs] = [moved("inputs"), moved("outputs")];
  const inverse = (of: "inputs" | "outputs", own: Expr, other: Expr) =>
    nextDampedInverse(slot(`${of}Inverse`), refresh, { factor: own, other, scale, ridge });
  const inverses = {
    inputs: inverse("inputs", inputs, outputs),
    outputs: inverse("outputs", outputs, inputs),
  };
  const slots = {
    inputs,
    inputsInverse: inverses.inputs,
    outputs,
    outputsInverse: inverses.outputs,
  };
  return {
    inverses,
    slots: Object.fromEntries(
      Object.entries(slots).map(([name, value]) => [`${name}/${layer.weight}`, value]),
    ),
  };
}

/** Returns a running average that takes one more matrix where a scalar is not 0. */
function gathered(
  before: Expr,
  x: Expr,
  { due, o: { factorDecay, factorInterval } }: { due: Expr; o: Settings },
): Expr {
  if (factorInterval === 1) return add(mul(factorDecay, before), mul(1 - factorDecay, x));
  return lazily(due, before, {
    name: `average ${factorDecay} ${before.shape}`,
    args: [before, x],
    host: (a, b) => a!.map((v, k) => factorDecay * v + (1 - factorDecay) * b![k]!),
    graph: (g, a, b) => g.add(g.mul(a!, factorDecay), g.mul(b!, 1 - factorDecay)),
  });
}
