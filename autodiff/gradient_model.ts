/**
 * A model in, the model of its gradient out.
 *
 * @module
 */
import { buildModel, type Model } from "../onnx/mod.ts";
import { derivedFrom, type GradientOptions, gradientsOf, outputName } from "./derived.ts";
import type { PreparedModel } from "./trained/mod.ts";

export type { GradientOptions };

/**
 * Returns the gradient of a model, as a model of `ai.onnx` operators alone.
 *
 * Its inputs are the inputs of the model and then each parameter that was an initializer, under its own name; its
 * outputs are the loss and then, for each parameter `p`, `grad_p`, of the shape of `p`. If an input, an initializer or
 * the loss already has that name, a number is appended: `grad_p_1`. Models of older operator sets are brought to
 * `DEFAULT_OPSET` on the way. The result can be differentiated again.
 *
 * @throws {RangeError} when the loss or a parameter does not exist or is not a float, or the loss has more than one
 * element; when there is no parameter, or the loss does not depend on a named one; when every path from a parameter to
 * the loss passes through nodes that stop gradients: `QuantizeLinear`, `ArgMax`, a cast to integers or, for
 * initializers, `Round` and other operators whose derivative is 0 everywhere.
 * @throws {MissingRuleError} when operators on the way have no differentiation rule: it names all of them.
 *
 * @example The gradient of `mean(x * w)` with respect to `w`
 * ```ts
 * import { buildModel, Graph } from "../onnx/mod.ts";
 * import { tensor } from "../onnx/tensor/tensor.ts";
 * import { gradientModel } from "./gradient_model.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const g = new Graph();
 * const w = g.initializer("w", tensor(new Float32Array(3)));
 * g.output(g.reduceMean(g.mul(g.input("x", "float32", ["N", 3]), w), null, { keepdims: 0 }), "loss");
 * const gradient = gradientModel(buildModel(g), { loss: "loss" });
 * assertEquals(gradient.graph!.input.map((i) => i.name), ["x", "w"]);
 * assertEquals(gradient.graph!.output.map((o) => o.name), ["loss", "grad_w"]);
 * ```
 */
export function gradientModel(given: Model, options: GradientOptions): Model;
/**
 * Returns the gradient of a prepared model, with respect to its trained parameters.
 *
 * @example
 * ```ts
 * import { buildModel, Graph, tensor } from "../onnx/mod.ts";
 * import { prepareModel } from "./trained/prepare.ts";
 * import { gradientModel } from "./gradient_model.ts";
 * import { assertEquals } from "@std/assert";
 * const g = new Graph();
 * const w = g.initializer("w", tensor(new Float32Array(3)));
 * g.output(g.reduceMean(g.mul(g.input("x", "float32", ["N", 3]), w), null, { keepdims: 0 }), "loss");
 * const gradient = gradientModel(prepareModel(buildModel(g)));
 * assertEquals(gradient.graph!.output.map((o) => o.name), ["loss", "grad_w"]);
 * ```
 */
export function gradientModel(given: PreparedModel, options?: Pick<GradientOptions, "target">): Model;
export function gradientModel(
  given: Model | PreparedModel,
  options: Partial<GradientOptions> = {},
): Model {
  const { graph, metadata, loss, chosen, straight, name } = derivedFrom(given, options, {
    caller: "gradientModel",
    suffix: "gradient",
    prefixes: ["grad_"],
  });
  const grads = gradientsOf(graph, {
    loss,
    wrt: chosen,
    target: options.target ?? "cpu",
    ...(straight ? { own: straight.rules, constants: straight.constants } : {}),
  });
  graph.output(loss, name);
  chosen.forEach((v, i) => graph.output(grads[i]!, outputName(graph, "grad_", v)));
  graph.prune();
  return buildModel(graph, { metadata });
}
