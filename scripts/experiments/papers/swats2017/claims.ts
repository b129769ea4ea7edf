/**
 * The claims of `swats2017`.
 *
 * @module
 */
import { required } from "../../../../options/mod.ts";
import {
  type Asked,
  decideAbove,
  decided,
  loss,
  numbers,
  percentErrors,
  type Quantity,
} from "../../../decision/mod.ts";
import { byComparison, type Claim } from "../../../report/mod.ts";
import { meanText } from "../../../statistics/mod.ts";
import { CLIPPED, type Data, forcedName, scoresOf, type SwatsResult, TOLERANCES } from "./data.ts";

/** Decides the claims of each task. */
export function claims({ results }: Pick<Data, "results">, asked: Asked = {}): Claim[] {
  return results.flatMap((r) => [
    toleranceClaim(r),
    replayClaim(r),
    gapClaim(r, asked),
    ...forcedClaims(r, asked),
    ...clipClaims(r, asked),
  ]);
}

/** Returns what scores are compared as: errors by their difference, perplexities by their ratio. */
export function quantityOf(score: string, asked: Asked): Quantity {
  return score.includes("perplexity") ? loss(asked) : percentErrors(asked);
}

/** Returns `Adam 1.34 ± 0.23`. */
function scoreText(result: SwatsResult, [name, method]: readonly [name: string, method: string]): string {
  return `${name} ${meanText(scoresOf(result, method), 2)}`;
}

/** Decides by these trainings alone: what they show at the paper's tolerance is a count. */
function toleranceClaim(result: SwatsResult): Claim {
  const { task, tolerances } = result;
  const share = (tolerance: number) => {
    const all = tolerances.filter((t) => t.tolerance === tolerance);
    return `${all.filter((t) => t.switched).length} of ${all.length}`;
  };
  const fired = tolerances.filter((t) => t.tolerance === 1e-9 && t.switched).length;
  const claim =
    `On ${task.title}, with mini-batches, the paper's tolerance of 1e-9 practically never lets SWATS switch.`;
  const evidence = `Trainings that switch: ${
    TOLERANCES.map((t) => `${t.toExponential(0)} ${share(t)}`).join(", ")
  }. Test: none at 1e-9.`;
  const diverged = scoresOf(result, "adam").filter((s) => !Number.isFinite(s)).length;
  if (fired === 0 && diverged > 0) {
    const text = `A training that diverged never switches, so it shows nothing, and ${diverged} did: ` +
      "a lower rate of Adam would decide.";
    return { claim, verdict: "undecided", evidence, needs: { text, seeds: null } };
  }
  return { claim, verdict: byComparison(fired === 0), evidence };
}

/** Decides by a comparison of bits. */
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

function gapClaim(result: SwatsResult, asked: Asked): Claim {
  const { task } = result;
  const [adam, sgd, swats] = [scoresOf(result, "adam"), scoresOf(result, "sgd"), scoresOf(result, "swats")];
  return decided(
    `On ${task.title}, SWATS closes a gap between Adam and SGD: both end below Adam.`,
    decideAbove([{ name: "SGD", a: adam, b: sgd }, { name: "SWATS", a: adam, b: swats }], {
      quantity: quantityOf(result.task.score, asked),
      toward: 1,
      own: "Adam",
    }),
    `${task.score}: ${
      [["Adam", "adam"], ["SGD", "sgd"], ["SWATS", "swats"]].map(([name, method]) =>
        scoreText(result, [name!, method!])
      ).join(", ")
    }. Adam against`,
  );
}

/** Decides which end the earliest and the latest switch are nearer to, seed by seed. */
function forcedClaims(result: SwatsResult, asked: Asked): Claim[] {
  const { task } = result;
  const sizes = quantityOf(result.task.score, asked);
  // Distances on the scale of the scores: of logarithms for perplexities.
  const quantity = numbers(sizes.scale.unit === "times" ? "of logarithms" : sizes.scale.unit, {
    better: "lower",
    smallest: sizes.smallest,
  });
  const [adam, sgd] = [scoresOf(result, "adam"), scoresOf(result, "sgd")];
  const claimOf = (
    epoch: number,
    { when, like, unlike }: Record<"when" | "like" | "unlike", "early" | "late" | "SGD" | "Adam">,
  ) => {
    const forced = scoresOf(result, forcedName(epoch));
    const distances = (from: string) =>
      forced.map((v, i) =>
        Math.abs(sizes.scale.of(v) - sizes.scale.of(required(from === "SGD" ? sgd : adam, i, "score")))
      );
    return decided(
      `On ${task.title}, a switch to SGD ${when}, after epoch ${epoch}, ends nearer to ${like} than to ${unlike}.`,
      decideAbove([{ name: like, a: distances(unlike), b: distances(like) }], {
        quantity,
        toward: 1,
        own: unlike,
      }),
      `${task.score}: ${scoreText(result, ["SGD", "sgd"])}, ${
        scoreText(result, ["the switch", forcedName(epoch)])
      }, ${scoreText(result, ["Adam", "adam"])}. Distance from ${unlike} less that from`,
    );
  };
  return [
    claimOf(required(task.switches, 0, "switch"), { when: "early", like: "SGD", unlike: "Adam" }),
    claimOf(required(task.switches, task.switches.length - 1, "switch"), {
      when: "late",
      like: "Adam",
      unlike: "SGD",
    }),
  ];
}

function clipClaims(result: SwatsResult, asked: Asked): Claim[] {
  const { task } = result;
  const quantity = quantityOf(result.task.score, asked);
  const adam = scoresOf(result, "adam");
  const lead = (name: string, method: string) =>
    `${task.score}: ${scoreText(result, ["Adam", "adam"])}, ${scoreText(result, [name, method])}.`;
  return [
    decided(
      `On ${task.title}, keeping Adam's rates above that of SGD helps.`,
      decideAbove([{ name: "Adam", a: scoresOf(result, CLIPPED.above), b: adam }], {
        quantity,
        toward: -1,
        own: "(1, ∞)",
      }),
      `${lead("(1, ∞)", CLIPPED.above)} (1, ∞) against`,
    ),
    decided(
      `On ${task.title}, keeping Adam's rates below that of SGD does not help, or by less than matters.`,
      decideAbove([{ name: "Adam", a: scoresOf(result, CLIPPED.below), b: adam }], {
        quantity,
        toward: 1,
        margin: -quantity.smallest,
        own: "(0, 1)",
      }),
      `${lead("(0, 1)", CLIPPED.below)} (0, 1) against`,
    ),
  ];
}
