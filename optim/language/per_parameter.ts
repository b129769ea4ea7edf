/**
 * Rules that treat each parameter by itself.
 *
 * @module
 */
import { checkOptions } from "../../options/mod.ts";
import type { StaticShape } from "../../onnx/tensor/mod.ts";
import type { Expr } from "./expr.ts";
import type { Rule, RuleInputs, Slot } from "./rule.ts";

/** The inputs of a rule for one parameter: its gradient `g`, the parameter `w`, and its slots by their names. */
export type ParameterInputs<S extends string> = Readonly<Record<"g" | "w" | S, Expr>>;

/**
 * A slot that a rule keeps for each parameter: what it holds at first, `"param"` for the parameter itself; and its shape,
 * the parameter's by default, `null` if this parameter has no such slot.
 */
export type SlotOf = number | "param" | {
  readonly init: number;
  readonly shape: (shape: StaticShape) => StaticShape | null;
};

/** Options of {@linkcode perParameter}. */
export interface PerParameterOptions<S extends string> {
  /** The parameter to evaluate at, from the parameter `w` and the slots. */
  evaluation?: (inputs: Readonly<Record<"w" | S, Expr>>) => Expr;
}

/**
 * Returns a rule that treats each parameter by itself.
 *
 * @param slots what each slot is, by name
 * @param update from gradient `g`, parameter `w` and the slots to the update `u` and the new slots; its last argument is
 * the parameter's name
 *
 * @example
 * ```ts
 * import { perParameter } from "./per_parameter.ts";
 * import { add, mul } from "./ops.ts";
 * import { optimizer } from "../optimizer.ts";
 * import { assertEquals } from "@std/assert";
 * // Half of the update before is added once more.
 * const rule = perParameter({ b: 0 }, ({ g, b }) => {
 *   const next = add(mul(0.5, b), mul(-0.1, g));
 *   return { u: next, b: next };
 * });
 * const opt = optimizer({ name: "heavy", rule });
 * const params = { w: Float64Array.of(0) };
 * const [, state] = opt.update({ w: Float64Array.of(10) }, opt.init(params), params);
 * assertEquals(opt.update({ w: Float64Array.of(10) }, state, params)[0].w[0], -1.5);
 * ```
 */
export function perParameter<S extends string>(
  slots: Readonly<Record<S, SlotOf>>,
  update: (
    inputs: ParameterInputs<S>,
    at: RuleInputs["at"],
    name: string,
  ) => Readonly<Record<"u" | S, Expr>>,
  options: PerParameterOptions<S> = {},
): Rule {
  checkOptions("perParameter", options, { evaluation: "function" });
  const { evaluation } = options;
  const names = Object.keys(slots) as S[];
  const own = (state: RuleInputs["state"], p: string) =>
    Object.fromEntries(names.map((slot) => [slot, state[`${slot}/${p}`]!])) as Record<S, Expr>;
  return {
    slots: (params) =>
      Object.fromEntries(
        names.flatMap((slot) =>
          Object.entries(params).flatMap(([p, { shape }]) => {
            const made = slotFor(slots[slot], { p, shape });
            return made === null ? [] : [[`${slot}/${p}`, made]];
          })
        ),
      ),
    update({ grads, params, state, at }) {
      const updates: Record<string, Expr> = {};
      const next: Record<string, Expr> = {};
      for (const [p, g] of Object.entries(grads)) {
        const result = update({ g, w: params[p]!, ...own(state, p) }, at, p);
        updates[p] = result.u;
        for (const slot of names) {
          const key = `${slot}/${p}`;
          if (state[key] !== undefined) next[key] = result[slot];
        }
      }
      return { updates, state: next };
    },
    ...(evaluation === undefined ? {} : {
      evaluation: ({ params, state }) =>
        Object.fromEntries(
          Object.entries(params).map(([p, w]) => [p, evaluation({ w, ...own(state, p) })]),
        ),
    }),
  };
}

function slotFor(slot: SlotOf, { p, shape }: { p: string; shape: StaticShape }): Slot | null {
  if (typeof slot === "number") return { shape, init: slot };
  if (slot === "param") return { shape, init: { param: p } };
  const own = slot.shape(shape);
  return own === null ? null : { shape: own, init: slot.init };
}
