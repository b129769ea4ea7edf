/**
 * Operators without WebGPU kernels, with operands that show where another form would differ.
 *
 * @module
 */
import {
  buildModel,
  Graph,
  type Model,
  type Tensor,
  tensor,
  tensorOf,
  type Value,
} from "../../../onnx/mod.ts";
import { normal } from "../../../random/normal.ts";

/** A model with an output for each case, and its inputs. */
export interface Cases {
  readonly model: Model;
  readonly feeds: Readonly<Record<string, Tensor>>;
  /** What each output computes, in order. */
  readonly names: readonly string[];
  /** The operators under test. */
  readonly operators: readonly string[];
}

/** Numbers where signs and roundings change. NaN is none: WGSL need not keep it. */
const KINKS = [-2.5, -1.5, -1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1, 1.5, 2.5, 3.5, 1e6 + 0.5];

/** Returns the cases. */
export function cases(): Cases {
  const g = new Graph();
  const feeds: Record<string, Tensor> = {};
  const names: string[] = [];
  const given = (t: Tensor, shape: readonly (number | string)[] = t.shape): Value => {
    const name = `x${Object.keys(feeds).length}`;
    feeds[name] = t;
    return g.input(name, t.dtype, shape);
  };
  const drawn = (...shape: number[]) =>
    given(
      tensor(normal({ seed: 5, stream: `${names.length}` }, shape.reduce((a, b) => a * b, 1)), shape),
    );
  const out = (name: string, value: Value) => {
    names.push(name);
    // Booleans have few kernels.
    const number = value.known.dtype === "bool" ? g.cast(value, { to: "float32" }) : value;
    g.output(number, `y${names.length}`);
  };
  out("Sum of one", g.sum([drawn(3)]));
  out("Sum of three that broadcast", g.sum([drawn(2, 3), drawn(3), drawn(1, 1)]));
  out("Sign", g.sign(given(tensorOf(KINKS))));
  out("Round", g.round(given(tensorOf(KINKS))));
  for (const axis of [-1, 0, 1]) out(`LogSoftmax along ${axis}`, g.logSoftmax(drawn(4, 5, 3), { axis }));
  out("LogSoftmax of large scores", g.logSoftmax(given(tensorOf([1e4, 1e4 + 1, -1e4], [1, 3]))));
  for (const size of [1, 3, 5]) {
    out(`LRN of ${size}`, g.lrn(drawn(2, 6, 3, 2), { size, alpha: 0.5, beta: 0.75, bias: 2 }));
  }
  out("MeanVarianceNormalization", g.meanVarianceNormalization(drawn(2, 3, 4, 5)));
  out("MeanVarianceNormalization over one axis", g.meanVarianceNormalization(drawn(2, 3), { axes: [1] }));
  for (const axis of [-1, 0, 1]) {
    const classes = given(tensorOf([0, 3, -1, 2, 7, -5], [2, 3], "int64"));
    out(`OneHot along ${axis}`, g.oneHot(classes, 4, given(tensorOf([-2, 5])), { axis }));
  }
  const ties = [1, 3, 3, 2, 0, 0, 0, 0, -1, -2, -1, 5];
  for (const select_last_index of [0, 1]) {
    for (const axis of [0, -1]) {
      const place = g.argMax(given(tensorOf(ties, [3, 4])), { axis, keepdims: 0, select_last_index });
      const labels = tensorOf(axis === 0 ? [2, 0, 0, 2] : [1, 3, 3], "int64");
      out(`ArgMax ${select_last_index} along ${axis}, compared`, g.equal(place, given(labels)));
    }
  }
  const kept = g.argMax(given(tensorOf(ties, [3, 4]), ["N", 4]), { axis: 1, keepdims: 1 });
  out(
    "ArgMax with its axis kept, compared",
    g.equal(given(tensorOf([[1], [0], [3]].flat(), [3, 1], "int64")), kept),
  );
  const [a, b] = [[1, 1, 0, 0], [1, 0, 1, 0]].map((v) => g.greater(given(tensorOf(v)), 0.5));
  out("Or", g.or(a!, b!));
  out("Xor", g.xor(a!, b!));
  out(
    "Size",
    g.mul(drawn(1), g.cast(g.size(given(tensorOf([1, 2, 3], [3, 1]), ["n", 1])), { to: "float32" })),
  );
  const operators = ["Sum", "Sign", "Round", "LogSoftmax", "LRN", "MeanVarianceNormalization", "OneHot"];
  return { model: buildModel(g), feeds, names, operators: [...operators, "ArgMax", "Or", "Xor", "Size"] };
}
