/**
 * The constructed problem of `wilson2017`: section 3.3 of the paper.
 *
 * @module
 */
import { adagrad, adam, type Optimizer, permutation, rmsprop, sgd } from "../../../mod.ts";
import { byComparison, type Claim, type ResultTable } from "../../report/mod.ts";
import {
  meanSquaredErrorOf,
  minimumNormWeights,
  scoreOfNew,
  type SeparableProblem,
  separableProblem,
  solve,
  type SolveOptions,
  testError,
} from "../../lab/problems/mod.ts";

/** The share of positive labels among new examples. */
const P = 0.7;

/** Adaptive rules with a rate that stays would circle about the solution: that of Adam and RMSProp falls. */
const falling = (count: number) => 0.01 * 0.995 ** count;

/** Below any gradient that matters, so that the rules are those of the paper's analysis. */
const EPSILON = 1e-30;

interface Rule extends SolveOptions {
  readonly name: string;
  readonly adaptive: boolean;
}

const rule = (name: string, optimizer: Optimizer, steps: number): Rule => ({
  name,
  optimizer,
  steps,
  adaptive: ["adagrad", "rmsprop", "adam"].includes(name),
});

const rules = (examples: number): readonly Rule[] => [
  rule("gd", sgd({ learningRate: 0.05 }), 3000),
  {
    name: "sgd, one example a step",
    adaptive: false,
    optimizer: sgd({ learningRate: 0.1 }),
    steps: 100 * examples,
    example: shuffled(examples),
  },
  rule("heavy ball", sgd({ learningRate: 0.05, momentum: 0.9 }), 1000),
  rule("adagrad", adagrad({ learningRate: 0.1, epsilon: EPSILON }), 3000),
  rule("rmsprop", rmsprop({ learningRate: falling, epsilon: EPSILON }), 3000),
  rule("adam", adam({ learningRate: falling, epsilon: EPSILON }), 3000),
];

/** The example of a step: all of them in each epoch, in an order of its own. */
function shuffled(examples: number): (step: number) => number {
  let [epoch, order] = [-1, new Uint32Array(0)];
  return (step) => {
    const now = Math.floor(step / examples);
    if (now !== epoch) {
      [epoch, order] = [now, permutation({ seed: 0, stream: "wilson2017", step: now }, examples)];
    }
    return order[step % examples]!;
  };
}

/** What a rule came to. */
export interface ConstructedRun {
  readonly problem: string;
  readonly rule: string;
  readonly adaptive: boolean;
  readonly w1: number;
  readonly w2: number;
  readonly w3: number;
  readonly trainError: number;
  /** The scores of a new positive and of a new negative example. */
  readonly positiveScore: number;
  readonly negativeScore: number;
  readonly testError: number;
}

/** The problem and its solutions. */
export interface Constructed {
  readonly positive: number;
  readonly negative: number;
  readonly closedForm: readonly [number, number, number];
  readonly runs: readonly ConstructedRun[];
}

/** Solves the problem with each rule, from w = 0. */
export function constructedRuns({ examples, positive }: { examples: number; positive: number }): Constructed {
  const labels = Array.from({ length: examples }, (_, i) => (i < positive ? 1 : -1));
  const problem: SeparableProblem = separableProblem(labels);
  const runs = rules(examples).map(({ name, adaptive, ...options }): ConstructedRun => {
    const w = solve(problem, options);
    return {
      problem: "constructed",
      rule: name,
      adaptive,
      w1: w[0]!,
      w2: w[1]!,
      w3: w[2]!,
      trainError: meanSquaredErrorOf(problem, w),
      positiveScore: scoreOfNew(w, 1),
      negativeScore: scoreOfNew(w, -1),
      testError: testError(w, P),
    };
  });
  const negative = examples - positive;
  return { positive, negative, closedForm: minimumNormWeights(positive, negative), runs };
}

/** The weights of each rule beside the closed form. */
export function constructedTable({ positive, negative, closedForm, runs }: Constructed): ResultTable {
  return {
    title: `The constructed problem: ${positive} positive examples and ${negative} negative ones`,
    header: ["rule", "w1", "w2", "w3", "training error", "score of a new +1", "of a new −1", "test error"],
    rows: [
      ...runs.map((r) => [
        r.rule,
        ...[r.w1, r.w2, r.w3].map((w) => w.toFixed(4)),
        r.trainError.toExponential(1),
        r.positiveScore.toFixed(3),
        r.negativeScore.toFixed(3),
        r.testError.toFixed(2),
      ]),
      ["least norm, in closed form", ...closedForm.map((w) => w.toFixed(4)), "", "", "", ""],
    ],
    note:
      `float64, from w = 0; full batches but for SGD. The test error is exact: a new example's score depends on its label alone, and a share of ${P} is positive.`,
  };
}

/** What section 3.3 says. */
export function constructedClaims({ closedForm, runs }: Constructed): Claim[] {
  const plain = runs.filter((r) => !r.adaptive);
  const adaptive = runs.filter((r) => r.adaptive);
  const off = (r: ConstructedRun) =>
    Math.max(...[r.w1, r.w2, r.w3].map((w, i) => Math.abs(w - closedForm[i]!)));
  const farthest = Math.max(...plain.map(off));
  const spread = (r: ConstructedRun) => Math.max(r.w1, r.w2, r.w3) - Math.min(r.w1, r.w2, r.w3);
  const errors = (all: readonly ConstructedRun[]) =>
    all.map((r) => `${r.rule} ${r.testError.toFixed(2)}`).join(", ");
  const always = 1 - P;
  return [{
    claim:
      "On the constructed problem gradient descent, SGD and heavy ball find the solution of least norm, and make no error on new examples.",
    verdict: byComparison(farthest < 1e-6 && plain.every((r) => r.testError === 0)),
    evidence: `Farthest from the closed form in w1 to w3: ${farthest.toExponential(1)}; test errors: ${
      errors(plain)
    }. Test: nearer than 1e-6, and no error.`,
  }, {
    claim:
      "Adagrad, RMSProp and Adam give the three features one weight, and call every new example positive.",
    verdict: byComparison(adaptive.every((r) => spread(r) < 0.01 && Math.abs(r.testError - always) < 1e-9)),
    evidence: `w1 to w3: ${
      adaptive.map((r) => `${r.rule} ${[r.w1, r.w2, r.w3].map((w) => w.toFixed(4)).join(", ")}`).join("; ")
    }; test errors: ${
      errors(adaptive)
    }. Test: the weights within 0.01 of each other, and the error that of always saying +1, ${
      always.toFixed(2)
    }.`,
  }];
}
