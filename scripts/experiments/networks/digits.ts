/**
 * `digits`: optimizers on the embedded UCI digits.
 *
 * @module
 */
import { TRAINING_OPTIONS } from "../../cli/mod.ts";
import { CURVATURE_OPTION, loadedOptimizers } from "../../lab/mod.ts";
import { classifierOf, readParts } from "../../lab/tasks/mod.ts";
import { experiment } from "../../run/mod.ts";
import { type Defaults, defaultsText, measure, OPTIMIZERS } from "./classify/measure.ts";
import { page } from "./classify/page.ts";

const DEFAULTS: Defaults = {
  optimizers: OPTIMIZERS,
  epochs: 40,
  batchSize: 32,
  chunk: 64,
  learningRates: { rmsprop: 2e-3, adam: 3e-3, amsgrad: 3e-3, "swats-1e-5": 3e-3 },
};

/** An MLP 64-256-10 on 1,079 images of 8 x 8 pixels, with 359 for validation and 359 for the test. */
export const digitsExperiment = experiment({
  summary: "an MLP on UCI's handwritten digits (embedded), with one optimizer after another",
  examples: [
    ["", "seven optimizers, in a few seconds"],
    ["--optimizer 'sgd(momentum=0.9),adam(beta1=0.95)'", "two optimizers with hyper-parameters of your own"],
    ["--optimizer sgd,adam --schedule cosine --epochs 10 --seed 1", "another schedule, length and seed"],
    ["--learning-rate 0.01 --optimizer adamw --json", "one JSON document instead of tables"],
  ],
  defaults: defaultsText(DEFAULTS),
  common: TRAINING_OPTIONS,
  options: CURVATURE_OPTION,
  async prepare(options) {
    // A wrong optimizer is refused before data is read.
    const optimizers = await loadedOptimizers(options, DEFAULTS.optimizers);
    const parts = await readParts("digits", { validation: 0.2, test: 0.2, seed: options.seed }, {
      dataDir: undefined,
      who: "digits",
    });
    const classifier = classifierOf(parts, "mlp-256");
    return { title: `${parts.name}, ${classifier.title}`, parts, classifier, optimizers, defaults: DEFAULTS };
  },
  measure,
  page,
});
