/**
 * `swats2017`: Adam first, SGD last.
 *
 * @module
 */
import {
  count,
  namesOption,
  numberOption,
  ownOptions,
  SCALE,
  seedsFrom,
  seedsOption,
  STUDY_OPTIONS,
} from "../../../cli/mod.ts";
import { experiment } from "../../../run/mod.ts";
import { claims, quantityOf } from "./claims.ts";
import { measure } from "./measure.ts";
import { page } from "./page.ts";
import { swatsTasks, TASK_NAMES } from "./tasks.ts";

const OPTIONS = {
  scale: SCALE,
  task: namesOption(
    TASK_NAMES,
    `what to train, of ${TASK_NAMES.join(", ")}; digits, or with --data-dir the others, by default`,
  ),
  seeds: seedsOption(8),
  epochs: numberOption("N", {
    text: "epochs of each training, at least 1; 40 of digits, 4 of cifar-10, 6 of ptb by default",
    range: count,
  }),
};

/** SWATS against Adam and SGD, when it switches, and what a switch at other times does. */
export const swats2017Experiment = experiment({
  summary:
    "Keskar, Socher 2017: SWATS against Adam and SGD, its tolerance, forced switches and clipped rates",
  examples: [["", "on digits"], ["--task cifar-10 --data-dir data", "a ResNet-32 on CIFAR-10"]],
  defaults: "an MLP on digits, 40 epochs, 8 seeds; ResNet-32 and an LSTM, short, with --data-dir",
  common: STUDY_OPTIONS,
  options: OPTIONS,
  async prepare(options) {
    const { scale = "default", seeds, task: names, ...own } = ownOptions(OPTIONS, options);
    const tasks = await swatsTasks(options, { scale, names, ...own });
    return { tasks, seeds: seedsFrom(options, seeds) };
  },
  measure,
  design: ({ tasks, seeds }, asked) => ({
    seeds: seeds.length,
    claims: tasks.map(({ title, score }) => ({
      claim: `Adam against SGD and SWATS on ${title}`,
      comparisons: 2,
      quantity: quantityOf(score.name, asked),
    })),
  }),
  claims,
  page,
});
