import { assertEquals, assertStringIncludes } from "@std/assert";
import { claims } from "../../../../scripts/experiments/lecture/rnn/claims.ts";
import { armOf, comparedOf, each, stored, verdicts } from "./stored.ts";

const OTHERS = ["sgd", "momentum", "nesterov", "adagrad", "adam"];

/** RMSProp's test losses are 1; the others' are given, 2 by default. Validation alone would make them at best equal. */
function claimsOf(
  seeds: number,
  { losses = {}, diverged = {} }: {
    losses?: Readonly<Record<string, number>>;
    diverged?: Readonly<Record<string, readonly number[]>>;
  } = {},
) {
  const arms = [
    armOf("rmsprop", { testLoss: each(seeds, 1), validationLoss: each(seeds, 1) }, {
      diverged: diverged.rmsprop ?? [],
    }),
    ...OTHERS.map((name) =>
      armOf(name, {
        testLoss: each(seeds, losses[name] ?? 2),
        validationLoss: each(seeds, Math.min(1, losses[name] ?? 2)),
      }, { diverged: diverged[name] ?? [] })
    ),
  ];
  return claims(stored({ compared: comparedOf(arms) }));
}

Deno.test("rnn: with 8 seeds p = 2 / 256 passes Holm's 0.05 / 5, with 7 p = 2 / 128 does not", () => {
  assertEquals(verdicts(claimsOf(8)), ["holds", "holds"]);
  assertEquals(verdicts(claimsOf(7)), ["undecided", "holds"]);
  // Against SGD alone 0.05 suffices: 2 / 64 passes, 2 / 32 does not.
  assertEquals(verdicts(claimsOf(6)), ["undecided", "holds"]);
  assertEquals(verdicts(claimsOf(5)), ["undecided", "undecided"]);
});

Deno.test("rnn: it contradicts the claims if one optimizer is better, or as good", () => {
  for (const adam of [0.5, 1]) {
    const [best, plain] = claimsOf(8, { losses: { adam } });
    assertEquals([best!.verdict, plain!.verdict], ["contradicted", "holds"]);
  }
  assertStringIncludes(
    claimsOf(8, { losses: { adam: 0.5 } })[0]!.evidence,
    "The best by validation is adam.",
  );
  assertEquals(verdicts(claimsOf(8, { losses: { sgd: 0.5 } })), ["contradicted", "contradicted"]);
});

Deno.test("rnn: a run that diverged is the worse one of its pair", () => {
  assertEquals(verdicts(claimsOf(8, { diverged: { rmsprop: [0] } })), ["undecided", "undecided"]);
  assertEquals(verdicts(claimsOf(8, { diverged: { rmsprop: each(8, (s) => s) } })), [
    "contradicted",
    "contradicted",
  ]);
  const [best, plain] = claimsOf(8, { diverged: { sgd: [1, 2] } });
  assertEquals([best!.verdict, plain!.verdict], ["holds", "holds"]);
  assertStringIncludes(plain!.evidence, "sgd diverged with 2 of 8 seeds");
});
