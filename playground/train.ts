/**
 * Trainings of a network on the digits or on the user's table.
 *
 * @module
 */
import {
  type DataSet,
  type DataTensor,
  digits,
  featureStatistics,
  fit,
  type Loss,
  mlp,
  parseTable,
  sizeOfDataSet,
  split,
  standardize,
  withLoss,
} from "../mod.ts";
import type { Config } from "./config.ts";
import type { Order, Report } from "./messages.ts";
import { optimizerOf } from "./rules.ts";

/** The share of the examples that are held out. */
const TEST = 0.2;

interface Problem {
  readonly name: string;
  readonly train: DataSet;
  readonly test: DataSet;
  readonly outputs: number;
  readonly loss: Loss;
}

/** Trains the network with all rules at once: each gets its turn after a chunk of steps. */
export async function trainAll({ config, table }: Order, report: (report: Report) => void): Promise<void> {
  const problem = problemOf(config, table);
  const { train, test, outputs, loss } = problem;
  const rows = sizeOfDataSet(train);
  report({ type: "data", name: problem.name, train: rows, test: sizeOfDataSet(test) });
  const inputs = train.inputs.x.data.length / rows;
  const { hidden, seed, epochs, device } = config;
  const model = withLoss(mlp({ inputs, hidden: [...hidden], outputs, seed }), { loss });
  const batchSize = Math.min(config.batchSize, rows);
  const steps = epochs * Math.ceil(rows / batchSize);
  const metrics = loss === "cross-entropy" ? ["loss", "accuracy"] : ["loss"];
  let isTold = false;
  await Promise.all(config.optimizers.map(async (rule, line) => {
    try {
      const { diverged } = await fit({
        ...{ model, batchSize, epochs, seed, device, metrics, nonFinite: "end" },
        optimizer: optimizerOf(rule, { schedule: config.schedule, steps }),
        train: dataOf(train),
        evaluate: { test: dataOf(test) },
        chunk: 16,
        onSession: ({ threads }) => {
          if (!isTold) report({ type: "runtime", device, threads, isolated: isIsolated() });
          isTold = true;
        },
        onChunk: ({ records }) => report({ type: "steps", line, losses: records.map(({ loss }) => loss) }),
        onEpoch({ epoch, metrics: { test } }) {
          const { loss = NaN, accuracy } = test!;
          const result = { epoch, loss, ...(accuracy === undefined ? {} : { accuracy }) };
          report({ type: "epoch", line, result });
        },
      });
      if (diverged) report({ type: "failed", line, message: "diverged" });
    } catch (error) {
      report({ type: "failed", line, message: error instanceof Error ? error.message : String(error) });
    }
  }));
}

/** Returns whether this worker may have threads. */
function isIsolated(): boolean {
  return (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated ?? false;
}

function dataOf({ inputs: { x, y } }: DataSet): Record<string, DataTensor> {
  const rows = x.shape[0]!;
  return {
    // Images become rows.
    x: { ...x, shape: [rows, x.data.length / rows] },
    // Numbers are compared with outputs of shape [N, 1].
    target: y.dtype === "float32" ? { ...y, shape: [rows, 1] } : y,
  };
}

function problemOf(config: Config, table: Order["table"]): Problem {
  const set = config.problem === "digits" ? digits() : tableOf(config, table);
  const isClass = set.inputs.y.dtype === "int64";
  const { train, test } = split(set, { fractions: { test: TEST }, seed: config.seed, stratify: isClass });
  const over = config.problem === "digits" ? "all" : "each";
  const statistics = featureStatistics(train, { over });
  return {
    name: set.name,
    train: standardize(train, statistics),
    test: standardize(test, statistics),
    outputs: isClass ? classesIn(set) : 1,
    loss: isClass ? "cross-entropy" : "mse",
  };
}

function tableOf({ label, target }: Config, table: Order["table"]): DataSet {
  if (table === undefined) throw new Error("drop a CSV file on the page, or choose one");
  return parseTable(table.text, { name: table.name, header: "detect", delimiter: "detect", label, target });
}

function classesIn({ inputs: { y } }: DataSet): number {
  return 1 + Array.from(y.data as BigInt64Array, Number).reduce((a, b) => Math.max(a, b), 0);
}
