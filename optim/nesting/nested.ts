/**
 * Rules within rules.
 *
 * @module
 */
import {
  constant,
  type Expr,
  type Exprs,
  max,
  mul,
  type Rule,
  type RuleInputs,
  type RuleOutputs,
  type Slot,
} from "../language/mod.ts";

/** The inputs of an inner rule that differ from those of the outer rule. */
export interface NestedView {
  /** The gradients that it receives; the outer rule's by default. */
  readonly grads?: Exprs;
  /** The parameters that it receives; the outer rule's by default. */
  readonly params?: Exprs;
  /** Maps the number of the outer rule's call to the inner rule's; the same by default. */
  readonly t?: (t: number) => number;
  /** The outer rule's clock that counts its calls; by default the count of the outer rule's calls. */
  readonly clock?: string;
}

/** A rule whose slots and coefficients have a prefix, so that their names differ from those of other rules. */
export class Nested {
  readonly #prefix: string;

  /**
   * @param prefix what its slots and coefficients begin with
   * @param options.examples whether the outer rule passes `eachExample` on and leaves the gradients to this rule
   * @throws {RangeError} when the rule takes the gradients of single examples, and the outer one does not pass them on
   */
  constructor(readonly rule: Rule, prefix: string, { examples = false }: { examples?: boolean } = {}) {
    this.#prefix = `${prefix}.`;
    if (rule.eachExample === undefined || examples) return;
    throw new RangeError(
      "a rule on the gradients of single examples, such as dpSgd, must be the first in a chain, or inside averaged or " +
        "injectHyperparams: other rules would take those gradients before it",
    );
  }

  /** Returns what replaces the gradients of one example, as a part of an outer rule. */
  get examples(): Pick<Rule, "eachExample"> {
    const { rule } = this;
    if (rule.eachExample === undefined) return {};
    return {
      eachExample: (inputs) =>
        rule.eachExample!({ ...inputs, at: (name, f, own) => inputs.at(this.#prefix + name, f, own) }),
    };
  }

  /** Returns the traits of an outer rule that calls this one each time: gradients per update, whether it waits, its counter. */
  get traits(): Pick<Rule, "gradientsPerUpdate" | "waits" | "counter"> {
    const { gradientsPerUpdate = 1, waits = false } = this.rule;
    const { counter } = this;
    return { gradientsPerUpdate, waits, ...(counter === undefined ? {} : { counter }) };
  }

  /** Returns the clock that its own count follows, by the outer rule's name for it. */
  get counter(): string | undefined {
    return this.rule.counter === undefined ? undefined : this.#prefix + this.rule.counter;
  }

  /** Returns its evaluation parameters and statistics, as parts of an outer rule. */
  get evaluations(): Pick<Rule, "evaluation" | "evaluationBuffers"> {
    return {
      ...(this.rule.evaluation ? { evaluation: (inputs) => this.evaluation(inputs) } : {}),
      ...this.statistics,
    };
  }

  /** Returns the running statistics that it evaluates with, if it averages any, as a part of an outer rule. */
  get statistics(): Pick<Rule, "evaluationBuffers"> {
    const { rule } = this;
    if (rule.evaluationBuffers === undefined) return {};
    return {
      evaluationBuffers: ({ buffers, state }) =>
        rule.evaluationBuffers!({ buffers, state: this.#own(state) }),
    };
  }

  /** Its slots. */
  slots(...of: Parameters<Rule["slots"]>): Record<string, Slot> {
    return this.#prefixed(this.rule.slots(...of));
  }

  /** Does its update; the new slots and clocks are its own, under the prefix. */
  update(inputs: RuleInputs, { grads, params, t, clock }: NestedView = {}): RuleOutputs {
    const seen = params ?? inputs.params;
    const only = (record: Exprs) => Object.fromEntries(Object.keys(seen).map((p) => [p, record[p]!]));
    const place = (own?: string) => (own === undefined ? clock : this.#prefix + own);
    const { clocks, ...result } = this.rule.update({
      ...inputs,
      params: seen,
      grads: only(grads ?? inputs.grads),
      hessians: only(inputs.hessians),
      state: this.#own(inputs.state),
      at: (name, f, own) =>
        inputs.at(
          this.#prefix + name,
          // Its own clock already counts its own updates.
          t === undefined || own !== undefined ? f : (s) => f({ ...s, t: t(s.t) }),
          place(own),
        ),
      normal: (name, options, { t: inner = (n: number) => n, clock: own } = {}) => {
        const outer = own !== undefined || t === undefined ? (n: number) => n : t;
        const at = place(own);
        return inputs.normal(this.#prefix + name, options, {
          t: (n) => inner(outer(n)),
          ...(at === undefined ? {} : { clock: at }),
        });
      },
    });
    return {
      ...result,
      state: this.#prefixed(result.state),
      ...(clocks === undefined ? {} : { clocks: this.#prefixed(clocks) }),
    };
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

/**
 * Refuses an inner rule that leaves out updates of several gradients, or resets after them, for outer rules that may
 * undo single calls of it.
 *
 * @throws {RangeError} naming both rules, and the order that works.
 */
export function refuseBackwardClocks(outer: string, slots: Readonly<Record<string, Slot>>): void {
  if (Object.values(slots).every(({ clock }) => (clock?.back ?? 0) === 0)) return;
  throw new RangeError(
    `${outer} cannot wrap applyIfFinite, or lookahead with resetState, around a rule of several gradients ` +
      "an update, such as sam: make that rule the outermost",
  );
}

/** Returns 1 if the call ends an update of any parameter, else 0; the constant 1 if every call does. */
export function anyEnds({ ends }: Pick<RuleOutputs, "ends">): Expr {
  const distinct = [...new Set(Object.values(ends ?? {}))];
  return distinct.length === 0 ? constant(1) : distinct.reduce((a, b) => max(a, b));
}

/** Returns the moves of clocks where a condition is 1, and 0 where it is 0. */
export function movedIf(condition: Expr, { clocks = {} }: Pick<RuleOutputs, "clocks">): Record<string, Expr> {
  return Object.fromEntries(Object.entries(clocks).map(([n, by]) => [n, mul(condition, by)]));
}

/** Returns the ends of updates and the moves of clocks that a rule reports where a condition is 1, and 0 where it is 0. */
export function onlyIf(
  condition: Expr,
  result: RuleOutputs,
): Pick<RuleOutputs, "ends" | "clocks"> & { ends: Record<string, Expr> } {
  // One product for all parameters whose updates end together.
  const products = new Map<Expr | undefined, Expr>();
  const product = (end: Expr | undefined): Expr => {
    const known = products.get(end) ?? mul(condition, end ?? 1);
    products.set(end, known);
    return known;
  };
  const ends = Object.keys(result.updates).map((p) => [p, product(result.ends?.[p])] as const);
  return { ends: Object.fromEntries(ends), clocks: movedIf(condition, result) };
}
