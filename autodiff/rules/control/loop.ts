/**
 * The gradient of a loop.
 *
 * A step and its backward pass are written as one graph, which is then split. Nodes that do not depend on the step move
 * out of the loop. Nodes that do not depend on cotangents stay in the forward loop, which returns the residuals of
 * every step. The rest is the body of a `Scan` through the steps in reverse. The number of steps need not be known, but
 * ONNX Runtime's `Scan` requires at least one.
 *
 * Steps often multiply by a weight from outside, whose gradient is expensive to add up step by step: it moves out of
 * the loop, too, as one product over all steps.
 *
 * @module
 */
import { Graph, isFloat, type Node, type Value } from "../../../onnx/mod.ts";
import { type Site, zerosLike } from "../../site.ts";
import type { LoopForm } from "./loop_form.ts";
import { bodyReads, copyConstants, copyNode, isAround, isRandom, type Mapping } from "./replay.ts";
import { takeApart } from "./take_apart.ts";

/** A product within a step with a weight from outside. */
interface Product {
  /** The node, in the graph of the step; it reads a copy of the weight. */
  readonly node: Node;
  /** The weight. */
  readonly weight: Value;
}

/**
 * Returns whether a value may be a float. One of unknown type counts as one, so that a later look at its type fails
 * with an error instead of losing its gradient.
 */
const isDifferentiable = (v: Value) => v.known.dtype === undefined || isFloat(v.known.dtype);

/**
 * Returns the cotangents of the node's inputs; those of values that its body reads from outside are added by the site.
 */
export function loopGradient(s: Site, form: LoopForm): (Value | null)[] {
  const { g } = s;
  const step = stepOf(s, form);
  const { graph, of, products, captured, copies } = step;
  const cotangent = (v: Value) => graph.input(graph.freeName(`d_${v.name}`), v.dtype, v.shape);
  const slices = form.slices.filter((x) => s.wants(x.position) && isDifferentiable(x.slice));
  const leaves = step.leaves();
  const sources = [...slices.map((x) => of(x.slice)), ...leaves, ...products.map((p) => p.node.outputs[0]!)];
  const moved = movedStates(s, form, { graph, of, sources });
  const states = form.states.flatMap((x, k) =>
    moved.has(x.before) ? [{ ...x, last: s.cotangents[k] ?? null, into: cotangent(x.after) }] : []
  );
  const outputs = form.outputs.flatMap((x, j) => {
    const whole = s.cotangents[form.states.length + j];
    return whole && isDifferentiable(x.value) ? [{ ...x, whole, into: cotangent(x.value) }] : [];
  });
  const grads = s.backward(graph, {
    seeds: [
      ...states.map((x) => ({ value: of(x.after), cotangent: x.into })),
      ...outputs.map((x) => ({ value: of(x.value), cotangent: x.into })),
    ],
    wrt: [
      ...states.map((x) => of(x.before)),
      ...slices.map((x) => of(x.slice)),
      ...leaves,
      ...products.map((p) => p.node.outputs[0]!),
    ],
  });
  const cut = [states.length, slices.length, leaves.length, products.length];
  const [dStates, dSlices, dLeaves, dProducts] = cut.map((n, i) => {
    const start = cut.slice(0, i).reduce((a, b) => a + b, 0);
    return grads.slice(start, start + n);
  }) as [Value[], Value[], Value[], Value[]];
  const parts = takeApart(s, {
    form,
    graph,
    of,
    isLasting: step.isLasting,
    carried: states.map((x, i) => ({
      initial: x.last ?? zerosLike(g, x.initial),
      before: x.into,
      after: dStates[i]!,
    })),
    slices: outputs.map(({ axis, reverse, whole, into }) => ({ axis, reverse, whole, slice: into })),
    summed: leaves.map((like, i) => ({ like, value: dLeaves[i]! })),
    outputs: [
      ...slices.map(({ axis, reverse }, i) => ({ axis, reverse, value: dSlices[i]! })),
      ...dProducts.map((value) => ({ axis: 0, reverse: false, value })),
    ],
    stacked: products.map((p) => p.node.inputs[0]!),
  });
  const dWhole = parts.outputs.slice(0, slices.length);
  const seeds = [
    ...leaves.map((leaf, i) => ({ value: leaf, cotangent: parts.summed[i]! })),
    ...products.map((p, i) => ({
      value: p.weight,
      cotangent: weightGradient(s, p, { a: parts.stacked[i]!, dy: parts.outputs[slices.length + i]! }),
    })),
  ];
  if (seeds.length > 0) s.backward(g, { seeds, wrt: copies }).forEach((d, i) => s.add(captured[i]!, d));
  const result: (Value | null)[] = s.node.inputs.map(() => null);
  states.forEach((x, i) => (result[x.position] = parts.carried[i]!));
  slices.forEach((x, i) => (result[x.position] = dWhole[i]!));
  return result;
}

/**
 * Returns the states, as their values before a step, that need a cotangent: those that depend on an initial value that
 * needs a gradient, on `sources`, or on another such state. The shapes of all other states may change from step to
 * step.
 */
