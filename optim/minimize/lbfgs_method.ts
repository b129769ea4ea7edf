/**
 * The iterations of L-BFGS.
 *
 * @module
 */
import { DISPLAY, type MediaBundle } from "../../display/displayable.ts";
import type { Params } from "../params.ts";
import type { OptimizerState } from "../state.ts";
import { summaryOf } from "../summary.ts";
import { FlatParams } from "./flat_params.ts";
import { directionOf, withStep } from "./lbfgs_direction.ts";
import { type LbfgsOptions, type Settings, settingsOf } from "./lbfgs_options.ts";
import { knownOf, stateOf } from "./lbfgs_state.ts";
import type { OnLine } from "./line.ts";
import type { Converged, Evaluate, Minimizer, MinimizerLimits, MinimizerStep } from "./minimizer.ts";
import { strongWolfe } from "./strong_wolfe.ts";
import { difference, dot, maxAbs, scaled } from "./vectors.ts";
import { zoom } from "./zoom.ts";

/** Optax's settings of its search. */
const ZOOM = { slopeTolerance: 1e-4, curvatureTolerance: 0.9, precision: 1e-5 } as const;

/** Optax's relative change of the value within which the approximate Wolfe rule holds. */
const APPROXIMATE = 1e-6;

/** The method that `lbfgs` returns. */
export class LbfgsMethod implements Minimizer {
  readonly role = "minimizer";
  readonly name = "lbfgs";
  readonly learningRate: number;
  readonly #settings: Settings;

  constructor(options: LbfgsOptions) {
    this.#settings = settingsOf(options);
    this.learningRate = this.#settings.learningRate;
  }

  /** Returns the one-line summary that notebooks show. */
  [DISPLAY](): MediaBundle {
    return { "text/plain": summaryOf({ name: this.name, hyperparameters: { ...this.#settings } }) };
  }

  async init<P extends Params>(params: P, evaluate: Evaluate<P>): Promise<OptimizerState> {
    const flat = new FlatParams(params);
    const evaluation = await evaluate(params);
    const gradient = flat.gradientOf(evaluation);
    return stateOf({ count: 0, value: evaluation.value, gradient, pairs: [], scale: 1 });
  }

  async step<P extends Params>(
    { params, state }: { readonly params: P; readonly state: OptimizerState },
    evaluate: Evaluate<P>,
    { maxEvaluations = Infinity }: MinimizerLimits = {},
  ): Promise<MinimizerStep<P>> {
    const flat = new FlatParams(params);
    const known = knownOf(state, flat.length);
    const { value, gradient } = known;
    const from = flat.vectorOf(params);
    const { direction, rate } = directionOf(this.#settings, known);
    const slope = dot(gradient, direction);
    const here: OnLine = { t: 0, value, slope, gradient };
    const stay = { params, state, value, rate: 0, evaluations: 0 };
    if (maxAbs(gradient) <= this.#settings.toleranceGrad) return { ...stay, converged: "gradient" };
    // A NaN is no reason to end, as in PyTorch.
    if (this.#ends(slope > -this.#settings.toleranceChange)) return { ...stay, converged: "slope" };
    let evaluations = 0;
    const pointAt = (t: number) => flat.paramsOf(from.map((x, i) => x + t * direction[i]!));
    const at = async (t: number): Promise<OnLine> => {
      evaluations++;
      const evaluation = await evaluate(pointAt(t));
      const there = flat.gradientOf(evaluation);
      return { t, value: evaluation.value, slope: dot(there, direction), gradient: there };
    };
    const found = await this.#search(at, { here, rate, largest: maxAbs(direction), maxEvaluations });
    const reached = pointAt(found.t);
    const s = this.#settings.form === "torch"
      ? scaled(found.t, direction)
      : difference(flat.vectorOf(reached), from);
    const next = {
      ...withStep(this.#settings, known, { s, y: difference(found.gradient, gradient) }),
      count: state.count + 1,
      value: found.value,
      gradient: found.gradient,
    };
    return {
      params: reached,
      state: stateOf(next),
      value: found.value,
      rate: found.t,
      evaluations,
      converged: this.#convergedAt(found, { before: value, moved: maxAbs(scaled(found.t, direction)) }),
    };
  }

  async #search(
    at: (t: number) => Promise<OnLine>,
    { here, rate, largest, maxEvaluations }: {
      readonly here: OnLine;
      readonly rate: number;
      readonly largest: number;
      readonly maxEvaluations: number;
    },
  ): Promise<OnLine> {
    const { lineSearch, maxSearch, toleranceChange, maxRate, approximateWolfe } = this.#settings;
    const most = Math.min(maxSearch, maxEvaluations);
    switch (lineSearch) {
      case "none":
        return await at(rate);
      case "strong-wolfe":
        return await strongWolfe(at, { start: here, first: rate, largest, toleranceChange, most });
      case "zoom": {
        const approximateTolerance = approximateWolfe ? APPROXIMATE : null;
        return await zoom(at, { start: here, most, settings: { ...ZOOM, maxRate, approximateTolerance } });
      }
    }
  }

  #convergedAt(
    { value, gradient }: OnLine,
    { before, moved }: { before: number; moved: number },
  ): Converged | null {
    const { toleranceGrad, toleranceChange } = this.#settings;
    if (maxAbs(gradient) <= toleranceGrad) return "gradient";
    if (this.#ends(moved <= toleranceChange)) return "step";
    return this.#ends(Math.abs(value - before) < toleranceChange) ? "value" : null;
  }

  /** Whether a small change ends the minimization: Optax has no such rule, so it needs a tolerance. */
  #ends(small: boolean): boolean {
    return small && (this.#settings.form === "torch" || this.#settings.toleranceChange > 0);
  }
}
