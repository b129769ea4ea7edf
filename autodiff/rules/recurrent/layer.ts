/**
 * Parts that the gradients of the recurrent layers share.
 *
 * Only a few operators run step by step, in one `Scan` forward and one backward. The rest runs for all steps at once:
 * the gradients of the weights are large matrix products. The runtime's own kernels return the hidden states alone, so
 * graphs that are differentiated have a forward pass instead that also returns the residuals.
 *
 * @module
 */
import type { Graph, Node, Operand, Value } from "../../../onnx/mod.ts";
import type { Rule, Site } from "../../site.ts";
import { type Activation, activationsOf } from "./activations.ts";

/** One direction of a layer. T steps, B sequences, I inputs, H hidden units, G gates; `rows` are the T * B steps of all. */
export interface Pass {
  /** The graph to write into. */
  readonly g: Graph;
  /** The layer. */
  readonly node: Node;
  /** The number of hidden units. */
  readonly hidden: number;
  /** Whether it goes from the last step to the first. */
  readonly reverse: boolean;
  /** The inputs `[T, B, I]`. */
  readonly x: Value;
  /** The weights of the inputs `[G * H, I]`. */
  readonly w: Value;
  /** The weights of the hidden state `[G * H, H]`. */
  readonly r: Value;
  /** The biases that go with each of the two, `[G * H]`. */
  readonly biases: readonly [Value, Value] | null;
  /** The hidden state before the first step `[B, H]`. */
  readonly h0: Value;
  /** The cell state before the first step `[B, H]`. */
  readonly c0: Value;
  /** The peephole weights `[3 * H]`. */
  readonly peepholes: Value | null;
  /** Whether each step is within its sequence, `[T, B, 1]` of booleans; `null` if all are. */
  readonly valid: Value | null;
  /** The cotangent of the hidden states after each step, 0 beyond the ends of the sequences. */
  readonly dy: Value | null;
  /** The cotangents of the last hidden and cell states `[B, H]`. */
  readonly last: readonly [Value, Value];
  /** The layer's activations in this direction. */
  readonly activations: readonly Activation[];
}

/** Cotangents of one direction. */
export interface PassGradients {
  /** The hidden states before each step `[T, B, H]`. */
  readonly before: Value;
  /** The values that replace the layer's outputs: the hidden states after each step, the last one, the last cell. */
  readonly forward: readonly Value[];
  /** Of the products with `w` `[rows, G * H]`. */
  readonly dInput: Value;
  /** Of the products with `r`, where they differ. */
  readonly dHidden?: Value;
  /** Of `r`, where it does not follow from `dHidden` and `before`. */
  readonly dr?: Value;
  /** Of the hidden state before the first step. */
  readonly dh0: Value;
  /** Of the cell state before the first step. */
  readonly dc0?: Value;
  /** Of the peephole weights. */
  readonly dPeepholes?: Value;
}

/** The differences between the layers. */
interface Layer {
  /** The usual activations. */
  readonly activations: readonly string[];
  readonly gradients: (pass: Pass) => PassGradients;
}

/** Returns the rule of a recurrent layer, from the gradients of one direction. */
export function recurrent(layer: Layer): Rule {
  return (s) => {
    const { g, node } = s;
    const hidden = node.int("hidden_size") ?? s.x(2).shape?.at(-1);
    if (typeof hidden !== "number") throw new TypeError(`${node}: the gradient needs a known hidden size`);
    if (node.attributes.has("clip")) {
      throw new TypeError(`${node}: the gradient is not implemented for attribute 'clip'`);
    }
    if (node.int("layout") === 1) {
      throw new TypeError(
        `${node}: the gradient is implemented for layout 0: import the model, which converts it`,
      );
    }
    const directions = node.string("direction") === "bidirectional" ? 2 : 1;
    const activations = activationsOf(node, { usual: layer.activations, directions });
    const each = layer.activations.length;
    const valid = validSteps(s);
    const passes = Array.from({ length: directions }, (_, d) => {
      const pass = passOf(s, {
        direction: d,
        directions,
        hidden,
        valid,
        activations: activations.slice(d * each, (d + 1) * each),
      });
      return { pass, found: layer.gradients(pass) };
    });
    const stacked = (of: (p: typeof passes[number]) => Value, axis = 0) => {
      const parts = passes.map((p) => g.unsqueeze(of(p), [axis]));
      return parts.length === 1 ? parts[0]! : g.concat(parts, { axis });
    };
    const dx = () => {
      const parts = passes.map(({ pass, found }) => g.gemm(found.dInput, pass.w));
      const total = parts.length === 1 ? parts[0]! : g.add(parts[0]!, parts[1]!);
      return g.reshape(total, steps(g, s.x(), s.x().shape?.[2]), { allowzero: 1 });
    };
    const product = (d: Value, steps: Value) =>
      g.gemm(d, byRows(passes[0]!.pass, steps), null, { transA: 1 });
    const sum = (d: Value) => g.reduceSum(d, [0], { keepdims: 0 });
    const forward = passes[0]!.found.forward.map((_, i) =>
      stacked(({ found }) => found.forward[i]!, i === 0 ? 1 : 0)
    );
    g.substitute(node, forward);
    return [
      s.wants(0) ? dx() : null,
      s.wants(1) ? stacked(({ pass, found }) => product(found.dInput, pass.x)) : null,
      s.wants(2)
        ? stacked(({ found }) => found.dr ?? product(found.dHidden ?? found.dInput, found.before))
        : null,
      s.wants(3)
        ? stacked(({ found }) =>
          g.concat([sum(found.dInput), sum(found.dHidden ?? found.dInput)], { axis: 0 })
        )
        : null,
      null,
      s.wants(5) ? stacked(({ found }) => found.dh0) : null,
      s.wants(6) ? stacked(({ found }) => found.dc0!) : null,
      s.wants(7) ? stacked(({ found }) => found.dPeepholes!) : null,
    ];
  };
}

