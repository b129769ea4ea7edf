/**
 * The page of `local-minima`.
 *
 * @module
 */
import { doubleWell } from "../../../lab/problems/mod.ts";
import { csvFile, heatMap, type Page, type Plot, points, type ResultTable } from "../../../report/mod.ts";
import { type BasinRun, type LocalMinimaData, NEAR, percent, runsOn, share } from "./data.ts";
import { FUNCTIONS, kindOf, kinds, type Name, NAMES } from "./functions.ts";

const isLowest = (minimum: number) => minimum === 0;
const isOther = (minimum: number) => minimum > 0;
const isNone = (minimum: number) => minimum < 0;

/** Lays out the page: a table for each function, and maps of where each start ends. */
export function page({ grid, steps, runs, small }: LocalMinimaData): Page {
  const all = [...runs, ...small.map((r) => ({ ...r, optimizer: `${r.optimizer}, small rate` }))];
  return {
    runs: all.map(({ starts, ends: _, found, ...rest }) => ({
      ...rest,
      starts: starts.length,
      best: share(found, isLowest),
      none: share(found, isNone),
    })),
    config: { grid, steps, near: NEAR },
    tables: NAMES.map((name) => functionTable(name, all)),
    plots: [wellMap(all), basinMaps(runsOn(runs, "himmelblau")), lowestPlot(runs)],
    files: [csvFile("metrics.csv", {
      rows: all.flatMap(rowsOf),
      columns: ["function", "optimizer", "startX", "startY", "endX", "endY", "found"],
    })],
  };
}

/** A row for each start. */
function rowsOf({ function: name, optimizer, starts, ends, found }: BasinRun): object[] {
  return starts.map(([startX, startY], i) => ({
    function: name,
    optimizer,
    startX,
    startY,
    endX: ends[i]?.[0],
    endY: ends[i]?.[1],
    found: kindOf(name, found[i] ?? -1),
  }));
}

function functionTable(name: Name, runs: readonly BasinRun[]): ResultTable {
  return {
    title: FUNCTIONS[name].title,
    header: ["optimizer", "learning rate", "starts", "ended in the lowest", "in another", "in none"],
    rows: runsOn(runs, name).map((r) => [
      r.optimizer,
      r.learningRate.toPrecision(4),
      String(r.starts.length),
      percent(share(r.found, isLowest)),
      percent(share(r.found, isOther)),
      percent(share(r.found, isNone)),
    ]),
    note: name === "himmelblau" ? "All four minima are equally low: the lowest is the one at (3, 2)." : "",
  };
}

function wellMap(runs: readonly BasinRun[]): Plot {
  return heatMap(
    runsOn(runs, "well").flatMap((r) =>
      r.starts.map(([x], i) => ({ x, y: r.optimizer, value: kindOf("well", r.found[i] ?? -1) }))
    ),
    {
      name: "double-well",
      title: `${FUNCTIONS.well.title}: where each start ends`,
      caption: `Minima at ${
        doubleWell.minima.map((m) => m.toFixed(3)).join(" (the lower one) and ")
      }; between them a barrier.`,
      x: "start",
      y: "",
      value: "ends in",
      kinds: kinds("well"),
    },
  );
}

/** Plots, for each optimizer in a panel of its own, where each start ends. */
function basinMaps(runs: readonly BasinRun[]): Plot {
  const name = "himmelblau";
  return heatMap(
    runs.flatMap(({ optimizer, starts, found }) =>
      starts.map(([x, y], i) => ({ x, y, value: kindOf(name, found[i] ?? -1), panel: optimizer }))
    ),
    {
      name,
      title: `${FUNCTIONS[name].title}: where each start ends`,
      caption: `Each optimizer at the best of the rates tried: ${
        runs.map((r) => `${r.optimizer} ${r.learningRate.toPrecision(4)}`).join(", ")
      }.`,
      x: "x of the start",
      y: "y of the start",
      value: "ends in",
      kinds: kinds(name),
    },
  );
}

function lowestPlot(runs: readonly BasinRun[]): Plot {
  return points(
    runsOn(runs, "rastrigin").map((r) => ({ row: r.optimizer, value: 100 * share(r.found, isLowest) })),
    {
      name: "rastrigin",
      title: `${FUNCTIONS.rastrigin.title}: starts that end in the lowest of 25 minima`,
      x: "per cent",
    },
  );
}
