import { type Declarations, fixed, flag } from "../../options/mod.ts";
import { tuned } from "../common.ts";
import {
  add,
  asSlot,
  constant,
  each,
  type Expr,
  type Exprs,
  filled,
  mul,
  neg,
  type RuleInputs,
  type Slot,
  slot,
  slotsOf,
  sub,
  where,
} from "../language/mod.ts";
import { checkOptimizer } from "../check_optimizer.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { anyEnds, Nested, type NestedView, select } from "../nesting/mod.ts";
import { type Hyperparameter, inStep, ruleOptions } from "../scheduled.ts";

/** Options of {@linkcode lookahead}. */
export interface LookaheadOptions {
  /** Fast steps for one slow step, `k`: an integer of at least 1. 5 by default. */
  syncPeriod?: number;
  /** The share of the distance that a slow step covers, `alpha`: in (0, 1], or a schedule. 0.5 by default. */
  slowStepSize?: Hyperparameter;
  /** Whether to reset the inner rule's state after each slow step, to start from the slow parameters. `false` by default. */
  resetState?: boolean;
}

export const LOOKAHEAD_OPTIONS = {
  syncPeriod: fixed("an integer of at least 1", 5),
  slowStepSize: tuned("in (0, 1]", 0.5),
  resetState: flag(),
} satisfies Declarations<LookaheadOptions>;

/**
 * Lookahead: k steps forward, one step back.
 *
 * ```text
 * w = w + the inner rule's update
 * t divisible by k:  s = s + alpha (w - s);  w = s            s = w at first
 * ```
 *
 * The parameters are the fast ones; `evaluationParams` returns the slow ones, `s`. `t` counts the updates of the inner
 * rule: neither single gradients of `sam` or `multiSteps` nor updates that `applyIfFinite` leaves out.
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
  const { syncPeriod, slowStepSize, resetState } = ruleOptions("lookahead", options, LOOKAHEAD_OPTIONS);
  const nested = new Nested(inner.rule, "fast");
  const { counter, ...traits } = nested.traits;
  const { waits } = traits;
  // A slot that is reset may have counted any number of calls.
  const fresh = (slots: Record<string, Slot>): Record<string, Slot> =>
    Object.fromEntries(
      Object.entries(slots).map((
        [n, s],
      ) => [n, s.clock && resetState ? { ...s, clock: { back: Infinity } } : s]),
    );
  const counting = waits ? "updates" : undefined;
  const view = (): NestedView => {
    if (!resetState) return {};
    return waits ? { clock: "calls" } : { t: (t) => (t - 1) % syncPeriod + 1 };
  };
  return optimizer({
    name: `lookahead ${inner.name}`,
    hyperparameters: { inner, syncPeriod, slowStepSize, resetState },
    like: inner,
    rule: {
      ...traits,
      // A rule that is reset starts to count from 0.
      ...(counter === undefined || resetState ? {} : { counter }),
      ...nested.statistics,
      slots: (params, buffers) => ({
        ...slotsOf(params, { slow: "param" }),
        ...(waits ? { updates: { shape: [], init: 0, clock: { back: 0 } } } : {}),
        ...(waits && resetState ? fresh({ calls: { shape: [], init: 0, clock: { back: 0 } } }) : {}),
        ...fresh(nested.slots(params, buffers)),
      }),
      update(inputs) {
        const { params, buffers, state, at } = inputs;
        const names = Object.keys(params);
        const result = nested.update(inputs, view());
        const { updates, state: inner, home = params, clocks = {} } = result;
        const done = anyEnds(result);
        const slow = slot(state, "slow", params);
        const ahead = each(names, (p) => sub(add(home[p]!, updates[p]!), slow[p]!));
        const sync = mul(done, at("sync", ({ t }) => (t % syncPeriod === 0 ? 1 : 0), counting));
        const byUpdates: RuleInputs["at"] = (name, f) => at(name, f, counting);
        const covered = inStep(byUpdates, "slowStepSize", slowStepSize);
        const left = inStep(byUpdates, "1 - slowStepSize", slowStepSize, (s) => 1 - s);
        // Selected, not multiplied by 0: infinities and NaN between two slow steps must not reach the slow parameters.
        const next = each(names, (p) => where(sync, add(slow[p]!, mul(covered, ahead[p]!)), slow[p]!));
        const moved: Exprs = { ...clocks, ...(waits && resetState ? { calls: constant(1) } : {}) };
        const start = (n: string, by: Expr) => resetState ? where(sync, neg(state[n]!), by) : by;
        return {
          ...result,
          updates: each(
            names,
            (p) => where(sync, sub(updates[p]!, mul(left, ahead[p]!)), updates[p]!),
          ),
          state: {
            ...asSlot("slow", next),
            // A reset inner rule starts from the slow parameters.
            ...(resetState ? select(sync, initial(nested, { params: next, buffers }), inner) : inner),
          },
          clocks: {
            ...Object.fromEntries(Object.entries(moved).map(([n, by]) => [n, start(n, by)])),
            ...(waits ? { updates: done } : {}),
          },
        };
      },
      evaluation: ({ params, state }) => slot(state, "slow", params),
    },
  });
}

/** Returns the first values of the slots, except clocks, for these parameters. */
function initial(
  nested: Nested,
  { params, buffers }: Pick<RuleInputs, "params" | "buffers">,
): Record<string, Expr> {
  const specs = (of: Exprs) =>
    Object.fromEntries(
      Object.entries(of).map(([p, { shape }]) => [p, { dtype: "float32" as const, shape }]),
    );
  return Object.fromEntries(
    Object.entries(nested.slots(specs(params), specs(buffers))).flatMap(([n, { init, shape, clock }]) =>
      clock !== undefined
        ? []
        : [[n, typeof init === "number" ? filled(shape, init) : (params[init.param] ?? buffers[init.param])!]]
    ),
  );
}
