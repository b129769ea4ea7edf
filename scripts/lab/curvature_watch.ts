/**
 * `--watch-curvature`: the largest eigenvalue of the Hessian on the way of a training.
 *
 * @module
 */
import { stringify } from "@std/csv";
import type { Data, DataTensor, Device, Model, Threads, TrainState, Watching } from "../../mod.ts";
import {
  type CurvatureOperator,
  curvatureOperator,
  type CurvatureOptions,
  eigenvalues,
} from "../../curvature/mod.ts";
import { count, numberOption } from "../cli/mod.ts";
import { metricsRows } from "../metrics/mod.ts";
import type { CurvatureRow, WatchedCurvature } from "../report/mod.ts";
import type { RunFolder } from "../run/mod.ts";
import { spreadExamples } from "./spread_examples.ts";

/** The file in a run's folder. */
const CURVATURE = "curvature.csv";

const COLUMNS = ["optimizer", "step", "sharpness", "residual"];

/** Training examples over which the Hessian is averaged, at most. */
const MOST = 1000;

/** The residual, relative to the eigenvalue, at which it is exact enough. */
const TOLERANCE = 1e-3;

/** The option. */
export const CURVATURE_OPTION = {
  "watch-curvature": numberOption("N", {
    text:
      `every N steps, measure the largest eigenvalue of the Hessian of the training loss, on at most ${MOST} training examples, into ${CURVATURE} and a plot`,
    range: count,
  }),
};

/** The subject of the watch, and the place of its measurements. */
export interface CurvatureWatchOptions extends Pick<CurvatureOptions, "batchStatistics"> {
  readonly every: number;
  readonly folder: Pick<RunFolder, "path" | "write">;
  /** The model of all trainings, whose weights do not matter. */
  readonly model: Model;
  readonly train: Data;
  readonly device: Device;
  readonly threads?: Threads | undefined;
  /** The model's batch size, if it is fixed. */
  readonly fixed?: number | undefined;
}

/**
 * Watches the trainings of a run. The file holds all measurements at any moment: it is replaced before the checkpoint of
 * their step can be written. A training that is resumed, or begins an epoch again, measures some steps again; their
 * rows replace those that it left.
 */
export class CurvatureWatch implements AsyncDisposable {
  readonly #options: CurvatureWatchOptions;
  readonly #data: Readonly<Record<string, DataTensor>>;
  #operator: CurvatureOperator | undefined;
  #rows: readonly CurvatureRow[];

  private constructor(
    options: CurvatureWatchOptions,
    { data, rows }: { data: Readonly<Record<string, DataTensor>>; rows: readonly CurvatureRow[] },
  ) {
    this.#options = options;
    this.#data = data;
    this.#rows = rows;
  }

  /** Reads the examples, and what a resumed run has measured. @throws {Error} if its file is damaged. */
  static async open(options: CurvatureWatchOptions): Promise<CurvatureWatch> {
    const { train, fixed = 1, folder } = options;
    const most = Math.max(fixed, MOST - MOST % fixed);
    return new CurvatureWatch(options, {
      data: await spreadExamples(train, most),
      rows: await rowsIn(`${folder.path}/${CURVATURE}`),
    });
  }

  /** All measurements. */
  get watched(): WatchedCurvature {
    return { every: this.#options.every, examples: this.#examples, rows: this.#rows };
  }

  /** Returns the option of `fit` for a training. */
  of(optimizer: string): Watching {
    return { every: this.#options.every, see: (state, step) => this.#see(optimizer, { state, step }) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#operator?.close();
  }

  get #examples(): number {
    return Object.values(this.#data)[0]!.shape[0]!;
  }

  async #see(
    optimizer: string,
    { state: { params }, step }: { state: TrainState; step: number },
  ): Promise<void> {
    const measured = await this.#measure(params);
    const before = this.#rows.filter((r) => r.optimizer !== optimizer || r.step < step);
    this.#rows = [...before, { optimizer, step, ...measured }];
    await this.#options.folder.write(CURVATURE, stringify(this.#rows, { columns: COLUMNS }));
  }

  async #measure(params: TrainState["params"]): Promise<{ sharpness: number; residual: number }> {
    const operator = this.#operator ??= await this.#open(params);
    const point = operator.vector(params);
    if (!point.every(Number.isFinite)) return { sharpness: NaN, residual: NaN };
    operator.point = point;
    try {
      // Always from the same first vector, so that a resumed training measures the same.
      const { values, residuals } = await eigenvalues(operator, { tolerance: TOLERANCE, vectors: false });
      return { sharpness: values[0]!, residual: residuals[0]! };
    } catch (error) {
      // A product at a point about to diverge may overflow.
      if (error instanceof RangeError && /not finite/.test(error.message)) {
        return { sharpness: NaN, residual: NaN };
      }
      throw error;
    }
  }

  #open(params: TrainState["params"]): Promise<CurvatureOperator> {
    const { model, device, threads, fixed, batchStatistics } = this.#options;
    return curvatureOperator({
      model,
      data: this.#data,
      params,
      device,
      ...(typeof threads === "number" ? { threads } : {}),
      ...(fixed === undefined ? {} : { batchSize: fixed }),
      ...(batchStatistics === undefined ? {} : { batchStatistics }),
    });
  }
}

/** Returns the rows of a file; none if it does not exist. @throws {Error} naming it, if it is damaged. */
async function rowsIn(path: string): Promise<CurvatureRow[]> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
  const number = (field: string | undefined) => field === "NaN" ? NaN : field ? Number(field) : undefined;
  return metricsRows(text).map(({ optimizer, ...fields }, i) => {
    const [step, sharpness, residual] = COLUMNS.slice(1).map((c) => number(fields[c]));
    if (optimizer === undefined || step === undefined || sharpness === undefined || residual === undefined) {
      throw new Error(
        `${path}: row ${
          i + 1
        } is damaged: put the file back, or remove it to go on without what was measured`,
      );
    }
    return { optimizer, step, sharpness, residual };
  });
}
