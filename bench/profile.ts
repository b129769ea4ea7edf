/**
 * `deno task bench:profile`: tells how a step spends its time, by ONNX Runtime's own profiler.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { requireDevice, trainingProgram } from "../mod.ts";
import { runCommand, table, UsageError } from "../scripts/console/mod.ts";
import { hardwareOf } from "./hardware.ts";
import { type HostNodes, hostNodes } from "./host_nodes.ts";
import { type Shares, sharesOf } from "./profile_shares.ts";
import { profiled } from "./profiler.ts";
import { optimizerOf } from "./subjects/optimizer.ts";
import { type Hardware, type OptimizerName, OPTIMIZERS, rowsOf, type Work } from "./work.ts";
import { asUsage } from "./usage.ts";
import { chosenWorks, withBatchSize } from "./works.ts";

const USAGE = `Usage: deno task bench:profile [OPTIONS]

Trains works with Descent under ONNX Runtime's profiler, and prints how a step spends its time; on a GPU also which nodes
ran on the host, and the copies between host and device, each with how often a step has it.

Options:
  --work A,B         only works whose names contain one of the texts; "large" for those that PyTorch exports
  --device NAME      cpu, webgpu or cuda; cpu by default
  --precision NAME   float32 or float16, of products and convolutions; float32 by default
  --batch-size N     examples per step of every work; by default each has its own
  --optimizer NAME   one of ${Object.keys(OPTIMIZERS).join(", ")}; adam by default
  --threads N        threads of an operator; 1 by default
  --steps N          steps to profile; 8 by default
  --top N            operators to list for each work; 12 by default
  --help             this text`;

/** The settings of a profile. */
interface ProfileOptions {
  readonly hardware?: Pick<Hardware, "device" | "precision">;
  readonly optimizer: OptimizerName;
  readonly threads: number;
  readonly steps: number;
}

/** The time of a work's steps by operators, and the nodes that they leave to the host. */
export interface Profile {
  readonly shares: Shares;
  readonly host: HostNodes;
}

/** Trains a work for some steps, after two that are not timed, and returns their profile. */
export async function profileOf(work: Work, options: ProfileOptions): Promise<Profile> {
  const { hardware = {}, optimizer, threads, steps } = options;
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
      ...hardware,
    });
    let state = program.init();
    for (let step = 0; step < steps + WARM_UP; step++) {
      const batch = { rows: rowsOf(step, { batchSize, examples }), batchSize };
      const run = await program.run(state, batch, { onDevice: true });
      program.release(state);
      state = run.state;
    }
  });
  const runs = steps + WARM_UP;
  return { shares: sharesOf(events, { runs, skip: WARM_UP }), host: hostNodes(events, { runs }) };
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
    string: ["work", "device", "precision", "batch-size", "optimizer", "threads", "steps", "top"],
    unknown: (arg) => {
      throw new UsageError(`unknown argument ${arg}. See --help`);
    },
  });
  if (options.help) return console.log(USAGE);
  const integer = (name: "threads" | "steps" | "top" | "batch-size", usual: number) => {
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
  const { device, precision } = asUsage(() =>
    hardwareOf({ device: options.device, precision: options.precision })
  );
  const settings = {
    hardware: { device, precision },
    optimizer,
    threads: integer("threads", 1),
    steps: integer("steps", 8),
  };
  const batchSize = options["batch-size"] === undefined ? undefined : integer("batch-size", 1);
  const chosen = asUsage(() => chosenWorks(options.work?.split(","), { quick: false, device }));
  const works = withBatchSize(chosen, batchSize);
  await requireDevice(device);
  const all: [string, Profile][] = [];
  for (const work of works) {
    console.error(`${work.name}, ${optimizer}`);
    all.push([work.name, await profileOf(work, settings)]);
  }
  console.log(tables(all.map(([name, { shares }]) => [name, shares]), integer("top", 12)));
  if (device !== "cpu") console.log(`\n${all.map(([name, { host }]) => hostText(name, host)).join("\n\n")}`);
}

/** Describes what a step of a work leaves to the host. */
function hostText(name: string, { nodes, copies }: HostNodes): string {
  const lines = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts).map(([what, count]) => `  ${count.toPrecision(3)}  ${what}`);
  const sum = (counts: Readonly<Record<string, number>>) =>
    Object.values(counts).reduce((a, b) => a + b, 0).toPrecision(3);
  return [
    `${name}: ${sum(nodes)} nodes a step on the host, ${sum(copies)} copies`,
    ...lines(nodes),
    ...lines(copies),
  ].join("\n");
}

if (import.meta.main) await runCommand(() => main(Deno.args));
