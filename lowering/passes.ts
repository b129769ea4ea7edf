/**
 * The passes in order.
 *
 * @module
 */
import { expandComposite } from "../autodiff/composites/mod.ts";
import { type Block, NCHWC } from "./blocks/mod.ts";
import { layoutInBlocks } from "./layout/mod.ts";
import type { Graph } from "../onnx/mod.ts";
import { foldContents, replaceNodes } from "../onnx/ir/mod.ts";

/** The settings of the passes. */
export interface LoweringOptions {
  /** The channels of a block of the processor's convolutions. */
  readonly block: Block;
}

/** A pass over the graph of a training step. It keeps the names, order, types and shapes of the outputs. */
export interface Pass {
  readonly name: string;
  readonly run: (g: Graph, options: LoweringOptions) => void;
}

/** The operator sets, besides that of `ai.onnx`, that a graph must import for the passes. */
export const LOWERED_OPSETS: Readonly<Record<string, number>> = { [NCHWC]: 1 };

/** The passes, in the order in which they run. */
export const PASSES: readonly Pass[] = [
  { name: "layout", run: layoutInBlocks },
  { name: "composites", run: (g) => replaceNodes(g, (node) => expandComposite(g, node)) },
  { name: "sizes", run: foldContents },
];

/** Runs all passes over a graph, in place. */
export function lower(g: Graph, options: LoweringOptions): void {
  for (const pass of PASSES) {
    pass.run(g, options);
    g.prune();
  }
}
