import { assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { claims } from "../../../../scripts/experiments/compare/claims.ts";
import { armOf, comparedOf, each, stored, verdicts } from "./stored.ts";

/** Returns an arm with a validation loss and a test accuracy, the same with each of 7 seeds. */
function arm(name: string, validationLoss: number, testAccuracy: number, diverged: readonly number[] = []) {
  return armOf(
    name,
    { validationLoss: each(7, validationLoss), testAccuracy: each(7, testAccuracy) },
    { diverged },
  );
}

function claimsOf(...arms: readonly ReturnType<typeof arm>[]) {
  return claims(stored({ compared: comparedOf(arms) }));
}

Deno.test("compare: the best by validation beats each of the others with p = 2 / 128 < 0.05 / 2", () => {
  const [claim] = claimsOf(arm("sgd", 0.4, 0.8), arm("adam", 0.3, 0.9), arm("momentum", 0.5, 0.85));
  assertEquals(claim!.claim, "adam, the best by validation, has the best test accuracy.");
  assertEquals(claim!.verdict, "holds");
  assertStringIncludes(claim!.evidence, "sgd: 10.0 points (10.0 to 10.0), p = 0.031");
});

Deno.test("compare: the claim is contradicted if another beats the best by validation on the test set", () => {
  const found = claimsOf(arm("sgd", 0.4, 0.95), arm("adam", 0.3, 0.9), arm("momentum", 0.5, 0.85));
  assertEquals(found[0]!.claim, "adam, the best by validation, has the best test accuracy.");
  assertEquals(verdicts(found), ["contradicted"]);
  const { effect, test } = found[0]!;
  assertEquals([effect!.of, effect!.unit, effect!.smallest], ["sgd", "points", 0.5]);
  assertAlmostEquals(effect!.value, -5, 1e-9);
  assertEquals(test, {
    name: "sign flips of the paired differences",
    p: 2 * 2 / 128,
    level: 0.05,
    correction: "Holm",
    comparisons: 2,
  });
});

Deno.test("compare: the claim is contradicted if the difference is smaller than what matters", () => {
  const two = (accuracy: number) => [arm("sgd", 0.4, accuracy), arm("adam", 0.3, 0.9)] as const;
  assertEquals(verdicts(claimsOf(...two(0.9))), ["contradicted"]);
  const [small] = claimsOf(...two(0.896));
  assertEquals(small!.verdict, "contradicted");
  assertStringIncludes(small!.evidence, "less than 0.5 points does not matter. The difference is smaller");
  assertEquals(verdicts(claimsOf(...two(0.894))), ["holds"]);
  // The smallest that matters is asked for.
  const decide = (effect: number) => claims(stored({ compared: comparedOf(two(0.896)) }), { effect });
  assertEquals(verdicts([...decide(0.3), ...decide(0.5)]), ["holds", "contradicted"]);
});

Deno.test("compare: what does not decide says how many seeds would", () => {
  const needs = (arms: number, seeds: number) => {
    const all = Array.from(
      { length: arms },
      (_, i) =>
        armOf(`${i}`, { validationLoss: each(seeds, i + 1), testAccuracy: each(seeds, 0.9 - i / 10) }),
    );
    return claims(stored({ compared: comparedOf(all) }))[0]!;
  };
  assertEquals([2, 3, 4, 5].map((arms) => needs(arms, 5).needs!.seeds), [6, 7, 7, 8]);
  assertEquals(
    needs(4, 5).needs!.text,
    "5 seeds cannot show this at 5 % after Holm's correction for 3 comparisons; 7 can.",
  );
  assertEquals(needs(2, 5).needs!.text, "5 seeds cannot show this at 5 %; 6 can.");
  assertEquals(
    [needs(2, 6), needs(4, 7)].map((c) => [c.verdict, c.needs]),
    Array(2).fill(["holds", undefined]),
  );
});

Deno.test("compare: seven seeds do not pass Holm's 0.05 / 4 against four others", () => {
  const others = ["sgd", "momentum", "nesterov", "adagrad"].map((name) => arm(name, 0.5, 0.8));
  assertEquals(verdicts(claimsOf(arm("adam", 0.3, 0.9), ...others)), ["undecided"]);
  assertEquals(verdicts(claimsOf(arm("adam", 0.3, 0.9), ...others.slice(1))), ["holds"]);
});

Deno.test("compare: an arm that diverged is not the best by validation; a single arm makes no claim", () => {
  const [claim] = claimsOf(arm("sgd", 0.1, 0.99, [0]), arm("adam", 0.3, 0.9));
  assertEquals(claim!.claim, "adam, the best by validation, has the best test accuracy.");
  assertEquals(claim!.verdict, "undecided");
  assertStringIncludes(claim!.evidence, "sgd diverged with 1 of 7 seeds");
  assertEquals(claimsOf(arm("adam", 0.3, 0.9)), []);
});

Deno.test("compare: if a run of each arm diverged, the best has the fewest such runs", () => {
  const best = (...arms: readonly ReturnType<typeof arm>[]) => claimsOf(...arms)[0]!.claim.split(",")[0];
  assertEquals(best(arm("sgd", 0.1, 0.9, [0, 1]), arm("adam", 0.3, 0.9, [2])), "adam");
  assertEquals(best(arm("sgd", 0.3, 0.9, [0]), arm("adam", 0.1, 0.9, [2])), "adam");
  assertEquals(best(arm("sgd", 0.3, 0.9, [0, 1, 2, 3, 4, 5, 6]), arm("adam", 0.4, 0.9, [2])), "adam");
  const all = [0, 1, 2, 3, 4, 5, 6];
  assertEquals(verdicts(claimsOf(arm("sgd", 0.3, 0.9, all), arm("adam", 0.4, 0.9, all))), ["undecided"]);
});

Deno.test("compare: without accuracies the claim is about the test loss, by its ratio", () => {
  const regression = (name: string, validationLoss: number, testLoss: number) =>
    armOf(name, {
      validationLoss: each(7, validationLoss),
      testLoss: each(7, testLoss),
      testAccuracy: each(7, NaN),
    });
  const decide = (sgd: number, adam: number) =>
    claims(
      stored({ compared: comparedOf([regression("sgd", 0.4, sgd), regression("adam", 0.3, adam)]) }),
    )[0]!;
  const found = [decide(0.5, 0.4), decide(0.4, 0.5), decide(0.5, 0.499)];
  assertEquals(found[0]!.claim, "adam, the best by validation, has the lowest test loss.");
  assertEquals(verdicts(found), ["holds", "contradicted", "contradicted"]);
  assertAlmostEquals(found[0]!.effect!.value, 0.8, 1e-9);
  const { needs } = claims(stored({
    compared: comparedOf(["sgd", "adam"].map((name, i) =>
      armOf(name, {
        validationLoss: each(5, 1 - i / 2),
        testLoss: each(5, 1 - i / 2),
        testAccuracy: each(5, NaN),
      })
    )),
  }))[0]!;
  assertEquals(needs?.seeds, 6);
});
