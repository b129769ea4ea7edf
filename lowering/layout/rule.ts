/**
 * The interface between the pass and its rules.
 *
 * @module
 */
import type { Node } from "../../onnx/mod.ts";
import type { Forms } from "./forms.ts";

/**
 * Writes a node of the old graph in blocks and sets the forms of its results.
 *
 * @returns whether it did; otherwise it has written nothing, and the node stays as it is.
 */
export type LayoutRule = (node: Node, forms: Forms) => boolean;
