import { checkNumber, choice, type Declarations, fixed, flag, open, OTHER } from "../../options/mod.ts";
import { atLeast0 } from "../common.ts";
import {
  abs,
  add,
  asSlot,
  div,
  dot,
  each,
  type Expr,
  max,
  min,
  mul,
  neg,
  slot,
  slotsOf,
  sqrt,
  square,
  sub,
} from "../language/mod.ts";
import { checkOptimizer } from "../check_optimizer.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { Nested } from "../nesting/mod.ts";
import { type Hyperparameter, inStep, ruleOptions } from "../scheduled.ts";

/** Options of {@linkcode mechanic}. */
export interface MechanicOptions {
  /** Pull toward 0 within the inner product, the paper's `lambda`: at least 0, or a schedule. 1e-2 by default. */
  decay?: Hyperparameter;
  /** The shares that the sums keep, one for each factor. 0.9, 0.99, … 0.999999 by default. Each in [0, 1). */
  betas?: readonly number[];
  /** The scale of the first factors: above 0. 1e-8 by default, in Optax's form 1e-6. */
  initialScale?: number;
  /** Added to denominators: above 0. 1e-8 by default. */
  epsilon?: number;
  /** Whether to keep the sum of the inner updates instead of computing it from the parameters. `false` by default. */
  storeDelta?: boolean;
  /** The form; see {@linkcode mechanic}. `"authors"` by default. */
  form?: "authors" | "optax";
}

export const MECHANIC_OPTIONS = {
  decay: atLeast0(1e-2),
  betas: OTHER,
  // The default is that of the form.
  initialScale: open("a finite number above 0"),
  epsilon: fixed("a finite number above 0", 1e-8),
  storeDelta: flag(),
  form: choice(["authors", "optax"], "authors"),
} satisfies Declarations<MechanicOptions>;

/**
 * Mechanic: finds the factor of a rule's updates, so that their rate needs no tuning.
 *
 * ```text
 * x = w + v,  v: the inner rule's update;  S = sum of s_i;  d = (w - w_0) / (S + epsilon)
 * h = <d, g + decay S ||g|| / (||x|| + epsilon) x>
 * m_i = max(beta_i m_i, |h|)                          m_i = 1e-6 at first
 * q_i = beta_i^2 q_i + h^2;  r_i = max(beta_i r_i - s_i h, 0)
 * s_i = (initialScale m_i / n + r_i) / (sqrt(q_i) + epsilon),  n: the number of betas;  s_i = 0 at first
 * u = w_0 + S (d + v) - w,  with the new S
 * ```
 *
 * Inner products and norms are taken over all parameters together. The rule inside keeps its schedule, with any constant
 * rate, such as 1. With `storeDelta`, `d` is the sum of the inner updates, as in the paper: exact in float32 while `S` is
 * small.
 *
 * In Optax's form, `x = w`, `h` is limited to `-m_i … m_i` in `r_i`, which may fall below 0 and counts as 0 then, `m_i` is
 * `max(beta_i m_i, |h| + epsilon)` from 0, and `s_i = initialScale` at first.
 *
 * State: `start` of the parameter's shape, with `storeDelta` also `delta`, four scalars for each beta, and the inner rule's: 4
 * bytes a float32 parameter more than that has, 8 with `storeDelta`.
 *
 * Elsewhere: PyTorch has none; the authors' package `mechanic-pytorch`, `mechanize`: the same. Optax `contrib.mechanize` is
 * `form: "optax"`; it has the number of betas as `num_betas`.
 *
 * @throws {RangeError} when an option is out of its range, or the inner rule does not update at each gradient, or evaluates at
 * other parameters.
 *
 * @example
 * ```ts
 * import { mechanic } from "./mechanic.ts";
 * import { sgd } from "../rules/sgd.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = mechanic(sgd({ learningRate: 1 }), { betas: [0.5], initialScale: 0.1, epsilon: 1e-3, decay: 0 });
 * const params = { w: Float64Array.of(0) };
 * const [updates] = opt.update({ w: Float64Array.of(3) }, opt.init(params), params);
 * // h = 0, so that s = 0.1 times 5e-7 over 1e-3.
 * assertAlmostEquals(updates.w[0]! / -3, 1e-4, 1e-4);
 * ```
 *
 * @see Cutkosky, Defazio, Mehta: Mechanic: A learning rate tuner, 2023, Algorithm 1.
 */
