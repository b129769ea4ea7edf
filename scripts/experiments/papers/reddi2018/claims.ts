/**
 * The claims of `reddi2018`.
 *
 * @module
 */
import { required } from "../../../../options/mod.ts";
import { seedsText } from "../../../cli/mod.ts";
import { byComparison, byTest, type Claim } from "../../../report/mod.ts";
import { allBelow, deviation, leastBy, mean, meanText } from "../../../statistics/mod.ts";
import {
  type ClassifierRun,
  type Data,
  type OnlineRun,
  PERIODIC,
  runsOf,
  STOCHASTIC,
  THEOREM1,
} from "./data.ts";

/** Decides the claims. */
export function claims({ online, trained, data }: Data): Claim[] {
  return [
    adamClaim(online),
    amsgradClaim(online),
    stochasticClaim(online),
    theoremClaim(online),
    memoryClaim(online),
    ...[...new Set(trained.map((r) => r.model))].map((model) => classifierClaim(trained, { model, data })),
  ];
}

/** Returns the play of a problem without seeds by a rule. @throws {RangeError} if there is none. */
function playOf(runs: readonly OnlineRun[], problem: string, rule: string): OnlineRun["play"] {
  return required(runsOf(runs, problem, rule), 0, `run of ${problem} by ${rule}`).play;
}

function adamClaim(runs: readonly OnlineRun[]): Claim {
  const play = playOf(runs, PERIODIC, "adam");
  return {
    claim:
      "Adam does not converge on the online problem: it goes to the worst point, and its regret per round does not go to 0.",
    verdict: byComparison(play.x > 0.99 && play.averageRegret > 0.19 && play.averageRegret < 0.24),
    evidence: `x = ${play.x.toFixed(4)}, R / t = ${
      play.averageRegret.toFixed(4)
    }, which tends to 20 / 101 = 0.198. Test: x > 0.99 and R / t within 0.19 to 0.24.`,
  };
}

function amsgradClaim(runs: readonly OnlineRun[]): Claim {
  const play = playOf(runs, PERIODIC, "amsgrad (paper)");
  const steps = play.rounds.at(-1)!.t;
  const before = play.rounds.findLast((r) => r.t <= steps / 4)!;
  return {
    claim: "AMSGrad converges on it: to x = -1, with a regret per round that goes to 0.",
    verdict: byComparison(
      play.x < -0.9 && play.averageRegret < 0.05 && play.averageRegret < before.averageRegret,
    ),
    evidence: `x = ${play.x.toFixed(4)}, R / t = ${
      play.averageRegret.toFixed(4)
    }, after a quarter of the rounds ${
      before.averageRegret.toFixed(4)
    }. Test: x < -0.9, R / t < 0.05 and less than after a quarter.`,
  };
}

function stochasticClaim(runs: readonly OnlineRun[]): Claim {
  const tails = (rule: string) => runsOf(runs, STOCHASTIC, rule).map((r) => r.play.tailX);
  const [adam, amsgrad] = [tails("adam"), tails("amsgrad (paper)")];
  const error = deviation(amsgrad) / Math.sqrt(amsgrad.length);
  return {
    claim:
      "With gradients drawn at random Adam goes to the wrong end as well, and AMSGrad tends to the right one.",
    verdict: byTest(Math.min(...adam) > 0 && mean(amsgrad) + 2 * error < 0 && allBelow(amsgrad, adam)),
    evidence: `x in the last tenth of the rounds, over ${seedsText(adam.length)}: Adam ${
      meanText(adam)
    }, AMSGrad ${
      meanText(amsgrad)
    }. Test: Adam above 0 for every seed, the mean of AMSGrad below 0 by more than two standard errors (${
      error.toFixed(4)
    }), and every seed of AMSGrad below every seed of Adam.`,
  };
}

function theoremClaim(runs: readonly OnlineRun[]): Claim {
  const [adam, amsgrad] = [playOf(runs, THEOREM1, "adam"), playOf(runs, THEOREM1, "amsgrad (paper)")];
  return {
    claim: "On the problem of theorem 1 Adam without momentum goes to +1, AMSGrad to -1.",
    verdict: byComparison(adam.tailX > 0.95 && amsgrad.tailX < -0.95),
    evidence: `x in the last tenth of the rounds: Adam ${adam.tailX.toFixed(4)}, AMSGrad ${
      amsgrad.tailX.toFixed(4)
    }. Test: above 0.95, and below -0.95.`,
  };
}

function memoryClaim(runs: readonly OnlineRun[]): Claim {
  const play = playOf(runs, PERIODIC, "adam, beta2 0.9999");
  return {
    claim: "A longer memory of squares mends Adam here: with beta2 = 0.9999 it goes the right way.",
    verdict: byComparison(play.tailX < -0.9),
    evidence: `x in the last tenth of the rounds: ${play.tailX.toFixed(4)}; R / t = ${
      play.averageRegret.toFixed(4)
    }. Test: x < -0.9.`,
  };
}

function classifierClaim(
  runs: readonly ClassifierRun[],
  { model, data }: { model: string; data: string },
): Claim {
  const loss = (g: readonly ClassifierRun[]) => mean(g.map((r) => r.trainLoss));
  const best = (start: string) => {
    const groups = [...new Set(runs.map((r) => r.rule))].filter((r) => r.startsWith(start)).map((rule) =>
      runs.filter((r) => r.model === model && r.rule === rule)
    );
    return leastBy(groups, loss);
  };
  const [adam, amsgrad] = [best("adam"), best("amsgrad")];
  const losses = (g: readonly ClassifierRun[]) => g.map((r) => r.trainLoss);
  const tests = (g: readonly ClassifierRun[]) => g.map((r) => r.testLoss);
  return {
    claim: `On ${data}, ${model}, AMSGrad reaches a lower training loss than Adam.`,
    verdict: byComparison(allBelow(losses(amsgrad), losses(adam))),
    evidence: `Training loss at the end, each with the rate and beta2 of the lowest training loss, over ${
      seedsText(adam.length)
    }: AMSGrad ${meanText(losses(amsgrad))}, Adam ${meanText(losses(adam))}; test loss ${
      meanText(tests(amsgrad))
    } and ${meanText(tests(adam))}. Test: the highest of AMSGrad is below the lowest of Adam.`,
  };
}
