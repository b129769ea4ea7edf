/**
 * Writes the tables of `bench/README.md`.
 *
 * @module
 */
import type { Row } from "./compare.ts";
import { markdownTable, mergeTables, type Table, tablesOf } from "./merge.ts";
import type { LeftOut } from "./present.ts";
import { writeSection, writtenPart } from "./readme.ts";
import { floorTable, memoryTable, stagesTable, timesTable } from "./report.ts";
import { SUBJECTS } from "./subjects.ts";
import { OPTIMIZERS } from "./work.ts";
import { WORKS } from "./works.ts";

const BEGIN = "<!-- Written by `deno task bench --write`. -->";

/** What was measured with what. */
export interface Versions {
  readonly onnxruntime: string;
  readonly deno: string;
  readonly os: string;
  readonly threads: number;
}

/** A table of the written part: the text before it, and how a run is written and merged. */
interface Part {
  readonly text: string;
  readonly table: (rows: readonly Row[]) => Table;
  /** The header's second cell, which tells the tables of the written part apart. */
  readonly second: RegExp;
  /** The first cells in order. */
  readonly keys: readonly string[];
}

const NAMES = SUBJECTS.map((s) => s.name);
const LARGE = WORKS.filter((w) => w.large).map((w) => w.name);
const TRAININGS = WORKS.flatMap((w) => Object.keys(OPTIMIZERS).map((o) => `${w.name}, ${o}`));

const PARTS: readonly Part[] = [
  {
    text: "",
    table: timesTable,
    second: /^(state, turns|.*, ms)$/,
    keys: TRAININGS,
  },
  {
    text:
      "Peak memory of a process with any of the rules, in MiB, including Deno or Python and all libraries:",
    table: memoryTable,
    second: new RegExp(`^${NAMES[0]}$`),
    keys: WORKS.map((w) => w.name),
  },
  {
    text:
      "The step compared with its matrix products and convolutions, timed alone in the same runtime and in turns with " +
      "it: its floor, except that convolutions alone are not computed in blocks. The last column is the least memory " +
      "traffic of an update: its parameters and the rule's state, each read and written once.",
    table: floorTable,
    second: /^(state|products alone, ms)$/,
    keys: TRAININGS,
  },
  {
    text:
      "The beginning of large trainings: the time until a process is ready for its first step (libraries loaded, " +
      "model read, compiled and opened, state made), of its first run and of its second run, one step each, and " +
      "the peak memory so far in MiB, at last after all turns:",
    table: (rows) => stagesTable(rows, LARGE),
    second: /^until ready$/,
    keys: TRAININGS.flatMap((t) => NAMES.map((n) => `${t}, ${n}`)),
  },
];

const COLUMNS = ["training", "training, subject", "state, turns", "state", `${NAMES[0]}, ms`, ...NAMES];

/** Returns the first sentence of the written part. */
function machineText({ deno, onnxruntime, os, threads }: Versions): string {
  return `Deno ${deno}, onnxruntime-node ${onnxruntime}, ${os}, ${threads} thread${
    threads === 1 ? "" : "s"
  } each.`;
}

/** Says why the rows of a run cannot stand beside those of the file; undefined if they can. */
export async function mergeFault(versions: Versions): Promise<string | undefined> {
  const machine = machineText(versions);
  const text = (await writtenPart(BEGIN)).replaceAll(/\s+/g, " ");
  return text.includes(machine)
    ? undefined
    : `the tables in bench/README.md were not measured with ${machine}`;
}

/**
 * Writes the tables between their marks in `bench/README.md`.
 *
 * @param merge whether rows of other trainings stay
 * @throws {Error} when a mark is missing.
 */
export async function writeTables(
  rows: readonly Row[],
  { versions, leftOut, merge }: { versions: Versions; leftOut: readonly LeftOut[]; merge: boolean },
): Promise<void> {
  await writeSection(
    BEGIN,
    writtenText(rows, { versions, leftOut, old: merge ? await writtenPart(BEGIN) : "" }),
  );
}

/** Returns the text of the written part: the rows, and those of an old text whose trainings they do not replace. */
export function writtenText(
  rows: readonly Row[],
  { versions, leftOut, old }: { versions: Versions; leftOut: readonly LeftOut[]; old: string },
): string {
  const probed = rows.some((r) => r.state !== undefined) || old.includes("state, turns");
  const head =
    `${machineText(versions)} The first column of times is Descent's step in milliseconds, the median ` +
    "over rounds. The other columns are multiples of it, the medians of the rounds' ratios. The smallest and the " +
    "largest value are in brackets." +
    (probed
      ? " The state is that of two threads, which is told below, with the number of Descent's turns in it; ratios are " +
        "those of turns of the same round and state."
      : "");
  const timed = rows.filter((r) => r.floor === undefined);
  const before = tablesOf(old);
  const parts = PARTS.flatMap(({ text, table, second, keys }) => {
    const fresh = table(table === floorTable ? rows : timed);
    const was = before.find((t) => second.test(t.header[1]!));
    const all = was === undefined ? fresh : mergeTables([was, fresh], { columns: COLUMNS, keys });
    return all.rows.length === 0 ? [] : [[text, markdownTable(all)].filter((t) => t !== "").join("\n\n")];
  });
  const measured = new Set(rows.map((r) => `${r.work}, ${r.optimizer}:`));
  const kept = old.split("\n- ").slice(1).map((line) => line.split("\n\n")[0]!.replaceAll(/\s+/g, " ").trim())
    .filter((line) => ![...measured].some((what) => line.includes(what)));
  const absent = leftOut.map(({ subject, why }) => `Left out: ${subject}: ${why.split("\n")[0]}`);
  const lines = [...new Set([...kept, ...absent])].map((line) => `- ${line}`).join("\n");
  return [head, ...parts, lines].filter((part) => part !== "").join("\n\n");
}
