/**
 * Operators that ONNX Runtime's WebGPU provider has no kernel for, in terms of those that it has.
 *
 * @module
 */
import type { Graph, Node, Value } from "../../onnx/mod.ts";
import { replaceNodes } from "../../onnx/ir/mod.ts";
import { normalizeAxis } from "../../onnx/tensor/mod.ts";

/** Returns the values that stand for a node's outputs; `undefined` if the node has a kernel, or no other form. */
type Form = (g: Graph, node: Node) => readonly Value[] | undefined;

/**
 * The forms, by operator. Without one, ONNX Runtime computes an operator on the host, and waits for the device to bring its
 * operands over.
 */
const FORMS: Readonly<Record<string, Form>> = {
  Sum: onFloats((g, { inputs }) => [(inputs as Value[]).reduce((a, b) => g.add(a, b))]),
  Sign: onFloats((g, { inputs: [x] }) => [sign(g, x!)]),
  Round: onFloats((g, { inputs: [x] }) => [round(g, x!)]),
  LogSoftmax: onFloats((g, node) => [logSoftmax(g, node)]),
  LRN: onFloats(localResponse),
  MeanVarianceNormalization: onFloats((g, node) => [normalized(g, node)]),
  OneHot: oneHot,
  Equal: equalToArgMax,
  Size: (g, { inputs: [x] }) => [g.reduceProd(g.shape(x!), null, { keepdims: 0 })],
  Or: (g, { inputs: [a, b] }) => [g.not(g.and(g.not(a!), g.not(b!)))],
  Xor: (g, { inputs: [a, b] }) => [g.and(g.not(g.and(a!, b!)), g.not(g.and(g.not(a!), g.not(b!))))],
};

/** The operators that {@linkcode withoutMissingKernels} may replace. */
export const REPLACED: ReadonlySet<string> = new Set(Object.keys(FORMS));

/**
 * Replaces operators of a graph and of its bodies that have no WebGPU kernel, in place, where they have another form.
 *
 * @returns whether any was replaced.
 */
export function withoutMissingKernels(g: Graph): boolean {
  let replaced = false;
  for (const node of g.nodes) {
    for (const a of node.attributes.values()) {
      if (a.type === "GRAPH" && withoutMissingKernels(a.value)) replaced = true;
    }
  }
  replaceNodes(g, (node) => {
    if (node.domain !== "" || !REPLACED.has(node.opType)) return undefined;
    const values = FORMS[node.opType]!(g, node);
    if (values !== undefined) replaced = true;
    return values;
  });
  return replaced;
}

/** Restricts a form to floats: other types stay on the host, where their kernels are. */
function onFloats(form: Form): Form {
  return (g, node) => (isOnDevice(node.inputs[0]!) ? form(g, node) : undefined);
}

function isOnDevice({ known: { dtype } }: Value): boolean {
  return dtype === "float32" || dtype === "float16";
}

/** Returns -1, 0 or 1; zeros and NaN are returned as they are. */
function sign(g: Graph, x: Value): Value {
  const number = (v: number) => g.constant(v, x.dtype);
  const negative = g.where(g.less(x, number(0)), number(-1), x);
  return g.where(g.greater(x, number(0)), number(1), negative);
}

/** Rounds to the nearest integer, halves to the even one. */
function round(g: Graph, x: Value): Value {
  const number = (v: number) => g.constant(v, x.dtype);
  const down = g.floor(x);
  const rest = g.sub(x, down);
  const odd = g.sub(down, g.mul(g.floor(g.mul(down, number(0.5))), number(2)));
  const half = g.add(down, odd);
  const nearest = g.where(g.greater(rest, number(0.5)), g.add(down, number(1)), half);
  return g.where(g.less(rest, number(0.5)), down, nearest);
}

function logSoftmax(g: Graph, node: Node): Value {
  const axes = [node.int("axis")!];
  const x = node.inputs[0]!;
  const centered = g.sub(x, g.reduceMax(x, axes, { keepdims: 1 }));
  return g.sub(centered, g.log(g.reduceSum(g.exp(centered), axes, { keepdims: 1 })));
}

