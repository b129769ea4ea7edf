/**
 * Runs a rule for parameters as they come.
 *
 * @module
 */
import { DISPLAY, type MediaBundle } from "../display/displayable.ts";
import { checkNumber, checkOptions } from "../options/mod.ts";
import type { Trace } from "./graph/mod.ts";
import { BoundRule } from "./host/mod.ts";
import type { ParamSpec, Rule } from "./language/mod.ts";
import { type Param, type Params, specOf } from "./params.ts";
import type { Updater } from "./protocol.ts";
import type { OptimizerState } from "./state.ts";
import { summaryOf } from "./summary.ts";
import { STEP_OPTIONS, type StepOptions, UPDATE_OPTIONS, type UpdateOptions } from "./update_options.ts";

function checkNumbers({ learningRateScale = 1, examples = 1 }: UpdateOptions): void {
  checkNumber("learningRateScale", learningRateScale, "a finite number of at least 0");
  checkNumber("examples", examples, "a finite number above 0");
}

/** The parts of a {@linkcode RuleUpdater}. */
export interface RuleUpdaterParts<R extends "optimizer" | "transform"> {
  /** The role: an optimizer descends, a transform does not. */
  readonly role: R;
  /** The rule's name. */
  readonly name: string;
  /** The rule, its learning rate included. */
  readonly rule: Rule;
  /** The learning rate by the number of updates done. */
  readonly learningRate: ((count: number) => number) | null;
  /** The kind of rule that its states belong to; its name by default. */
  readonly kind?: string;
  /** The options by name, for summaries; none by default. */
  readonly hyperparameters?: Readonly<Record<string, unknown>> | undefined;
}

/** An optimizer or a transform that runs its rule on the host, bound to the parameters that it meets. */
export class RuleUpdater<R extends "optimizer" | "transform"> implements Updater {
  readonly role: R;
  readonly name: string;
  readonly rule: Rule;
  readonly learningRate: ((count: number) => number) | null;
  /** The kind of rule that its states belong to. */
  readonly kind: string;
  readonly hyperparameters?: Readonly<Record<string, unknown>>;
  readonly #bound = new Map<string, BoundRule>();
  #last: BoundRule | null = null;

  constructor({ role, name, rule, learningRate, kind = name, hyperparameters }: RuleUpdaterParts<R>) {
    this.role = role;
    this.name = name;
    this.rule = rule;
    this.learningRate = learningRate;
    this.kind = kind;
    if (hyperparameters !== undefined) this.hyperparameters = hyperparameters;
  }

  /** Returns the one-line summary that notebooks show. */
  [DISPLAY](): MediaBundle {
    return { "text/plain": summaryOf(this) };
  }

  trace(
    specs: Readonly<Record<string, ParamSpec>>,
    buffers: Readonly<Record<string, ParamSpec>> = {},
  ): Trace {
    return this.#bind(specs, buffers).trace;
  }

  init(params: Readonly<Record<string, Param>>, buffers: Params = {}): OptimizerState {
    return this.#for(params, buffers).init(params, buffers);
  }

  update<R extends Readonly<Record<string, Param>>>(
    grads: Readonly<Record<string, Param>>,
    state: OptimizerState,
    params: R,
    options: UpdateOptions = {},
  ): [updates: { [K in keyof R]: R[K] }, state: OptimizerState] {
    checkOptions(`${this.name}: update`, options, UPDATE_OPTIONS);
    checkNumbers(options);
    const [updates, next] = this.#for(params, options.buffers).update({ grads, state, params }, options);
    return [updates as { [K in keyof R]: R[K] }, next];
  }

  step<R extends Readonly<Record<string, Param>>>(
    grads: Readonly<Record<string, Param>>,
    state: OptimizerState,
    params: R,
    options: StepOptions = {},
  ): [params: { [K in keyof R]: R[K] }, state: OptimizerState] {
    checkOptions(`${this.name}: step`, options, STEP_OPTIONS);
    checkNumbers(options);
    const [after, next] = this.#for(params, options.buffers).step({ grads, state, params }, options);
    return [after as { [K in keyof R]: R[K] }, next];
  }

  evaluationParams<R extends Readonly<Record<string, Param>>>(
    params: R,
    state: OptimizerState,
    buffers: Params = {},
  ): { [K in keyof R]: R[K] } {
    return this.#for(params, buffers).evaluationParams(params, state) as { [K in keyof R]: R[K] };
  }

  evaluationBuffers<R extends Readonly<Record<string, Param>>>(
    params: Readonly<Record<string, Param>>,
    state: OptimizerState,
    buffers: R,
  ): { [K in keyof R]: R[K] } {
    return this.#for(params, buffers).evaluationBuffers(buffers, state) as { [K in keyof R]: R[K] };
  }

  /** The rule for these parameters; as a rule those of the call before. */
  #for(params: Params, buffers: Params = {}): BoundRule {
    if (typeof params !== "object" || params === null) {
      throw new TypeError(
        `${this.name} needs the parameters, by name: init(params), update(grads, state, params), got ${
          String(params)
        }`,
      );
    }
    if (this.#last !== null && this.#last.fits(params, buffers)) return this.#last;
    const specs = (record: Params, what: string) =>
      Object.fromEntries(Object.entries(record).map(([n, p]) => [n, specOf(p, `${what}.${n}`)]));
    return this.#bind(specs(params, "params"), specs(buffers, "buffers"));
  }

  #bind(specs: Readonly<Record<string, ParamSpec>>, buffers: Readonly<Record<string, ParamSpec>>): BoundRule {
    const key = JSON.stringify(
      [specs, buffers].map((of) => Object.entries(of).map(([n, s]) => [n, s.dtype, s.shape])),
    );
    let bound = this.#bound.get(key);
    if (bound === undefined) {
      bound = new BoundRule(this, { params: specs, buffers });
      this.#bound.set(key, bound);
    }
    return this.#last = bound;
  }
}

/**
 * Returns the kind of rule that an optimizer's states belong to: its name, or that of the optimizer that it renames.
 *
 * @example
 * ```ts
 * import { kindOf } from "./rule_updater.ts";
 * import { adamw } from "./rules/adamw.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals([adamw().name, kindOf(adamw())], ["adamw", "adam"]);
 * ```
 */
export function kindOf(opt: Updater): string {
  return opt instanceof RuleUpdater ? opt.kind : opt.name;
}
