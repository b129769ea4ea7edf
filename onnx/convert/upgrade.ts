/**
 * Nodes of older operator sets in the form of newer ones.
 *
 * Differentiation rules are written for one form of each operator, so models are brought to one operator set while they
 * are read. Most changes between versions only allow more types; the table below holds the others.
 *
 * @module
 */
import { type Attribute, type EmitOptions, type Graph, Node, type Operand, type Value } from "../ir/mod.ts";
import { tensorOf } from "../tensor/mod.ts";

/** The parts that an upgrade works with: the old node, the graph to write into, and names for the outputs. */
interface Site {
  readonly g: Graph;
  readonly node: Node;
  readonly names: readonly string[];
}

type Upgrade = (site: Site) => Value[];

/** A change of an operator's form. */
export interface Change {
  /** The first operator set with the new form. */
  readonly since: number;
  /** Whether nodes of the old form are refused. */
  readonly refused?: boolean;
  /** Writes a node of the old form in the new one. */
  readonly upgrade: Upgrade;
}

/** The oldest `ai.onnx` operator set that models are read of: older ones broadcast in other ways. */
export const OLDEST_OPSET = 7;

/** Attributes of the old node, without those named. */
function attributes(node: Node, drop: readonly string[] = []): EmitOptions["attributes"] & object {
  const kept = [...node.attributes].filter(([name, a]) => !drop.includes(name) && a.type !== "OTHER");
  return Object.fromEntries(
    kept.map(([name, a]) => [name, a.value as Exclude<Attribute, { type: "OTHER" }>["value"]]),
  );
}

/** Returns the same operator on other operands and attributes. */
function again(
  { g, node, names }: Site,
  operands: readonly (Operand | null)[],
  attributes: EmitOptions["attributes"] & object,
): Value[] {
  return g.emit(node.opType, operands, {
    attributes,
    outputs: names.length,
    outputNames: names,
    share: false,
  });
}

/** Returns an attribute that became an input: `axes` of Squeeze, `k` of TopK. */
function toInput(
  name: string,
  { position, scalar = false }: { position: number; scalar?: boolean },
): Upgrade {
  return (site) => {
    const { node } = site;
    const given = node.attributes.get(name)?.value as number | readonly number[] | undefined;
    const operands: (Operand | null)[] = [...node.inputs];
    while (operands.length < position) operands.push(null);
    if (given !== undefined && operands[position] === undefined) {
      operands[position] = tensorOf(
        typeof given === "number" ? [given] : given,
        scalar ? [] : undefined,
        "int64",
      );
    }
    return again(site, operands, attributes(node, [name]));
  };
}

/** The axes of a reduction, an attribute until they became an input. */
const reduceAxes = toInput("axes", { position: 1 });

/** Softmax and its kin flattened everything from `axis` on into one dimension. */
const flatSoftmax: Upgrade = ({ g, node, names }) => {
  const x = node.inputs[0]!;
  const axis = node.int("axis")!;
  // If the axis is the last, both forms agree.
  if (x.shape !== undefined && (axis === -1 || axis === x.shape.length - 1)) {
    return g.emit(node.opType, [x], { attributes: { axis: -1 }, outputNames: names, share: false });
  }
  const flat = g.emit(node.opType, [g.flatten(x, { axis })], { attributes: { axis: 1 } })[0]!;
  return g.emit("Reshape", [flat, g.shape(x)], { outputNames: names, share: false });
};

/** Bounds of Clip were attributes, infinite by default. */
const clipBounds: Upgrade = (site) => {
  const { g, node } = site;
  const dtype = node.inputs[0]!.dtype;
  const bound = (name: string) => {
    const v = node.attributes.get(name)?.value as number | undefined;
    return v === undefined ? null : g.constant(v, dtype);
  };
  return again(site, [node.inputs[0]!, bound("min"), bound("max")], {});
};

/** Starts, ends and axes of Slice were attributes. */
const sliceBounds: Upgrade = (site) => {
  const { g, node } = site;
  const list = (name: string) => {
    const v = node.ints(name);
    return v === undefined ? null : g.constant(v, "int64");
  };
  return again(site, [node.inputs[0]!, list("starts"), list("ends"), list("axes")], {});
};

/** Pads and the value to pad with were attributes. */
const padBounds: Upgrade = (site) => {
  const { g, node } = site;
  const value = g.constant(node.float("value") ?? 0, node.inputs[0]!.dtype);
  return again(site, [node.inputs[0]!, g.constant(node.ints("pads")!, "int64"), value], {
    mode: node.string("mode"),
  });
};

/** Dropout's ratio was an attribute; at inference, which is all that it described, it does nothing. */
const dropoutRatio: Upgrade = (site) => {
  const { g, node, names } = site;
  // Training names the masks by the nodes.
  return g.emit("Dropout", [node.inputs[0]!, g.constant(node.float("ratio") ?? 0.5, "float32")], {
    name: node.name,
    outputs: names.length,
    outputNames: names,
    share: false,
  });
};

