import { assertEquals } from "@std/assert";
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

Deno.test("cifar10: a ResNet beats an MLP if its test accuracy is higher", () => {
  const of = (testAccuracy: number) => verdictsOf({ "resnet-32": { testAccuracy, losses: [2, 1] }, mlp });
  assertEquals(of(0.51), ["holds", "holds"]);
  assertEquals(of(0.5), ["holds", "contradicted"]);
  assertEquals(of(NaN), ["holds", "contradicted"]);
});

Deno.test("cifar10: makes the claims that its networks allow", () => {
  assertEquals(verdictsOf({ resnet: { testAccuracy: 0.6, losses: [2, 1] } }), ["holds"]);
  assertEquals(verdictsOf({ mlp }), []);
});