export function mechanic(inner: Optimizer, options: MechanicOptions = {}): Optimizer {
  checkOptimizer("mechanic: the rule inside", inner);
  checkInner(inner);
  const o = ruleOptions("mechanic", options, MECHANIC_OPTIONS);
  const { betas = BETAS, epsilon, storeDelta, form } = o;
  const { initialScale = form === "optax" ? 1e-6 : 1e-8 } = o;
  if (betas.length === 0) throw new RangeError("betas must have at least one number in [0, 1), got none");
  betas.forEach((b, i) => checkNumber(`betas[${i}]`, b, "in [0, 1)"));
  const nested = new Nested(inner.rule, "inner");
  const tuner = tunerOf({ betas, initialScale, epsilon, form });
  return optimizer({
    name: `mechanic ${inner.name}`,
    hyperparameters: { inner, ...o },
    like: inner,
    rule: {
      ...nested.traits,
      ...nested.statistics,
      slots: (params, buffers) => ({
        ...slotsOf(params, { start: "param", ...(storeDelta ? { delta: 0 } : {}) }),
        ...tuner.slots,
        ...nested.slots(params, buffers),
      }),
      update(inputs) {
        const { grads, params, state, at } = inputs;
        const all = (f: (p: string) => Expr) => each(Object.keys(params), f);
        const base = nested.update(inputs);
        const start = slot(state, "start", params);
        const scale = tuner.total(state);
        const moved = all((p) =>
          storeDelta ? state[`delta/${p}`]! : div(sub(params[p]!, start[p]!), add(scale, epsilon))
        );
        const seen = form === "optax" ? params : all((p) => add(params[p]!, base.updates[p]!));
        const pull = div(mul(scale, sqrt(dot(grads, grads))), add(sqrt(dot(seen, seen)), epsilon));
        const product = add(
          dot(moved, grads),
          mul(mul(inStep(at, "decay", o.decay), pull), dot(moved, seen)),
        );
        const tuned = tuner.update(product, state);
        const next = tuner.total(tuned);
        const ahead = all((p) => add(moved[p]!, base.updates[p]!));
        return {
          ...base,
          updates: all((p) => sub(add(start[p]!, mul(next, ahead[p]!)), params[p]!)),
          state: {
            ...asSlot("start", start),
            ...(storeDelta ? asSlot("delta", ahead) : {}),
            ...tuned,
            ...base.state,
          },
        };
      },
    },
  });
}

const BETAS = [0.9, 0.99, 0.999, 0.9999, 0.99999, 0.999999];

/** Refuses rules whose single calls are not updates of the parameters. */
function checkInner({ name, rule }: Optimizer): void {
  const { waits = false, gradientsPerUpdate = 1, evaluation } = rule;
  if (!waits && gradientsPerUpdate === 1 && evaluation === undefined) return;
  throw new RangeError(
    `mechanic needs a rule that updates the parameters at each gradient and evaluates at them, not ${name}: ` +
      "put that rule around mechanic instead",
  );
}

interface TunerSettings {
  readonly betas: readonly number[];
  readonly initialScale: number;
  readonly epsilon: number;
  readonly form: "authors" | "optax";
}

/** Returns the factors' slots, their sum, and their update from the inner product `h`. */
function tunerOf({ betas, initialScale, epsilon, form }: TunerSettings) {
  const optax = form === "optax";
  const first = { m: optax ? 0 : 1e-6, q: 0, r: 0, s: optax ? initialScale : 0 };
  return {
    slots: Object.fromEntries(
      betas.flatMap((_, i) =>
        Object.entries(first).map(([n, init]) => [`${n}.${i}`, { shape: [], init }] as const)
      ),
    ),
    total: (state: Readonly<Record<string, Expr>>) =>
      betas.map((_, i) => state[`s.${i}`]!).reduce((a, b) => add(a, b)),
    update: (h: Expr, state: Readonly<Record<string, Expr>>): Record<string, Expr> =>
      Object.fromEntries(betas.flatMap((beta, i) => {
        const [m0, q0, r0, s0] = ["m", "q", "r", "s"].map((n) => state[`${n}.${i}`]!) as [
          Expr,
          Expr,
          Expr,
          Expr,
        ];
        const m = max(mul(beta, m0), optax ? add(abs(h), epsilon) : abs(h));
        const q = add(mul(beta ** 2, q0), square(h));
        const lost = optax ? max(min(h, m0), neg(m0)) : h;
        const won = sub(mul(beta, r0), mul(s0, lost));
        const wealth = max(won, 0);
        const s = div(add(mul(initialScale / betas.length, m), wealth), add(sqrt(q), epsilon));
        return Object.entries({ m, q, r: optax ? won : wealth, s }).map(([n, x]) => [`${n}.${i}`, x]);
      })),
  };
}