/** Upsample became Resize: asymmetric coordinates, the nearest element below. */
const upsample: Upgrade = ({ g, node, names }) => {
  const scales = node.inputs[1] ?? g.constant(node.floats("scales")!, "float32");
  const mode = node.string("mode");
  return g.emit("Resize", [node.inputs[0]!, null, scales], {
    attributes: { mode, coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" },
    outputNames: names,
    share: false,
  });
};

/** Resize had no region of interest, and asymmetric coordinates. */
const resize10: Upgrade = ({ g, node, names }) =>
  g.emit("Resize", [node.inputs[0]!, null, node.inputs[1]!], {
    attributes: {
      mode: node.string("mode"),
      coordinate_transformation_mode: "asymmetric",
      nearest_mode: "floor",
    },
    outputNames: names,
    share: false,
  });

/** Split without sizes made equal parts, as many as outputs; since version 18 their number is said. */
const splitCount: Upgrade = (site) => {
  const { node, names } = site;
  const sizes = node.inputs[1] ?? null;
  return again(site, [node.inputs[0]!, sizes], {
    ...attributes(node, ["split"]),
    ...(sizes === null ? { num_outputs: names.length } : {}),
  });
};

/** BatchNormalization listed saved statistics among its outputs, and ran in inference form by default. */
const batchNormalization: Upgrade = (site) => {
  const { node, names } = site;
  if (names.slice(1).some((n) => n !== "")) {
    throw new RangeError(
      "the training form of BatchNormalization before operator set 14 is not supported: export the model with a newer operator set",
    );
  }
  return again({ ...site, names: names.slice(0, 1) }, [...node.inputs], attributes(node, ["spatial"]));
};

/** GridSample's modes were named after two dimensions. */
const gridSampleModes: Upgrade = (site) => {
  const { node } = site;
  const mode = node.string("mode")!.replace(/^bi/, "");
  return again(site, [...node.inputs], { ...attributes(node), mode });
};

/** GroupNormalization's scale and bias were one per group, not per channel. */
const groupNormalization: Upgrade = (site) => {
  const { g, node } = site;
  const [x, scale, bias] = node.inputs as [Value, Value, Value];
  const groups = node.int("num_groups")!;
  const channels = x.shape?.[1];
  if (typeof channels !== "number") {
    throw new RangeError("GroupNormalization needs a known number of channels");
  }
  const each = (v: Value) => g.reshape(g.expand(g.unsqueeze(v, [1]), [groups, channels / groups]), [-1]);
  return again(site, [x, each(scale), each(bias)], attributes(node));
};

/** Element types that old loops could leave to the runtime are the same in the new form. */
const scatter: Upgrade = ({ g, node, names }) =>
  g.emit("ScatterElements", [...node.inputs], {
    attributes: attributes(node),
    outputNames: names,
    share: false,
  });

/** Scan had a batch dimension and lengths. */
const scan8: Upgrade = () => {
  throw new RangeError(
    "Scan before operator set 9 is not supported: export the model with a newer operator set",
  );
};

const REDUCTIONS = ["L1", "L2", "LogSum", "LogSumExp", "Max", "Mean", "Min", "Prod", "SumSquare"];

/** Changes of form by operator, oldest first: one case each. */
const CHANGES: Readonly<Record<string, readonly Change[]>> = {
  BatchNormalization: [{ since: 14, upgrade: batchNormalization }],
  Clip: [{ since: 11, upgrade: clipBounds }],
  Dropout: [{ since: 12, upgrade: dropoutRatio }],
  GridSample: [{ since: 20, upgrade: gridSampleModes }],
  GroupNormalization: [{ since: 21, upgrade: groupNormalization }],
  Hardmax: [{ since: 13, upgrade: flatSoftmax }],
  LogSoftmax: [{ since: 13, upgrade: flatSoftmax }],
  Pad: [{ since: 11, upgrade: padBounds }],
  ReduceSum: [{ since: 13, upgrade: reduceAxes }],
  ...Object.fromEntries(REDUCTIONS.map((r) => [`Reduce${r}`, [{ since: 18, upgrade: reduceAxes }]])),
  Resize: [{ since: 11, upgrade: resize10 }],
  Scan: [{ since: 9, refused: true, upgrade: scan8 }],
  Scatter: [{ since: 11, upgrade: scatter }],
  Slice: [{ since: 10, upgrade: sliceBounds }],
  Softmax: [{ since: 13, upgrade: flatSoftmax }],
  Split: [{ since: 13, upgrade: toInput("split", { position: 1 }) }, { since: 18, upgrade: splitCount }],
  Squeeze: [{ since: 13, upgrade: toInput("axes", { position: 1 }) }],
  TopK: [{ since: 10, upgrade: toInput("k", { position: 1 }) }],
  Unsqueeze: [{ since: 13, upgrade: toInput("axes", { position: 1 }) }],
  Upsample: [{ since: 10, upgrade: upsample }],
};

/** Returns how the form of an operator changed, oldest change first. */
export function upgradesOf(opType: string): readonly Change[] {
  return Object.hasOwn(CHANGES, opType) ? CHANGES[opType]! : [];
}

/**
 * Adds to `g` the equivalent of a node of an older operator set.
 *
 * @param from the version of `ai.onnx` that the node was written for
 * @returns the outputs, or `undefined` if the node's form is the same at the graph's version.
 */
export function upgradeNode(
  g: Graph,
  node: Node,
  { from, names }: { from: number; names: readonly string[] },
):
  | Value[]
  | undefined {
  const to = g.opsets[""]!;
  if (node.domain !== "" || from >= to) return undefined;
  const due = upgradesOf(node.opType).filter((c) => from < c.since && c.since <= to);
  if (due.length === 0) return undefined;
  // Split changed twice; if both changes apply, the second reads the first's result.
  const last = due.at(-1)!;
  if (due.length === 2 && node.opType === "Split") {
    const sizes = node.ints("split");
    const widened = new Node("Split", "", 13, node.name, [
      node.inputs[0]!,
      ...(sizes ? [g.constant(sizes, "int64")] : []),
    ], node.attributes);
    return last.upgrade({ g, node: widened, names });
  }
  return last.upgrade({ g, node, names });
}
