/**
 * The subject's side of the protocol: reads a number of steps per line, trains for as many, and answers with a line of JSON.
 *
 * @module
 */
import process from "node:process";
import readline from "node:readline";
import { tensor, type TensorData } from "../../mod.ts";
import type { Floor, StoredTensor, Task } from "../work.ts";

/** Reads the task whose path is the first argument. */
export async function readTask(): Promise<Task> {
  return JSON.parse(await Deno.readTextFile(Deno.args[0]!));
}

/** Reads the elements of a stored tensor. */
export async function readTensor({ file, dtype, shape }: StoredTensor) {
  const { buffer } = await Deno.readFile(file);
  const views: Record<string, (b: ArrayBuffer) => TensorData> = {
    float32: (b) => new Float32Array(b),
    uint8: (b) => new Uint8Array(b),
    int64: (b) => new BigInt64Array(b),
  };
  return tensor(views[dtype]!(buffer), shape);
}

/** Reads the initial parameters. */
export async function readParams({ tensors }: Task) {
  const names = Object.keys(tensors).filter((n) => !n.startsWith("data."));
  return Object.fromEntries(
    await Promise.all(names.map(async (n) => [n, await readTensor(tensors[n]!)] as const)),
  );
}

/**
 * Answers requests until the input ends.
 *
 * @param run trains for some steps from the step `from` on, counted from 0, and returns the last step's loss
 * @param floor the minimum work of a step, if the subject reports it
 */
export async function serve(
  run: (from: number, steps: number) => Promise<number>,
  floor?: Floor,
): Promise<void> {
  let done = 0;
  console.log(JSON.stringify({ ready: true, floor, peakMiB: await peakMiB() }));
  let [idleFrom, usedFrom] = [performance.now(), usedMs()];
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const steps = Number(line);
    const started = performance.now();
    const idle = { ms: started - idleFrom, cpuMs: usedMs() - usedFrom };
    const loss = await run(done, steps);
    const ms = performance.now() - started;
    console.log(JSON.stringify({ ms, loss, peakMiB: await peakMiB(), idle }));
    done += steps;
    [idleFrom, usedFrom] = [performance.now(), usedMs()];
  }
}

/** Returns the time of processors that all threads of this process have used. */
function usedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * Returns the peak memory of this process since its program was loaded, if the system reports it; `getrusage` includes the
 * memory of the parent process.
 */
async function peakMiB(): Promise<number> {
  const status = await Deno.readTextFile("/proc/self/status").catch(() => "");
  const kib = /^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1];
  return (kib === undefined ? process.resourceUsage().maxRSS : Number(kib)) / 1024;
}
