import { type Declarations, fixed, flag } from "../../options/mod.ts";
import { above0 } from "../common.ts";
import {
  add,
  asSlot,
  div,
  dot,
  each,
  equal,
  type Expr,
  mul,
  type RuleInputs,
  slot,
  slotsOf,
  sqrt,
  sub,
  where,
} from "../language/mod.ts";
import { checkOptimizer } from "../check_optimizer.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { Nested, onlyIf, select } from "../nesting/mod.ts";
import { type Hyperparameter, inStep, ruleOptions } from "../scheduled.ts";

/** Options of {@linkcode sam}. */
export interface SamOptions {
  /** The distance uphill at which the second gradient is taken: above 0, or a schedule. 0.05 by default. */
  rho?: Hyperparameter;
  /** Gradients for one update of the inner rule, the last one after all ascents: at least 2. 2 by default. */
  gradients?: number;
  /** Whether an ascent has the length `rho`, or is `rho` times the gradient. `true` by default. */
  normalize?: boolean;
}

export const SAM_OPTIONS = {
  rho: above0(0.05),
  gradients: fixed("an integer of at least 2", 2),
  normalize: flag(true),
} satisfies Declarations<SamOptions>;

/**
 * Sharpness-aware minimization: applies the inner rule with the gradient at the point of highest loss nearby.
 *
 * ```text
 * first call:   c = w;  u = rho g / ||g||                              up; 0 where the norm is
 * second call:  u = c - w + the inner rule's update at c with g        back, and down
 * ```
 *
 * One update takes two gradients, so two calls; `fit` gives both the same batch. The norm is taken over all parameters.
 * Outer rules count its updates, not its gradients.
 *
 * State: `cache` of the parameter's shape, and the inner rule's: 4 bytes a float32 parameter more than that has.
 *
 * Elsewhere: PyTorch has none. Optax `contrib.sam` in its transparent mode: the same with a normalizing adversary.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { sam } from "./sam.ts";
 * import { sgd } from "../rules/sgd.ts";
 * import { applyUpdates } from "../apply_updates.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = sam(sgd({ learningRate: 0.1 }), { rho: 0.5 });
 * let params = { w: Float64Array.of(1) };
 * let state = opt.init(params);
 * for (let call = 0; call < 2; call++) {
 *   let updates;
 *   // f = w^2: the gradient at 1.5 is 3.
 *   [updates, state] = opt.update({ w: Float64Array.of(2 * params.w[0]!) }, state, params);
 *   params = applyUpdates(params, updates);
 * }
 * assertAlmostEquals(params.w[0]!, 1 - 0.3, 1e-12);
 * ```
 *
 * @see Foret, Kleiner, Mobahi, Neyshabur: Sharpness-aware minimization for efficiently improving generalization, 2021,
 * Algorithm 1.
 */
export function sam(inner: Optimizer, options: SamOptions = {}): Optimizer {
  checkOptimizer("sam: the rule inside", inner);
  const { rho, gradients: period, normalize } = ruleOptions("sam", options, SAM_OPTIONS);
  const nested = new Nested(inner.rule, "inner");
  return optimizer({
    name: `sam ${inner.name}`,
    hyperparameters: { inner, rho, gradients: period, normalize },
    like: {
      learningRate: inner.learningRate && ((count) => inner.learningRate!(Math.floor(count / period))),
    },
    rule: {
      ...nested.evaluations,
      gradientsPerUpdate: period * (inner.rule.gradientsPerUpdate ?? 1),
      waits: true,
      slots: (params, buffers) => ({
        ...slotsOf(params, { cache: "param" }),
        ...nested.slots(params, buffers),
      }),
      update(inputs) {
        const { grads, params, state, at } = inputs;
        const names = Object.keys(params);
        const cache = slot(state, "cache", params);
        const size = sqrt(dot(grads, grads));
        const divisor = where(equal(size, 0), 1, size);
        const first = at("first", ({ t }) => (t % period === 1 ? 1 : 0));
        const began = each(names, (p) => where(first, params[p]!, cache[p]!));
        const down = nested.update(inputs, { params: began, t: (t) => Math.ceil(t / period) });
        const last = at("last", ({ t }) => (t % period === 0 ? 1 : 0));
        const updateOf = (t: number) => Math.ceil(t / period);
        const byUpdates: RuleInputs["at"] = (name, f) => at(name, (s) => f({ ...s, t: updateOf(s.t) }));
        const radius = inStep(byUpdates, "rho", rho);
        const up = (p: string): Expr => {
          const step = mul(radius, normalize ? div(grads[p]!, divisor) : grads[p]!);
          if (down.home !== undefined) return add(sub(params[p]!, down.home[p]!), step);
          return period === 2 ? step : where(first, step, add(sub(params[p]!, cache[p]!), step));
        };
        return {
          updates: each(names, (p) => where(last, down.updates[p]!, up(p))),
          state: {
            ...asSlot("cache", began),
            ...select(last, down.state, state),
          },
          ...onlyIf(last, down),
          // An ascent may begin where the ascent of an inner sam ended.
          home: down.home ?? began,
        };
      },
    },
  });
}
