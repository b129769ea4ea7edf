import { assertEquals } from "@std/assert";
import { bestByValidation } from "../../scripts/lab/best_by_validation.ts";

/** Returns the index of the best of `[accuracy, loss]`. */
const best = (...scores: readonly (readonly [validationAccuracy: number, validationLoss: number])[]) =>
  bestByValidation(
    scores.map(([validationAccuracy, validationLoss], i) => ({ i, validationAccuracy, validationLoss })),
    (s) => s,
  ).i;

Deno.test("bestByValidation() takes the highest accuracy, then the lowest loss, then the first", () => {
  assertEquals(best([0.8, 0.1], [0.9, 0.5], [0.7, 0.1]), 1);
  assertEquals(best([0.9, 0.5], [0.9, 0.4], [0.9, 0.6]), 1);
  assertEquals(best([0.8, 0.3], [0.9, 0.4], [0.9, 0.4]), 1);
});

Deno.test("bestByValidation() ranks trainings that diverged last, and takes the first if all did", () => {
  // With NaN scores the first class is predicted, so an accuracy may be finite and look high.
  assertEquals(best([0.99, NaN], [0.2, 3]), 1);
  assertEquals(best([NaN, NaN], [0.99, Infinity], [0.1, 9]), 2);
  assertEquals(best([0.3, NaN], [0.4, NaN]), 0);
});