/** `[T, B, 1]`: whether a step is within its sequence. */
function validSteps(s: Site): Value | null {
  const { g } = s;
  const lengths = s.optional(4);
  if (lengths === null) return null;
  const first = s.x().shape?.[0];
  const count = typeof first === "number"
    ? g.constant(first, "int32")
    : g.cast(g.squeeze(g.shape(s.x(), { start: 0, end: 1 }), [0]), { to: "int32" });
  const positions = g.range(g.constant(0, "int32"), count, g.constant(1, "int32"));
  return g.unsqueeze(g.less(g.unsqueeze(positions, [1]), g.unsqueeze(lengths, [0])), [2]);
}

function passOf(
  s: Site,
  { direction, directions, hidden, valid, activations }: {
    direction: number;
    directions: number;
    hidden: number;
    valid: Value | null;
    activations: readonly Activation[];
  },
): Pass {
  const { g, node } = s;
  /** Returns the direction's part of a value that has one for each along an axis. */
  const part = (v: Value, axis = 0) =>
    g.squeeze(directions === 1 ? v : g.slice(v, [direction], [direction + 1], [axis]), [axis]);
  const optional = (i: number) => {
    const v = s.optional(i);
    return v === null ? null : part(v);
  };
  const reverse = direction === 1 || node.string("direction") === "reverse";
  const x = s.x();
  const zeros = g.expand(g.constant(0, x.dtype), states(g, x, hidden));
  const bias = optional(3);
  const dy = s.cotangents[0] ? part(s.cotangents[0], 1) : null;
  return {
    g,
    node,
    hidden,
    reverse,
    x,
    w: part(s.x(1)),
    r: part(s.x(2)),
    biases: bias && g.split(bias, null, { axis: 0, num_outputs: 2, outputs: 2 }) as [Value, Value],
    h0: optional(5) ?? zeros,
    c0: optional(6) ?? zeros,
    peepholes: optional(7),
    valid,
    dy: dy && valid ? g.where(valid, dy, 0) : dy,
    last: [1, 2].map((i) => {
      const last = s.cotangents[i];
      return last ? part(last) : zeros;
    }) as [Value, Value],
    activations,
  };
}

/** Returns the states before each step `[T, B, H]`, from those after each step and the `first` `[B, H]`. */
export function statesBefore(
  g: Graph,
  after: Value,
  { first, reverse, valid }: { first: Value; reverse: boolean; valid: Value | null },
): Value {
  const start = g.unsqueeze(first, [0]);
  if (!reverse) return g.concat([start, g.slice(after, [0], [-1], [0])], { axis: 0 });
  // In reverse, a sequence begins at its own end: before that, all states are the initial one.
  const later = (v: Value) => g.slice(v, [1], [2 ** 31 - 1], [0]);
  const rest = valid === null ? later(after) : g.where(later(valid), later(after), start);
  return g.concat([rest, start], { axis: 0 });
}

/** Returns the shape `[B, H]` as an operand, `x` being `[T, B, I]`. */
function states(g: Graph, x: Value, hidden: number): Operand {
  const batch = x.shape?.[1];
  if (typeof batch === "number") return [batch, hidden];
  return g.concat([g.shape(x, { start: 1, end: 2 }), g.constant([hidden], "int64")], { axis: 0 });
}

/** Returns the shape `[T, B, last]` as an operand, `x` being `[T, B, I]`. */
function steps(g: Graph, x: Value, last: number | string | undefined): Operand {
  const [t, b] = x.shape ?? [];
  if (typeof t === "number" && typeof b === "number" && typeof last === "number") return [t, b, last];
  if (typeof last !== "number") return g.shape(x);
  return g.concat([g.shape(x, { start: 0, end: 2 }), g.constant([last], "int64")], { axis: 0 });
}

/** Returns `[rows, n * H]` as `[T, B, n * H]`. */
export function bySteps(pass: Pass, rows: Value, n = 1): Value {
  return pass.g.reshape(rows, steps(pass.g, pass.x, n * pass.hidden), { allowzero: 1 });
}

/** Returns `[T, B, n]` as `[rows, n]`. */
export function byRows(pass: Pass, steps: Value): Value {
  return pass.g.flatten(steps, { axis: 2 });
}

/** Returns 1 for steps beyond the end of their sequence, where states stay as they are, else 0: `[T, B, 1]`. */
export function idle(pass: Pass): Value | null {
  return pass.valid === null ? null : pass.g.where(pass.valid, pass.g.constant(0, pass.x.dtype), 1);
}

/**
 * Goes back through the steps: `step` returns the cotangents of the states before it from those after it,
 * and what to keep of it. The cotangent of `y` is added to that of the hidden state, the first one, beforehand.
 */
export function sweepBack(
  pass: Pass,
  { from, slices, step }: {
    from: readonly Value[];
    slices: readonly Value[];
    step: (
      g: Graph,
      states: Value[],
      slices: Value[],
    ) => { states: readonly Value[]; outputs: readonly Value[] };
  },
): { states: Value[]; outputs: Value[] } {
  const dy = pass.dy === null ? [] : [pass.dy];
  return pass.g.scan({
    states: from,
    scanned: [...slices, ...dy],
    reverse: !pass.reverse,
    body(g, [dh, ...others], given) {
      const total = pass.dy === null ? dh! : g.add(given.at(-1)!, dh!);
      return step(g, [total, ...others], given.slice(0, slices.length));
    },
  });
}

/** Returns the two biases as one, for where both are only ever added. */
export function biasOf(pass: Pass): Value | null {
  return pass.biases && pass.g.add(...pass.biases);
}
