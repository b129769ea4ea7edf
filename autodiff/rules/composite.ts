/**
 * Rules of operators that are made of others: those take the operator's place, and the gradient is theirs.
 *
 * @module
 */
import { attention as attentionOf, rotaryEmbedding as rotaryOf } from "../../onnx/convert/mod.ts";
import { Node, type Value } from "../../onnx/mod.ts";
import { type Rule, Site } from "../site.ts";

/** Returns a rule from the equivalent of an operator. `write` returns a value for each output that the node has. */
export function composite(write: (site: Site) => readonly (Value | null)[]): Rule {
  return (s) => {
    const { g, node } = s;
    // Copies of the operands bound the sweep: one operand may depend on another.
    const copies = node.inputs.map((x, i) =>
      x !== null && s.wants(i) ? g.emit("Identity", [x], { share: false })[0]! : x
    );
    const inner = new Node(node.opType, node.domain, node.opset, node.name, copies, node.attributes);
    inner.outputs = node.outputs;
    const values = write(new Site(g, inner, s.cotangents, s.wanted, s.sweep));
    const seeds = s.cotangents.flatMap((
      cotangent,
      i,
    ) => (cotangent ? [{ value: values[i]!, cotangent }] : []));
    g.substitute(node, values);
    const wrt = copies.filter((x, i): x is Value => x !== null && s.wants(i));
    const grads = s.backward(g, { seeds, wrt }).values();
    return copies.map((_, i) => (s.wants(i) ? grads.next().value! : null));
  };
}

/** Attention: softmax(scale q k' + mask) v. */
export const attention: Rule = composite((s) => {
  const { g, node } = s;
  const mode = node.int("qk_matmul_output_mode");
  if (node.outputs[3] && mode !== 0 && mode !== 3) {
    throw new TypeError(
      `${node}: the gradient is implemented for qk_matmul_output_mode 0 and 3, got ${mode}`,
    );
  }
  const heads = [node.int("q_num_heads"), node.int("kv_num_heads")];
  const past = s.optional(4);
  const { y, present, scores, weights } = attentionOf(g, {
    q: s.x(0),
    k: s.x(1),
    v: s.x(2),
    mask: s.optional(3),
    past: past && [past, s.x(5)],
    lengths: s.optional(6),
    ...(heads[0] === undefined ? {} : { heads: [heads[0], heads[1] ?? heads[0]] as const }),
    causal: node.int("is_causal") === 1,
    window: [node.int("left_window_size") ?? -1, node.int("right_window_size") ?? -1],
    scale: node.float("scale"),
    softcap: node.float("softcap") ?? 0,
  });
  return [y, ...present, mode === 3 ? weights : scores];
});

/** RotaryEmbedding: pairs of numbers turned by angles. */
export const rotaryEmbedding: Rule = composite((s) => [
  rotaryOf(s.g, {
    x: s.x(0),
    cos: s.x(1),
    sin: s.x(2),
    positions: s.optional(3),
    heads: s.node.int("num_heads"),
    interleaved: s.node.int("interleaved") === 1,
    turned: s.node.int("rotary_embedding_dim") ?? 0,
  }),
]);

/** Compress: the elements, or slices along an axis, where the condition holds. */
export const compress: Rule = composite((s) => {
  const { g, node } = s;
  const axis = node.int("axis");
  const indices = g.reshape(g.nonZero(s.x(1)), [-1]);
  return [g.gather(axis === undefined ? g.reshape(s.x(), [-1]) : s.x(), indices, { axis: axis ?? 0 })];
});

/** Range: start + i delta; the limit only says how long it is. */
export const range: Rule = (s) => {
  const { g, dy } = s;
  const zero = g.constant(0, dy.dtype);
  const positions = g.range(zero, g.cast(g.size(dy), { to: dy.dtype }), g.constant(1, dy.dtype));
  return [
    g.reduceSum(dy, null, { keepdims: 0 }),
    null,
    s.wants(2) ? g.reduceSum(g.mul(dy, positions), null, { keepdims: 0 }) : null,
  ];
};
