/**
 * The side of a subject: it reads a number of steps a line, trains for as many, and answers with a line of JSON.
 *
 * @module
 */
import process from "node:process";
import readline from "node:readline";
import { tensor, type TensorData } from "../../mod.ts";
import type { Floor, StoredTensor, Task } from "../work.ts";

/** The task whose path is the first argument. */
export async function readTask(): Promise<Task> {
  return JSON.parse(await Deno.readTextFile(Deno.args[0]!));
}

/** Elements of a stored tensor. */
export async function readTensor({ file, dtype, shape }: StoredTensor) {
  const { buffer } = await Deno.readFile(file);
  const views: Record<string, (b: ArrayBuffer) => TensorData> = {
    float32: (b) => new Float32Array(b),
    uint8: (b) => new Uint8Array(b),
    int64: (b) => new BigInt64Array(b),
  };
  return tensor(views[dtype]!(buffer), shape);
}

/** The parameters at the start. */
export async function readParams({ tensors }: Task) {
  const names = Object.keys(tensors).filter((n) => !n.startsWith("data."));
  return Object.fromEntries(
    await Promise.all(names.map(async (n) => [n, await readTensor(tensors[n]!)] as const)),
  );
}

/**
 * Answers until the input ends.
 *
 * @param run trains for some steps, the first of which has the number `from`, counted from 0; gives the last step's loss
 * @param floor what a step does at the least, where the subject tells
 */
export async function serve(
  run: (from: number, steps: number) => Promise<number>,
  floor?: Floor,
): Promise<void> {
  let done = 0;
  console.log(JSON.stringify({ ready: true, floor }));
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const steps = Number(line);
    const started = performance.now();
    const loss = await run(done, steps);
    const ms = performance.now() - started;
    console.log(JSON.stringify({ ms, loss, peakMiB: await peakMiB() }));
    done += steps;
  }
}

/**
 * The most memory that this process has held. Where the system tells, it is what it held since its program was loaded: what
 * `getrusage` gives begins with the memory of the process that started it.
 */
async function peakMiB(): Promise<number> {
  const status = await Deno.readTextFile("/proc/self/status").catch(() => "");
  const kib = /^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1];
  return (kib === undefined ? process.resourceUsage().maxRSS : Number(kib)) / 1024;
}
