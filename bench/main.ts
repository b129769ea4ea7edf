/**
 * `deno task bench`: compares Descent with its peers.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import denoJson from "../deno.json" with { type: "json" };
import { ONNX_RUNTIME_VERSION } from "../mod.ts";
import { didYouMean, runCommand, table, UsageError } from "../scripts/console/mod.ts";
import { compare, type LeftOut, present, type Row } from "./compare.ts";
import { digits, floors, rangeText, writeTables } from "./report.ts";
import { SUBJECTS } from "./subjects.ts";
import { type OptimizerName, OPTIMIZERS } from "./work.ts";
import { WORKS } from "./works.ts";

const USAGE = `Usage: deno task bench [OPTIONS]

Trains the same models on the same batches with Descent and its peers, in turns, and prints the time of a step.
Peers in Python run where python3, or the interpreter that DESCENT_PYTHON names, has them.

Options:
  --quick            fewer rounds, only the works and peers that are fast: under 3 minutes
  --work TEXT        only works whose name contains the text
  --optimizer A,B    only these of ${Object.keys(OPTIMIZERS).join(", ")}
  --subject TEXT     only subjects whose name contains the text, and Descent itself
  --threads N        threads of every subject, at least 1; as many as cores by default
  --write            write the tables into bench/README.md
  --json             print one JSON document on standard output, and nothing else there
  --help             this text`;

async function main(args: readonly string[]): Promise<void> {
  const flags = ["quick", "write", "json", "help"];
  const values = ["work", "optimizer", "subject", "threads"];
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
  const threads = options.threads === undefined ? navigator.hardwareConcurrency : Number(options.threads);
  const most = navigator.hardwareConcurrency;
  if (!(Number.isInteger(threads) && threads >= 1 && threads <= most)) {
    throw new UsageError(`--threads must be an integer from 1 to ${most}, got ${options.threads}`);
  }
  const optimizers = optimizersOf(options.optimizer as string | undefined, quick);
  const named = options.work as string | undefined;
  // A work named on the command line is measured in a quick run too, however slow it is.
  const works = WORKS.filter((w) => (named === undefined ? !(quick && w.slow) : w.name.includes(named)));
  if (works.length === 0) {
    throw new UsageError(`--work ${options.work} is in no name of ${WORKS.map((w) => w.name).join(", ")}`);
  }
  const say = (what: string) => console.error(what);
  const left = new Map<string, LeftOut>();
  const leave = (l: LeftOut) => {
    const text = `${l.subject}: ${l.why}`;
    if (!left.has(text)) say(`left out: ${text}`);
    left.set(text, l);
  };
  const wanted = (options.subject as string | undefined) ?? "";
  const [descent, ...others] = SUBJECTS;
  const chosen = [descent!, ...others.filter((s) => s.name.includes(wanted) && !(quick && s.slow))];
  const subjects = await present(chosen, leave);
  const rows: Row[] = [];
  for (const work of works) {
    for (const optimizer of optimizers) {
      const effort = { rounds: quick ? 5 : 11, turn: quick ? 150 : 400, threads };
      rows.push(...await compare(work, optimizer, { subjects, effort, say, leave }));
    }
  }
  const versions = {
    descent: denoJson.version,
    onnxruntime: ONNX_RUNTIME_VERSION,
    deno: Deno.version.deno,
    os: `${Deno.build.os}-${Deno.build.arch}`,
    threads,
    leftOut: [...left.values()],
  };
  if (options.write) await writeTables(rows, versions);
  console.log(options.json ? JSON.stringify({ rows, versions }) : `${text(rows)}${floorText(rows)}`);
}

function optimizersOf(given: string | undefined, quick: boolean): OptimizerName[] {
  const all = Object.keys(OPTIMIZERS) as OptimizerName[];
  if (given === undefined) return quick ? ["adam"] : all;
  return given.split(",").map((name) => {
    const found = all.find((o) => o === name);
    if (found === undefined) {
      throw new UsageError(
        `unknown optimizer "${name}".${didYouMean(name, all)} There are: ${all.join(", ")}`,
      );
    }
    return found;
  });
}

function text(rows: readonly Row[]): string {
  return table(
    ["work", "optimizer", "subject", "ms a step", "range", "ratio", "range", "peak MiB"],
    rows.map((r) => [
      r.work,
      r.optimizer,
      r.subject,
      digits(r.stepMs.median),
      rangeText(r.stepMs),
      digits(r.ratioToDescent),
      rangeText(r.ratioRange),
      r.peakMiB.toFixed(0),
    ]),
  );
}

/** Prints how near Descent's step is to its products, if both were measured. */
function floorText(rows: readonly Row[]): string {
  const found = floors(rows);
  if (found.length === 0) return "";
  const header = ["work", "optimizer", "step / products", "GFLOP/s of products", "MiB an update moves"];
  const cells = found.map((f) => [
    f.work,
    f.optimizer,
    f.ratio.toFixed(2),
    f.gflops.toFixed(0),
    f.mib.toFixed(1),
  ]);
  return `\n\n${table(header, cells)}`;
}

if (import.meta.main) await runCommand(main);
