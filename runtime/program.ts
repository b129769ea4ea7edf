/**
 * The training program: many steps of training in one run of one model.
 *
 * @module
 */
import { Graph, importModel, opsetsOf, sizeOf, type Tensor, tensor, toFloat32 } from "../onnx/mod.ts";
import { flattenState, type OptimizerState, unflattenState } from "../optim/state.ts";
import type { DataInput } from "./batch_input.ts";
import { openSession, type Session, type SessionOptions } from "./session.ts";
import { NAMES, type TrainingModel, trainingModel, type TrainingModelOptions } from "./training_model.ts";

/** What a data set holds for one input of a model: the tensor, examples first, and how to read its elements. */
export interface DataTensor extends Tensor, DataInput {}

/** How a training program is compiled and opened. */
export interface ProgramOptions extends Omit<TrainingModelOptions, "inputs">, SessionOptions {
  /** For each input of the model, the data set's tensor: examples along its first dimension. */
  data: Readonly<Record<string, DataTensor>>;
}

/** All that training changes. Nothing of it is ever modified in place: an earlier state can be gone back to. */
export interface TrainState {
  /** The parameters by name. */
  readonly params: Readonly<Record<string, Tensor>>;
  /** The optimiser's state. */
  readonly optimizer: OptimizerState;
  /** The running statistics of batch normalisations, by name. */
  readonly buffers: Readonly<Record<string, Tensor>>;
  /** Number of steps taken: what the masks of dropout are drawn by. */
  readonly step: number;
}

/** What a run of a program gives. */
export interface ProgramRun {
  /** The state after the last step. */
  readonly state: TrainState;
  /** For each step, the loss before its update; further reports under their own names. */
  readonly reports: Readonly<Record<string, Float32Array | Float64Array>>;
}

/** Batches as row numbers of the data set: as many rows a batch, batch after batch. */
export interface Batches {
  /** Row numbers, batch after batch. */
  readonly rows: ArrayLike<number>;
  /** Examples a batch; `rows` holds a whole number of batches. */
  readonly batchSize: number;
}

/** A compiled training program. */
export interface TrainingProgram extends AsyncDisposable {
  /** The model that is run, and what its inputs and outputs stand for. */
  readonly compiled: TrainingModel;
  /** The state at the start: the model's own initial values. */
  init(): TrainState;
  /**
   * Trains for as many steps as there are batches, in one run.
   *
   * @param options.learningRateScale a factor on the learning rate of every step; 1 by default
   * @throws {RangeError} when a row is outside the data set, or `rows` is no whole number of batches.
   */
  run(state: TrainState, batches: Batches, options?: { learningRateScale?: number }): Promise<ProgramRun>;
  /** Frees what the runtime holds. */
  close(): Promise<void>;
}

/**
 * Compiles and opens a training program.
 *
 * @throws whatever `trainingModel` and `openSession` throw.
 */
export async function trainingProgram(options: ProgramOptions): Promise<TrainingProgram> {
  const { data, device, threads, optimization, ...rest } = options;
  const compiled = trainingModel({ ...rest, inputs: data });
  const session = await openSession(compiled.model, {
    ...(device === undefined ? {} : { device }),
    ...(threads === undefined ? {} : { threads }),
    ...(optimization === undefined ? {} : { optimization }),
  });
  return new Program(options, compiled, session);
}

class Program implements TrainingProgram {
  readonly #feeds: Record<string, Tensor> = {};
  readonly #examples: number;

  constructor(readonly options: ProgramOptions, readonly compiled: TrainingModel, readonly session: Session) {
    const sizes = new Set(Object.values(options.data).map((t) => t.shape[0] ?? 0));
    if (sizes.size !== 1) {
      throw new RangeError(`all tensors of data must hold equally many examples, got ${[...sizes]}`);
    }
    this.#examples = [...sizes][0]!;
    for (const [name, t] of Object.entries(options.data)) this.#feeds[NAMES.data(name)] = t;
  }

  init(): TrainState {
    const model = toFloat32(this.options.model);
    const { optimizer } = this.options;
    const graph = new Graph({ opsets: opsetsOf(model) });
    importModel(model, graph);
    const names = Object.keys(this.compiled.parameters);
    const initial = (names: string[]) =>
      Object.fromEntries(names.map((n) => [n, graph.initializers.get(n)!.tensor()]));
    const params = initial(names);
    const buffers = initial(Object.keys(this.compiled.buffers));
    return { params, optimizer: optimizer.init(params), buffers, step: 0 };
  }

  async run(
    state: TrainState,
    batches: Batches,
    { learningRateScale = 1 }: { learningRateScale?: number } = {},
  ): Promise<ProgramRun> {
    const steps = batches.rows.length / batches.batchSize;
    if (!Number.isInteger(steps) || steps < 1) {
      throw new RangeError(
        `rows must hold one or more whole batches of ${batches.batchSize}, got ${batches.rows.length}`,
      );
    }
    const { trace, noises, parameters, buffers, masks, reports } = this.compiled;
    const feeds: Record<string, Tensor> = { ...this.#feeds, ...state.params, ...state.buffers };
    feeds[NAMES.indices] = tensor(this.#indices(batches.rows), [steps, batches.batchSize]);
    const double = Object.values(parameters)[0]!.dtype === "float64";
    for (const c of trace.coefficients) {
      const values = Array.from(
        { length: steps },
        (_, k) => c.at(state.optimizer.count + k, { learningRateScale }),
      );
      feeds[NAMES.coefficient(c.name)] = tensor(
        double ? Float64Array.from(values) : Float32Array.from(values),
      );
    }
    for (const { name, shape, at } of noises) {
      const drawn = Array.from({ length: steps }, (_, k) => at(state.optimizer.count + k));
      const all = double ? new Float64Array(steps * sizeOf(shape)) : new Float32Array(steps * sizeOf(shape));
      drawn.forEach((values, k) => all.set(values, k * values.length));
      feeds[NAMES.noise(name)] = tensor(all, [steps, ...shape]);
    }
    for (const { name, draw } of masks) {
      const drawn = Array.from(
        { length: steps },
        (_, k) => draw({ step: state.step + k, batchSize: batches.batchSize }),
      );
      const length = drawn[0]!.length;
      const all = new Uint8Array(steps * length);
      drawn.forEach((mask, k) => all.set(mask, k * length));
      feeds[NAMES.mask(name)] = tensor(all, [steps, length], "bool");
    }
    for (const [name, t] of Object.entries(flattenState(state.optimizer))) feeds[NAMES.state(name)] = t;
    const out = await this.session.run(feeds);
    const next = (specs: object) =>
      Object.fromEntries(Object.keys(specs).map((n) => [n, out[NAMES.next(n)]!]));
    const leaves = Object.fromEntries(
      trace.state.map((s) => [s.name, out[NAMES.next(NAMES.state(s.name))]!]),
    );
    return {
      state: {
        params: next(parameters),
        optimizer: unflattenState(leaves, state.optimizer.count + steps),
        buffers: next(buffers),
        step: state.step + steps,
      },
      reports: Object.fromEntries(reports.map((r) => [r, out[NAMES.report(r)]!.data as Float32Array])),
    };
  }

  close(): Promise<void> {
    return this.session.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.session.close();
  }

  #indices(rows: ArrayLike<number>): BigInt64Array {
    const indices = new BigInt64Array(rows.length);
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!;
      if (!(row >= 0 && row < this.#examples)) {
        throw new RangeError(`rows must be in 0..${this.#examples - 1}, row ${i} is ${row}`);
      }
      indices[i] = BigInt(row);
    }
    return indices;
  }
}
