/**
 * Optimizers, schedules and clips by name: from their text to functions of the library.
 *
 * @module
 */
export { CLIPS, NO_CLIP } from "./clips.ts";
export {
  type Description,
  optimizerDescription,
  optimizerDescriptions,
  scheduleDescription,
  scheduleDescriptions,
} from "./descriptions.ts";
export {
  type CourseDefaults,
  courseOf,
  type CourseTexts,
  loadedOptimizers,
  type NamedOptimizer,
  type OptimizerEntry,
  optimizerOf,
  OPTIMIZERS,
  rateOf,
  type TableOptimizer,
} from "./named_optimizers.ts";
export { nameOfFile } from "./own_rule.ts";
export type { Course, Plain } from "./recipe.ts";
export { requireFit } from "./required_fit.ts";
export { scheduled } from "./scheduled.ts";
