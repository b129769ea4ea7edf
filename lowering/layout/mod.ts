/**
 * The layout pass: rewrites a graph so that images stay in blocks of channels from the first convolution to the last.
 *
 * @module
 */
import type { Graph } from "../../onnx/mod.ts";
import type { Block } from "../blocks/mod.ts";
import { Forms } from "./forms.ts";
import { RULES } from "./rules/table.ts";

/**
 * Rewrites a finished graph for blocks of channels, in place. Its outputs keep their names, their order and, to rounding,
 * their contents.
 *
 * The pass walks over the nodes in order. A rule writes the node on images in blocks; a node that no rule takes stays, and
 * reads plain images. A reorder stands only where a plain reader meets an image in blocks, or the other way around.
 * Images in blocks begin at convolutions that are faster so; where there are none, the graph stays as it was.
 *
 * @param options.block the size of the blocks of the runtime that will run the graph, 16 or 8
 */
export function layoutInBlocks(g: Graph, { block }: { block: Block }): void {
  // Forgets which nodes the graph has, so that none of them is shared before its turn.
  g.prune();
  const nodes = g.nodes.splice(0, g.nodes.length);
  const forms = new Forms(g, block, nodes);
  for (const node of nodes) {
    const rule = RULES.get(`${node.domain}:${node.opType}`);
    if (!rule?.(node, forms)) forms.keep(node);
  }
  forms.finish();
  g.prune();
}
