/**
 * Splits the graph of a step and its backward pass into three parts: the values that are the same for all steps, the
 * forward loop, and the backward loop.
 *
 * @module
 */
import { Graph, type Node, type Value } from "../../../onnx/mod.ts";
import { type Site, zerosLike } from "../../site.ts";
import type { LoopForm, Stacking } from "./loop_form.ts";
import { copyNode, isRandom, type Mapping } from "./replay.ts";

/** The graph of a step and the roles of its values. All values are of that graph, but for `initial` and `whole`. */
export interface Step {
  readonly form: LoopForm;
  /** The step and its backward pass. */
  readonly graph: Graph;
  /** Returns the value of that graph for a value of the loop's body. */
  readonly of: (v: Value) => Value;
  /** Returns whether a value of the step is known to have the same shape in all steps. */
  readonly isLasting: (v: Value) => boolean;
  /** Cotangents that are carried: `before` is an input of the graph beyond those of the body. */
  readonly carried: readonly { initial: Value; before: Value; after: Value }[];
  /** Cotangents that are cut into slices: `slice` is an input of the graph beyond those of the body, too. */
  readonly slices: readonly (Stacking & { whole: Value; slice: Value })[];
  /** Cotangents to add up over the steps, each of the shape of a value from outside. */
  readonly summed: readonly { like: Value; value: Value }[];
  /** Cotangents to return of all steps. */
  readonly outputs: readonly (Stacking & { value: Value })[];
  /** Values of the forward loop to return of all steps, along a new first axis. */
  readonly stacked: readonly Value[];
}

/** The resulting values in the outer graph. */
export interface Parts {
  readonly carried: readonly Value[];
  readonly summed: readonly Value[];
  readonly outputs: readonly Value[];
  readonly stacked: readonly Value[];
}

/** Writes the parts, and replaces the site's node by the forward loop. */
export function takeApart(s: Site, step: Step): Parts {
  const { g } = s;
  const { form, graph, of } = step;
  const isConstant = (v: Value) => graph.initializers.get(v.name)?.value === v;
  const fixed: Mapping = new Map();
  const behind = new Set([...step.carried.map((x) => x.before), ...step.slices.map((x) => x.slice)]);
  const later: Node[] = [];

  const outer = new Part(graph, { into: g, fixed, map: fixed });
  const forward = new Part(graph, { into: new Graph({ name: form.body.name, parent: g }), fixed });
  for (const x of form.body.inputs) forward.input(of(x));
  for (const node of graph.nodes) {
    const reads = node.reads();
    const own = reads.filter((v) => v.graph === graph);
    if (own.some((v) => behind.has(v))) {
      later.push(node);
      for (const y of node.outputs) if (y !== null) behind.add(y);
    } else if (reads.length > 0 && own.every((v) => fixed.has(v) || isConstant(v)) && !isRandom(node)) {
      outer.copy(node);
    } else forward.copy(node);
  }

  // Residuals that the backward loop reads. A slice of an existing tensor is cut again instead of being stored.
  const isResidual = (v: Value) => v.graph === graph && !behind.has(v) && !fixed.has(v) && !isConstant(v);
  const results = [...step.carried.map((x) => x.after), ...step.summed.map((x) => x.value)];
  const read = [...later.flatMap((n) => n.reads()), ...results, ...step.outputs.map((x) => x.value)];
  const wholes = new Map(form.slices.map((x) => [of(x.slice), x]));
  const { residuals, again } = residualsOf(read.filter(isResidual), {
    isResidual,
    isStored: (v) => wholes.has(v) || v.producer === undefined || isRandom(v.producer) || step.isLasting(v),
  });
  // A Scan needs at least one sequence to scan.
  if (residuals.size + step.slices.length === 0) residuals.add(of(form.body.inputs[0]!));
  const isFirst = (x: Stacking) => x.axis === 0 && !x.reverse;
  const cutAgain = [...residuals].filter((v) => wholes.has(v));
  const returned = [
    ...new Set([
      ...[...residuals].filter((v) => !wholes.has(v)),
      ...step.stacked.filter((v) => !wholes.has(v) || !isFirst(wholes.get(v)!)),
    ]),
  ];
  for (const v of [...form.body.outputs.map(of), ...returned]) forward.graph.output(forward.of(v));
  forward.graph.prune();
  const outputs = form.forward(forward.graph, returned.length);
  s.g.substitute(s.node, outputs.slice(0, s.node.outputs.length));
  const more = outputs.slice(outputs.length - returned.length);
  const stacked = step.stacked.map((v) =>
    returned.includes(v) ? more[returned.indexOf(v)]! : wholes.get(v)!.whole
  );

  const back = new Part(graph, { into: new Graph({ name: `${form.body.name}_back`, parent: g }), fixed });
  for (const x of step.carried) back.input(x.before);
  const sums = step.summed.map(({ like, value }) =>
    back.graph.input(back.graph.freeName("sum"), value.dtype, like.shape)
  );
  const whole = { axis: 0, reverse: false };
  const scanned = [
    ...step.slices,
    ...cutAgain.map((v) => ({ ...wholes.get(v)!, slice: v })),
    ...returned.flatMap((v, i) => (residuals.has(v) ? [{ ...whole, whole: more[i]!, slice: v }] : [])),
  ];
  for (const x of scanned) back.input(x.slice);
  for (const node of graph.nodes) if (again.has(node)) back.copy(node);
  for (const node of later) back.copy(node);
  for (const x of step.carried) back.graph.output(back.of(x.after));
  step.summed.forEach((x, i) => back.graph.output(back.graph.add(sums[i]!, back.of(x.value))));
  for (const x of step.outputs) back.graph.output(back.of(x.value));
  back.graph.prune();
  // Through the steps in reverse.
  const directions = (list: readonly Stacking[]) => list.map((x) => (x.reverse ? 0 : 1));
  const ys = g.emit("Scan", [
    ...step.carried.map((x) => x.initial),
    ...step.summed.map((x) => zerosLike(g, x.like)),
    ...scanned.map((x) => x.whole),
  ], {
    attributes: {
      body: back.graph,
      num_scan_inputs: scanned.length,
      scan_input_axes: scanned.map((x) => x.axis),
      scan_input_directions: directions(scanned),
      ...(step.outputs.length === 0 ? {} : {
        scan_output_axes: step.outputs.map((x) => x.axis),
        scan_output_directions: directions(step.outputs),
      }),
    },
    outputs: back.graph.outputs.length,
  });
  const [c, n] = [step.carried.length, step.carried.length + step.summed.length];
  return { stacked, carried: ys.slice(0, c), summed: ys.slice(c, n), outputs: ys.slice(n) };
}

