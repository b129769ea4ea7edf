/**
 * The losses of single examples, whose mean is a model's loss.
 *
 * @module
 */
import { type Graph, Node, type Value } from "../../onnx/mod.ts";

/**
 * Returns the losses of the examples `[N]`, given their mean: that of a softmax cross-entropy, or of a `ReduceMean` over all
 * axes, as `withLoss` writes them. A cross-entropy of `[N, C, d…]` is averaged over the places of each example.
 *
 * @throws {RangeError} when the loss is another one.
 */
export function exampleLosses(g: Graph, loss: Value): Value {
  const node = throughShapes(loss).producer;
  const each = node?.opType === "SoftmaxCrossEntropyLoss"
    ? crossEntropies(g, node)
    : node?.opType === "ReduceMean" && isWhole(node)
    ? node.inputs[0]!
    : undefined;
  if (each === undefined || each.shape === undefined || each.shape.length === 0) {
    throw new RangeError(
      `the losses of single examples are not found: '${loss.name}' is ${
        node ?? "not computed"
      }, and must be a mean over ` +
        "examples by SoftmaxCrossEntropyLoss without class weights, or by ReduceMean over all axes",
    );
  }
  const rest = each.shape.slice(1).map((_, i) => i + 1);
  return rest.length === 0 ? each : g.reduceMean(each, rest, { keepdims: 0 });
}

/** Goes back over nodes that only change the shape of a number. */
function throughShapes(v: Value): Value {
  const node = v.producer;
  const same = ["Identity", "Reshape", "Squeeze", "Unsqueeze"];
  return node !== undefined && same.includes(node.opType) ? throughShapes(node.inputs[0]!) : v;
}

function crossEntropies(g: Graph, node: Node): Value | undefined {
  const { domain, opset, inputs, attributes } = node;
  const plain = node.string("reduction") === "mean" && !inputs[2] && node.int("ignore_index") === undefined;
  if (!plain) return undefined;
  const none = new Map([...attributes, ["reduction", { type: "STRING", value: "none" } as const]]);
  return g.append(new Node(node.opType, domain, opset, "", inputs, none), 1)[0]!;
}

/** Returns whether a reduction goes over all axes. */
function isWhole(node: Node): boolean {
  const axes = node.inputs[1];
  if (!axes) return node.int("noop_with_empty_axes") !== 1;
  const rank = node.inputs[0]!.shape?.length;
  return axes.contents !== undefined && axes.contents.length === rank;
}

/** Returns the scores of a softmax cross-entropy, and how many classes they have. @throws {RangeError} when the loss is another one. */
export function scoresOf(loss: Value): { scores: Value; classes: number } {
  const node = throughShapes(loss).producer;
  const scores = node?.opType === "SoftmaxCrossEntropyLoss" ? node.inputs[0]! : undefined;
  const classes = scores?.shape?.[1];
  if (scores === undefined || typeof classes !== "number") {
    throw new RangeError(
      `classes can be sampled from the scores of a SoftmaxCrossEntropyLoss alone, '${loss.name}' is ${
        node ?? "not computed"
      }`,
    );
  }
  return { scores, classes };
}
