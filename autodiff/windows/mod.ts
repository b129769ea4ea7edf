/**
 * Windows that slide over spatial axes: the layout of those of convolutions and pools, and reading and writing their
 * entries.
 *
 * @module
 */
export { type Axis, coveredSize, extent, idleAxis, isIdle, isPoolPadding, windowsOver } from "./axis.ts";
export { fold, foldInTurn, foldSame } from "./fold.ts";
export { covered, entries, entriesOfRows, padded, places, spatial, windowAxes } from "./window.ts";
