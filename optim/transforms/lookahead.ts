import { checkOptions, type OptionNames } from "../../options/check_options.ts";
import { add, type Expr, filled, mul, sub } from "../expr.ts";
import { checkOptimizer, type Optimizer, optimizer } from "../optimizer.ts";
import { checkOption } from "../options.ts";
import type { RuleInputs } from "../rule.ts";
import { asSlot, each, slot, slotsOf } from "../whole.ts";
import { Nested } from "./nested.ts";
import { select } from "./select.ts";

/** Options of {@linkcode lookahead}. */
export interface LookaheadOptions {
  /** Fast steps for one slow step, `k`: a whole number of at least 1. 5 by default. */
  syncPeriod?: number;
  /** How far a slow step goes, `alpha`: in (0, 1]. 0.5 by default. */
  slowStepSize?: number;
  /** Whether the inner rule starts anew after each slow step. `false` by default. */
  resetState?: boolean;
}

const LOOKAHEAD_OPTIONS = { syncPeriod: false, slowStepSize: false, resetState: false } satisfies OptionNames<
  LookaheadOptions
>;

/**
 * Lookahead: k steps forward, one step back.
 *
 * ```text
 * w = w + the inner rule's update
 * t divisible by k:  s = s + alpha (w - s);  w = s            s = w at first
 * ```
 *
 * The parameters are the fast ones; `evaluationParams` gives the slow ones, `s`.
 *
 * State: `slow` of the parameter's shape, and the inner rule's: 4 bytes a float32 parameter more than that has.
 *
 * Elsewhere: PyTorch has none. Optax `lookahead`: the same, both sets of parameters standing in a pair there.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { lookahead } from "./lookahead.ts";
 * import { sgd } from "../rules/sgd.ts";
 * import { applyUpdates } from "../apply_updates.ts";
 * import { assertEquals } from "@std/assert";
 * const opt = lookahead(sgd({ learningRate: 1 }), { syncPeriod: 2 });
 * let params = { w: Float64Array.of(0) };
 * let state = opt.init(params);
 * for (let t = 0; t < 2; t++) {
 *   let updates;
 *   [updates, state] = opt.update({ w: Float64Array.of(-1) }, state, params);
 *   params = applyUpdates(params, updates);
 * }
 * assertEquals(params.w[0], 1);
 * ```
 *
 * @see Zhang, Lucas, Hinton, Ba: Lookahead optimizer: k steps forward, 1 step back, 2019, Algorithm 1.
 */
export function lookahead(inner: Optimizer, options: LookaheadOptions = {}): Optimizer {
  checkOptimizer("lookahead: the rule inside", inner);
  checkOptions("lookahead", options, LOOKAHEAD_OPTIONS);
  const { syncPeriod = 5, slowStepSize = 0.5, resetState = false } = options;
  checkOption("syncPeriod", syncPeriod, "a whole number of at least 1");
  checkOption("slowStepSize", slowStepSize, "in (0, 1]");
  const nested = new Nested(inner.rule, "fast");
  const inPeriod = (t: number) => (resetState ? (t - 1) % syncPeriod + 1 : t);
  return optimizer({
    name: `lookahead ${inner.name}`,
    like: inner,
    rule: {
      gradientsPerUpdate: inner.rule.gradientsPerUpdate ?? 1,
      slots: (params) => ({ ...slotsOf(params, { slow: "param" }), ...nested.slots(params) }),
      update(inputs) {
        const { params, state, at } = inputs;
        const names = Object.keys(params);
        const { updates, state: next } = nested.update(inputs, { t: inPeriod });
        const slow = slot(state, "slow", params);
        const ahead = each(names, (p) => sub(add(params[p]!, updates[p]!), slow[p]!));
        const sync = at("sync", ({ t }) => (t % syncPeriod === 0 ? 1 : 0));
        const forward = at("forward", ({ t }) => (t % syncPeriod === 0 ? slowStepSize : 0));
        const back = at("back", ({ t }) => (t % syncPeriod === 0 ? 1 - slowStepSize : 0));
        return {
          updates: each(names, (p) => sub(updates[p]!, mul(back, ahead[p]!))),
          state: {
            ...asSlot("slow", each(names, (p) => add(slow[p]!, mul(forward, ahead[p]!)))),
            ...(resetState ? select(sync, initial(nested, inputs), next) : next),
          },
        };
      },
      evaluation: ({ params, state }) => slot(state, "slow", params),
    },
  });
}

/** The slots as they are at first, for the parameters at hand. */
function initial(nested: Nested, { params }: RuleInputs): Record<string, Expr> {
  const specs = Object.fromEntries(
    Object.entries(params).map(([p, { shape }]) => [p, { dtype: "float32" as const, shape }]),
  );
  return Object.fromEntries(
    Object.entries(nested.slots(specs)).map(([n, { init, shape }]) => [
      n,
      typeof init === "number" ? filled(shape, init) : params[init.param]!,
    ]),
  );
}
