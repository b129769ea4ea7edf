/**
 * Element-wise updates of many parameters as operations on one flat vector.
 *
 * @module
 */
export { CPU_VECTORS, type FlatOptions, GPU_VECTORS } from "./flat_options.ts";
export { flatten } from "./flattened.ts";
export { type Group, groupsOf } from "./groups.ts";
export { type JoinedInputs, joinedInputs } from "./joined_inputs.ts";
export { type Layout, layoutOf, vectors } from "./layout.ts";
export { pack, unpack, unpadded } from "./vector.ts";
