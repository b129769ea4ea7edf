/**
 * The claims of `batch-size`.
 *
 * @module
 */
import { required } from "../../../../options/mod.ts";
import {
  type Asked,
  decideAbove,
  decided,
  type Decision,
  type Pairs,
  repeatRatio,
  time,
  timed,
  underConditions,
} from "../../../decision/mod.ts";
import type { Claim } from "../../../report/mod.ts";
import { leastBy, median } from "../../../statistics/mod.ts";
import { type BatchSizeData, type BatchSizeRun, runsOf } from "./data.ts";

/** The part of the data that the claims read. */
type Decided = Pick<BatchSizeData, "config" | "runs" | "waiting">;

/** A cost of a run. */
type Cost = (run: BatchSizeRun) => number;

const secondsOf: Cost = (r) => r.seconds;
const perUpdate: Cost = (r) => r.seconds / r.updates;
const perExample: Cost = (r) => r.seconds / (r.updates * r.batchSize);

/** The mini-batch that an example's time is compared with. */
const MINI = 32;

/** Decides the claims. */
export function claims(data: Decided, asked: Asked = {}): Claim[] {
  const full = required(data.config.batches, data.config.batches.length - 1, "batch size");
  return [fullClaim(data, { full, asked }), singleClaim(data, asked), bestClaim(data, { full, asked })];
}

/**
 * Returns a cost with one batch size and with another, seed by seed. A run that diverged takes longer to the target than
 * any that did not; what its updates cost means nothing, so the pair says nothing.
 */
function pairsOf(
  data: Decided,
  cost: Cost,
  { of, to, name }: { of: number; to: number; name: string },
): Pairs {
  const [a, b] = [runsOf(data, of), runsOf(data, to)];
  const lost = (i: number) => cost !== secondsOf && (a[i]!.diverged || b[i]!.diverged);
  const costs = (runs: readonly BatchSizeRun[]) =>
    runs.map((r, i) => (r.diverged || lost(i) ? NaN : cost(r)));
  return { name, a: costs(a), b: costs(b), sides: [`batches of ${of}`, `batches of ${to}`] };
}

/** Decides that each first cost of pairs is above the second, under the conditions of the times of some batch sizes. */
function slower(
  data: Decided,
  pairs: readonly Pairs[],
  { batches, candidates = 1, asked }: { batches: readonly number[]; candidates?: number; asked: Asked },
): Decision {
  const decision = decideAbove(pairs, { quantity: time(asked), toward: 1, candidates, center: "median" });
  const works = batches.flatMap((b) => runsOf(data, b).map((r) => r.times));
  return timed(decision, { waiting: data.waiting, scatter: repeatRatio(works) });
}

function fullClaim(data: Decided, { full, asked }: { full: number; asked: Asked }): Claim {
  const pairs = pairsOf(data, perUpdate, { of: full, to: 1, name: "one with a single example" });
  return decided(
    "Batch gradient descent is slow per update.",
    slower(data, [pairs], { batches: [1, full], asked }),
    `Time of an update with all ${full} examples over that of`,
  );
}

function singleClaim(data: Decided, asked: Asked): Claim {
  const pairs = pairsOf(data, perExample, { of: 1, to: MINI, name: `one in a batch of ${MINI}` });
  return decided(
    "Stochastic gradient descent, updating with every example, uses the hardware poorly.",
    slower(data, [pairs], { batches: [1, MINI], asked }),
    "Time of an example alone over that of",
  );
}

/** Returns the sizes of mini-batches. */
export function minisOf({ batches }: Pick<BatchSizeData["config"], "batches">): number[] {
  return batches.filter((b) => b > 1 && b !== batches.at(-1));
}

/** Returns the mini-batch that reached the target fastest, of those that did with every seed. */
function fastestMini(data: Decided): number | undefined {
  const minis = minisOf(data.config).filter((b) => runsOf(data, b).every((r) => r.reached));
  return minis.length === 0 ? undefined : leastBy(minis, (b) => median(runsOf(data, b).map(secondsOf)));
}

function bestClaim(data: Decided, { full, asked }: { full: number; asked: Asked }): Claim {
  const claim = "A mini-batch takes the best of both.";
  const { target } = data.config;
  const best = fastestMini(data);
  if (best === undefined) {
    const text = `No mini-batch reached a training loss of ${target} with every seed`;
    return {
      claim,
      verdict: "undecided",
      evidence: `${text}.`,
      needs: { text: "Train for more updates.", seeds: null },
    };
  }
  const others = [1, full];
  // One that missed the target took longer than it was given.
  const pairs = others.map((of) =>
    pairsOf(data, secondsOf, { of, to: best, name: of === 1 ? "single examples" : "full batches" })
  );
  const decision = slower(data, pairs, {
    batches: [...others, best],
    // The fastest of several would seem faster than it is.
    candidates: minisOf(data.config).length,
    asked,
  });
  const missed = others.filter((b) => runsOf(data, b).some((r) => !r.reached && !r.diverged));
  return decided(
    claim,
    underConditions(decision, {
      faults: decision.verdict === "contradicted" && missed.length > 0
        ? [`Batches of ${missed.join(" and ")} missed the target, so their times are lower bounds`]
        : [],
      remedy: "train for more updates",
    }),
    `To a training loss of ${target}, batches of ${best} were the fastest of the mini-batches${
      missed.length === 0
        ? ""
        : ` (batches of ${
          missed.join(" and ")
        } did not reach it with every seed: their time is a lower bound)`
    }. The times of others over theirs:`,
  );
}
