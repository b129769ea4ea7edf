import { assertEquals, assertStringIncludes } from "@std/assert";
import { claims } from "../../../../scripts/experiments/lecture/adam/claims.ts";
import { type AdamData, LECTURE } from "../../../../scripts/experiments/lecture/adam/data.ts";
import { armOf, comparedOf, each, stored, verdicts } from "./stored.ts";

interface Made {
  readonly seeds?: number;
  /** Training losses of Adam: 0.1 by default; those of the others are 0.2. */
  readonly adam?: (seed: number) => number;
  /** The gain in test accuracy by epsilon inside the root; outside the accuracy is 0.9. */
  readonly inside?: (seed: number) => number;
  readonly diverged?: readonly number[];
}

function claimsOf({ seeds = 6, adam = () => 0.1, inside = () => 0, diverged = [] }: Made) {
  const other = (name: string) => armOf(name, { trainLoss: each(seeds, 0.2) });
  const data: AdamData = {
    data: "digits",
    config: {
      scale: "default",
      seeds: each(seeds, (s) => s),
      tuningSeeds: [],
      hidden: [4],
      epochs: { mlp: 1, cnn: 1 },
      batchSize: 8,
    },
    models: [{
      model: "mlp",
      text: "MLP 2-4-2",
      compared: comparedOf([
        other("sgd"),
        other("momentum"),
        other("adagrad"),
        other("rmsprop"),
        armOf("adam", { trainLoss: each(seeds, adam), testAccuracy: each(seeds, 0.9) }),
        armOf(LECTURE, { testAccuracy: each(seeds, (s) => 0.9 + inside(s)) }, { diverged }),
      ]),
    }],
  };
  return claims(stored(data));
}

Deno.test("adam: a lower loss with all of six seeds holds, p = 2 / 64; with all of five it is undecided, p = 2 / 32", () => {
  const six = claimsOf({});
  assertEquals(verdicts(six), ["holds", "holds", "holds", "holds"]);
  assertEquals(
    six[0]!.claim,
    "MLP 2-4-2: tuned alike, adam reaches a lower training loss than sgd in as many epochs.",
  );
  assertStringIncludes(
    six[0]!.evidence,
    "The training loss of adam over that of sgd: 0.500 times (0.500 to 0.500), p = 0.031. Test: below 1 at 5 %",
  );
  const five = claimsOf({ seeds: 5 });
  assertEquals(verdicts(five).slice(0, 3), ["undecided", "undecided", "undecided"]);
  assertStringIncludes(five[0]!.evidence, "p = 0.063");
});

Deno.test("adam: a higher loss contradicts, one that is lower with half of the seeds decides nothing", () => {
  assertEquals(verdicts(claimsOf({ adam: () => 0.3 })).slice(0, 3), Array(3).fill("contradicted"));
  // 0.5 % lower is lower, but not by as much as matters.
  assertEquals(verdicts(claimsOf({ adam: () => 0.199 })).slice(0, 3), Array(3).fill("contradicted"));
  const half = claimsOf({ adam: (seed) => (seed % 2 === 0 ? 0.1 : 0.3) }).slice(0, 3);
  assertEquals(verdicts(half), Array(3).fill("undecided"));
  assertStringIncludes(
    half[0]!.needs!.text,
    " To show a difference of 1 %, the smallest that matters, takes about ",
  );
});

Deno.test("adam: the place of epsilon makes no difference within one point of accuracy, on both sides", () => {
  const verdictAt = (by: number) => claimsOf({ inside: () => by })[3]!.verdict;
  assertEquals([0.009, -0.009].map(verdictAt), ["holds", "holds"]);
  assertEquals([0.011, -0.011].map(verdictAt), ["contradicted", "contradicted"]);
  // The mean is 0, but the interval is wider than a point.
  assertEquals(claimsOf({ inside: (s) => (s % 2 === 0 ? 0.05 : -0.05) })[3]!.verdict, "undecided");
});

Deno.test("adam: a run that diverged decides nothing, and is named; one with each seed is a difference", () => {
  const claim = claimsOf({ diverged: [2] })[3]!;
  assertEquals(claim.verdict, "undecided");
  assertStringIncludes(claim.evidence, `${LECTURE} diverged with 1 of 6 seeds`);
  assertEquals(claimsOf({ diverged: [0, 1, 2, 3, 4, 5] })[3]!.verdict, "contradicted");
});
