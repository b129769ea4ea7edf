/**
 * Random changes of a batch's examples while a model trains.
 *
 * @module
 */
export {
  type Augment,
  type Augmentation,
  type Cutout,
  cutout,
  type CutoutOptions,
  type HorizontalFlip,
  horizontalFlip,
  type HorizontalFlipOptions,
  type Mixup,
  mixup,
  type MixupOptions,
  type RandomCrop,
  randomCrop,
  type RandomCropOptions,
} from "./augmentation.ts";
export type { DrawnFor, StepDraw } from "./draw.ts";
export { mixed, type MixupStage } from "./mixup_stage.ts";
export { type AugmentedInput, type AugmentPlan, type InputPlan, planAugment } from "./plan.ts";
