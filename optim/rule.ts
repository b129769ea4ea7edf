/**
 * Update rules, as functions on expressions.
 *
 * @module
 */
import type { DType, StaticShape } from "../onnx/mod.ts";
import type { Expr } from "./expr.ts";

/** Element type and shape of a parameter. */
export interface ParamSpec {
  /** The element type. */
  readonly dtype: DType;
  /** The dimensions, outermost first. */
  readonly shape: StaticShape;
}

/** A tensor that a rule keeps from one update to the next, of the parameter's element type. */
export interface Slot {
  /** The dimensions. */
  readonly shape: StaticShape;
  /** What it holds at first: one number everywhere, or the parameter of that name. */
  readonly init: number | { readonly param: string };
}

/** What a coefficient may depend on. */
export interface StepInfo {
  /** The number of the update, from 1. */
  readonly t: number;
  /** The learning rate of the update. */
  readonly learningRate: number;
}

/** What a rule works with: everything by parameter name, the state by slot name. */
export interface RuleInputs {
  /** The gradients; or, within a chain, what the transforms before made of them. */
  readonly grads: Readonly<Record<string, Expr>>;
  /** The parameters. */
  readonly params: Readonly<Record<string, Expr>>;
  /** The slots. */
  readonly state: Readonly<Record<string, Expr>>;
  /**
   * A scalar that depends on the number of the update and the learning rate alone. The host computes it in double, for
   * its own loops and for the graph.
   *
   * @param name a name for it, unique within the rule
   */
  readonly at: (name: string, coefficient: (step: StepInfo) => number) => Expr;
}

/** What a rule gives. */
export interface RuleOutputs {
  /** What to add to each parameter. */
  readonly updates: Readonly<Record<string, Expr>>;
  /** The new slots, as many as there were. */
  readonly state: Readonly<Record<string, Expr>>;
}

/** An update rule over all parameters: a pure function. */
export interface Rule {
  /** The slots it keeps for these parameters, by name: `m/w` for the slot `m` of the parameter `w`. */
  slots(params: Readonly<Record<string, ParamSpec>>): Record<string, Slot>;
  /** One update. */
  update(inputs: RuleInputs): RuleOutputs;
}

/** What a rule for one parameter works with: its gradient `g`, the parameter `w`, and its slots by their names. */
export type ParameterInputs<S extends string> = Readonly<Record<"g" | "w" | S, Expr>>;

/**
 * A rule that treats each parameter by itself.
 *
 * @param slots initial value of each slot, all of the parameter's shape
 * @param update from gradient `g`, parameter `w` and the slots to the update `u` and the new slots
 */
export function perParameter<S extends string>(
  slots: Readonly<Record<S, number>>,
  update: (inputs: ParameterInputs<S>, at: RuleInputs["at"]) => Readonly<Record<"u" | S, Expr>>,
): Rule {
  const names = Object.keys(slots) as S[];
  return {
    slots: (params) =>
      Object.fromEntries(
        names.flatMap((slot) =>
          Object.entries(params).map(([p, { shape }]) => [`${slot}/${p}`, { shape, init: slots[slot] }])
        ),
      ),
    update({ grads, params, state, at }) {
      const updates: Record<string, Expr> = {};
      const next: Record<string, Expr> = {};
      for (const [p, g] of Object.entries(grads)) {
        const own = Object.fromEntries(names.map((slot) => [slot, state[`${slot}/${p}`]!]));
        const result = update({ g, w: params[p]!, ...own } as ParameterInputs<S>, at);
        updates[p] = result.u;
        for (const slot of names) next[`${slot}/${p}`] = result[slot];
      }
      return { updates, state: next };
    },
  };
}
