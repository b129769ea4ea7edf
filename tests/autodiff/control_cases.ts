/**
 * Cases of control flow.
 *
 * @module
 */
import { Graph, type Operand, tensor, type Value } from "../../onnx/mod.ts";
import { Cases } from "./cases.ts";

/** The cases, by operator. */
export const CONTROL = new Cases();

const known = { known: true };
const [T, B, I, H] = [4, 2, 3, 2];

for (const reverse of [false, true]) {
  // A recurrent network: a product with a weight from outside, and a bias; differentiates all of them.
  CONTROL.add("Scan", [[T, B, I], [I, H], [H, H], [H], [B, H]], (g, [x, w, r, b, h]) => {
    const { states, outputs } = g.scan({
      states: [h!],
      scanned: [x!],
      reverse,
      body(g, [h], [x]) {
        const next = g.tanh(g.add(g.add(g.matMul(x!, w!), g.matMul(h!, r!)), b!));
        return { states: [next], outputs: [next, x!] };
      },
    });
    return [...states, ...outputs];
  });
}
CONTROL.add("Scan", [[T, B, I], [H, I], [H, H], [H], [B, H]], (g, [x, w, r, b, h]) =>
  // Only the last state, and products in their other form.
  g.scan({
    states: [h!],
    scanned: [x!],
    body(g, [h], [x]) {
      const a = g.gemm(x!, w!, b!, { transB: 1, alpha: 0.5, beta: 2 });
      return { states: [g.tanh(g.gemm(h!, r!, a))], outputs: [] };
    },
  }).states[0]!);
CONTROL.add("Scan", [[3, 2], [2], [1]], (g, [x, w, s]) => {
  // Values that no step changes, computed inside: e^w, and s of another shape; two states, one of integers.
  const { states, outputs } = g.scan({
    states: [g.constant([1, 2], x!.dtype), g.constant(0, "int64")],
    scanned: [x!],
    body(g, [a, n], [x]) {
      const rate = g.exp(g.mul(w!, 0.5));
      const next = g.add(g.mul(a!, g.sin(rate)), g.mul(g.mul(x!, s!), g.cast(n!, { to: x!.dtype })));
      return { states: [next, g.add(n!, 1)], outputs: [g.mul(next, rate), w!] };
    },
  });
  return [states[0]!, ...outputs];
}, known);
CONTROL.add("Scan", [[2, 3, 2], [2, 2]], (g, [x, w]) => {
  // A stack of matrices: products of three dimensions, the weight used in another way too.
  const { states, outputs } = g.scan({
    states: [x!],
    scanned: [g.constant(tensor(Float64Array.of(1, 2, 3)))].map((v) => g.cast(v, { to: x!.dtype })),
    body(g, [h], [k]) {
      const next = g.tanh(g.add(g.matMul(h!, w!), g.mul(g.reduceSum(w!, null, { keepdims: 0 }), k!)));
      return { states: [next], outputs: [g.matMul(w!, g.transpose(w!))] };
    },
  });
  return [...states, ...outputs];
}, known);

CONTROL.add("Scan", [[3, 2], [2, 2]], (g, [x, w]) => {
  // An outer value that the body reads depends on another outer value that it reads.
  const inverse = g.exp(g.neg(w!));
  return g.scan({
    states: [g.constant([0.5, 1], x!.dtype)],
    scanned: [x!],
    body(g, [h], [x]) {
      const row = g.add(g.unsqueeze(x!, [0]), g.unsqueeze(h!, [0]));
      const next = g.tanh(g.add(g.matMul(row, w!), g.matMul(row, inverse)));
      return { states: [g.squeeze(next, [0])], outputs: [g.mul(w!, inverse)] };
    },
  }).outputs;
}, known);

/** Returns a scan along chosen axes and directions, with one state and two scanned values. */
function scanAlong(
  { axes, directions }: { axes: [number[], number[]]; directions: [number[], number[]] },
): void {
  CONTROL.add("Scan", [axes[0][0] === 1 ? [2, 3] : [3, 2], [2, 3], [2]], (g, [x, u, h]) => {
    const body = new Graph({ name: "along", parent: g });
    const [a, b, c] = ["a", "b", "c"].map((n) => body.input(body.freeName(n), x!.dtype, [2]));
    const next = body.add(body.mul(a!, body.sigmoid(b!)), c!);
    body.output(next);
    body.output(body.mul(next, c!));
    const attributes = {
      body,
      num_scan_inputs: 2,
      scan_input_axes: axes[0],
      scan_output_axes: axes[1],
      scan_input_directions: directions[0],
      scan_output_directions: directions[1],
    };
    return g.emit("Scan", [h!, x!, u!], { attributes, outputs: 2 });
  }, known);
}
scanAlong({ axes: [[0, 1], [0]], directions: [[0, 1], [0]] });
scanAlong({ axes: [[1, 1], [1]], directions: [[1, 0], [1]] });
scanAlong({ axes: [[0, -1], [-1]], directions: [[1, 1], [0]] });

