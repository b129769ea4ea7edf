/**
 * Rules within rules.
 *
 * @module
 */
import type { Rule, RuleInputs, RuleOutputs, Slot, StepInfo } from "../rule.ts";
import type { Exprs } from "../whole.ts";

/** What a rule within another sees, where it differs. */
export interface NestedView {
  /** What stands for the gradients; the outer rule's by default. */
  readonly grads?: Exprs;
  /** What stands for the parameters; the outer rule's by default. */
  readonly params?: Exprs;
  /** Which update of its own one update of the outer rule is; the same by default. */
  readonly t?: (t: number) => number;
}

/** A rule whose slots and coefficients stand under a prefix, so that they meet no others'. */
export class Nested {
  readonly #prefix: string;

  constructor(readonly rule: Rule, prefix: string) {
    this.#prefix = `${prefix}.`;
  }

  /** Its slots. */
  slots(params: Parameters<Rule["slots"]>[0]): Record<string, Slot> {
    return this.#prefixed(this.rule.slots(params));
  }

  /** Its update; the new slots are its own, under the prefix. */
  update(inputs: RuleInputs, { grads, params, t = (t) => t }: NestedView = {}): RuleOutputs {
    const seen = params ?? inputs.params;
    const only = (record: Exprs) => Object.fromEntries(Object.keys(seen).map((p) => [p, record[p]!]));
    const result = this.rule.update({
      ...inputs,
      params: seen,
      grads: only(grads ?? inputs.grads),
      hessians: only(inputs.hessians),
      state: this.#own(inputs.state),
      at: (name, f) => inputs.at(`${this.#prefix}${name}`, (s: StepInfo) => f({ ...s, t: t(s.t) })),
      normal: (name, options) => inputs.normal(`${this.#prefix}${name}`, options),
    });
    return { updates: result.updates, state: this.#prefixed(result.state) };
  }

  /** The parameters that it evaluates at. */
  evaluation(inputs: Pick<RuleInputs, "params" | "state">): Exprs {
    return this.rule.evaluation?.({ params: inputs.params, state: this.#own(inputs.state) }) ?? inputs.params;
  }

  #prefixed<T>(record: Readonly<Record<string, T>>): Record<string, T> {
    return Object.fromEntries(Object.entries(record).map(([n, v]) => [`${this.#prefix}${n}`, v]));
  }

  #own(state: Exprs): Record<string, Exprs[string]> {
    const length = this.#prefix.length;
    return Object.fromEntries(
      Object.entries(state).filter(([n]) => n.startsWith(this.#prefix)).map(([n, v]) => [n.slice(length), v]),
    );
  }
}
