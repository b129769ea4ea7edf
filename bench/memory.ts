/**
 * Checks that memory stays flat over a long training: as many chunks as two hours have at 64 ms each, on a model so small
 * that they take minutes; with evaluation, fault detection and checkpoints as in a run.
 *
 * `deno run --allow-ffi --allow-read --allow-write bench/memory.ts [CHUNKS]`
 *
 * @module
 */
import { adam, fit, mlp, randomBits, withLoss, writeCheckpoint } from "../mod.ts";

const chunks = Number(Deno.args[0] ?? 112_500);
const [EXAMPLES, FEATURES, BATCH, CHUNK] = [144_000, 12, 32, 4];
const CHUNKS_PER_EPOCH = EXAMPLES / BATCH / CHUNK;

const x = Uint8Array.from(randomBits({ seed: 1, stream: "x" }, EXAMPLES * FEATURES), (b) => b >>> 24);
const target = BigInt64Array.from({ length: EXAMPLES }, (_, i) => BigInt(x[i * FEATURES]! >> 6));
const data = {
  x: { dtype: "uint8", shape: [EXAMPLES, FEATURES], data: x, scale: 1 / 255 },
  target: { dtype: "int64", shape: [EXAMPLES], data: target },
} as const;

const folder = await Deno.makeTempDir();
const epochs = Math.ceil(chunks / CHUNKS_PER_EPOCH);
const samples: { chunk: number; seconds: number; rss: number; heap: number; external: number }[] = [];
const started = performance.now();

await fit({
  model: withLoss(mlp({ inputs: FEATURES, hidden: [16], outputs: 4, seed: 1 }), { loss: "cross-entropy" }),
  optimizer: adam({ learningRate: 1e-4 }),
  train: data,
  evaluate: { train: data },
  epochs,
  batchSize: BATCH,
  chunk: CHUNK,
  threads: 1,
  nonFinite: "stop",
  checkpoint: { every: 1000, save: (state) => writeCheckpoint(`${folder}/checkpoint`, { state, extra: {} }) },
  onEpoch({ epoch }) {
    if (epoch % Math.max(1, Math.floor(epochs / 50)) !== 0) return;
    const { rss, heapUsed, external } = Deno.memoryUsage();
    const seconds = (performance.now() - started) / 1000;
    samples.push({ chunk: epoch * CHUNKS_PER_EPOCH, seconds, rss, heap: heapUsed, external });
  },
});
await Deno.remove(folder, { recursive: true });

const mib = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
for (const [i, s] of samples.entries()) {
  if (i % 5 === 4) {
    console.log(
      `${String(s.chunk).padStart(7)} chunks, ${s.seconds.toFixed(0).padStart(4)} s: ${
        mib(s.rss)
      } MiB resident, ` +
        `${mib(s.heap)} MiB heap, ${mib(s.external)} MiB external`,
    );
  }
}
const middle = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;
const part = (from: number, to: number) => middle(samples.slice(from, to).map((s) => s.rss));
const [early, late] = [part(5, 15), part(samples.length - 10, samples.length)];
console.log(`median of the second tenth ${mib(early)} MiB, of the last ${mib(late)} MiB`);
