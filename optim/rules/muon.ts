import {
  checkNumber,
  choice,
  type Declarations,
  type Filled,
  fixed,
  flag,
  OTHER,
} from "../../options/mod.ts";
import { COMMON_OPTIONS, decaying, type DecoupledOptions, penalized, share, shrunk } from "../common.ts";
import { add, mul, perParameter, type Rule, sum } from "../language/mod.ts";
import { type Optimizer, optimizer, renamed } from "../optimizer.ts";
import { partition } from "../nesting/mod.ts";
import { type Hyperparameter, inStep, ruleOptions, valueAt } from "../scheduled.ts";
import { adamw } from "./adamw.ts";
import { average } from "./moments.ts";
import { nadamw } from "./nadam.ts";
import { orthogonalized } from "./newton_schulz.ts";

/** Options of {@linkcode muon}. */
export interface MuonOptions extends Omit<DecoupledOptions, "decoupledWeightDecay"> {
  /** Share of the running average of gradients that is kept, `mu`: in [0, 1), or a schedule. 0.95 by default. */
  momentum?: Hyperparameter;
  /** Whether to look ahead along the average. `true` by default. */
  nesterov?: boolean;
  /** Coefficients of the iteration. 3.4445, -4.775 and 2.0315 by default. */
  coefficients?: readonly [number, number, number];
  /** Iterations: an integer of at least 1. 5 by default. */
  steps?: number;
  /** Keeps the division by the norm finite: above 0, or a schedule. 1e-7 by default, in Optax's form 1e-8. */
  epsilon?: Hyperparameter;
  /** Decoupled weight decay: at least 0, or a schedule. 0.1 by default, in Optax's form 0. */
  weightDecay?: Hyperparameter;
  /** The scale of a step by the matrix's shape; see {@linkcode muon}. `"original"` by default. */
  adjust?: "original" | "match-rms-adamw";
  /** Whether to scale by the gradient's dual norm, as Optax can. `false` by default. */
  adaptive?: boolean;
  /** The form; see {@linkcode muon}. `"pytorch"` by default. */
  form?: "pytorch" | "optax";
  /**
   * The optimizer of parameters that are not matrices. At this rate and without decay, by default `adamw`; in Optax's
   * form with Nesterov `nadamw`.
   */
  others?: Optimizer;
}

export const MUON_OPTIONS = {
  ...COMMON_OPTIONS,
  momentum: share(0.95),
  nesterov: flag(true),
  coefficients: OTHER,
  steps: fixed("an integer of at least 1", 5),
  // The defaults of these two are those of the form.
  epsilon: { kind: "number", range: "a finite number above 0", schedule: true },
  weightDecay: { kind: "number", range: "a finite number of at least 0", schedule: true },
  adjust: choice(["original", "match-rms-adamw"], "original"),
  adaptive: flag(),
  form: choice(["pytorch", "optax"], "pytorch"),
  others: OTHER,
} satisfies Declarations<MuonOptions>;

/**
 * Muon: momentum whose matrices are made orthogonal before each step.
 *
 * ```text
 * m = mu m + (1 - mu) g
 * d = orthogonal((1 - mu) g + mu m)                       without Nesterov: orthogonal(m)
 * u = -eta a d - eta weightDecay w
 * original:  a = sqrt(max(1, rows / columns));  match-rms-adamw:  a = 0.2 sqrt(max(rows, columns))
 * ```
 *
 * `orthogonal` divides by the norm and runs the quintic Newton-Schulz iteration. Rows are outputs as in PyTorch's layout; in
 * Optax's form they are inputs, so that the root is of `columns / rows`, the average is corrected for its start, and
 * epsilon is added to the norm instead of being its least value. Everything is computed in the parameters' type, where
 * PyTorch iterates in bfloat16.
 *
 * State: `m` of a matrix's shape: 4 bytes a float32 parameter; of other parameters, the other rule's. Default rate 1e-3.
 *
 * Elsewhere: PyTorch `Muon`: the same except for bfloat16; it takes matrices only. Optax `contrib.muon` is `form: "optax"`.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { muon } from "./muon.ts";
 * import { tensor } from "../../onnx/mod.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * // These coefficients converge: the step becomes orthogonal.
 * const opt = muon({ learningRate: 1, weightDecay: 0, coefficients: [1.875, -1.25, 0.375], steps: 30 });
 * const params = { w: tensor(Float64Array.of(0, 0, 0, 0), [2, 2]) };
 * const grads = { w: tensor(Float64Array.of(5, 0, 0, 0.1), [2, 2]) };
 * const [updates] = opt.update(grads, opt.init(params), params);
 * assertAlmostEquals(Number(updates.w.data[0]), -1, 1e-6);
 * assertAlmostEquals(Number(updates.w.data[3]), -1, 1e-6);
 * ```
 *
 * @see Jordan et al.: Muon: An optimizer for hidden layers in neural networks, 2024; Liu et al.: Muon is scalable for LLM
 * training, 2025, for `match-rms-adamw`.
 */
