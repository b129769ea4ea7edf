/**
 * The page of `annealing`.
 *
 * @module
 */
import { seedsText } from "../../../cli/mod.ts";
import {
  csvFile,
  type LinePoint,
  lines,
  type Page,
  type Plot,
  type ResultTable,
  seedPoint,
} from "../../../report/mod.ts";
import { mean, plusMinus } from "../../../statistics/mod.ts";
import { type AnnealingData, PLATEAU, runsOf } from "./data.ts";

const COLUMNS = [
  "schedule",
  "seed",
  "epoch",
  "rate",
  "batchLoss",
  "trainLoss",
  "testLoss",
  "testAccuracy",
];

/** Lays out the page: a table of the schedules, and their losses, accuracies and rates over the epochs. */
export function page(data: AnnealingData): Page {
  return {
    runs: data.runs,
    config: data.config,
    files: [csvFile("metrics.csv", { rows: data.epochs, columns: COLUMNS })],
    tables: [scheduleTable(data)],
    plots: plotsOf(data),
  };
}

function scheduleTable(data: AnnealingData): ResultTable {
  const { epochs, seeds } = data.config;
  return {
    header: ["schedule", "train loss", "test loss", "test accuracy", "last rate / first", "note"],
    rows: data.schedules.map((name) => {
      const runs = runsOf(data, name);
      return [
        name,
        plusMinus(runs.map((r) => r.trainLoss), (v) => v.toFixed(4)),
        plusMinus(runs.map((r) => r.testLoss), (v) => v.toFixed(4)),
        plusMinus(runs.map((r) => 100 * r.testAccuracy), (v) => v.toFixed(2), { unit: "%" }),
        mean(runs.map((r) => r.lastScale)).toPrecision(2),
        name === PLATEAU ? `lowered ${mean(runs.map((r) => r.lowered.length)).toFixed(1)} times` : "",
      ];
    }),
    note: `After ${epochs} epochs; means and standard deviations over ${seedsText(seeds.length)}.`,
  };
}

function plotsOf(data: AnnealingData): Plot[] {
  const common = {
    x: "epoch",
    series: true,
    lines: data.schedules,
  };
  return [
    lines(curve(data, "trainLoss"), {
      ...common,
      name: "train",
      title: `Training loss by schedule: ${data.title}`,
      y: "training loss",
      log: true,
    }),
    lines(curve(data, "testAccuracy"), {
      ...common,
      name: "test",
      title: `Test accuracy by schedule: ${data.title}`,
      y: "test accuracy",
    }),
    lines(curve(data, "rate"), {
      ...common,
      name: "rate",
      title: "Learning rate at the end of each epoch",
      y: "learning rate",
      log: true,
    }),
  ];
}

function curve(
  { schedules, epochs, config }: AnnealingData,
  measure: "trainLoss" | "testAccuracy" | "rate",
): LinePoint[] {
  return schedules.flatMap((line) =>
    Array.from({ length: config.epochs }, (_, i) => {
      const values = epochs.filter((r) => r.schedule === line && r.epoch === i + 1).map((r) => r[measure]);
      return { x: i + 1, line, ...seedPoint(values) };
    })
  );
}
