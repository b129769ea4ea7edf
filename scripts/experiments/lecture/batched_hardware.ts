/**
 * `batched-hardware`: the lecture's '16 operations of size 1 is much slower than 1 operation of size 16'.
 *
 * @module
 */
import { stringify } from "@std/csv";
import { mlp, openSession, sgd, tensor, trainingProgram, uniform, withLoss } from "../../../mod.ts";
import { byTest, type Claim, lines, type ResultTable } from "../../report/mod.ts";
import type { Experiment } from "../../run/mod.ts";
import { count, numberOption, ownOptions, SCALE } from "../../cli/mod.ts";
import { bootstrap, type Estimate, median } from "../../statistics/mod.ts";

const OPTIONS = {
  scale: SCALE,
  repetitions: numberOption("N", { text: "how often each pair is timed; 60 by default", range: count }),
};

/** The lecture's number of operations. */
const LECTURE = 16;
const SIZES = {
  default: { hidden: [256], counts: [2, 4, 8, 16, 32, 64, 128] },
  paper: { hidden: [1000], counts: [2, 4, 8, 16, 32, 64] },
};
const INPUTS = 784;

/** Untimed pairs before the timed ones: kernels are chosen and memory is found in the first runs. */
const WARM_UP = 5;

/** Two ways to do the same work. */
interface Pair {
  readonly what: string;
  /** Operations. */
  readonly n: number;
  /** `n` operations of size 1. */
  readonly many: () => Promise<void>;
  /** One operation of size `n`. */
  readonly one: () => Promise<void>;
}

/** What a pair took, in milliseconds. */
interface Timing {
  readonly what: string;
  readonly n: number;
  readonly repetition: number;
  readonly many: number;
  readonly one: number;
}

/** Times both, one after the other, so that whatever else the machine does weighs on both. */
export const batchedHardwareExperiment: Experiment = {
  summary: "16 operations of size 1 against 1 operation of size 16, as a ratio of wall times",
  defaults:
    `MLP ${INPUTS}-${SIZES.default.hidden}-10 forwards, and training steps in one program; 60 repetitions`,
  common: ["seed", "device", "out", "resume"],
  options: OPTIONS,
  prepare(options) {
    const { scale = "default", repetitions = 60 } = ownOptions(OPTIONS, options);
    const { hidden, counts } = SIZES[scale];
    return Promise.resolve(async ({ options: { seed, device }, progress }) => {
      const model = mlp({ inputs: INPUTS, hidden, outputs: 10, seed });
      const most = Math.max(...counts);
      const pixels = uniform({ seed, stream: "pixels" }, most * INPUTS);
      const rows = (n: number) => tensor(pixels.subarray(0, n * INPUTS), [n, INPUTS]);
      await using session = await openSession(model, { device });
      const forward = (n: number): Pair => {
        const singles = Array.from(
          { length: n },
          (_, i) => tensor(pixels.subarray(i * INPUTS, (i + 1) * INPUTS), [1, INPUTS]),
        );
        const all = rows(n);
        return {
          what: "forward",
          n,
          async many() {
            for (const x of singles) await session.run({ x });
          },
          async one() {
            await session.run({ x: all });
          },
        };
      };
      await using program = await trainingProgram({
        model: withLoss(model, { loss: "cross-entropy" }),
        optimizer: sgd({ learningRate: 0.01 }),
        data: {
          x: rows(most),
          target: tensor(BigInt64Array.from({ length: most }, (_, i) => BigInt(i % 10))),
        },
        device,
      });
      const training = (n: number): Pair => {
        const state = program.init();
        const batch = Array.from({ length: n }, (_, i) => i);
        return {
          what: "training",
          n,
          many: async () => void await program.run(state, { rows: batch, batchSize: 1 }),
          one: async () => void await program.run(state, { rows: batch, batchSize: n }),
        };
      };
      const pairs = [...counts.map(forward), ...counts.map(training)];
      const timings: Timing[] = [];
      for (const [i, pair] of pairs.entries()) {
        progress(i, pairs.length, `${pair.what}, ${pair.n}`);
        timings.push(...await time(pair, repetitions));
      }
      const ratios = pairs.map(({ what, n }) => {
        const of = timings.filter((t) => t.what === what && t.n === n);
        const ratio = bootstrap([of.map((t) => t.many / t.one)], ([r]) => median([...r!]), {
          seed,
          resamples: 2000,
        });
        return { what, n, ratio, many: median(of.map((t) => t.many)), one: median(of.map((t) => t.one)) };
      });
      const at = (what: string) => ratios.find((r) => r.what === what && r.n === LECTURE)!;
      return {
        runs: ratios.map(({ ratio, ...r }) => ({
          ...r,
          ratio: ratio.value,
          low: ratio.low,
          high: ratio.high,
        })),
        results: { ratio: at("forward").ratio, trainingRatio: at("training").ratio },
        config: { scale, hidden, counts, repetitions, warmUp: WARM_UP },
        files: [{
          name: "timings.csv",
          content: stringify(timings as unknown as Record<string, unknown>[], {
            columns: ["what", "n", "repetition", "many", "one"],
          }),
        }],
        tables: [resultTable(ratios)],
        plots: [
          lines(
            ratios.map(({ what, n, ratio }) => ({
              x: n,
              y: ratio.value,
              low: ratio.low,
              high: ratio.high,
              line: what,
            })),
            {
              name: "ratio",
              title: `n operations of size 1 against one of size n: MLP ${INPUTS}-${hidden}-10, ${device}`,
              caption:
                "Median ratio of wall times with its bootstrap interval (95 %). Training: n steps of batch 1 " +
                "within one run of a program, so that what a call costs counts once on either side.",
              x: "n",
              y: "ratio of times",
              log: true,
              logX: 2,
              marks: true,
              references: [{ y: 1, label: "equally fast" }],
            },
          ),
        ],
        claims: [
          claim("16 operations of size 1 are much slower than 1 operation of size 16.", {
            ...at("forward"),
            what: "16 forward runs of one example to one run of 16",
          }),
          claim("The same holds within one run of a training program, where no call is paid for.", {
            ...at("training"),
            what: "16 steps of batch 1 to one step of batch 16, in one run each,",
          }),
        ],
      };
    });
  },
};

