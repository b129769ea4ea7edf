/**
 * `deno task bench:profile`: tells how a step spends its time, by ONNX Runtime's own profiler.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { trainingProgram } from "../mod.ts";
import { runCommand, table, UsageError } from "../scripts/console/mod.ts";
import { type Shares, sharesOf } from "./profile_shares.ts";
import { profiled } from "./profiler.ts";
import { optimizerOf } from "./subjects/optimizer.ts";
import { type OptimizerName, OPTIMIZERS, rowsOf, type Work } from "./work.ts";
import { chosenWorks } from "./works.ts";

const USAGE = `Usage: deno task bench:profile [OPTIONS]

Trains works with Descent under ONNX Runtime's profiler, and prints how a step spends its time.

Options:
  --work A,B         only works whose names contain one of the texts; "large" for those that PyTorch exports
  --optimizer NAME   one of ${Object.keys(OPTIMIZERS).join(", ")}; adam by default
  --threads N        threads of an operator; 1 by default
  --steps N          steps to profile; 8 by default
  --top N            operators to list for each work; 12 by default
  --help             this text`;

/** The settings of a profile. */
interface ProfileOptions {
  readonly optimizer: OptimizerName;
  readonly threads: number;
  readonly steps: number;
}

/** Trains a work for some steps, after two that are not counted, and returns how its steps spend their time. */
export async function profileOf(work: Work, options: ProfileOptions): Promise<Shares> {
  const { optimizer, threads, steps } = options;
  const data = work.data();
  const examples = Object.values(data)[0]!.shape[0]!;
  const { batchSize } = work;
  const model = await work.model();
  const events = await profiled(async () => {
    await using program = await trainingProgram({
      model,
      optimizer: optimizerOf({ optimizer }),
      data,
      batchSize,
      threads,
      spinning: true,
    });
    let state = program.init();
    for (let step = 0; step < steps + WARM_UP; step++) {
      const run = await program.run(state, { rows: rowsOf(step, { batchSize, examples }), batchSize });
      state = run.state;
    }
  });
  return sharesOf(events, { runs: steps + WARM_UP, skip: WARM_UP });
}

/** Steps that are not counted. */
const WARM_UP = 2;

/** Returns a table of the shares of all works, and one of the operators of each. */
function tables(all: readonly [string, Shares][], top: number): string {
  const groups = [...new Set(all.flatMap(([, { groups }]) => Object.keys(groups)))];
  const percent = (share: number) => `${(100 * share).toFixed(share < 0.01 ? 2 : 1)} %`;
  const whole = table(
    ["training", "ms a step", "nodes", ...groups],
    all.map(([name, { ms, nodes, groups: shares }]) => [
      name,
      ms.toPrecision(3),
      String(nodes),
      ...groups.map((g) => percent(shares[g] ?? 0)),
    ]),
  );
  const each = all.map(([name, { operators }]) =>
    `${name}\n${
      table(
        ["operator", "nodes", "share"],
        operators.slice(0, top).map((o) => [o.name, String(o.nodes), percent(o.share)]),
      )
    }`
  );
  return [whole, ...each].join("\n\n");
}

async function main(args: readonly string[]): Promise<void> {
  const options = parseArgs([...args], {
    boolean: ["help"],
    string: ["work", "optimizer", "threads", "steps", "top"],
    unknown: (arg) => {
      throw new UsageError(`unknown argument ${arg}. See --help`);
    },
  });
  if (options.help) return console.log(USAGE);
  const integer = (name: "threads" | "steps" | "top", usual: number) => {
    const value = Number(options[name] ?? usual);
    if (Number.isInteger(value) && value >= 1) return value;
    throw new UsageError(`--${name} must be an integer of at least 1, got ${options[name]}`);
  };
  const optimizer = (options.optimizer ?? "adam") as OptimizerName;
  if (!(optimizer in OPTIMIZERS)) {
    throw new UsageError(
      `--optimizer must be one of ${Object.keys(OPTIMIZERS).join(", ")}, got ${optimizer}`,
    );
  }
  const settings = { optimizer, threads: integer("threads", 1), steps: integer("steps", 8) };
  const all: [string, Shares][] = [];
  for (const work of worksNamed(options.work)) {
    console.error(`${work.name}, ${optimizer}`);
    all.push([work.name, await profileOf(work, settings)]);
  }
  console.log(tables(all, integer("top", 12)));
}

function worksNamed(texts: string | undefined): readonly Work[] {
  try {
    return chosenWorks(texts?.split(","), { quick: false });
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(error.message) : error;
  }
}

if (import.meta.main) await runCommand(() => main(Deno.args));
