import { assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { shareInterval } from "../../../../scripts/decision/mod.ts";
import { cifar10Claims } from "../../../../scripts/experiments/networks/images/claims.ts";
import { type ImagesGiven, imagesOf } from "./images.ts";
import { stored, verdicts } from "./stored.ts";

const verdictsOf = (given: ImagesGiven) => verdicts(cifar10Claims(stored(imagesOf(given))));
const mlp = { testAccuracy: 0.5, losses: [2, 1] };

Deno.test("cifar10: a ResNet trains stably if its loss falls in every epoch", () => {
  const of = (losses: number[]) => verdictsOf({ resnet: { testAccuracy: 0.6, losses }, mlp });
  assertEquals(of([3, 2, 1]), ["holds", "holds"]);
  assertEquals(of([3, 2, 2]), ["contradicted", "holds"]);
  assertEquals(of([3, NaN]), ["contradicted", "holds"]);
});

Deno.test("cifar10: a ResNet beats an MLP if it is better by more than the test images scatter", () => {
  const of = (testAccuracy: number) =>
    cifar10Claims(stored(imagesOf({ "resnet-32": { testAccuracy, losses: [2, 1] }, mlp })))[1]!;
  // Of 1,000 images: the standard error of the difference is 2.2 points.
  assertEquals([0.6, 0.54, 0.5, 0.48, 0.4, NaN].map((a) => of(a).verdict), [
    "holds",
    "undecided",
    "undecided",
    "undecided",
    "contradicted",
    "contradicted",
  ]);
  const { effect, test, needs } = of(0.54);
  assertAlmostEquals(effect!.value, 4, 1e-9);
  // statsmodels 0.15.0: proportions_ztest, and confint_proportions_2indep(method="newcomb").
  assertAlmostEquals(test!.p, 0.07340775532354289, 1e-12);
  assertAlmostEquals(effect!.low, -0.37806134095505275, 1e-10);
  assertAlmostEquals(effect!.high, 8.356448633921995, 1e-10);
  assertEquals(test!.name, "two-proportion z-test");
  assertStringIncludes(needs!.text, "test examples would decide");
  assertEquals(of(0.6).needs, undefined);
});

Deno.test("cifar10: makes the claims that its networks allow", () => {
  assertEquals(verdictsOf({ resnet: { testAccuracy: 0.6, losses: [2, 1] } }), ["holds"]);
  assertEquals(verdictsOf({ mlp }), []);
});

Deno.test("shareInterval() is Wilson's interval", () => {
  // statsmodels: proportion_confint(540, 1000, method="wilson").
  const { low, high } = shareInterval(0.54, 1000);
  assertAlmostEquals(low, 0.509015286202262, 1e-12);
  assertAlmostEquals(high, 0.5706785731188936, 1e-12);
});
