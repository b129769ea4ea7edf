/**
 * Groups of lanes that one flat vector computes.
 *
 * @module
 */
import { sizeOf } from "../../onnx/tensor/mod.ts";
import { constant, type Expr } from "../language/mod.ts";
import type { FlatOptions } from "./flat_options.ts";
import { type Lane, lanesOf, type Operand } from "./lanes.ts";
import { type Layout, layoutOf, vectors } from "./layout.ts";

/** Lanes that compute the same, as one. */
export interface Group {
  /** The lanes, in the order in which they lie in a vector. */
  readonly lanes: readonly Lane[];
  /** The order of a vector. */
  readonly layout: Layout;
  /** The expressions over vectors, each in the place of one of each lane. */
  readonly nodes: readonly Expr[];
  /** The inputs of those expressions that are put together from tensors: one of each lane. */
  readonly leaves: ReadonlyMap<Expr, readonly Expr[]>;
  /** The inputs that are put together from scalars, each in the place of all elements of a lane's tensor. */
  readonly scalars: ReadonlyMap<Expr, readonly Expr[]>;
  /** Whether its lanes are plain, for {@linkcode FlatOptions.alike}. */
  readonly plain: boolean;
}

/** The place of an expression in a group: the expression over vectors, and the number of the lane. */
interface Place {
  readonly group: Group;
  readonly node: Expr;
  readonly lane: number;
}

/** Returns the groups of lanes that take fewer nodes as vectors. @param nodes each after its operands, and once */
export function groupsOf(nodes: readonly Expr[], options: FlatOptions): Group[] {
  const { alike = () => true } = options;
  const shapeOf = (lane: Lane) => lane.nodes[0]!.shape;
  const same = Map.groupBy(lanesOf(nodes), (lane) => `${alike(shapeOf(lane))} ${lane.key}`);
  const groups: Group[] = [];
  const places = new Map<Expr, Place>();
  for (const lanes of same.values()) {
    for (const numbers of vectors(lanes.map((lane) => sizeOf(shapeOf(lane))), options)) {
      const some = numbers.map((i) => lanes[i]!);
      if (!pays(some, options)) continue;
      const group = groupOf(some, { options, places, plain: !alike(shapeOf(some[0]!)) });
      if (options.alike !== undefined && cuts(group)) continue;
      groups.push(group);
      some.forEach((lane, i) =>
        lane.nodes.forEach((e, k) => places.set(e, { group, node: group.nodes[k]!, lane: i }))
      );
    }
  }
  return groups;
}

/** Returns whether a group hides products and sums behind its inputs, which may be written as one with what reads them. */
function cuts({ leaves }: Group): boolean {
  const joins = new Set(["add", "sub", "mul", "div"]);
  return [...leaves.values()].some((tensors) => tensors.some((e) => joins.has(e.op)));
}

/** Returns whether vectors take fewer nodes: those that put them together and take them apart count. */
function pays(lanes: readonly Lane[], { parts }: FlatOptions): boolean {
  const [{ nodes, leaves, scalars }, count] = [lanes[0]!, lanes.length];
  const together = leaves.length + scalars.length * (1 + count);
  // A new value for each of the old ones but the gradient, about.
  const apart = Math.max(1, leaves.length - 1) * Math.ceil(count / parts);
  return count > 1 && nodes.length + together + apart < nodes.length * count;
}

function groupOf(
  lanes: readonly Lane[],
  { options, places, plain }: {
    options: FlatOptions;
    places: ReadonlyMap<Expr, Place>;
    plain: boolean;
  },
): Group {
  const [first] = lanes as [Lane];
  const layout = layoutOf(lanes.map((lane) => sizeOf(lane.nodes[0]!.shape)), options);
  const shape = [layout.length];
  const vector = (): Expr => ({ op: "input", input: { kind: "slot", name: "flat vector" }, shape });
  const each = (of: "leaves" | "scalars") => first[of].map((_, i) => lanes.map((lane) => lane[of][i]!));
  const leaves = each("leaves").map((tensors) => [vectorOf(tensors, places) ?? vector(), tensors] as const);
  const scalars = each("scalars").map((numbers) => [vector(), numbers] as const);
  const nodes: Expr[] = [];
  const operand = (o: Operand): Expr => {
    switch (o.kind) {
      case "node":
        return nodes[o.number]!;
      case "leaf":
        return leaves[o.number]![0];
      case "scalar":
        return scalars[o.number]![0];
      case "shared":
        return o.expr.op === "constant" ? constant(o.expr.value) : o.expr;
    }
  };
  first.nodes.forEach(({ op }, i) =>
    nodes.push({ op, args: first.operands[i]!.map(operand), shape } as unknown as Expr)
  );
  const own = leaves.filter(([e]) => e.op === "input");
  return { lanes, layout, nodes, leaves: new Map(own), scalars: new Map(scalars), plain };
}

/** Returns the expression over vectors that computes these tensors, and no others, in their order. */
function vectorOf(tensors: readonly Expr[], places: ReadonlyMap<Expr, Place>): Expr | undefined {
  const first = places.get(tensors[0]!);
  if (first === undefined || first.group.lanes.length !== tensors.length) return undefined;
  const same = tensors.every((e, i) => {
    const place = places.get(e);
    return place?.node === first.node && place.lane === i;
  });
  return same ? first.node : undefined;
}
