/**
 * `mnist`: optimizers on MNIST.
 *
 * @module
 */
import { CURVATURE_OPTION, loadedOptimizers } from "../../lab/mod.ts";
import { classifierOf, readParts } from "../../lab/tasks/mod.ts";
import { experiment } from "../../run/mod.ts";
import { type Defaults, defaultsText, measure, OPTIMIZERS } from "./classify/measure.ts";
import { page } from "./classify/page.ts";

const DEFAULTS: Defaults = { optimizers: OPTIMIZERS, epochs: 5, batchSize: 128, chunk: 64 };

/** An MLP 784-1000-10 on 50,000 images of 28 x 28 pixels, with 10,000 for validation and 10,000 for the test. */
export const mnistExperiment = experiment({
  summary: "an MLP on MNIST (needs --data-dir), with one optimizer after another",
  examples: [["--data-dir data/mnist", "with the four IDX files in a folder; fetch mnist downloads them"], [
    "--optimizer adam --epochs 1",
    "one optimizer, one epoch",
  ]],
  defaults: defaultsText(DEFAULTS),
  options: CURVATURE_OPTION,
  async prepare(options) {
    // A wrong optimizer is refused before data is read.
    const optimizers = await loadedOptimizers(options, DEFAULTS.optimizers);
    const { dataDir, seed } = options;
    const place = { dataDir, who: "mnist", files: "MNIST's four IDX files" };
    const parts = await readParts("mnist", { validation: 1 / 6, seed }, place);
    const classifier = classifierOf(parts, "mlp-1000");
    return { title: `${parts.name}, ${classifier.title}`, parts, classifier, optimizers, defaults: DEFAULTS };
  },
  measure,
  page,
});
