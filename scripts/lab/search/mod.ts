/**
 * Search spaces of hyper-parameters, and quasi-random settings drawn from them.
 *
 * @module
 */
export { type HaltonOptions, haltonPoints } from "./halton.ts";
export {
  type AtEdge,
  drawSettings,
  EDGE,
  edgesOf,
  type IntervalScale,
  positionOf,
  type SearchChoices,
  type SearchInterval,
  type SearchSpace,
  type Setting,
  settingsWith,
  valueAt,
} from "./space.ts";
