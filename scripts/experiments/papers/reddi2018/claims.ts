/**
 * The claims of `reddi2018`.
 *
 * @module
 */
import { required } from "../../../../options/mod.ts";
import { seedsText } from "../../../cli/mod.ts";
import { type Asked, decideAbove, decided, loss, numbers } from "../../../decision/mod.ts";
import { byComparison, type Claim } from "../../../report/mod.ts";
import { leastBy, mean, meanText } from "../../../statistics/mod.ts";
import {
  type ClassifierRun,
  type Data,
  type OnlineRun,
  PERIODIC,
  runsOf,
  STOCHASTIC,
  THEOREM1,
} from "./data.ts";

/** Decides the claims. Those about problems without chance are the same each time: they hold or are contradicted. */
export function claims({ online, trained, data }: Omit<Data, "steps">, asked: Asked = {}): Claim[] {
  return [
    adamClaim(online),
    amsgradClaim(online),
    ...stochasticClaims(online),
    theoremClaim(online),
    memoryClaim(online),
    ...[...new Set(trained.map((r) => r.model))].map((model) =>
      classifierClaim(trained, { model, data, asked })
    ),
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

/** Decides by the seeds, against the middle of the interval. */
function stochasticClaims(runs: readonly OnlineRun[]): Claim[] {
  const quantity = numbers("of x", { better: "lower", smallest: 0.1 });
  const claimOf = (claim: string, { rule, name, toward }: { rule: string; name: string; toward: 1 | -1 }) => {
    const a = runsOf(runs, STOCHASTIC, rule).map((r) => r.play.tailX);
    return decided(
      claim,
      decideAbove([{ name: "0", a, b: a.map(() => 0) }], { quantity, toward, own: name }),
      `x in the last tenth of the rounds, over ${seedsText(a.length)}: ${name} ${meanText(a)}. ${name} less`,
    );
  };
  return [
    claimOf("With gradients drawn at random Adam goes to the wrong end as well: x ends above 0.", {
      rule: "adam",
      name: "Adam",
      toward: 1,
    }),
    claimOf("With gradients drawn at random AMSGrad tends to the right end: x ends below 0.", {
      rule: "amsgrad (paper)",
      name: "AMSGrad",
      toward: -1,
    }),
  ];
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
  { model, data, asked }: { model: string; data: string; asked: Asked },
): Claim {
  const losses = (g: readonly ClassifierRun[]) => g.map((r) => r.trainLoss);
  const best = (start: string) => {
    const groups = [...new Set(runs.map((r) => r.rule))].filter((r) => r.startsWith(start)).map((rule) =>
      runs.filter((r) => r.model === model && r.rule === rule)
    );
    return leastBy(groups, (g) => mean(losses(g)));
  };
  // The best of two is significantly better than an equal one in 4 % at most: no correction is needed.
  const [adam, amsgrad] = [best("adam"), best("amsgrad")];
  const tests = (g: readonly ClassifierRun[]) => g.map((r) => r.testLoss);
  return decided(
    `On ${data}, ${model}, AMSGrad reaches a lower training loss than Adam.`,
    decideAbove([{ name: "Adam", a: losses(amsgrad), b: losses(adam) }], {
      quantity: loss(asked),
      toward: -1,
      own: "AMSGrad",
    }),
    `Training loss at the end, each with the rate and beta2 of the lowest training loss, over ${
      seedsText(adam.length)
    }: AMSGrad ${meanText(losses(amsgrad))}, Adam ${meanText(losses(adam))}; test loss ${
      meanText(tests(amsgrad))
    } and ${meanText(tests(adam))}. AMSGrad over`,
  );
}