CONTROL.add("Scan", [[2, 3, 2], [2, 2], [2]], (g, [x, w, h]) => {
  // A loop in a loop; the inner one starts from the outer's state and reads a weight from outside of both.
  const { states, outputs } = g.scan({
    states: [h!],
    scanned: [x!],
    body(g, [h], [rows]) {
      const inner = g.scan({
        states: [h!],
        scanned: [rows!],
        body(g, [h], [row]) {
          const column = g.matMul(w!, g.unsqueeze(h!, [1]));
          const next = g.tanh(g.add(g.squeeze(column, [1]), g.mul(row!, h!)));
          return { states: [next], outputs: [next] };
        },
      });
      return { states: inner.states, outputs: inner.outputs };
    },
  });
  return [...states, ...outputs];
}, known);
CONTROL.add("Scan", [[4, 2], [2], [2]], (g, [x, w, h]) =>
  // A branch in a loop; the carried value decides.
  g.scan({
    states: [h!],
    scanned: [x!],
    body(g, [h], [x]) {
      const positive = g.greater(g.reduceSum(h!, null, { keepdims: 0 }), 0);
      const [next] = g.if(positive, (b) => [b.mul(h!, b.sin(x!))], (b) => [b.add(b.mul(w!, h!), x!)]);
      next!.known = { ...next!.known, shape: [2] };
      return { states: [next!], outputs: [] };
    },
  }).states[0]!, known);

for (const sign of [1, -1]) {
  CONTROL.add("If", [[3], [3], []], (g, [x, w, s]) => {
    const condition = g.greater(g.mul(g.reduceSum(g.mul(x!, x!), null, { keepdims: 0 }), sign), 0);
    const [y, z] = g.if(
      condition,
      (b) => [b.mul(x!, b.exp(w!)), b.neg(x!)],
      (b) => [b.sin(b.mul(x!, s!)), b.mul(b.cos(w!), 2)],
    );
    return [g.mul(y!, x!), z!];
  }, known);
}

/** Returns a `Loop` of at most `trips` steps, while the body's condition holds. */
function loop(
  g: Graph,
  { trips, states, body }: {
    trips: Operand | null;
    states: Value[];
    body: (g: Graph, n: Value, states: Value[]) => { goOn: Value | null; states: Value[]; outputs: Value[] };
  },
): Value[] {
  const inner = new Graph({ name: "body", parent: g });
  const n = inner.input(inner.freeName("n"), "int64", []);
  const condition = inner.input(inner.freeName("go_on"), "bool", []);
  const carried = states.map((s) => inner.input(inner.freeName(`${s.name}_in`), s.dtype, s.shape));
  const step = body(inner, n, carried);
  for (const v of [step.goOn ?? condition, ...step.states, ...step.outputs]) inner.output(v);
  inner.prune();
  const count = step.states.length + step.outputs.length;
  return g.emit("Loop", [trips, null, ...states], { attributes: { body: inner }, outputs: count });
}

const three = tensor(BigInt64Array.of(3n), []);
CONTROL.add("Loop", [[2, 2], [2, 2], [2]], (g, [h, w, b]) =>
  loop(g, {
    trips: g.constant(three),
    states: [h!],
    body(g, n, [h]) {
      const k = g.cast(n, { to: h!.dtype });
      const next = g.tanh(g.add(g.matMul(h!, w!), g.mul(b!, k)));
      return { goOn: null, states: [next], outputs: [g.mul(next, k)] };
    },
  }), known);
CONTROL.add("Loop", [[2], [2]], (g, [h, w]) =>
  // An unknown number of steps: x grows until its sum is above 5.
  loop(g, {
    trips: null,
    states: [g.add(g.abs(h!), 0.5)],
    body(g, _, [h]) {
      const next = g.mul(h!, g.add(g.mul(w!, w!), 1.1));
      return {
        goOn: g.less(g.reduceSum(next, null, { keepdims: 0 }), 5),
        states: [next],
        outputs: [g.sin(next)],
      };
    },
  }), known);
CONTROL.add("Loop", [[3]], (g, [w]) =>
  // Without a state.
  loop(g, {
    trips: g.constant(three),
    states: [],
    body: (g, n) => ({
      goOn: null,
      states: [],
      outputs: [g.mul(g.gather(w!, n, { axis: 0 }), g.gather(w!, g.sub(2, n), { axis: 0 }))],
    }),
  }), known);
