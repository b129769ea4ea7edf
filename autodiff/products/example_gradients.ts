/**
 * A model in, the model of the gradients of single examples out.
 *
 * @module
 */
import { checkOptions, type OptionNames } from "../../options/mod.ts";
import { buildModel, type Model, type Value } from "../../onnx/mod.ts";
import { graphFor } from "../../onnx/convert/mod.ts";
import { derivedFrom, type GradientOptions, gradientsOf } from "../derived.ts";
import { lossOf, preparedOf } from "../trained/mod.ts";

/** The loss and its parameters. */
export type ExampleGradientOptions = Omit<GradientOptions, "quantization">;

const OPTIONS = { loss: true, parameters: false, untie: false, target: ["cpu", "gpu"] } satisfies OptionNames<
  ExampleGradientOptions
>;

/**
 * Returns the gradient of each example's own loss, as a model of `ai.onnx` operators alone: the model runs on a batch of one
 * for each entry along the first axis of its inputs, in a `Scan`.
 *
 * Its inputs are the inputs of the model, which all hold an example an entry, and each parameter `p` that was an
 * initializer; its outputs are the losses `[N]` and for each parameter `grad_p` `[N, …]`. Batch normalization in training
 * form would normalize each example by itself, and is refused.
 *
 * @throws {RangeError} as `gradientModel` does; when an input has no axis, or the parameters are no initializers
 * @throws {MissingRuleError} when operators on the way have no differentiation rule: it names all of them.
 *
 * @example
 * ```ts
 * import { buildModel, exampleGradientModel, Graph, openSession, tensor, tensorOf } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 * const g = new Graph();
 * const w = g.initializer("w", tensor(Float32Array.of(1)));
 * g.output(g.reduceMean(g.mul(g.input("x", "float32", ["N"]), w), null, { keepdims: 0 }), "loss");
 * await using session = await openSession(exampleGradientModel(buildModel(g), { loss: "loss" }));
 * const { grad_w } = await session.run({ x: tensorOf([1, 2, 3]), w: tensorOf([5]) });
 * assertEquals([grad_w!.shape, [...grad_w!.data as Float32Array]], [[3, 1], [1, 2, 3]]);
 * ```
 */
export function exampleGradientModel(model: Model, options: ExampleGradientOptions): Model {
  checkOptions("exampleGradientModel", options, OPTIONS);
  const { target = "cpu" } = options;
  const { chosen, name } = derivedFrom(model, options, {
    caller: "exampleGradientModel",
    suffix: "examples",
    prefixes: ["grad_"],
  });
  const prepared = preparedOf(model, options);
  refuseBatchStatistics(prepared.model);
  const g = graphFor(prepared.model, { name: `${model.graph?.name || "graph"}_examples` });
  const inputs = model.graph!.input.filter(({ name: n }) => !chosen.some((p) => p.name === n));
  g.reserve([name, ...chosen.map((p) => `grad_${p.name}`)]);
  const read = graphFor(prepared.model);
  const { values: known } = prepared.exact.addTo(read, {});
  const data = inputs.map(({ name: n }) => {
    const { dtype, shape } = known.get(n)!.known;
    if (shape === undefined || shape.length === 0) {
      throw new RangeError(
        `exampleGradientModel: input '${n}' must hold an example an entry, and has no axis`,
      );
    }
    return g.input(n, dtype, shape);
  });
  const params = chosen.map((p) => g.input(g.freeName(p.name), p.dtype, p.shape));
  const { outputs } = g.scan({
    states: [],
    scanned: data,
    body(step, _, slices) {
      const bind: Record<string, Value> = {};
      data.forEach((x, i) => bind[x.name] = step.unsqueeze(slices[i]!, [0]));
      chosen.forEach((p, i) => bind[p.name] = params[i]!);
      const { values } = prepared.exact.addTo(step, { bind });
      const loss = lossOf(values, name);
      const grads = gradientsOf(step, { loss, wrt: params, target });
      const scalar = loss.shape?.length === 0 ? loss : step.reshape(loss, step.constant([], "int64"));
      return { states: [], outputs: [scalar, ...grads] };
    },
  });
  g.output(outputs[0]!, name);
  params.forEach((p, i) => g.output(outputs[i + 1]!, `grad_${p.name}`));
  g.prune();
  return buildModel(g, { metadata: model.metadataProps });
}

function refuseBatchStatistics(model: Model): void {
  const inTraining = model.graph!.node.find((n) =>
    n.opType === "BatchNormalization" &&
    n.attribute.some((a) => a.name === "training_mode" && Number(a.i) === 1)
  );
  if (inTraining === undefined) return;
  throw new RangeError(
    `exampleGradientModel: BatchNormalization node '${inTraining.name}' normalizes by the batch, so that no example has a ` +
      "gradient of its own: use the model in evaluation form",
  );
}