/**
 * Splits what the backward loop reads: `residuals` are returned by the forward loop, a slice per step, and `again` are
 * nodes that the backward loop recomputes. Only values of one shape in all steps can be stacked.
 */
function residualsOf(
  read: readonly Value[],
  { isResidual, isStored }: { isResidual: (v: Value) => boolean; isStored: (v: Value) => boolean },
): { residuals: Set<Value>; again: Set<Node> } {
  const [residuals, again] = [new Set<Value>(), new Set<Node>()];
  const left = [...read];
  for (let v = left.pop(); v !== undefined; v = left.pop()) {
    if (residuals.has(v)) continue;
    if (isStored(v)) {
      residuals.add(v);
      continue;
    }
    if (again.has(v.producer!)) continue;
    again.add(v.producer!);
    left.push(...v.producer!.reads().filter(isResidual));
  }
  return { residuals, again };
}

/** A graph that takes over nodes of the graph of a step. */
class Part {
  readonly graph: Graph;
  readonly #fixed: Mapping;
  readonly #map: Mapping;

  /** Takes in `fixed` the outer values of those that are the same for all steps. */
  constructor(
    readonly from: Graph,
    { into, fixed, map = new Map() }: { into: Graph; fixed: Mapping; map?: Mapping },
  ) {
    this.graph = into;
    this.#fixed = fixed;
    this.#map = map;
  }

  input(v: Value): void {
    this.#map.set(v, this.graph.input(this.graph.freeName(v.name), v.known.dtype, v.shape));
  }

  /** Returns the value of this graph for a value of the step. */
  of(v: Value): Value {
    const known = this.#map.get(v) ?? this.#fixed.get(v);
    if (known !== undefined) return known;
    const constant = v.graph === this.from ? this.from.initializers.get(v.name) : undefined;
    return constant?.value === v ? this.graph.constant(constant.tensor()) : v;
  }

  copy(node: Node): void {
    const map: Mapping = new Map(this.#map);
    for (const v of node.reads()) map.set(v, this.of(v));
    copyNode(node, this.graph, map);
    for (const y of node.outputs) if (y !== null) this.#map.set(y, map.get(y)!);
  }
}
