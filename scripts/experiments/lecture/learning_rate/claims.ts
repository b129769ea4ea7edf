/**
 * The claims of `learning-rate`.
 *
 * @module
 */
import { decideAbove, decided, loss, numbers, type Quantity } from "../../../decision/mod.ts";
import { byComparison, type Claim } from "../../../report/mod.ts";
import { leastBy } from "../../../statistics/mod.ts";
import type { LearningRateData } from "./data.ts";
import { convergingOctaves, judged, type JudgedRun, type Kind, KINDS } from "./kinds.ts";

/** The most that the share of the rates that converge may be. */
const FEW = 1 / 3;

/** How many times the best rate the next one that diverges may be. */
const NEXT = 4;

/** Numbers of rates: one more or less matters. */
export const CONVERGING: Quantity = {
  ...numbers("rates", { better: "lower", smallest: 1 }),
  smallestText: "1 rate",
};

/** How far the best rate is from those that diverge: half an octave matters, as rates are octaves apart. */
export const EDGE: Quantity = { ...loss(), smallest: Math.log(2) / 2, smallestText: "half an octave" };

/** Decides the claims. */
export function claims(data: LearningRateData): Claim[] {
  const runs = judged(data);
  const { seeds } = data.config;
  return [kindsClaim(runs, seeds), fewClaim(runs, seeds), edgeClaim(runs, seeds)];
}

/** Decides the first claim. It says what there is, not how often: one seed without a kind contradicts it. */
function kindsClaim(runs: readonly JudgedRun[], seeds: readonly number[]): Claim {
  const found = seeds.map((seed) => ({
    seed,
    kinds: KINDS.filter((k) => runs.some((r) => r.seed === seed && r.kind === k)),
  }));
  return {
    claim: "By its learning rate alone, gradient descent crawls, converges, oscillates or diverges.",
    verdict: byComparison(found.every(({ kinds }) => kinds.length === KINDS.length)),
    evidence: `Seen in the sweep: ${
      found.map(({ seed, kinds }) => `seed ${seed}: ${kinds.join(", ")}`).join("; ")
    }. Test: all four kinds with every seed.`,
  };
}

function fewClaim(runs: readonly JudgedRun[], seeds: readonly number[]): Claim {
  const octaves = convergingOctaves(runs, seeds);
  const swept = runs.length / seeds.length;
  const third = swept * FEW;
  return decided(
    "Choosing the learning rate is difficult: few rates converge.",
    decideAbove([{ name: "a third of them", a: octaves, b: octaves.map(() => third) }], {
      quantity: CONVERGING,
      toward: -1,
    }),
    `Of ${swept} rates, each twice the one before, ${octaves.join(", ")} converge (one figure a seed). Less`,
  );
}

/** A seed's best rate, and the ratio of the smallest diverging rate to it; infinite if none diverges. */
interface Edge {
  readonly seed: number;
  readonly best: number;
  readonly kind: Kind;
  readonly factor: number;
}

function edgeOf(runs: readonly JudgedRun[], seed: number): Edge {
  const own = runs.filter((r) => r.seed === seed);
  const best = leastBy(own, (r) => r.finalLoss);
  const bad = own.find((r) => r.learningRate > best.learningRate && r.kind === "diverges");
  const factor = bad === undefined ? Infinity : bad.learningRate / best.learningRate;
  return { seed, best: best.learningRate, kind: best.kind, factor };
}

function edgeClaim(runs: readonly JudgedRun[], seeds: readonly number[]): Claim {
  const edges = seeds.map((seed) => edgeOf(runs, seed));
  // Rates are powers of 2: at most 4 times is less than the middle of 4 and 8. None that diverges is no number.
  const factors = edges.map((e) => e.factor);
  return decided(
    "The best rate lies next to those that diverge.",
    decideAbove([{
      name: `the middle of ${NEXT} and ${2 * NEXT} times`,
      a: factors,
      b: factors.map(() => NEXT * Math.SQRT2),
    }], {
      quantity: EDGE,
      toward: -1,
      own: "the rates that diverge",
    }),
    `${
      edges.map((e) =>
        `seed ${e.seed}: best ${e.best} (${e.kind}), ${
          Number.isFinite(e.factor) ? `the next that diverges is ${e.factor} times it` : "none diverges"
        }`
      ).join("; ")
    }. The factor over`,
  );
}
