import { assertEquals, assertStringIncludes } from "@std/assert";
import { claims } from "../../../../scripts/experiments/papers/wilson2017/claims.ts";
import type {
  ComparedRun,
  ConstructedRun,
  Data,
} from "../../../../scripts/experiments/papers/wilson2017/data.ts";
import { each, stored, verdicts } from "./stored.ts";

type Weights = readonly [w1: number, w2: number, w3: number];

const CLOSED: Weights = [0.96, 0.02, 0.02];

const solved = (
  rule: string,
  [w1, w2, w3]: Weights,
  adaptive: boolean,
  testError: number,
): ConstructedRun => ({
  problem: "constructed",
  rule,
  adaptive,
  w1,
  w2,
  w3,
  trainError: 0,
  positiveScore: 1,
  negativeScore: -1,
  testError,
});

interface Change {
  /** The weights and the test error of plain and adaptive rules on the constructed problem. */
  readonly plain?: { weights?: Weights; error?: number };
  readonly adaptive?: { weights?: Weights; error?: number };
  /** Test errors by optimizer, a value for each seed; of both decays. */
  readonly errors?: Readonly<Record<string, readonly number[]>>;
  /** Validation errors by optimizer, which choose the best of each kind; the test errors by default. */
  readonly validation?: Readonly<Record<string, readonly number[]>>;
  /** Training loss of Adam after the first tenth of the epochs, for each seed; 0.2 of the others. */
  readonly early?: readonly number[];
  /** The test loss of Adam's first seed. */
  readonly loss?: number;
}

/** As many as a sign-flip test needs. */
const SEEDS = 6;

const ERRORS = { sgd: each(SEEDS, 0.02), adam: each(SEEDS, 0.03) };

/** Returns two values in turn. */
const turns = (even: number, odd: number) => each(SEEDS, (seed) => (seed % 2 === 0 ? even : odd));

function dataOf(
  { plain = {}, adaptive = {}, errors = ERRORS, validation = errors, early = each(SEEDS, 0.1), loss = 0.5 }:
    Change,
): Data {
  const runs = ["dev-decay", "fixed-frequency"].flatMap((decay) =>
    Object.entries(errors).flatMap(([optimizer, values]) =>
      values.map((testError, seed) => {
        const trainLoss = optimizer === "adam" ? early[seed]! : 0.2;
        const validationError = validation[optimizer]![seed]!;
        const curve = {
          scale: 1,
          trainError: 0,
          validationLoss: 0.3,
          validationError,
          testLoss: 0.5,
          testError,
        };
        return {
          problem: "digits",
          decay: decay as ComparedRun["decay"],
          optimizer,
          rate: 0.1,
          hyperparameters: {},
          seed,
          trainLoss,
          validationLoss: 0.3,
          validationError,
          testLoss: optimizer === "adam" && seed === 0 ? loss : 0.5,
          testError,
          // 20 epochs: the first tenth ends after the second, where the losses are those above.
          curves: Array.from({ length: 20 }, (_, i) => ({
            ...curve,
            epoch: i + 1,
            trainLoss: i === 1 ? trainLoss : 9,
          })),
        };
      })
    )
  );
  return stored({
    constructed: {
      positive: 66,
      negative: 34,
      closedForm: CLOSED,
      runs: [
        solved("gd", plain.weights ?? CLOSED, false, plain.error ?? 0),
        solved("adam", adaptive.weights ?? [0.25, 0.25, 0.255], true, adaptive.error ?? 1 - 0.7),
      ],
    },
    comparison: { runs, searches: [] },
    seed: 0,
    data: "digits",
  });
}

Deno.test("wilson2017: all claims hold for data that support them", () => {
  assertEquals(verdicts(claims(dataOf({}))), ["holds", "holds", "holds", "holds", "holds"]);
});

const CASES: readonly [what: string, verdicts: string[], change: Change][] = [
  [
    "gradient descent ends 2e-6 from the solution of least norm",
    ["contradicted", "holds", "holds", "holds", "holds"],
    { plain: { weights: [0.960002, 0.02, 0.02] } },
  ],
  [
    "gradient descent makes errors on new examples",
    ["contradicted", "holds", "holds", "holds", "holds"],
    { plain: { error: 0.1 } },
  ],
  [
    "Adam's weights differ by more than 0.01",
    ["holds", "contradicted", "holds", "holds", "holds"],
    { adaptive: { weights: [0.25, 0.25, 0.262] } },
  ],
  [
    "Adam does not call every new example positive",
    ["holds", "contradicted", "holds", "holds", "holds"],
    { adaptive: { error: 0.2 } },
  ],
  ["Adam is slower at first", ["holds", "holds", "contradicted", "holds", "holds"], {
    early: each(SEEDS, 0.3),
  }],
  ["Adam is slower with half the seeds", ["holds", "holds", "undecided", "holds", "holds"], {
    early: turns(0.1, 0.3),
  }],
  ["Adam is faster by half a percent", ["holds", "holds", "contradicted", "holds", "holds"], {
    early: each(SEEDS, 0.199),
  }],
  ["both have the same errors", ["holds", "holds", "holds", "contradicted", "contradicted"], {
    errors: { sgd: turns(0.02, 0.04), adam: turns(0.02, 0.04) },
  }],
  ["the adaptive method has the lower errors", ["holds", "holds", "holds", "contradicted", "contradicted"], {
    errors: { sgd: ERRORS.adam, adam: ERRORS.sgd },
  }],
  ["each has the lower errors with half the seeds", ["holds", "holds", "holds", "undecided", "undecided"], {
    errors: { sgd: turns(0.02, 0.04), adam: turns(0.04, 0.02) },
  }],
  [
    "there is one seed, which shows nothing",
    ["holds", "holds", "undecided", "undecided", "undecided"],
    { errors: { sgd: [0.02], adam: [0.03] } },
  ],
  [
    "a run of the adaptive method diverged: its error looks finite, but counts as the worst",
    ["holds", "holds", "holds", "undecided", "undecided"],
    { loss: NaN, errors: { sgd: turns(0.02, 0.04), adam: turns(0.04, 0.02) } },
  ],
];
for (const [what, expected, change] of CASES) {
  Deno.test(`wilson2017: the verdicts if ${what}`, () => {
    assertEquals(verdicts(claims(dataOf(change))) as string[], expected);
  });
}

Deno.test("wilson2017: the best of each kind by its mean validation error is compared", () => {
  const errors = { sgd: [0.05, 0.05], "heavy ball": [0.02, 0.02], adagrad: [0.04, 0.04], adam: [0.03, 0.03] };
  const [, , , claim] = claims(dataOf({ errors }));
  assertStringIncludes(claim!.evidence, "adam 3.00 ± 0.00 %, heavy ball 2.00 ± 0.00 %");
  assertStringIncludes(claim!.evidence, "adam less heavy ball: 1.00 points");
  assertStringIncludes(
    claim!.needs!.text,
    "2 seeds cannot show this at 5 %; 6 can.",
  );
  // The test set would choose other optimizers.
  const validation = {
    sgd: [0.01, 0.01],
    "heavy ball": [0.02, 0.02],
    adagrad: [0.03, 0.03],
    adam: [0.04, 0.04],
  };
  const [, , , other] = claims(dataOf({ errors, validation }));
  assertStringIncludes(other!.evidence, "adagrad 4.00 ± 0.00 %, sgd 5.00 ± 0.00 %");
});
