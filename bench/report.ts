/**
 * The tables of `bench/README.md`.
 *
 * @module
 */
import type { Row } from "./compare.ts";
import { digits, rangeText } from "./figures.ts";
import type { Table } from "./merge.ts";
import { STATES } from "./states.ts";
import { SUBJECTS } from "./subjects.ts";

/** The fewest turns of Descent in a state for a row of its own. */
const FEWEST_TURNS = 3;

/** A step of a work compared with its matrix products and convolutions alone. */
export interface FloorRow {
  readonly work: string;
  readonly optimizer: string;
  /** The state of two threads; absent where it is not probed. */
  readonly state?: string;
  /** Milliseconds per step of the products alone. */
  readonly products: number;
  /** The median ratio of Descent's step to that time. */
  readonly ratio: number;
  /** The rate of the products in GFLOP/s. */
  readonly gflops: number;
  /** The minimum memory traffic of an update, in MiB. */
  readonly mib: number;
}

/** Returns the floor of each work, rule and state whose products were measured beside Descent. */
export function floors(rows: readonly Row[]): FloorRow[] {
  return rows.flatMap(({ work, optimizer, state, stepMs, ratioToDescent, floor }) =>
    floor === undefined || ratioToDescent === undefined ? [] : [{
      work,
      optimizer,
      ...(state === undefined ? {} : { state }),
      products: stepMs.median,
      ratio: 1 / ratioToDescent,
      gflops: floor.flops / stepMs.median / 1e6,
      mib: floor.bytes / 2 ** 20,
    }]
  );
}

/** Returns the table of floors. */
export function floorTable(rows: readonly Row[]): Table {
  const found = floors(ofMeasuredStates(rows));
  const probed = found.some((f) => f.state !== undefined);
  return {
    header: [
      "training",
      ...(probed ? ["state"] : []),
      "products alone, ms",
      "step / products",
      "GFLOP/s of the products",
      "MiB moved",
    ],
    rows: found.map((f) => [
      `${f.work}, ${f.optimizer}`,
      ...(probed ? [f.state ?? ""] : []),
      ...[f.products, f.ratio, f.gflops, f.mib].map(digits),
    ]),
  };
}

/**
 * Returns the table of step times: a row per work, rule and state, a column per subject; the first in milliseconds, the
 * others as ratios to it. States in which Descent had fewer than three turns are left out.
 */
export function timesTable(rows: readonly Row[]): Table {
  const shown = ofMeasuredStates(rows);
  const [first, ...others] = subjectsOf(shown);
  const probed = shown.some((r) => r.state !== undefined);
  const trainings = Map.groupBy(shown, (r) => `${r.work}, ${r.optimizer}`);
  return {
    header: ["training", ...(probed ? ["state, turns"] : []), `${first}, ms`, ...others],
    rows: [...trainings].flatMap(([training, rows]) =>
      [undefined, ...STATES].flatMap((state) => {
        const of = (subject: string) => rows.find((r) => r.subject === subject && r.state === state);
        const descent = of(first!);
        if (descent === undefined) return [];
        const ratios = others.map(of).map((r) =>
          r?.ratioRange === undefined ? "" : `×${digits(r.ratioToDescent!)} (${rangeText(r.ratioRange)})`
        );
        return [[
          training,
          ...(probed ? [state === undefined ? "" : `${state}, ${descent.turns}`] : []),
          `${digits(descent.stepMs.median)} (${rangeText(descent.stepMs)})`,
          ...ratios,
        ]];
      })
    ),
  };
}

/** Returns the table of peak memory over all rules: a row per work, a column per subject. */
export function memoryTable(rows: readonly Row[]): Table {
  const subjects = subjectsOf(rows);
  return {
    header: ["training", ...subjects],
    rows: [...Map.groupBy(rows, (r) => r.work)].map(([work, rows]) => {
      const peaks = subjects.map((s) => rows.filter((r) => r.subject === s).map((r) => r.peakMiB));
      return [work, ...peaks.map((p) => (p.length === 0 ? "" : Math.max(...p).toFixed(0)))];
    }),
  };
}

/** Returns the table of the first stages of large works: seconds, and the peak memory so far in MiB. */
export function stagesTable(rows: readonly Row[], large: readonly string[]): Table {
  const shown = rows.filter((r) => large.includes(r.work));
  const firsts = new Map(shown.map((r) => [`${r.work}, ${r.optimizer}, ${r.subject}`, r]));
  return {
    header: ["training, subject", "until ready", "first run", "second run", "at the end"],
    rows: [...firsts].map(([what, { stages: { opening, first, second }, peakMiB }]) => [
      what,
      ...[opening, first, second].map((s) => `${digits(s.ms / 1000)} s, ${s.peakMiB.toFixed(0)}`),
      peakMiB.toFixed(0),
    ]),
  };
}

/** Returns the rows of the states in which Descent had enough turns. */
function ofMeasuredStates(rows: readonly Row[]): Row[] {
  const key = ({ work, optimizer, state }: Row) => `${work}, ${optimizer}, ${state}`;
  const enough = new Set(
    rows.filter((r) => r.subject === SUBJECTS[0]!.name && (r.state === undefined || r.turns >= FEWEST_TURNS))
      .map(key),
  );
  return rows.filter((r) => enough.has(key(r)));
}

/** Returns the names of the subjects in the order of `SUBJECTS`. */
function subjectsOf(rows: readonly Row[]): string[] {
  const there = new Set(rows.map((r) => r.subject));
  return SUBJECTS.map((s) => s.name).filter((name) => there.has(name));
}
