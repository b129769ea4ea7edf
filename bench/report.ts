/**
 * Writes the tables of `bench/README.md`.
 *
 * @module
 */
import type { LeftOut, Row } from "./compare.ts";
import { SUBJECTS } from "./subjects.ts";

const BEGIN = "<!-- Written by `deno task bench --write`. -->";
const END = "<!-- End of the written part. -->";

/** Writes the tables between their marks in `bench/README.md`. @throws {Error} when a mark is missing. */
export async function writeTables(
  rows: readonly Row[],
  versions: {
    readonly onnxruntime: string;
    readonly deno: string;
    readonly os: string;
    readonly threads: number;
    readonly leftOut: readonly LeftOut[];
  },
): Promise<void> {
  const { deno, onnxruntime, os, threads, leftOut } = versions;
  const head =
    `Deno ${deno}, onnxruntime-node ${onnxruntime}, ${os}, ${threads} threads each. The first column is Descent's step ` +
    "in milliseconds, the median over rounds. The other columns are multiples of it, the medians of the rounds' ratios. " +
    "The smallest and the largest value are in brackets.";
  const timed = rows.filter((r) => r.floor === undefined);
  const body = [markdown(timed), memoryMarkdown(timed), floorMarkdown(rows)];
  const absent = leftOut.map(({ subject, why }) => `- Left out: ${subject}: ${why.split("\n")[0]}`).join(
    "\n",
  );
  await writeSection(BEGIN, [head, ...body, absent].filter((part) => part !== "").join("\n\n"));
}

/** Replaces the text in `bench/README.md` between a mark and its end mark. @throws {Error} when a mark is missing. */
export async function writeSection(begin: string, text: string): Promise<void> {
  const path = new URL("README.md", import.meta.url);
  const before = await Deno.readTextFile(path);
  const start = before.indexOf(begin);
  const end = before.indexOf(END, start);
  if (start < 0 || end < 0) throw new Error(`bench/README.md lacks the line ${start < 0 ? begin : END}`);
  await Deno.writeTextFile(path, `${before.slice(0, start)}${begin}\n\n${text}\n\n${before.slice(end)}`);
  await format(path);
}

/** A step of a work compared with its matrix products and convolutions alone. */
export interface FloorRow {
  readonly work: string;
  readonly optimizer: string;
  /** Milliseconds per step of the products alone. */
  readonly products: number;
  /** The median ratio of Descent's step to that time. */
  readonly ratio: number;
  /** The rate of the products in GFLOP/s. */
  readonly gflops: number;
  /** The minimum memory traffic of an update, in MiB. */
  readonly mib: number;
}

/** Returns the floor of each work and rule whose products were measured. */
export function floors(rows: readonly Row[]): FloorRow[] {
  return rows.flatMap(({ work, optimizer, stepMs, ratioToDescent, floor }) =>
    floor === undefined ? [] : [{
      work,
      optimizer,
      products: stepMs.median,
      ratio: 1 / ratioToDescent,
      gflops: floor.flops / stepMs.median / 1e6,
      mib: floor.bytes / 2 ** 20,
    }]
  );
}

function floorMarkdown(rows: readonly Row[]): string {
  const found = floors(rows);
  if (found.length === 0) return "";
  return [
    "The step compared with its floor: the matrix products and convolutions of the same program, timed alone in the " +
    "same runtime and in turns with it. The last column is the least memory traffic of an update: its parameters and " +
    "the rule's state, each read and written once.",
    "",
    markdownTable(
      ["training", "products alone, ms", "step / products", "GFLOP/s of the products", "MiB moved"],
      found.map((f) => [
        `${f.work}, ${f.optimizer}`,
        ...[f.products, f.ratio, f.gflops, f.mib].map(digits),
      ]),
    ),
  ].join("\n");
}

/** Formats a file with `deno fmt`. @throws {Error} with the formatter's message when it fails. */
export async function format(path: URL): Promise<void> {
  const command = new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", path.pathname] });
  const { success, stderr } = await command.output();
  if (!success) throw new Error(`deno fmt fails on ${path.pathname}: ${new TextDecoder().decode(stderr)}`);
}

/** Returns the table of step times: a row per work and rule, a column per subject; the first in milliseconds, the others as ratios to it. */
export function markdown(rows: readonly Row[]): string {
  const [first, ...others] = subjectsOf(rows);
  const trainings = Map.groupBy(rows, (r) => `${r.work}, ${r.optimizer}`);
  return markdownTable(
    ["training", `${first}, ms`, ...others],
    [...trainings].map(([training, rows]) => {
      const of = (subject: string) => rows.find((r) => r.subject === subject);
      const { stepMs } = of(first!)!;
      const ratios = others.map(of).map((r) =>
        r === undefined ? "" : `×${digits(r.ratioToDescent)} (${rangeText(r.ratioRange)})`
      );
      return [training, `${digits(stepMs.median)} (${rangeText(stepMs)})`, ...ratios];
    }),
  );
}

/** Returns the table of peak memory over all rules: a row per work, a column per subject. */
export function memoryMarkdown(rows: readonly Row[]): string {
  const subjects = subjectsOf(rows);
  return [
    "Peak memory of a process with any of the rules, in MiB, including Deno or Python and all libraries:",
    "",
    markdownTable(
      ["training", ...subjects],
      [...Map.groupBy(rows, (r) => r.work)].map(([work, rows]) => {
        const peaks = subjects.map((s) => rows.filter((r) => r.subject === s).map((r) => r.peakMiB));
        return [work, ...peaks.map((p) => (p.length === 0 ? "" : Math.max(...p).toFixed(0)))];
      }),
    ),
  ].join("\n");
}

/** Returns a Markdown table: `first` aligns the first column, left by default; the other columns are numbers. */
export function markdownTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  first: "---" | "---:" = "---",
): string {
  const marks = header.map((_, i) => (i === 0 ? first : "---:"));
  return [header, marks, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** Returns the names of the subjects in the order of `SUBJECTS`. */
function subjectsOf(rows: readonly Row[]): string[] {
  const there = new Set(rows.map((r) => r.subject));
  return SUBJECTS.map((s) => s.name).filter((name) => there.has(name));
}

/** Returns a range as text, from the smallest to the largest. */
export function rangeText({ min, max }: { readonly min: number; readonly max: number }): string {
  return `${digits(min)}–${digits(max)}`;
}

/** Returns a number in three significant digits. */
export function digits(v: number): string {
  return v >= 100 ? v.toFixed(0) : v.toPrecision(3);
}
