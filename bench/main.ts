/**
 * `deno task bench`: compares Descent with its peers.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import denoJson from "../deno.json" with { type: "json" };
import { ONNX_RUNTIME_VERSION, requireDevice, requirePrecision } from "../mod.ts";
import { didYouMean, runCommand, table, UsageError } from "../scripts/console/mod.ts";
import { compare, type Row } from "./compare.ts";
import { digits, rangeText } from "./figures.ts";
import { hardwareOf, hardwareText } from "./hardware.ts";
import { openProbe } from "./handover.ts";
import { type LeftOut, present } from "./present.ts";
import { floors, stagesTable } from "./report.ts";
import { chosenSubjects } from "./subjects.ts";
import { type OptimizerName, OPTIMIZERS, USUAL_OPTIMIZERS, type Work } from "./work.ts";
import { asUsage } from "./usage.ts";
import { chosenWorks, withBatchSize } from "./works.ts";
import { mergeFault, writeTables } from "./write_report.ts";

const USAGE = `Usage: deno task bench [OPTIONS]

Trains the same models on the same batches with Descent and its peers, in turns, and prints the time of a step.
Peers in Python run where python3, or the interpreter that DESCENT_PYTHON names, has them.

Options:
  --quick            fewer rounds, only the works and peers that are fast: under 3 minutes
  --work A,B         only works whose names contain one of the texts; "large" for those that PyTorch exports
  --optimizer A,B    only these of ${Object.keys(OPTIMIZERS).join(", ")}
  --subject A+B      only subjects whose names contain one of the texts, and Descent itself; "plain" is Descent
                     without convolutions in blocks, which no other text adds
  --device NAME      cpu, webgpu or cuda; cpu by default. Peers are then those that run on it, and Descent on the CPU
  --precision NAME   float32 or float16, of products and convolutions; PyTorch takes autocast. float32 by default
  --tf32             let CUDA take TF32
  --batch-size N     examples per step of every work; by default each has its own
  --rounds N         rounds, at least 1; 7 by default, 5 in a quick run
  --threads N        threads of every subject, at least 1; as many as cores by default
  --seed N           the seed of the order of turns; by default another one each time
  --write            write the tables into bench/README.md; with an option that leaves works out, only their rows.
                     They are the tables of the CPU, in float32 and with each work's own batches
  --json             print one JSON document on standard output, and nothing else there
  --help             this text`;

/** Milliseconds of a turn and of the rest before it. */
const [TURN, QUICK_TURN, PAUSE] = [250, 150, 100];

