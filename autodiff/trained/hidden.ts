/**
 * Finds weights that a model keeps outside its initializers.
 *
 * @module
 */
import { graphFor } from "../../onnx/convert/mod.ts";
import { hiddenWeights, withHiddenWeights } from "../../onnx/weights/mod.ts";
import { importModel, type Model } from "../../onnx/mod.ts";
import { judged, type ModelParameter } from "./trainable.ts";

/** A weight of a `Constant` node or a subgraph. It is trained only if `parameters` names it. */
export interface HiddenParameter extends ModelParameter {
  /** The place that holds it. */
  readonly kind: "Constant node" | "initializer of a subgraph";
}

/**
 * Returns the hidden tensors of a model that would be trained if they were initializers. Tensors that share a name are
 * left out, because the name could not select one.
 *
 * @param end the value to train for; all outputs by default
 */
export function describeHidden(model: Model, end?: string): HiddenParameter[] {
  const hidden = hiddenWeights(model);
  const count = (name: string) => hidden.filter((w) => w.name === name).length;
  const single = hidden.filter((w) => count(w.name) === 1);
  if (single.length === 0) return [];
  const graph = graphFor(model);
  const { outputs, values } = importModel(withHiddenWeights(model, single.map((w) => w.name)), graph);
  const ends = end === undefined ? outputs : [values.get(end)!];
  const found = new Map(
    judged(graph, { ends, producer: model.producerName }).map((j) => [j.parameter.name, j]),
  );
  return single.flatMap((w) => {
    const { parameter, evident } = found.get(w.name) ?? {};
    return evident && parameter?.constant === undefined ? [{ ...parameter!, ...w }] : [];
  });
}
