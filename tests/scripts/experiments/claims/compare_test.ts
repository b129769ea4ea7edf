import { assertEquals, assertStringIncludes } from "@std/assert";
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
  assertStringIncludes(claim!.evidence, "sgd: 0.100 (0.100 to 0.100), p = 0.016");
});

Deno.test("compare: the claim is undecided if another beats the best by validation on the test set", () => {
  const found = claimsOf(arm("sgd", 0.4, 0.95), arm("adam", 0.3, 0.9), arm("momentum", 0.5, 0.85));
  assertEquals(found[0]!.claim, "adam, the best by validation, has the best test accuracy.");
  assertEquals(verdicts(found), ["undecided"]);
  assertEquals(verdicts(claimsOf(arm("sgd", 0.4, 0.9), arm("adam", 0.3, 0.9))), ["undecided"]);
});

Deno.test("compare: seven seeds do not pass Holm's 0.05 / 4 against four others", () => {
  const others = ["sgd", "momentum", "nesterov", "adagrad"].map((name) => arm(name, 0.5, 0.8));
  assertEquals(verdicts(claimsOf(arm("adam", 0.3, 0.9), ...others)), ["undecided"]);
  assertEquals(verdicts(claimsOf(arm("adam", 0.3, 0.9), ...others.slice(1))), ["holds"]);
});

Deno.test("compare: an arm that diverged is neither the best nor beaten; a single arm makes no claim", () => {
  const [claim] = claimsOf(arm("sgd", 0.1, 0.99, [0]), arm("adam", 0.3, 0.9));
  assertEquals(claim!.claim, "adam, the best by validation, has the best test accuracy.");
  assertEquals(claim!.verdict, "undecided");
  assertStringIncludes(claim!.evidence, "sgd diverged with 1 of 7 seeds");
  assertEquals(claimsOf(arm("adam", 0.3, 0.9)), []);
});
