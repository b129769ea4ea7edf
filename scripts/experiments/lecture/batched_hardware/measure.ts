/**
 * The measurements of `batched-hardware`: two ways to do the same work, timed one after the other, so that any other
 * load on the machine slows both.
 *
 * @module
 */
import {
  mlp,
  type Model,
  openSession,
  type Session,
  sgd,
  tensor,
  type TrainingProgram,
  trainingProgram,
  uniform,
  withLoss,
} from "../../../../mod.ts";
import { count, numberOption, type Options, ownOptions, SCALE } from "../../../cli/mod.ts";
import { mlpText, waitingShare } from "../../../lab/mod.ts";
import type { Context } from "../../../run/mod.ts";
import type { HardwareConfig, HardwareData, Operation, Timing } from "./data.ts";

/** The options of `batched-hardware`. */
export const OPTIONS = {
  scale: SCALE,
  repetitions: numberOption("N", { text: "timings of each pair; 60 by default", range: count }),
};

/** The sizes of its runs. */
export const SIZES = {
  default: { hidden: [256], counts: [2, 4, 8, 16, 32, 64, 128] },
  paper: { hidden: [1000], counts: [2, 4, 8, 16, 32, 64] },
};

/** The perceptron has the size of one for MNIST. */
export const INPUTS = 784;
const CLASSES = 10;

/** Untimed pairs before the timed ones: the first runs choose kernels and allocate memory. */
const WARM_UP = 5;

/** Two ways to do the same work. */
interface Pair {
  readonly what: Operation;
  /** The number of operations. */
  readonly n: number;
  /** Runs `n` operations of size 1. */
  readonly many: () => Promise<void>;
  /** Runs one operation of size `n`. */
  readonly one: () => Promise<void>;
}

/** Reads the options. */
export function prepare(options: Options): HardwareConfig {
  const { scale = "default", repetitions = 60 } = ownOptions(OPTIONS, options);
  return { scale, ...SIZES[scale], repetitions, warmUp: WARM_UP };
}

/** Runs each pair, and takes the times. */
export async function measure(
  config: HardwareConfig,
  { options: { seed, device }, progress }: Context,
): Promise<HardwareData> {
  const { hidden, counts } = config;
  const model = mlp({ inputs: INPUTS, hidden: [...hidden], outputs: CLASSES, seed });
  const pixels = uniform({ seed, stream: "pixels" }, Math.max(...counts) * INPUTS);
  await using session = await openSession(model, { device });
  await using program = await openProgram(model, { pixels, device });
  const pairs = [
    ...counts.map((n) => forwardPair(session, { n, pixels })),
    ...counts.map((n) => trainingPair(program, n)),
  ];
  const timings: Timing[] = [];
  const before = waitingShare();
  for (const [i, pair] of pairs.entries()) {
    progress(i, pairs.length, `${pair.what}, ${pair.n}`);
    timings.push(...await time(pair, config));
  }
  const text = mlpText({ features: INPUTS, classes: CLASSES }, hidden);
  const waiting = Math.max(before, waitingShare());
  return { config, model: text, device, seed, timings, waiting };
}

/** The values of a tensor of pixels. */
type Pixels = ReturnType<typeof uniform>;

function openProgram(
  model: Model,
  { pixels, device }: { pixels: Pixels; device: Options["device"] },
): Promise<TrainingProgram> {
  const examples = pixels.length / INPUTS;
  return trainingProgram({
    model: withLoss(model, { loss: "cross-entropy" }),
    optimizer: sgd({ learningRate: 0.01 }),
    data: {
      x: tensor(pixels, [examples, INPUTS]),
      target: tensor(BigInt64Array.from({ length: examples }, (_, i) => BigInt(i % CLASSES))),
    },
    device,
  });
}

function forwardPair(session: Session, { n, pixels }: { n: number; pixels: Pixels }): Pair {
  const all = tensor(pixels.subarray(0, n * INPUTS), [n, INPUTS]);
  const singles = Array.from(
    { length: n },
    (_, i) => tensor(pixels.subarray(i * INPUTS, (i + 1) * INPUTS), [1, INPUTS]),
  );
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
}

function trainingPair(program: TrainingProgram, n: number): Pair {
  const state = program.init();
  const rows = Array.from({ length: n }, (_, i) => i);
  return {
    what: "training",
    n,
    many: async () => void await program.run(state, { rows, batchSize: 1 }),
    one: async () => void await program.run(state, { rows, batchSize: n }),
  };
}

async function time(
  { what, n, many, one }: Pair,
  { repetitions, warmUp }: HardwareConfig,
): Promise<Timing[]> {
  const timings: Timing[] = [];
  for (let repetition = -warmUp; repetition < repetitions; repetition++) {
    // The order alternates.
    const manyFirst = repetition % 2 === 0;
    const first = await milliseconds(manyFirst ? many : one);
    const second = await milliseconds(manyFirst ? one : many);
    if (repetition < 0) continue;
    const [ofMany, ofOne] = manyFirst ? [first, second] : [second, first];
    timings.push({ what, n, repetition, many: ofMany, one: ofOne });
  }
  return timings;
}

async function milliseconds(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
