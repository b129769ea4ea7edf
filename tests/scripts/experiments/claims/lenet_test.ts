import { assertEquals } from "@std/assert";
import { lenetClaims } from "../../../../scripts/experiments/networks/images/claims.ts";
import { imagesOf } from "./images.ts";
import { stored, verdicts } from "./stored.ts";

const verdictOf = (model: string, testAccuracy: number, losses: number[]) =>
  verdicts(lenetClaims(stored(imagesOf({ [model]: { testAccuracy, losses } }))));

Deno.test("lenet: 99% after three epochs holds at 0.99 and not below; other lengths decide only if they reach it sooner", () => {
  assertEquals(verdictOf("lenet", 0.99, [3, 2, 1]), ["holds"]);
  assertEquals(verdictOf("lenet-caffe", 0.995, [3, 2]), ["holds"]);
  assertEquals(verdictOf("lenet", 0.9899, [3, 2, 1]), ["contradicted"]);
  assertEquals(verdictOf("lenet", 0.995, [4, 3, 2, 1]), ["undecided"]);
  assertEquals(verdictOf("lenet", 0.985, [4, 3, 2, 1]), ["undecided"]);
  assertEquals(verdictOf("lenet", 0.9865, [3]), ["undecided"]);
  assertEquals(verdictOf("lenet", NaN, [3, 2, 1]), ["contradicted"]);
});

Deno.test("lenet: makes no claim without a LeNet", () => {
  assertEquals(verdictOf("mlp", 0.999, [1]), []);
});
