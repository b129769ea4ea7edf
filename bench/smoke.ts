/**
 * `deno task bench:smoke`: compares a step of two small trainings with its matrix products, in half a minute;
 * `--quick` does so with fewer and shorter turns, in a quarter of the time.
 *
 * @module
 */
import { runCommand, table, UsageError } from "../scripts/console/mod.ts";
import { compare, type Effort, type Row } from "./compare.ts";
import { digits, rangeText } from "./figures.ts";
import { floors } from "./report.ts";
import { PRODUCTS_ALONE, SUBJECTS } from "./subjects.ts";
import { WORKS } from "./works.ts";

/** The works by name: a perceptron, and a network of convolutions. */
export const SMOKE_WORKS = ["mlp 784-256-10 b128", "lenet b64"] as const;

/** Descent is the reference of the comparison. */
const [DESCENT, ...OTHERS] = SUBJECTS;

const EFFORT: Effort = { rounds: 11, turn: 300, pause: 50, threads: navigator.hardwareConcurrency, seed: 1 };

/** Enough to see whether a step became much slower. */
const QUICK: Effort = { ...EFFORT, rounds: 5, turn: 150 };

/**
 * Measures a step of each work with Adam and its products alone, in turns.
 *
 * @throws {Error} when either fails.
 */
export async function smoke(effort: Effort = EFFORT): Promise<Row[]> {
  const rows: Row[] = [];
  for (const work of WORKS.filter(({ name }) => (SMOKE_WORKS as readonly string[]).includes(name))) {
    rows.push(
      ...await compare(work, "adam", {
        subjects: [DESCENT!, ...OTHERS.filter(({ name }) => name === PRODUCTS_ALONE)],
        effort,
        say: () => {},
        leave({ subject, why }) {
          throw new Error(`${subject} cannot be timed: ${why}`);
        },
      }),
    );
  }
  return rows;
}

/** Returns the table: for each training its step, its products alone, and the ratio of the two. */
export function smokeTable(rows: readonly Row[]): string {
  const header = ["training, adam", "ms a step", "products alone, ms", "step / products", "range"];
  return table(
    header,
    floors(rows).map(({ work, products, ratio }) => {
      const of = (partial: boolean) =>
        rows.find((r) => r.work === work && (r.floor !== undefined) === partial)!;
      const { min, max } = of(true).ratioRange!;
      return [
        work,
        digits(of(false).stepMs.median),
        digits(products),
        ratio.toFixed(2),
        rangeText({ min: 1 / max, max: 1 / min }),
      ];
    }),
  );
}

/** Returns the effort that the command line asks for. @throws {UsageError} for anything but `--quick`. */
export function effortOf(args: readonly string[]): Effort {
  if (args.length === 0) return EFFORT;
  if (args.length === 1 && args[0] === "--quick") return QUICK;
  throw new UsageError(`bench:smoke takes --quick or nothing, got ${args.join(" ")}`);
}

async function main(args: readonly string[]): Promise<void> {
  console.log(smokeTable(await smoke(effortOf(args))));
}

if (import.meta.main) await runCommand(main);
