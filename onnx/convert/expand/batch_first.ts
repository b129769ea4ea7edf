/**
 * Recurrent layers whose sequences come first, in the layout that ONNX Runtime has kernels for.
 *
 * @module
 */
import type { Graph, Node, Value } from "../../ir/mod.ts";

/**
 * Adds to `g` the equivalent of a recurrent layer with `layout` 1: the same layer with steps first, between transposes.
 *
 * @returns the outputs, or `undefined` for any other node.
 */
export function stepsFirst(g: Graph, node: Node, names: readonly string[]): (Value | null)[] | undefined {
  if (node.domain !== "" || !/^(RNN|GRU|LSTM)$/.test(node.opType) || node.int("layout") !== 1) {
    return undefined;
  }
  // X, initial_h and initial_c have sequences first.
  const inputs = node.inputs.map((x, i) =>
    x !== null && [0, 5, 6].includes(i) ? g.transpose(x, { perm: [1, 0, 2] }) : x
  );
  const attributes = Object.fromEntries(
    [...node.attributes].filter(([name]) => name !== "layout").map(([name, a]) => [name, a.value as number]),
  );
  const outputs = g.emit(node.opType, inputs, { attributes, outputs: names.length, name: node.name });
  return names.map((name, i) =>
    name === "" ? null : g.emit("Transpose", [outputs[i]!], {
      attributes: { perm: i === 0 ? [2, 0, 1, 3] : [1, 0, 2] },
      outputNames: [name],
      share: false,
    })[0]!
  );
}
