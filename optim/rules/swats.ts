import { type Declarations, flag } from "../../options/mod.ts";
import { above0, atLeast0, rate } from "../common.ts";
import {
  abs,
  add,
  asSlot,
  div,
  dot,
  each,
  equal,
  type Expr,
  greater,
  max,
  mul,
  neg,
  type Rule,
  slotsOf,
  sub,
  where,
} from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { type Hyperparameter, inStep, ruleOptions, valueAt } from "../scheduled.ts";
import type { AdamOptions } from "./adam.ts";
import { adamMoments, adamStep, average, MOMENT_OPTIONS } from "./moments.ts";

/** Options of {@linkcode swats}. */
export interface SwatsOptions extends Pick<AdamOptions, "learningRate" | "beta1" | "beta2"> {
  /** Keeps Adam's quotient finite: at least 0, or a schedule. 1e-9 by default. */
  epsilon?: Hyperparameter;
  /**
   * The largest distance of the estimate of SGD's rate from its running average: above 0, or a schedule. 1e-9 by default, the
   * paper's.
   */
  tolerance?: Hyperparameter;
  /** Whether only a positive estimate may fire. `false` by default, as in the paper. */
  requirePositive?: boolean;
}

export const SWATS_OPTIONS = {
  learningRate: rate(1e-3),
  beta1: MOMENT_OPTIONS.beta1,
  beta2: MOMENT_OPTIONS.beta2,
  epsilon: atLeast0(1e-9),
  tolerance: above0(1e-9),
  requirePositive: flag(),
} satisfies Declarations<SwatsOptions>;

/**
 * SWATS: Adam first, SGD last; the time of the switch and the rate of SGD are found on the way.
 *
 * ```text
 * Adam:  p = -eta sqrt(1 - beta2^t) / (1 - beta1^t) m / (sqrt(v) + epsilon);  u = p
 *        where p'g is not 0:  gamma = p'p / -p'g;  lambda = beta2 lambda + (1 - beta2) gamma
 *        t > 1 and |lambda / (1 - beta2^t) - gamma| < tolerance:  SGD from the next update on, Lambda = lambda / (1 - beta2^t)
 * SGD:   b = beta1 b + g;  u = -(1 - beta1) Lambda (eta / eta at the switch) b
 * ```
 *
 * `p'p` and `p'g` are taken over all parameters together. The paper's tolerance of 1e-9 practically never fires on
 * mini-batches; public implementations have 1e-5. After the switch a schedule scales `Lambda` by `eta` over its value
 * at the switch. `switchCriterion` and `fit`'s `switching` do the same between any two optimizers, from the host.
 *
 * State: `m`, `v` and `b` of the parameter's shape, and the scalars `lambda`, `Lambda`, `rate` (`eta` at the switch) and `switched`
 * (0 until the switch): 12 bytes a float32 parameter. Default rate 1e-3.
 *
 * Elsewhere: neither PyTorch nor Optax has it.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { swats } from "./swats.ts";
 * import { assert } from "@std/assert";
 * const opt = swats({ tolerance: 1 });
 * const params = { w: Float64Array.of(1) };
 * let state = opt.init(params);
 * for (let t = 0; t < 2; t++) [, state] = opt.update({ w: Float64Array.of(1) }, state, params);
 * assert(Number(state.slots.Lambda!.data[0]) > 0);
 * ```
 *
 * @see Keskar, Socher: Improving generalization performance by switching from Adam to SGD, 2017, Algorithm 1.
 */
export function swats(options: SwatsOptions = {}): Optimizer {
  const o = ruleOptions("swats", options, SWATS_OPTIONS);
  const { beta1, beta2, requirePositive } = o;
  const rule: Rule = {
    slots: (params) => ({
      ...slotsOf(params, { m: 0, v: 0, b: 0 }),
      lambda: { shape: [], init: 0 },
      Lambda: { shape: [], init: 0 },
      rate: { shape: [], init: 0 },
      switched: { shape: [], init: 0 },
    }),
    update({ grads, params, state, at }) {
      const names = Object.keys(params);
      const settings = { ...o, epsilonPlacement: "scaled", at } as const;
      const moments = Object.fromEntries(
        names.map((p) => [
          p,
          adamMoments(grads[p]!, { m: state[`m/${p}`]!, v: state[`v/${p}`]! }, settings),
        ]),
      );
      const adam = each(names, (p) => adamStep(moments[p]!.m, moments[p]!.v, settings));
      const mu = inStep(at, "beta1", beta1);
      const b = each(names, (p) => where(state.switched!, add(mul(mu, state[`b/${p}`]!), grads[p]!), 0));
      const eta = at("eta", (s) => s.learningRate);
      const annealed = div(eta, where(state.switched!, state.rate!, 1));
      const rate = mul(mul(inStep(at, "beta1 - 1", beta1, (b1) => -(1 - b1)), annealed), state.Lambda!);
      const { lambda, estimate, fires } = criterion({ adam, grads, state, at });
      const now = mul(fires, sub(1, state.switched!));
      return {
        updates: each(names, (p) => where(state.switched!, mul(rate, b[p]!), adam[p]!)),
        state: {
          ...asSlot("m", each(names, (p) => moments[p]!.m)),
          ...asSlot("v", each(names, (p) => moments[p]!.v)),
          ...asSlot("b", b),
          lambda,
          Lambda: where(now, estimate, state.Lambda!),
          rate: where(now, eta, state.rate!),
          switched: max(state.switched!, now),
        },
      };
    },
  };

  function criterion(
    { adam, grads, state, at }: Pick<Parameters<Rule["update"]>[0], "grads" | "state" | "at"> & {
      adam: Record<string, Expr>;
    },
  ) {
    const pg = dot(adam, grads);
    const known = sub(1, equal(pg, 0));
    const gamma = div(dot(adam, adam), where(known, neg(pg), 1));
    const lambda = where(
      known,
      average(state.lambda!, gamma, beta2, { at, name: "beta2" }),
      state.lambda!,
    );
    const estimate = mul(at("corrected", ({ t }) => 1 / (1 - valueAt(beta2, t) ** t)), lambda);
    const close = greater(inStep(at, "tolerance", o.tolerance), abs(sub(estimate, gamma)));
    let fires = mul(mul(known, at("later", ({ t }) => (t > 1 ? 1 : 0))), close);
    if (requirePositive) fires = mul(fires, greater(estimate, 0));
    return { lambda, estimate, fires };
  }
  return optimizer({ name: "swats", learningRate: o.learningRate, rule, hyperparameters: o });
}
