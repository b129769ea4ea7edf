import { checkChoice, checkNumber, checkOptions, type OptionNames } from "../../options/mod.ts";
import {
  checkCommon,
  COMMON_OPTIONS,
  decaying,
  type DecoupledOptions,
  penalized,
  shrunk,
} from "../common.ts";
import { add, mul, perParameter, type Rule, sum } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { partition } from "../nesting/mod.ts";
import { adamw } from "./adamw.ts";
import { average } from "./moments.ts";
import { nadamw } from "./nadam.ts";
import { orthogonalized } from "./newton_schulz.ts";

/** Options of {@linkcode muon}. */
export interface MuonOptions extends Omit<DecoupledOptions, "decoupledWeightDecay"> {
  /** Share of the running average of gradients that is kept, `mu`: in [0, 1). 0.95 by default. */
  momentum?: number;
  /** Whether to look ahead along the average. `true` by default. */
  nesterov?: boolean;
  /** Coefficients of the iteration. 3.4445, -4.775 and 2.0315 by default. */
  coefficients?: readonly [number, number, number];
  /** Iterations: an integer of at least 1. 5 by default. */
  steps?: number;
  /** Keeps the division by the norm finite: above 0. 1e-7 by default, in Optax's form 1e-8. */
  epsilon?: number;
  /** Decoupled weight decay: at least 0. 0.1 by default, in Optax's form 0. */
  weightDecay?: number;
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

const MUON_OPTIONS = {
  ...COMMON_OPTIONS,
  momentum: false,
  nesterov: "flag",
  coefficients: false,
  steps: false,
  epsilon: false,
  adjust: false,
  adaptive: "flag",
  form: false,
  others: false,
} satisfies OptionNames<MuonOptions>;

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
  checkOptions("muon", options, MUON_OPTIONS);
  const { learningRate = 1e-3, form = "pytorch", nesterov = true, maximize = false } = options;
  checkChoice("form", form, ["pytorch", "optax"]);
  const matrices = optimizer({ name: "muon", learningRate, rule: matrixRule(options) });
  const plain = { learningRate, weightDecay: 0, maximize };
  const others = options.others ??
    (form === "optax" && nesterov ? nadamw({ ...plain, form }) : adamw(plain));
  return partition(
    { muon: matrices, others },
    {
      label: (_, { shape }) => (shape.length === 2 ? "muon" : "others"),
      name: "muon",
      mayBeEmpty: ["muon", "others"],
    },
  );
}

function matrixRule(options: MuonOptions): Rule {
  const { momentum = 0.95, nesterov = true, coefficients = [3.4445, -4.775, 2.0315], steps = 5 } = options;
  const { form = "pytorch", adjust = "original", adaptive = false } = options;
  const { epsilon = form === "pytorch" ? 1e-7 : 1e-8, weightDecay = form === "pytorch" ? 0.1 : 0 } = options;
  checkCommon({ weightDecay });
  checkNumber("momentum", momentum, "in [0, 1)");
  checkNumber("steps", steps, "an integer of at least 1");
  checkNumber("epsilon", epsilon, "a finite number above 0");
  coefficients.forEach((c, i) => checkNumber(`coefficients[${i}]`, c, "a finite number"));
  checkChoice("adjust", adjust, ["original", "match-rms-adamw"]);
  const decoupled = { ...options, weightDecay, decoupledWeightDecay: true };
  const iteration = { coefficients, steps, epsilon, added: form === "optax" };
  const rule = perParameter({ m: 0 }, (slots, at, name) => {
    const { w } = slots;
    const g = penalized(slots.g, w, { ...decoupled, name });
    const m = average(slots.m, g, momentum);
    const corrected = form === "optax";
    const ahead = at("ahead", ({ t }) => momentum / (corrected ? 1 - momentum ** (t + 1) : 1));
    const here = at("here", ({ t }) => (1 - momentum) / (corrected ? 1 - momentum ** t : 1));
    const plain = at("plain", ({ t }) => 1 / (corrected ? 1 - momentum ** t : 1));
    const direction = nesterov ? add(mul(ahead, m), mul(here, g)) : mul(plain, m);
    let d = orthogonalized(direction, iteration);
    if (adaptive) d = mul(sum(mul(direction, d)), d);
    const [rows, columns] = w.shape as [number, number];
    const tall = form === "pytorch" ? rows / columns : columns / rows;
    const scale = adjust === "original"
      ? Math.sqrt(Math.max(1, tall))
      : 0.2 * Math.sqrt(Math.max(rows, columns));
    const u = mul(at(`rate ${scale}`, (s) => -s.learningRate * scale), d);
    return { u: shrunk(u, w, { ...decoupled, name, at }), m };
  });
  return decaying(rule, decoupled);
}
