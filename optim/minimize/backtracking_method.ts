/**
 * The iterations of a backtracking line search around an update rule.
 *
 * @module
 */
import type { Optimizer } from "../protocol.ts";
import type { Params } from "../params.ts";
import type { OptimizerState } from "../state.ts";
import type { BacktrackingOptions } from "./backtracking_options.ts";
import { knownOf, stateOf } from "./backtracking_state.ts";
import { FlatParams } from "./flat_params.ts";
import type { Evaluate, Minimizer, MinimizerLimits, MinimizerStep } from "./minimizer.ts";
import { dot, maxAbs } from "./vectors.ts";

/** A point that a search tried. */
interface Tried<P> {
  readonly rate: number;
  readonly value: number;
  readonly params: P;
  readonly gradient: Float64Array;
}

/** The start of a search. */
interface SearchStart<P> {
  readonly value: number;
  readonly slope: number;
  /** The rate to try first. */
  readonly first: number;
  /** The most evaluations. */
  readonly most: number;
  /** Evaluates the function at a rate. */
  readonly at: (rate: number) => Promise<Tried<P>>;
}

/** The method that `backtracking` returns. */
export class BacktrackingMethod implements Minimizer {
  readonly role = "minimizer";
  readonly name: string;
  readonly learningRate: number;
  readonly #rule: Optimizer;
  readonly #settings: Required<BacktrackingOptions>;

  /** @throws {RangeError} when the rule needs more than the value and the gradient at its parameters. */
  constructor(rule: Optimizer, settings: Required<BacktrackingOptions>) {
    checkRuleInside(rule);
    this.name = `backtracking ${rule.name}`;
    this.learningRate = rule.learningRate?.(0) ?? 1;
    this.#rule = rule;
    this.#settings = settings;
  }

  async init<P extends Params>(params: P, evaluate: Evaluate<P>): Promise<OptimizerState> {
    const flat = new FlatParams(params);
    const evaluation = await evaluate(params);
    const gradient = flat.gradientOf(evaluation);
    return stateOf({ count: 0, value: evaluation.value, rate: 1, gradient, inner: this.#rule.init(params) });
  }

  async step<P extends Params>(
    { params, state }: { readonly params: P; readonly state: OptimizerState },
    evaluate: Evaluate<P>,
    { maxEvaluations = Infinity }: MinimizerLimits = {},
  ): Promise<MinimizerStep<P>> {
    const flat = new FlatParams(params);
    const known = knownOf(state, { name: this.name, length: flat.length });
    const { value, gradient } = known;
    const stay = { params, state, value, rate: 0, evaluations: 0 };
    if (maxAbs(gradient) === 0) return { ...stay, converged: "gradient" };
    const [updates, inner] = this.#rule.update(flat.paramsOf(gradient), known.inner, params, { value });
    const [from, direction] = [flat.vectorOf(params), flat.vectorOf(updates)];
    let evaluations = 0;
    const at = async (rate: number) => {
      evaluations++;
      const there = flat.paramsOf(from.map((x, i) => x + rate * direction[i]!));
      const evaluation = await evaluate(there);
      return { rate, value: evaluation.value, params: there, gradient: flat.gradientOf(evaluation) };
    };
    const { increaseFactor, maxLearningRate, maxBacktrackingSteps } = this.#settings;
    const found = await this.#search({
      value,
      slope: dot(direction, gradient),
      first: Math.min(increaseFactor * known.rate, maxLearningRate),
      most: Math.min(maxBacktrackingSteps + 1, maxEvaluations),
      at,
    });
    if (!Number.isFinite(found.value)) return { ...stay, evaluations, converged: "step" };
    const next = { ...found, count: state.count + 1, inner };
    return {
      params: found.params,
      state: stateOf(next),
      value: found.value,
      rate: found.rate,
      evaluations,
      converged: null,
    };
  }

  /** Shortens the step until the value suffices. */
  async #search<P>({ value, slope, first, most, at }: SearchStart<P>): Promise<Tried<P>> {
    const { slopeRtol, decreaseFactor, atol, rtol } = this.#settings;
    const suffices = (tried: Tried<P>) =>
      tried.value - (1 + rtol) * value - tried.rate * slopeRtol * slope <= atol;
    let tried = await at(first);
    for (let k = 1; k < most && !suffices(tried); k++) tried = await at(decreaseFactor * tried.rate);
    return tried;
  }
}

/** Refuses rules that need more than the value and the gradient. @throws {RangeError} saying what it needs. */
function checkRuleInside({ name, rule }: Optimizer): void {
  const needs = rule.eachExample !== undefined
    ? "takes the gradients of single examples"
    : rule.hessianInterval !== undefined
    ? "needs estimates of the Hessian"
    : (rule.gradientsPerUpdate ?? 1) > 1 || rule.waits === true
    ? "takes several gradients for an update"
    : rule.evaluation !== undefined || rule.evaluationBuffers !== undefined
    ? "evaluates at other parameters than it trains"
    : undefined;
  if (needs === undefined) return;
  throw new RangeError(
    `backtracking: ${name} ${needs}, but a line search has the value and the gradient at one point: take a rule such as sgd()`,
  );
}
