/**
 * The tables of `bench/README.md`.
 *
 * @module
 */
import type { LeftOut, Row } from "./compare.ts";
import { SUBJECTS } from "./subjects.ts";

const BEGIN = "<!-- Written by `deno task bench --write`. -->";
const END = "<!-- End of what is written. -->";

/** Writes the tables between their marks in `bench/README.md`. @throws {Error} when a mark is not there. */
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
    `Deno ${deno}, onnxruntime-node ${onnxruntime}, ${os}, ${threads} threads each. Descent's step in milliseconds, the ` +
    "median over rounds, and what the others take as a multiple of it, the median of the rounds' ratios; in brackets the " +
    "least and the greatest.";
  const timed = rows.filter((r) => r.floor === undefined);
  const body = [markdown(timed), memoryMarkdown(timed), floorMarkdown(rows)];
  const absent = leftOut.map(({ subject, why }) => `- Left out: ${subject}: ${why.split("\n")[0]}`).join(
    "\n",
  );
  await writeSection(BEGIN, [head, ...body, absent].filter((part) => part !== "").join("\n\n"));
}

/** Writes what stands in `bench/README.md` between a line and the next end of such. @throws {Error} when a mark is not there. */
export async function writeSection(begin: string, text: string): Promise<void> {
  const path = new URL("README.md", import.meta.url);
  const before = await Deno.readTextFile(path);
  const start = before.indexOf(begin);
  const end = before.indexOf(END, start);
  if (start < 0 || end < 0) throw new Error(`bench/README.md lacks the line ${start < 0 ? begin : END}`);
  await Deno.writeTextFile(path, `${before.slice(0, start)}${begin}\n\n${text}\n\n${before.slice(end)}`);
  await format(path);
}

/** How near the step of a work comes to its matrix products and convolutions alone. */
export interface FloorRow {
  readonly work: string;
  readonly optimizer: string;
  /** Milliseconds a step that the products take alone. */
  readonly products: number;
  /** The median time of Descent's step in units of that. */
  readonly ratio: number;
  /** The rate of the products. */
  readonly gflops: number;
  /** Bytes that an update reads and writes at the least, in MiB. */
  readonly mib: number;
}

/** The floor of each work and rule that was timed alone. */
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
    "How near the step comes to its floor, the matrix products and convolutions of the same program, timed alone in the " +
    "same runtime in turns with it; and what an update moves at the least, its parameters and the rule's state, each " +
    "read and written once:",
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

/** Lays a file out as the project does. @throws {Error} with what the formatter says when it fails. */
export async function format(path: URL): Promise<void> {
  const command = new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", path.pathname] });
  const { success, stderr } = await command.output();
  if (!success) throw new Error(`deno fmt fails on ${path.pathname}: ${new TextDecoder().decode(stderr)}`);
}

/** How long a step takes: a row a work and rule, a column a subject; the first in milliseconds, the others as ratios to it. */
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

/** The most memory that each subject's process held with any rule: a row a work, a column a subject. */
export function memoryMarkdown(rows: readonly Row[]): string {
  const subjects = subjectsOf(rows);
  return [
    "The most memory that a process held with any of the rules, in MiB, all that it is made of included:",
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

/** A table in Markdown: `first` marks how the first column is set, to the left by default; the others are numbers. */
export function markdownTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  first: "---" | "---:" = "---",
): string {
  const marks = header.map((_, i) => (i === 0 ? first : "---:"));
  return [header, marks, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** Names of the subjects in the order of `SUBJECTS`. */
function subjectsOf(rows: readonly Row[]): string[] {
  const there = new Set(rows.map((r) => r.subject));
  return SUBJECTS.map((s) => s.name).filter((name) => there.has(name));
}

/** From the least to the greatest. */
export function rangeText({ min, max }: { readonly min: number; readonly max: number }): string {
  return `${digits(min)}–${digits(max)}`;
}

/** Three digits that count. */
export function digits(v: number): string {
  return v >= 100 ? v.toFixed(0) : v.toPrecision(3);
}
