/**
 * Runs to watch, and a server that watches them.
 *
 * @module
 */
import { end, start } from "../process.ts";

/** The header of `metrics.csv`. */
export const HEADER = "optimizer,seed,step,epoch,batchLoss,trainLoss\n";

/** Text that would run or break the page if it were not escaped. */
export const NASTY = "<img src=x onerror=alert(1)>&\"'";

/** Writes an unfinished run. */
export async function writeRun(folder: string, rows: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(`${folder}/config.json`, "{}");
  await Deno.writeTextFile(`${folder}/metrics.csv`, HEADER + rows);
}

/** Returns rows of a training. */
export function rows(optimizer: string, { from = 1, to }: { from?: number; to: number }): string {
  return Array.from({ length: to - from + 1 }, (_, i) => {
    const step = from + i;
    return `"${optimizer.replaceAll('"', '""')}",0,${step},${Math.ceil(step / 10)},${2 / step},${
      step % 10 === 0 ? 1 / step : ""
    }\n`;
  }).join("");
}

/** Starts `watch`, and returns once it prints its address. */
export async function watch(folder: string): Promise<{ url: string } & AsyncDisposable> {
  const child = start(folder, "watch", "runs", "--port", "0", "--json");
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  reader.releaseLock();
  const { url } = JSON.parse(new TextDecoder().decode(value));
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await end(child);
    },
  };
}
