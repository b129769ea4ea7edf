/**
 * The expected content of the page, computed by the library alone.
 *
 * @module
 */
import {
  type DataSet,
  featureStatistics,
  fit,
  type Loss,
  mlp,
  type Optimizer,
  split,
  standardize,
  withLoss,
} from "../../mod.ts";

/** A training. */
export interface Training {
  readonly optimizer: Optimizer;
  readonly epochs: number;
  /** Whether features are standardized each by itself. */
  readonly over: "all" | "each";
  readonly outputs: number;
  readonly loss: Loss;
}

/** Returns the metrics of the last epoch on the examples held out. */
export async function heldOut(
  set: DataSet,
  { optimizer, epochs, over, outputs, loss }: Training,
): Promise<{ readonly loss: number; readonly accuracy?: number }> {
  const isClass = loss === "cross-entropy";
  const parts = split(set, { fractions: { test: 0.2 }, seed: 0, stratify: isClass });
  const statistics = featureStatistics(parts.train, { over });
  const [train, test] = [parts.train, parts.test].map((part) => {
    const { x, y } = standardize(part, statistics).inputs;
    const rows = y.shape[0]!;
    return {
      x: { ...x, shape: [rows, x.data.length / rows] },
      target: isClass ? y : { ...y, shape: [rows, 1] },
    };
  });
  const { epochs: records } = await fit({
    model: withLoss(mlp({ inputs: train!.x.shape[1]!, hidden: [32], outputs, seed: 0 }), { loss }),
    metrics: isClass ? ["loss", "accuracy"] : ["loss"],
    train: train!,
    evaluate: { test: test! },
    ...{ optimizer, epochs, batchSize: 32, seed: 0, threads: 1 },
  });
  const { loss: last = NaN, ...others } = records.at(-1)!.metrics["test"]!;
  return { loss: last, ...others };
}

/** Returns the end of a descent on Rosenbrock's function. */
export function descended(optimizer: Optimizer, { steps }: { readonly steps: number }): [number, number] {
  let params = { x: Float64Array.of(-1.5), y: Float64Array.of(2) };
  let state = optimizer.init(params);
  for (let i = 0; i < steps; i++) {
    const [x, y] = [params.x[0]!, params.y[0]!];
    const [dx, dy] = [2 * (x - 1) - 400 * x * (y - x * x), 200 * (y - x * x)];
    [params, state] = optimizer.step({ x: Float64Array.of(dx), y: Float64Array.of(dy) }, state, params);
  }
  return [params.x[0]!, params.y[0]!];
}