export function muon(options: MuonOptions = {}): Optimizer {
  const o = settingsOf(ruleOptions("muon", options, MUON_OPTIONS));
  const { learningRate, form, nesterov, maximize } = o;
  const matrices = optimizer({ name: "muon", learningRate, rule: matrixRule(o) });
  const plain = { learningRate, weightDecay: 0, maximize };
  const others = o.others ??
    (form === "optax" && nesterov ? nadamw({ ...plain, form }) : adamw(plain));
  const both = partition(
    { muon: matrices, others },
    {
      label: (_, { shape }) => (shape.length === 2 ? "muon" : "others"),
      name: "muon",
      mayBeEmpty: ["muon", "others"],
    },
  );
  return renamed("muon", both, { hyperparameters: { ...o, others } });
}

type Settings = ReturnType<typeof settingsOf>;

/** Returns the options with those defaults that depend on the form. */
function settingsOf(o: Filled<MuonOptions, typeof MUON_OPTIONS>) {
  const pytorch = o.form === "pytorch";
  return {
    coefficients: [3.4445, -4.775, 2.0315] as const,
    epsilon: pytorch ? 1e-7 : 1e-8,
    weightDecay: pytorch ? 0.1 : 0,
    ...o,
  };
}

function matrixRule(o: Settings): Rule {
  const { momentum, nesterov, coefficients, steps, form, adjust, adaptive, epsilon, weightDecay } = o;
  coefficients.forEach((c, i) => checkNumber(`coefficients[${i}]`, c, "a finite number"));
  const decoupled = { ...o, weightDecay, decoupledWeightDecay: true };
  const corrected = form === "optax";
  const rule = perParameter({ m: 0 }, (slots, at, name) => {
    const { w } = slots;
    const g = penalized(slots.g, w, { ...decoupled, at, name });
    const m = average(slots.m, g, momentum, { at, name: "momentum" });
    const mu = (t: number) => valueAt(momentum, t);
    const ahead = at("ahead", ({ t }) => mu(t) / (corrected ? 1 - mu(t) ** (t + 1) : 1));
    const here = at("here", ({ t }) => (1 - mu(t)) / (corrected ? 1 - mu(t) ** t : 1));
    const plain = at("plain", ({ t }) => 1 / (corrected ? 1 - mu(t) ** t : 1));
    const direction = nesterov ? add(mul(ahead, m), mul(here, g)) : mul(plain, m);
    let d = orthogonalized(direction, {
      coefficients,
      steps,
      epsilon: inStep(at, "epsilon", epsilon),
      added: form === "optax",
    });
    if (adaptive) d = mul(sum(mul(direction, d)), d);
    const [rows, columns] = w.shape as [number, number];
    const tall = form === "pytorch" ? rows / columns : columns / rows;
    const scale = adjust === "original"
      ? Math.sqrt(Math.max(1, tall))
      : 0.2 * Math.sqrt(Math.max(rows, columns));
    const u = mul(at(`rate ${scale}`, (s) => -s.learningRate * scale), d);
    return { u: shrunk(u, w, { ...decoupled, at, name }), m };
  });
  return decaying(rule, decoupled);
}
