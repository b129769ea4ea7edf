/**
 * The problem on the embedded table of tumors.
 *
 * @module
 */
import { classifierOf, readParts } from "../../lab/tasks/mod.ts";
import type { Problem } from "../problem.ts";
import { taskOf } from "./task_parts.ts";

/** Logistic regression on 30 measurements. */
export const breastCancer: Problem = {
  name: "breast_cancer",
  title: "logistic regression on breast cancer",
  about:
    "Logistic regression 30-2 from weights of zero on Breast Cancer Wisconsin (Diagnostic), its columns standardized by " +
    "the training examples: 341 of 569, with 114 each for validation and the test.",
  set: "embedded",
  metric: "loss",
  batchSize: 32,
  epochs: 10,
  async load({ published }) {
    const parts = await readParts("breast-cancer", { validation: 0.2, test: 0.2 }, {
      dataDir: undefined,
      who: "benchmark",
    });
    return taskOf(parts, { model: classifierOf(parts, "linear").model, published });
  },
};