/** y = x / (bias + alpha / size * (sum of squares over `size` channels))^beta: a mean over windows of channels. */
function localResponse(g: Graph, node: Node): Value[] | undefined {
  const x = node.inputs[0]!;
  const channels = x.shape?.[1];
  if (typeof channels !== "number") return undefined;
  const size = node.int("size")!;
  const before = Math.floor((size - 1) / 2);
  const rows = g.reshape(g.mul(x, x), [0, 1, channels, -1]);
  const means = g.averagePool(rows, {
    kernel_shape: [size, 1],
    pads: [before, 0, size - 1 - before, 0],
    count_include_pad: 1,
  });
  const number = (v: number) => g.constant(v, x.dtype);
  const around = g.reshape(means, g.shape(x));
  const base = g.add(g.mul(around, number(node.float("alpha")!)), number(node.float("bias")!));
  return [g.div(x, g.pow(base, number(node.float("beta")!)))];
}

function normalized(g: Graph, node: Node): Value {
  const x = node.inputs[0]!;
  const axes = node.ints("axes") ?? [0, 2, 3];
  const centered = g.sub(x, g.reduceMean(x, axes, { keepdims: 1 }));
  const deviation = g.sqrt(g.reduceMean(g.mul(centered, centered), axes, { keepdims: 1 }));
  return g.div(centered, g.add(deviation, g.constant(1e-9, x.dtype)));
}

/**
 * Compares class numbers with 0, 1, 2, … on the device. The host passes it the class numbers alone, a number for each row
 * of the result.
 */
function oneHot(g: Graph, node: Node): Value[] | undefined {
  const [classes, depth, values] = node.inputs as [Value, Value, Value];
  const count = depth.contents?.[0];
  const rank = classes.shape?.length;
  if (typeof count !== "number" || rank === undefined || !isOnDevice(values) || isOnDevice(classes)) {
    return undefined;
  }
  const axis = normalizeAxis(node.int("axis")!, rank + 1);
  // Numbers below zero count from the end.
  const zero = g.constant(0, classes.dtype);
  const counted = g.where(
    g.less(classes, zero),
    g.add(classes, g.cast(depth, { to: classes.dtype })),
    classes,
  );
  const numbers = g.unsqueeze(g.cast(counted, { to: "int32" }), [axis]);
  const places = countingUp(g, count, { axis, rank: rank + 1, dtype: "int32" });
  const [off, on] = [0, 1].map((i) => g.gather(values, g.constant(i, "int64"), { axis: 0 }));
  return [g.where(g.equal(numbers, places), on!, off!)];
}

/**
 * Compares the place of a maximum as a float: `ArgMax` has a kernel, but its int64 can be compared on the host alone.
 */
function equalToArgMax(g: Graph, node: Node): Value[] | undefined {
  const [a, b] = node.inputs as [Value, Value];
  const place = [a, b].find((v) => v.producer?.opType === "ArgMax" && isOnDevice(v.producer.inputs[0]!));
  if (place === undefined) return undefined;
  const other = place === a ? b : a;
  const float = placeOfMaximum(g, place.producer!);
  return float && [g.equal(float, g.cast(other, { to: float.dtype }))];
}

/** The largest number of places that float32 counts exactly. */
const MOST_PLACES = 2 ** 24;

function placeOfMaximum(g: Graph, node: Node): Value | undefined {
  const x = node.inputs[0]!;
  const axis = x.shape && normalizeAxis(node.int("axis")!, x.shape.length);
  const count = axis === undefined ? undefined : x.shape![axis];
  if (typeof count !== "number" || count > MOST_PLACES || x.dtype !== "float32") return undefined;
  const last = node.int("select_last_index") === 1;
  const places = countingUp(g, count, { axis: axis!, rank: x.shape!.length, dtype: "float32" });
  const hit = g.equal(x, g.reduceMax(x, [axis!], { keepdims: 1 }));
  const found = g.where(hit, places, g.constant(last ? -1 : count));
  const keepdims = node.int("keepdims")!;
  return last ? g.reduceMax(found, [axis!], { keepdims }) : g.reduceMin(found, [axis!], { keepdims });
}

/** Returns 0, 1, 2, … along an axis of a constant that broadcasts along all others. */
function countingUp(
  g: Graph,
  count: number,
  { axis, rank, dtype }: { axis: number; rank: number; dtype: "int32" | "float32" },
): Value {
  const numbers = Array.from({ length: count }, (_, i) => i);
  const shape = Array.from({ length: rank }, (_, i) => (i === axis ? count : 1));
  const data = dtype === "int32" ? Int32Array.from(numbers) : Float32Array.from(numbers);
  return g.constant({ dtype, shape, data });
}
