/**
 * Computes running statistics of batch normalizations for averages of parameters.
 *
 * @module
 */
import { checkOptions, type OptionNames } from "../../options/mod.ts";
import { each, filled } from "../../optim/language/mod.ts";
import { type Prepared, preparedOf } from "../../autodiff/trained/mod.ts";
import { type Tensor, tensor } from "../../onnx/mod.ts";
import { type Optimizer, optimizer } from "../../optim/mod.ts";
import { permutation } from "../../random/mod.ts";
import {
  chunkSize,
  nextBatches,
  PROGRAM_OPTIONS,
  type ProgramOptions,
  type TrainingProgram,
  trainingProgram,
  type TrainState,
} from "../program/mod.ts";

/** The options of the training, its data included. */
export type EvaluationBuffersOptions = Omit<
  ProgramOptions,
  "optimizer" | "metrics" | "statistics" | "batchSize" | "runningStatistics"
>;

const { optimizer: _, metrics: __, statistics: ___, batchSize: ____, runningStatistics: _____, ...OPTIONS } =
  PROGRAM_OPTIONS;
const EVALUATION_BUFFERS_OPTIONS = OPTIONS satisfies OptionNames<EvaluationBuffersOptions>;

/** The training to compute statistics for. */
export interface EvaluationBuffersInput {
  /** The rule that the state belongs to. */
  readonly optimizer: Optimizer;
  /** The state of the training. It is not changed. */
  readonly state: TrainState;
  /** Examples per batch, at least 1: use that of the training, because the statistics depend on it. */
  readonly batchSize: number;
  /** Seed of the order of the examples and of the masks of dropout: an integer from 0 to 2^53 - 1; 0 by default. */
  readonly seed?: number;
}

/** Running statistics for evaluation. */
export interface EvaluationBuffers extends AsyncDisposable {
  /**
   * Returns the running statistics that belong to `optimizer.evaluationParams(…)`, by name:
   *
   * - those of the state, if the rule evaluates at the parameters themselves or the model keeps no statistics;
   * - the averages that the rule keeps (`averaged` with `useBuffers`);
   * - else the mean of the batches' statistics over one pass, with equal weights, as PyTorch's `update_bn` computes
   *   them. The pass goes forward over all data in training form (dropout included), in its own order: about a
   *   third of an epoch of training. The variance divides by n, as in training here; PyTorch divides by n - 1.
   *
   * @throws whatever the program throws.
   */
  of(input: EvaluationBuffersInput): Promise<TrainState["buffers"]>;
  /** Frees what the runtime holds. */
  close(): Promise<void>;
}

/**
 * Returns a source of batch-normalization statistics for rules that evaluate at averages. It compiles nothing before it
 * is needed.
 *
 * @param options those of the training program
 * @throws {RangeError} for an unknown or missing option.
 *
 * @example
 * ```ts
 * import { averaged, evaluationBuffers, resnet, sgd, tensor, trainingProgram, withLoss } from "../../mod.ts";
 * import { assert } from "@std/assert";
 * const net = resnet({ image: [1, 4, 4], depth: 8, width: 2, outputs: 2, seed: 1 });
 * const model = withLoss(net, { loss: "cross-entropy" });
 * const pixels = Float32Array.from({ length: 3 * 16 }, (_, i) => Math.sin(i));
 * const data = { x: tensor(pixels, [3, 1, 4, 4]), target: tensor(BigInt64Array.of(0n, 1n, 1n)) };
 * const optimizer = averaged(sgd({ learningRate: 0.1 }));
 * await using program = await trainingProgram({ model, optimizer, data });
 * const { state } = await program.run(program.init(), { rows: [0, 1, 2, 0, 1, 2], batchSize: 3 });
 * await using statistics = evaluationBuffers({ model, data });
 * const own = await statistics.of({ optimizer, state, batchSize: 3 });
 * assert(Object.keys(own).every((name) => own[name] !== state.buffers[name]));
 * ```
 */
export function evaluationBuffers(options: EvaluationBuffersOptions): EvaluationBuffers {
  checkOptions("evaluationBuffers", options, EVALUATION_BUFFERS_OPTIONS);
  return new OwnStatistics(options);
}

/** This rule keeps the parameters, so that only the forward part of a step remains. */
const still = optimizer({
  name: "still",
  rule: {
    slots: () => ({}),
    update: ({ params }) => ({
      updates: each(Object.keys(params), (p) => filled(params[p]!.shape, 0)),
      state: {},
    }),
  },
});

class OwnStatistics implements EvaluationBuffers {
  #prepared: Prepared | undefined;
  #program: Promise<TrainingProgram> | undefined;
  #last: { input: EvaluationBuffersInput; buffers: TrainState["buffers"] } | undefined;

  constructor(readonly options: EvaluationBuffersOptions) {}

  async of(input: EvaluationBuffersInput): Promise<TrainState["buffers"]> {
    const { optimizer: { rule }, state: { params, optimizer: state, buffers } } = input;
    if (Object.keys(buffers).length === 0 || rule.evaluation === undefined) return buffers;
    if (rule.evaluationBuffers !== undefined) {
      return input.optimizer.evaluationBuffers(params, state, buffers);
    }
    if (this.#last?.input.state !== input.state || this.#last.input.optimizer !== input.optimizer) {
      this.#last = { input, buffers: await this.#pass(input) };
    }
    return this.#last.buffers;
  }

  async close(): Promise<void> {
    await (await this.#program)?.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #pass(
    { optimizer: rule, state: { params, optimizer: own, buffers }, batchSize, seed = 0 }:
      EvaluationBuffersInput,
  ): Promise<TrainState["buffers"]> {
    const prepared = this.#prepared ??= preparedOf(this.options.model, this.options);
    const program = await (this.#program ??= trainingProgram({
      ...this.options,
      model: prepared,
      optimizer: still,
      runningStatistics: "summed",
    }));
    const { data } = this.options;
    const examples = Object.values(data)[0]!.shape[0]!;
    const order = permutation({ seed, stream: "statistics" }, examples);
    const most = chunkSize(program.compiled, { data, batchSize, gradientsPerUpdate: 1 });
    const zeros = Object.fromEntries(
      Object.entries(buffers).map(([n, t]) => [n, tensor(new Float32Array(t.data.length), t.shape, t.dtype)]),
    );
    const at = rule.evaluationParams(params, own, buffers);
    // Each run starts its sums at zero; the host adds them in double.
    const sums = Object.fromEntries(
      Object.entries(buffers).map(([n, t]) => [n, new Float64Array(t.data.length)]),
    );
    let taken = 0;
    for (let row = 0; row < examples;) {
      const batches = nextBatches(order, { batchSize, from: taken, most });
      const start: TrainState = { params: at, optimizer: still.init(at), buffers: zeros, step: taken };
      const { state } = await program.run(start, batches, { seed });
      for (const [n, sum] of Object.entries(sums)) {
        const more = state.buffers[n]!.data as Float32Array;
        for (let i = 0; i < sum.length; i++) sum[i]! += more[i]!;
      }
      row += batches.rows.length;
      taken += batches.rows.length / batches.batchSize;
    }
    const { layers } = prepared.runningStatistics;
    return Object.fromEntries(
      Object.entries(buffers).map(([n, t]): [string, Tensor] => {
        const mean = sums[n]!.map((sum) => sum / (taken * layers[n]!));
        return [n, tensor(t.dtype === "float64" ? mean : Float32Array.from(mean), t.shape)];
      }),
    );
  }
}
