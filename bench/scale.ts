/**
 * `deno task bench:scale`: measures step time and memory over parameters, batch size, chunk and rows of data.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { runCommand, table, UsageError } from "../scripts/console/mod.ts";
import { median } from "../stats/sample.ts";
import { digits, rangeText } from "./figures.ts";
import { markdownTable } from "./merge.ts";
import { start } from "./process.ts";
import { format, writeSection } from "./readme.ts";
import { type Point, scalePlot } from "./scale_plot.ts";
import { along, type Axis, parametersOf, type Size, sizes } from "./sizes.ts";
import { deno } from "./subjects.ts";

const USAGE = `Usage: deno task bench:scale [OPTIONS]

Times a step of MLP 784-h-10 and measures memory, over parameters, batch, chunk and rows of data: some minutes.

Options:
  --threads N        threads of ONNX Runtime, at least 1; as many as cores by default
  --write            write the table into bench/README.md, and write bench/scale.svg
  --help             this text`;

/** Rounds, of which the median is reported, and the milliseconds of each; a round is at least one run. */
const [ROUNDS, TURN] = [5, 300];

/** Writes the images of a size to a file. */
async function writeImages(path: string, { rows }: Size): Promise<void> {
  using file = await Deno.open(path, { write: true });
  const part = new Uint8Array(784 * 1000).fill(100);
  for (let row = 0; row < rows; row += 1000) {
    for (let done = 0; done < part.length;) done += await file.write(part.subarray(done));
  }
}

async function measured(axis: Axis, size: Size): Promise<Point> {
  if (size.from === "memory") return await measure(axis, size);
  const file = await Deno.makeTempFile({ prefix: "descent-bench-" });
  try {
    await writeImages(file, size);
    return await measure(axis, size, { file });
  } finally {
    await Deno.remove(file);
  }
}

async function measure(axis: Axis, size: Size, { file }: { file?: string } = {}): Promise<Point> {
  const subject = { name: `the training of ${JSON.stringify(size)}`, command: deno("size.ts") };
  await using running = await start(subject, JSON.stringify({ ...size, file }));
  // The first run warms up; the next one determines the number of runs in a turn.
  await running.run(size.chunk);
  const { ms } = await running.run(size.chunk);
  const steps = size.chunk * Math.max(1, Math.round(TURN / ms));
  const times: number[] = [];
  let peakMiB = 0;
  for (let i = 0; i < (ms > 10 * TURN ? 1 : ROUNDS); i++) {
    const timed = await running.run(steps);
    times.push(timed.ms / steps);
    peakMiB = timed.peakMiB;
  }
  const [low, high] = [Math.min(...times), Math.max(...times)];
  return { axis, size, at: along(axis, size), ms: median(times), low, high, peakMiB };
}

function cells({ size, ms, low, high, peakMiB }: Point): string[] {
  const { batchSize, chunk, rows, from } = size;
  const whole = [parametersOf(size), batchSize, chunk, rows].map((n) => n.toLocaleString("en"));
  if (from === "file") whole[3] += " in a file";
  const spread = rangeText({ min: low, max: high });
  return [...whole, digits(ms), spread, digits(1e3 * ms / batchSize), peakMiB.toFixed(0)];
}

const HEADER = ["parameters", "batch", "chunk", "rows", "ms a step", "range", "µs an example", "peak MiB"];

function markdown(points: readonly Point[], { threads, load }: { threads: number; load: number }): string {
  const cores = navigator.hardwareConcurrency;
  return [
    `MLP 784-h-10 with Adam, threads: ${threads}, one process per row, on ${cores} cores with a load of ` +
    `${
      load.toFixed(1)
    } from others. Peak MiB is the peak memory of the process, including Deno and ONNX Runtime. ` +
    "Times are medians of five rounds, or of one round if that takes three seconds or more.",
    "",
    "![Time of a step and memory over parameters, batch, chunk and rows](scale.svg)",
    "",
    markdownTable({ header: HEADER, rows: points.map(cells) }, "---:"),
  ].join("\n");
}

async function main(args: readonly string[]): Promise<void> {
  const options = parseArgs([...args], {
    boolean: ["write", "help"],
    string: ["threads"],
    unknown(arg) {
      throw new UsageError(`unknown argument ${arg}. See --help`);
    },
  });
  if (options.help) return console.log(USAGE);
  const threads = Number(options.threads ?? navigator.hardwareConcurrency);
  const most = navigator.hardwareConcurrency;
  if (!(Number.isInteger(threads) && threads >= 1 && threads <= most)) {
    throw new UsageError(`--threads must be an integer from 1 to ${most}, got ${options.threads}`);
  }
  const load = Deno.loadavg()[0]!;
  const points: Point[] = [];
  for (const [axis, list] of Object.entries(sizes(threads)) as [Axis, Size[]][]) {
    for (const size of list) {
      points.push(await measured(axis, size));
      console.error(`${axis} ${points.at(-1)!.at}: ${digits(points.at(-1)!.ms)} ms a step`);
    }
  }
  console.log(table(HEADER, points.map(cells)));
  if (!options.write) return;
  const plot = new URL("scale.svg", import.meta.url);
  await Deno.writeTextFile(plot, await scalePlot(points));
  await format(plot);
  await writeSection(
    "<!-- Written by `deno task bench:scale --write`. -->",
    markdown(points, { threads, load }),
  );
}

if (import.meta.main) await runCommand(main);
