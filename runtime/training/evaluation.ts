/**
 * The evaluations of a trainer.
 *
 * @module
 */
import type { Optimizer } from "../../optim/mod.ts";
import {
  type EvaluationBuffers,
  evaluationBuffers,
  type EvaluationBuffersOptions,
  type Evaluator,
  evaluator,
  type EvaluatorOptions,
} from "../evaluation/mod.ts";
import type { DataColumn, ProgramOptions, TrainingModel, TrainState } from "../program/mod.ts";
import type { EpochRecord } from "./fit_state.ts";

/** The data sets and metrics of an evaluation. */
export interface EvaluationOptions {
  /** The data sets by name. */
  readonly sets: Readonly<Record<string, Readonly<Record<string, DataColumn>>>>;
  readonly evaluator: Omit<EvaluatorOptions, "parameters">;
  readonly statistics: EvaluationBuffersOptions;
}

/** A state to evaluate, on the host. */
export interface Evaluated {
  readonly optimizer: Optimizer;
  readonly state: TrainState;
  readonly batchSize: number;
  readonly seed: number;
}

/** Evaluates states at the parameters and statistics that their rules evaluate at. */
export class Evaluation implements AsyncDisposable {
  #evaluator: Evaluator | undefined;
  #statistics: EvaluationBuffers | undefined;

  constructor(readonly options: EvaluationOptions) {}

  /**
   * Compiles the evaluation, if there is anything to evaluate, so that mistakes show before the training.
   *
   * @param session the threads of the training, if it chose their number
   */
  async open(
    { parameters, buffers }: Pick<TrainingModel, "parameters" | "buffers">,
    { threads }: Pick<ProgramOptions, "threads">,
  ): Promise<void> {
    const chosen = typeof threads === "number" ? { threads } : {};
    this.#statistics ??= evaluationBuffers({ ...this.options.statistics, ...chosen });
    if (Object.keys(this.options.sets).length === 0) return;
    const names = Object.keys({ ...parameters, ...buffers });
    this.#evaluator ??= await evaluator({ ...this.options.evaluator, ...chosen, parameters: names });
  }

  /** Checks the names of data sets. @throws {RangeError} naming one that is none. */
  requireSets(names: readonly string[]): void {
    const sets = Object.keys(this.options.sets);
    const unknown = names.find((name) => !sets.includes(name));
    if (unknown === undefined) return;
    throw new RangeError(
      `evaluateOnly: there is no data set '${unknown}' to evaluate: ${
        sets.length === 0 ? "the trainer has none" : `there are ${sets.join(", ")}`
      }`,
    );
  }

  /**
   * Returns the metrics of each data set.
   *
   * @param only the names of the data sets; all by default
   */
  async metricsOf(evaluated: Evaluated, only?: readonly string[]): Promise<EpochRecord["metrics"]> {
    const metrics: Record<string, Readonly<Record<string, number>>> = {};
    const { optimizer, state } = evaluated;
    if (this.#evaluator === undefined || only?.length === 0) return metrics;
    const values = {
      ...optimizer.evaluationParams(state.params, state.optimizer, state.buffers),
      ...await this.buffersOf(evaluated),
    };
    for (const [name, data] of Object.entries(this.options.sets)) {
      if (only !== undefined && !only.includes(name)) continue;
      metrics[name] = await this.#evaluator.evaluate(values, data);
    }
    return metrics;
  }

  /** Returns the running statistics that belong to the optimizer's `evaluationParams`. */
  buffersOf(evaluated: Evaluated): Promise<TrainState["buffers"]> {
    this.#statistics ??= evaluationBuffers(this.options.statistics);
    return this.#statistics.of(evaluated);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#evaluator?.close();
    await this.#statistics?.close();
  }
}
