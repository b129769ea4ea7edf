/**
 * The constructed problem of `wilson2017`: section 3.3 of the paper.
 *
 * @module
 */
import { adagrad, adam, type Optimizer, permutation, rmsprop, sgd } from "../../../../mod.ts";
import {
  meanSquaredErrorOf,
  minimumNormWeights,
  scoreOfNew,
  type SeparableProblem,
  separableProblem,
  solve,
  type SolveOptions,
  testError,
} from "../../../lab/problems/mod.ts";
import { type Constructed, type ConstructedRun, P } from "./data.ts";

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

/** The example of a step: each epoch takes all of them, in a new order. */
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