async function main(args: readonly string[]): Promise<void> {
  const flags = ["quick", "write", "json", "help", "tf32"];
  const values = [
    ...["work", "optimizer", "subject", "device", "precision", "batch-size"],
    ...["rounds", "threads", "seed"],
  ];
  const options = parseArgs([...args], {
    boolean: flags,
    string: values,
    unknown(arg, key) {
      const all = [...flags, ...values];
      throw new UsageError(
        `unknown ${key === undefined ? "argument" : "option"} ${arg}.${
          didYouMean(key ?? arg, all)
        } See --help`,
      );
    },
  });
  if (options.help) return console.log(USAGE);
  const quick = options.quick === true;
  const integer = (name: string, usual: number, most: number, least = 1) => {
    const given = options[name] as string | undefined;
    const value = given === undefined ? usual : Number(given);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw new UsageError(`--${name} must be an integer from ${least} to ${most}, got ${given}`);
  };
  const cores = navigator.hardwareConcurrency;
  const effort = {
    rounds: integer("rounds", quick ? 5 : 7, 10_000),
    turn: quick ? QUICK_TURN : TURN,
    pause: PAUSE,
    threads: integer("threads", cores, cores),
    seed: integer("seed", Date.now() % 1_000_000, 2 ** 53 - 1, 0),
  };
  const optimizers = optimizersOf(options.optimizer as string | undefined);
  const named = (options.work as string | undefined)?.split(",");
  const texts = (options.subject as string | undefined)?.split("+") ?? [];
  const say = (what: string) => console.error(what);
  const left = new Map<string, LeftOut>();
  const leave = (l: LeftOut) => {
    const text = `${l.subject}: ${l.why}`;
    if (!left.has(text)) say(`left out: ${text}`);
    left.set(text, l);
  };
  const hardware = asUsage(() =>
    hardwareOf({ device: options.device, precision: options.precision, tf32: options.tf32 === true })
  );
  const { device, precision, tf32 } = hardware;
  const batchSize = options["batch-size"] === undefined ? undefined : integer("batch-size", 1, 1_000_000);
  if (options.write && (device !== "cpu" || batchSize !== undefined)) {
    throw new UsageError("--write writes the tables of the CPU and of each work's own batches: take --json");
  }
  const chosen = asUsage(() => chosenSubjects(texts, { quick, device }));
  const works = withBatchSize(asUsage(() => chosenWorks(named, { quick, device })), batchSize);
  const versions = {
    descent: denoJson.version,
    onnxruntime: ONNX_RUNTIME_VERSION,
    deno: Deno.version.deno,
    os: `${Deno.build.os}-${Deno.build.arch}`,
    threads: effort.threads,
    seed: effort.seed,
    ...hardware,
  };
  const merge = quick || named !== undefined || optimizers !== undefined || texts.length > 0;
  const fault = options.write && merge ? await mergeFault(versions) : undefined;
  if (fault !== undefined) throw new UsageError(`--write: ${fault}; measure all works to replace them`);
  await requireDevice(device, device === "cuda" ? { tf32 } : {});
  await requirePrecision(precision, device);
  const subjects = await present(chosen, leave);
  const rows: Row[] = [];
  say(`seed of the order of turns: ${effort.seed}`);
  say(`on ${hardwareText(hardware)}`);
  // One thread waits for no other, and threads of the host hardly matter to a GPU.
  using probe = effort.threads > 1 && device === "cpu" ? await openProbe() : undefined;
  for (const work of await present(works, leave)) {
    for (const optimizer of rulesOf(work, { optimizers, quick })) {
      const how = { subjects, effort, hardware, say, leave, ...(probe === undefined ? {} : { probe }) };
      rows.push(...await compare(work, optimizer, how));
    }
  }
  const leftOut = [...left.values()];
  if (options.write) await writeTables(rows, { versions, leftOut, merge });
  console.log(
    options.json
      ? JSON.stringify({ rows, versions: { ...versions, leftOut } })
      : `${text(rows)}${stagesText(rows, works)}${floorText(rows)}`,
  );
}

function optimizersOf(given: string | undefined): OptimizerName[] | undefined {
  const all = Object.keys(OPTIMIZERS) as OptimizerName[];
  return given?.split(",").map((name) => {
    const found = all.find((o) => o === name);
    if (found === undefined) {
      throw new UsageError(
        `unknown optimizer "${name}".${didYouMean(name, all)} There are: ${all.join(", ")}`,
      );
    }
    return found;
  });
}

/** Returns the rules to measure a work with. */
function rulesOf(
  work: Work,
  { optimizers, quick }: { optimizers: readonly OptimizerName[] | undefined; quick: boolean },
): readonly OptimizerName[] {
  if (optimizers !== undefined) return optimizers;
  return work.optimizers ?? (quick ? ["adam"] : USUAL_OPTIMIZERS);
}

function text(rows: readonly Row[]): string {
  return table(
    ["work", "optimizer", "state", "subject", "turns", "ms a step", "range", "ratio", "range", "peak MiB"],
    rows.map((r) => [
      r.work,
      r.optimizer,
      r.state ?? "",
      r.subject,
      `${r.turns}`,
      digits(r.stepMs.median),
      rangeText(r.stepMs),
      r.ratioToDescent === undefined ? "" : digits(r.ratioToDescent),
      r.ratioRange === undefined ? "" : rangeText(r.ratioRange),
      r.peakMiB.toFixed(0),
    ]),
  );
}

/** Prints the first stages of large works. */
function stagesText(rows: readonly Row[], works: readonly Work[]): string {
  const large = works.filter((w) => w.large).map((w) => w.name);
  const { header, rows: cells } = stagesTable(rows, large);
  return cells.length === 0 ? "" : `\n\n${table(header, cells)}`;
}

/** Prints how near Descent's step is to its products, if both were measured. */
function floorText(rows: readonly Row[]): string {
  const found = floors(rows);
  if (found.length === 0) return "";
  const header = [
    "work",
    "optimizer",
    "state",
    "step / products",
    "GFLOP/s of products",
    "MiB an update moves",
  ];
  const cells = found.map((f) => [
    f.work,
    f.optimizer,
    f.state ?? "",
    f.ratio.toFixed(2),
    f.gflops.toFixed(0),
    f.mib.toFixed(1),
  ]);
  return `\n\n${table(header, cells)}`;
}

if (import.meta.main) await runCommand(main);