function movedStates(
  s: Site,
  form: LoopForm,
  { graph, of, sources }: { graph: Graph; of: (v: Value) => Value; sources: readonly Value[] },
): Set<Value> {
  const states = form.states.filter((x) => isDifferentiable(x.before) && isDifferentiable(x.after));
  const moved = new Set(states.filter((x) => s.wants(x.position)).map((x) => x.before));
  for (;;) {
    const reached = new Set([...sources, ...[...moved].map(of)]);
    for (const node of graph.nodes) {
      if (!node.reads().some((v) => reached.has(v))) continue;
      for (const y of node.outputs) if (y !== null && isDifferentiable(y)) reached.add(y);
    }
    const more = states.filter((x) => !moved.has(x.before) && reached.has(of(x.after)));
    if (more.length === 0) return moved;
    for (const x of more) moved.add(x.before);
  }
}

/**
 * Returns the gradient of a weight `[K, N]`, or `[N, K]`, from operands `[T, …, K]` and cotangents `[T, …, N]` of all
 * steps.
 */
function weightGradient({ g }: Site, { node, weight }: Product, { a, dy }: { a: Value; dy: Value }): Value {
  const rows = (v: Value) => g.flatten(v, { axis: v.rank - 1 });
  const [left, right] = node.opType === "Gemm" && node.int("transB") === 1 ? [dy, a] : [a, dy];
  const alpha = node.opType === "Gemm" ? node.float("alpha")! : 1;
  const product = g.gemm(rows(left), rows(right), null, { transA: 1, alpha });
  product.known = { ...product.known, shape: weight.shape };
  return product;
}

/** Returns a copy of the body, to be differentiated. */
function stepOf(s: Site, { body }: LoopForm) {
  const graph = new Graph({ name: body.name, parent: s.g });
  const map: Mapping = new Map();
  for (const x of body.inputs) map.set(x, graph.input(graph.freeName(x.name), x.known.dtype, x.shape));
  copyConstants(body, graph, map);
  const of = (v: Value) => map.get(v) ?? v;
  const captured = [...new Set(bodyReads(body))].filter((v) =>
    isAround(v.graph, s.g) && s.wantsValue(v) && isDifferentiable(v)
  );
  // Copies bound the sweep outside: one of the values may depend on another.
  const copies = captured.map((v) => s.g.emit("Identity", [v], { share: false })[0]!);
  captured.forEach((v, i) => map.set(v, copies[i]!));
  const outer = [...s.node.inputs, ...bodyReads(body).filter((v) => isAround(v.graph, s.g))];
  const around = new Set(outer.flatMap((v) => v?.shape ?? []));
  /** Values that no step changes, on which gradients from outside depend. */
  const fixed = new Set(copies);
  const changing = new Set<Value>(body.inputs.map(of));
  const products: Product[] = [];
  for (const node of body.nodes) {
    const reads = node.reads().map(of);
    const changes = isRandom(node) || reads.some((v) => changing.has(v));
    if (!changes && reads.some((v) => fixed.has(v))) {
      outside(node);
      continue;
    }
    const weight = weightOf(node);
    // Another value instead of the weight; its gradient is not summed.
    if (weight !== null) map.set(node.inputs[1]!, s.g.emit("Identity", [weight], { share: false })[0]!);
    copyNode(node, graph, map);
    if (weight !== null) {
      map.set(node.inputs[1]!, weight);
      products.push({ node: of(node.outputs[0]!).producer!, weight });
    }
    if (changes) { for (const y of node.outputs) if (y !== null) changing.add(of(y)); }
  }
  return { graph, of, products, captured, copies, leaves, isLasting };

  /** Returns whether a value has the same shape in all steps: its sizes are numbers, or sizes of values outside the loop. */
  function isLasting({ shape }: Value): boolean {
    return shape?.every((d) => typeof d === "number" || around.has(d)) ?? false;
  }

  /** Adds a node to the graph around: no step changes what it computes. */
  function outside(node: Node): void {
    const here: Mapping = new Map(map);
    for (const v of node.reads()) {
      const constant = graph.initializers.get(of(v).name);
      if (constant?.value === of(v)) here.set(v, s.g.constant(constant.tensor()));
    }
    copyNode(node, s.g, here);
    for (const y of node.outputs) {
      if (y === null) continue;
      map.set(y, here.get(y)!);
      fixed.add(here.get(y)!);
    }
  }

  /** Returns the weight of a product that changes from step to step only by its other operand. */
  function weightOf(node: Node): Value | null {
    if (node.opType !== "MatMul" && node.opType !== "Gemm") return null;
    const [a, w] = node.inputs.map((x) => x && of(x));
    if (!w || !fixed.has(w) || w.shape?.length !== 2 || !a || !changing.has(a)) return null;
    if (a.shape === undefined || a.shape.length < 2 || node.int("transA") === 1) return null;
    if (!isLasting(a)) return null;
    return w;
  }

  /** Returns what steps read of the fixed values, products apart. */
  function leaves(): Value[] {
    const read = [
      ...graph.nodes.filter((n) => n.outputs.some((y) => y !== null && changing.has(y))).flatMap((n) =>
        n.reads()
      ),
      ...body.outputs.map(of),
    ];
    return [...new Set(read)].filter((v) => fixed.has(v) && isDifferentiable(v));
  }
}
