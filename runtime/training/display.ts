/**
 * Displays of trainings in notebooks: a plot of the losses, and a table of the records as text.
 *
 * @module
 */
import { type MediaBundle, shortNumber, tableBundle, withDisplay } from "../../display/mod.ts";
import { plotBundle } from "../../plots/display.ts";
import { type LineData, lines } from "../../plots/lines.ts";
import type { PlotSpec } from "../../plots/spec.ts";
import type { EpochRecord } from "./fit_state.ts";
import type { TrainResult } from "./train_once.ts";

/** Makes the result of a training show itself in notebooks. */
export function displayedTraining<T extends TrainResult>(result: T): T {
  return withDisplay(result, trainingBundle);
}

async function trainingBundle(result: TrainResult): Promise<MediaBundle> {
  const summary = trainingSummary(result);
  const [text, ...subtitle] = summary.split("; ");
  const table = tableBundle({ summary, ...recordsOf(result.epochs) })["text/plain"]!;
  // Without two records there is no line to draw.
  if (result.epochs.length < 2) return { "text/plain": table };
  const plot = { ...lossPlot(result.epochs), title: { text, subtitle } };
  return { ...await plotBundle(plot), "text/plain": table };
}

/**
 * Returns a training in one line: epochs, steps, and the last value of each metric.
 *
 * @example
 * ```ts
 * import { trainingSummary } from "./display.ts";
 * import { assertEquals } from "@std/assert";
 * const metrics = { test: { loss: 0.25, accuracy: 0.9 } };
 * const epochs = [{ epoch: 2, step: 8, trainLoss: 0.5, learningRateScale: 1, metrics }];
 * assertEquals(
 *   trainingSummary({ epochs, steps: 8, diverged: false }),
 *   "2 epochs, 8 steps; training loss 0.5; test: loss 0.25, accuracy 0.9",
 * );
 * ```
 */
export function trainingSummary(
  { epochs, steps, diverged, converged }: Pick<TrainResult, "epochs" | "steps" | "diverged" | "converged">,
): string {
  const last = epochs.at(-1);
  const numbers = (of: Readonly<Record<string, number>>) =>
    Object.entries(of).map(([name, value]) => `${name} ${shortNumber(value)}`).join(", ");
  return [
    `${counted(last?.epoch ?? 0, "epoch")}, ${counted(steps, "step")}${diverged ? ", diverged" : ""}${
      converged === undefined ? "" : `, converged by ${converged}`
    }`,
    ...(last === undefined ? [] : [`training loss ${shortNumber(last.trainLoss)}`]),
    ...Object.entries(last?.metrics ?? {}).map(([set, values]) => `${set}: ${numbers(values)}`),
  ].join("; ");
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;
}

/** Returns the records as rows: epoch, step, losses, metrics. */
function recordsOf(epochs: readonly EpochRecord[]) {
  const metrics = Object.entries(epochs[0]?.metrics ?? {}).flatMap(([set, values]) =>
    Object.keys(values).map((name) => ({ set, name }))
  );
  return {
    columns: ["epoch", "step", "training loss", ...metrics.map(({ set, name }) => `${set} ${name}`)],
    rows: epochs.map((record) => [
      record.epoch,
      record.step,
      record.trainLoss,
      ...metrics.map(({ set, name }) => record.metrics[set]?.[name]),
    ]),
  };
}

/** The ratio of losses from which on their axis is logarithmic. */
const WIDE = 20;

/** Plots the loss of training, and the loss of each data set that was evaluated if `loss` was among the metrics. */
function lossPlot(epochs: readonly EpochRecord[]): PlotSpec {
  const byEpoch = new Set(epochs.map(({ epoch }) => epoch)).size === epochs.length;
  const x = epochs.map(({ epoch, step }) => (byEpoch ? epoch : step));
  const sets = Object.keys(epochs[0]!.metrics).filter((set) => epochs[0]!.metrics[set]!.loss !== undefined);
  const data: Record<string, LineData> = {
    "training": { x, y: epochs.map(({ trainLoss }) => trainLoss) },
    ...Object.fromEntries(
      sets.map((set) => [set, { x, y: epochs.map(({ metrics }) => metrics[set]?.loss ?? NaN) }]),
    ),
  };
  const losses = Object.values(data).flatMap(({ y }) => Array.from(y)).filter(Number.isFinite);
  const low = losses.reduce((a, b) => Math.min(a, b), Infinity);
  const high = losses.reduce((a, b) => Math.max(a, b), -Infinity);
  const log = low > 0 && high > WIDE * low;
  return lines(data, { x: byEpoch ? "epoch" : "step", y: "loss", log, series: true });
}
