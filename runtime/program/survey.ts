/**
 * Finds what of a model is trained, without training it.
 *
 * @module
 */
import {
  exportWarnings,
  lossOf,
  type ModelParameter,
  type Selection,
  selection,
} from "../../autodiff/trained/mod.ts";
import { type Quantization, StraightThrough } from "../../autodiff/mod.ts";
import { type Graph, importModel, type Model } from "../../onnx/mod.ts";
import { graphFor } from "../../onnx/convert/mod.ts";
import { runningStatistics, type Tie, tiesOf, tieText } from "../../onnx/weights/mod.ts";

/**
 * Selects what is trained, reported by the model's own names, and finds initializers that stand for several tensors.
 *
 * @throws {RangeError} when a trained initializer also holds running statistics; whatever `selection` throws.
 */
export function selectionOf(
  model: Model,
  { loss, names, straightThrough }: {
    loss: string;
    names: readonly string[] | undefined;
    straightThrough: boolean;
  },
): Selection & { graph: Graph; ties: readonly Tie[] } {
  const graph = graphFor(model);
  const straight = straightThrough ? new StraightThrough(graph) : undefined;
  const { values } = importModel(model, graph, straight ? { replace: straight.replace } : {});
  const chosen = selection(graph, {
    model,
    values,
    loss: lossOf(values, loss),
    names,
    ...(straight ? { passing: straight.passing } : {}),
  });
  const trained = chosen.trained.map((v) => v.name);
  const statistics = runningStatistics(model);
  const both = trained.filter((name) => statistics.includes(name));
  if (both.length > 0) {
    throw new RangeError(
      `${
        tiesOf(model, both).map(tieText).join("; ")
      }; set untie to true, or list in parameters only other weights`,
    );
  }
  return { ...chosen, graph, ties: tiesOf(model, [...trained, ...statistics]) };
}

/**
 * Reports the parameters that a training leaves out, and the warnings. `model` and `parameters` are as `prepareModel`
 * returns them.
 */
export function surveyTraining(
  { model, loss = "loss", parameters, quantization }: {
    readonly model: Model;
    readonly loss?: string;
    readonly parameters?: readonly string[];
    readonly quantization?: Quantization;
  },
): { leftOut: ModelParameter[]; warnings: string[] } {
  const straightThrough = quantization === "straight-through";
  const { graph, trained, parameters: all, warnings, ties } = selectionOf(model, {
    loss,
    names: parameters,
    straightThrough,
  });
  return {
    leftOut: all.filter((p) => p.constant !== undefined),
    warnings: [...warnings, ...ties.map(tieText), ...exportWarnings(graph, trained)],
  };
}
