/**
 * The claims of `swats2017`.
 *
 * @module
 */
import { byComparison, byTest, type Claim } from "../../../report/mod.ts";
import { mean, meanDifference, meanText } from "../../../statistics/mod.ts";
import { CLIPPED, type Data, forcedName, scoresOf, type SwatsResult, TOLERANCES } from "./data.ts";

/** Decides the claims of each task. */
export function claims({ results, seed }: Data): Claim[] {
  return results.flatMap((r) => [
    toleranceClaim(r),
    replayClaim(r),
    gapClaim(r, seed),
    forcedClaim(r),
    clipClaim(r, seed),
  ]);
}

function toleranceClaim(result: SwatsResult): Claim {
  const { task, tolerances } = result;
  const share = (tolerance: number) => {
    const all = tolerances.filter((t) => t.tolerance === tolerance);
    return `${all.filter((t) => t.switched).length} of ${all.length}`;
  };
  const fired = tolerances.filter((t) => t.tolerance === 1e-9 && t.switched).length;
  return {
    claim:
      `On ${task.title}, with mini-batches, the paper's tolerance of 1e-9 practically never lets SWATS switch.`,
    // A training that diverged never switches either, but proves nothing.
    verdict: byComparison(fired === 0 && scoresOf(result, "adam").every(Number.isFinite)),
    evidence: `Trainings that switch: ${
      TOLERANCES.map((t) => `${t.toExponential(0)} ${share(t)}`).join(", ")
    }. Test: none at 1e-9.`,
  };
}

function replayClaim({ task, replay }: SwatsResult): Claim {
  return {
    claim:
      `On ${task.title}, SWATS with its switch forced at a step is Adam up to that step and then SGD, bit for bit.`,
    verdict: byComparison(replay.different === 0),
    evidence: `Switch after step ${replay.step} of ${replay.steps}, in the middle of a chunk, Lambda ${
      replay.Lambda.toPrecision(6)
    }: ${replay.different} of ${replay.elements} parameters differ in any bit from a training by hand. Test: none.`,
  };
}

function gapClaim(result: SwatsResult, seed: number): Claim {
  const { task } = result;
  const [adam, sgd, swats] = [scoresOf(result, "adam"), scoresOf(result, "sgd"), scoresOf(result, "swats")];
  const gap = meanDifference(adam, sgd, { seed });
  const closed = meanDifference(swats, adam, { seed });
  return {
    claim: `On ${task.title}, SWATS closes a gap between Adam and SGD.`,
    verdict: byTest(gap.low > 0 && closed.high < 0),
    evidence: `${task.score}: Adam ${meanText(adam, 2)}, SGD ${meanText(sgd, 2)}, SWATS ${
      meanText(swats, 2)
    }. Adam less SGD: ${gap.text}. SWATS less Adam: ${closed.text}. Test: the first interval above 0, the second below.`,
  };
}

function forcedClaim(result: SwatsResult): Claim {
  const { task } = result;
  const value = (method: string) => mean(scoresOf(result, method));
  const [adam, sgd] = [value("adam"), value("sgd")];
  const [early, late] = [value(forcedName(task.switches[0]!)), value(forcedName(task.switches.at(-1)!))];
  const nearer = (v: number, to: number, from: number) => Math.abs(v - to) < Math.abs(v - from);
  return {
    claim: `On ${task.title}, a switch to SGD early ends like SGD, and a late one like Adam.`,
    verdict: byComparison(nearer(early, sgd, adam) && nearer(late, adam, sgd)),
    evidence: `${task.score}: SGD ${sgd.toFixed(2)}, ${
      task.switches.map((e) => `after epoch ${e} ${value(forcedName(e)).toFixed(2)}`).join(", ")
    }, Adam ${
      adam.toFixed(2)
    }. Test: the earliest switch is nearer to SGD than to Adam, the latest nearer to Adam.`,
  };
}

function clipClaim(result: SwatsResult, seed: number): Claim {
  const { task } = result;
  const adam = scoresOf(result, "adam");
  const [above, below] = [scoresOf(result, CLIPPED.above), scoresOf(result, CLIPPED.below)];
  const [helps, other] = [meanDifference(above, adam, { seed }), meanDifference(below, adam, { seed })];
  return {
    claim:
      `On ${task.title}, keeping Adam's rates above that of SGD helps, and keeping them below it does not.`,
    verdict: byTest(helps.high < 0 && other.high >= 0),
    evidence: `${task.score}: Adam ${meanText(adam, 2)}, (1, ∞) ${meanText(above, 2)}, (0, 1) ${
      meanText(below, 2)
    }. (1, ∞) less Adam: ${helps.text}. (0, 1) less Adam: ${other.text}. Test: the first interval below 0, the second not.`,
  };
}
