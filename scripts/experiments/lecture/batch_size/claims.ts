/**
 * The claims of `batch-size`.
 *
 * @module
 */
import { required } from "../../../../options/mod.ts";
import { byTest, type Claim } from "../../../report/mod.ts";
import { bootstrap, type Estimate, leastBy, median } from "../../../statistics/mod.ts";
import { type BatchSizeData, type BatchSizeRun, runsOf } from "./data.ts";

/** The part of the data that the claims read. */
type Decided = Pick<BatchSizeData, "config" | "runs">;

/** A cost of a run. */
type Cost = (run: BatchSizeRun) => number;

const secondsOf: Cost = (r) => r.seconds;
const perUpdate: Cost = (r) => r.seconds / r.updates;
const perExample: Cost = (r) => r.seconds / (r.updates * r.batchSize);

/** The mini-batch that an example's time is compared with. */
const MINI = 32;

/** Decides the claims. */
export function claims(data: Decided): Claim[] {
  const full = required(data.config.batches, data.config.batches.length - 1, "batch size");
  return [fullClaim(data, full), singleClaim(data), bestClaim(data, full)];
}

/** Returns the median over the seeds of the ratio of a cost with one batch size to that with another. */
function ratio(data: Decided, cost: Cost, { of, to }: { of: number; to: number }): Estimate {
  const below = runsOf(data, to).map(cost);
  const ratios = runsOf(data, of).map((run, i) => cost(run) / required(below, i, "run"));
  return bootstrap([ratios], ([r]) => median([...r!]));
}

function fullClaim(data: Decided, full: number): Claim {
  const slow = ratio(data, perUpdate, { of: full, to: 1 });
  return {
    claim: "Batch gradient descent is slow per update.",
    verdict: byTest(slow.low > 1),
    evidence: `An update with all ${full} examples takes ${
      estimateText(slow)
    } times as long as one with a single example. Test: the interval (95 %, bootstrap over seeds) lies above 1.`,
  };
}

function singleClaim(data: Decided): Claim {
  const single = ratio(data, perExample, { of: 1, to: MINI });
  return {
    claim: "Stochastic gradient descent, updating with every example, uses the hardware poorly.",
    verdict: byTest(single.low > 1),
    evidence: `An example takes ${estimateText(single)} times as long alone as within a batch of ${MINI}. ` +
      `Test: the interval (95 %, bootstrap over seeds) lies above 1.`,
  };
}

/** Returns the mini-batch that reached the target fastest, of those that did with every seed. */
function fastestMini(data: Decided, full: number): number | undefined {
  const minis = data.config.batches.filter((b) =>
    b > 1 && b !== full && runsOf(data, b).every((r) => r.reached)
  );
  return minis.length === 0 ? undefined : leastBy(minis, (b) => median(runsOf(data, b).map(secondsOf)));
}

function bestClaim(data: Decided, full: number): Claim {
  const claim = "A mini-batch takes the best of both.";
  const { target } = data.config;
  const best = fastestMini(data, full);
  if (best === undefined) {
    return {
      claim,
      verdict: byTest(false),
      evidence: `No mini-batch reached a training loss of ${target} with every seed.`,
    };
  }
  const one = ratio(data, secondsOf, { of: 1, to: best });
  const all = ratio(data, secondsOf, { of: full, to: best });
  const diverged = [1, full].filter((b) => runsOf(data, b).some((r) => r.diverged));
  const unreached = [1, full].filter((b) =>
    !diverged.includes(b) && !runsOf(data, b).every((r) => r.reached)
  );
  return {
    claim,
    verdict: byTest(one.low > 1 && all.low > 1 && diverged.length === 0),
    evidence: `To a training loss of ${target}, batches of ${best} were the fastest of the mini-batches; ` +
      `single examples took ${estimateText(one)} times as long, full batches ${estimateText(all)} times` +
      limitsText({ unreached, diverged }) +
      `. Test: both intervals (95 %, bootstrap over seeds) lie above 1.`,
  };
}

/** Returns what limits the times of batch sizes that missed the target or diverged. */
function limitsText(
  { unreached, diverged }: { unreached: readonly number[]; diverged: readonly number[] },
): string {
  const missed = unreached.length === 0
    ? ""
    : ` (batches of ${
      unreached.join(" and ")
    } did not reach it with every seed: their time is a lower bound)`;
  const lost = diverged.length === 0
    ? ""
    : ` (batches of ${diverged.join(" and ")} diverged: their times mean nothing)`;
  return missed + lost;
}

function estimateText({ value, low, high }: Estimate): string {
  return `${value.toPrecision(3)} (${low.toPrecision(3)} to ${high.toPrecision(3)})`;
}
