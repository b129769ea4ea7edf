import { assert, assertEquals } from "@std/assert";
import type { Outcome } from "./fuzz_worker.ts";

/** All 5,000: `DESCENT_FUZZ=5000 deno test …`. */
const MODELS = Number(Deno.env.get("DESCENT_FUZZ") ?? 1500);

/** A model that takes longer than this, far longer than any real one, hangs. */
const HANG = 120_000;

/** Returns the outcomes of all damaged models. Fails if one hangs, and names it. */
function outcomes(): Promise<Outcome[]> {
  const worker = new Worker(new URL("fuzz_worker.ts", import.meta.url), { type: "module" });
  let timer: ReturnType<typeof setTimeout> | undefined;
  return new Promise<Outcome[]>((resolve, reject) => {
    const watch = (seed?: number) => {
      clearTimeout(timer);
      timer = setTimeout(() => reject(new Error(`attempt(${seed}) hangs`)), HANG);
    };
    watch();
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(event.message));
    };
    worker.onmessage = ({ data }: MessageEvent<number | Outcome[]>) => {
      if (typeof data === "number") watch(data);
      else resolve(data);
    };
    worker.postMessage({ from: 0, to: MODELS });
  }).finally(() => {
    clearTimeout(timer);
    worker.terminate();
  });
}

Deno.test(`${MODELS} damaged models are differentiated completely, or refused with errors that say what is wrong`, async () => {
  const all = await outcomes();
  assertEquals(all.length, MODELS);
  const complaints = all.filter((o) => o.complaint !== undefined);
  assertEquals(complaints.slice(0, 10), [], `${complaints.length} of ${MODELS}`);
  // Both have to happen; otherwise the damage is too small or too large.
  const accepted = all.filter((o) => o.accepted).length;
  assert(accepted > MODELS / 20 && accepted < MODELS / 2, `${accepted} accepted`);
});