async function time(pair: Pair, repetitions: number): Promise<Timing[]> {
  const timed = async (f: () => Promise<void>) => {
    const started = performance.now();
    await f();
    return performance.now() - started;
  };
  const timings: Timing[] = [];
  for (let repetition = -WARM_UP; repetition < repetitions; repetition++) {
    // Which comes first alternates.
    const first = repetition % 2 === 0;
    const a = await timed(first ? pair.many : pair.one);
    const b = await timed(first ? pair.one : pair.many);
    const [many, one] = first ? [a, b] : [b, a];
    if (repetition >= 0) timings.push({ what: pair.what, n: pair.n, repetition, many, one });
  }
  return timings;
}

interface Ratio {
  readonly what: string;
  readonly n: number;
  readonly ratio: Estimate;
  readonly many: number;
  readonly one: number;
}

function resultTable(ratios: readonly Ratio[]): ResultTable {
  return {
    header: ["operation", "n", "n of size 1, ms", "1 of size n, ms", "ratio", "95% interval"],
    rows: ratios.map(({ what, n, ratio, many, one }) => [
      what,
      String(n),
      many.toFixed(3),
      one.toFixed(3),
      ratio.value.toFixed(2),
      `${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)}`,
    ]),
    note:
      "Medians of wall times; the ratio is the median of the repetitions' ratios, its interval by the bootstrap.",
  };
}

function claim(sentence: string, { what, ratio }: { what: string; ratio: Estimate }): Claim {
  const { value, low, high } = ratio;
  return {
    claim: sentence,
    verdict: byTest(low > 1),
    evidence: `Ratio of ${what} ${value.toFixed(2)}, 95 % interval ${low.toFixed(2)} to ${high.toFixed(2)} ` +
      `(bootstrap of the median over the repetitions). Test: the interval lies above 1.`,
  };
}
