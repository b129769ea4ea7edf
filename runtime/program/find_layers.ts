/**
 * Finds dense layers and convolutions among the nodes of a graph.
 *
 * @module
 */
import type { Graph, Node, Value } from "../../onnx/mod.ts";
import type { Layer, OtherParameter } from "../../optim/language/mod.ts";

/** A layer, and where its inputs and its outputs are in a graph. */
export interface FoundLayer {
  readonly layer: Layer;
  /** The product: `MatMul`, `Gemm` or `Conv`. */
  readonly node: Node;
  /** The operand of the product: `[..., inputs]`, or the image of a convolution. */
  readonly input: Value;
  /** The result of the product: `[..., outputs]`, or the image of a convolution. */
  readonly output: Value;
}

/** The layers of a graph, and the parameters that belong to none. */
export interface FoundLayers {
  readonly layers: readonly FoundLayer[];
  readonly others: readonly OtherParameter[];
}

type Values = Readonly<Record<string, Value>>;

/** Operators that read a parameter element by element or row by row: it is no weight of a product. */
const NO_PRODUCTS: ReadonlySet<string> = new Set([
  ...["Add", "Sub", "Mul", "Div", "Pow", "Gather", "GatherND", "GatherElements", "Expand", "Tile", "PRelu"],
  ...["BatchNormalization", "InstanceNormalization", "LayerNormalization", "GroupNormalization"],
  ...["RMSNormalization", "ReduceSum", "ReduceMean", "Concat"],
]);

/** Operators whose result holds elements of a parameter, which another node then reads. */
const VIEWS: ReadonlySet<string> = new Set([
  ...["Cast", "Flatten", "Identity", "Reshape", "Slice", "Split", "Squeeze", "Transpose", "Unsqueeze"],
]);

/** Finds the layers of parameters. A layer's weight is read once, by one product; a bias once, by the product or the sum after. */
export function findLayers(g: Graph, params: Values): FoundLayers {
  const readers = readersIn(g);
  const nameOf = new Map(Object.entries(params).map(([name, v]) => [v, name]));
  /** Returns the parameter's name, if it is a bias of these outputs that nothing else reads. */
  const biasOf = (v: Value | null | undefined, outputs: number) => {
    if (!v || v.shape?.length !== 1 || v.shape[0] !== outputs || readers(v).length !== 1) return undefined;
    return nameOf.get(v);
  };
  const layers: FoundLayer[] = [];
  const others: Record<string, OtherParameter> = {};
  for (const [name, value] of Object.entries(params)) {
    const found = layerOf({ name, value, readers, biasOf });
    if (typeof found !== "string") layers.push(found);
    else {
      const isWeight = (value.shape?.length ?? 0) > 1 && isMultiplied(value, readers);
      others[name] = { name, reason: found, isWeight };
    }
  }
  for (const { layer: { bias } } of layers) if (bias !== undefined) delete others[bias];
  return { layers, others: Object.values(others) };
}

/** Returns the function that returns the nodes that read a value, a node as often as it does. */
function readersIn(g: Graph): (v: Value) => readonly Node[] {
  const byValue = new Map<Value, Node[]>();
  for (const node of g.nodes) {
    for (const v of node.reads()) {
      const known = byValue.get(v);
      if (known === undefined) byValue.set(v, [node]);
      else known.push(node);
    }
  }
  return (v) => byValue.get(v) ?? [];
}

/** Returns whether a value, or a view of it, is a factor of a product, or whatever else is not known to be none. */
function isMultiplied(v: Value, readers: (v: Value) => readonly Node[]): boolean {
  return readers(v).some((node) =>
    VIEWS.has(node.opType)
      ? node.outputs.some((view) => view !== null && isMultiplied(view, readers))
      : !NO_PRODUCTS.has(node.opType)
  );
}

interface Looked {
  readonly name: string;
  readonly value: Value;
  readonly readers: (v: Value) => readonly Node[];
  readonly biasOf: (v: Value | null | undefined, outputs: number) => string | undefined;
}

/** Returns the layer of a weight, or why it is none. */
function layerOf(looked: Looked): FoundLayer | string {
  const { value, readers } = looked;
  const all = readers(value);
  if (all.length === 0) return "nothing reads it";
  if (all.length > 1) return `it is read in ${all.length} places`;
  const node = all[0]!;
  if (node.opType === "Conv" && node.domain === "") return convolution(looked, node);
  if (node.opType === "Transpose" && value.shape?.length === 2 && node.ints("perm")?.join() !== "0,1") {
    const turned = node.outputs[0]!;
    const after = readers(turned);
    if (after.length !== 1) return `its transpose is read in ${after.length} places`;
    return dense(looked, after[0]!, { weight: turned, turned: true });
  }
  return dense(looked, node, { weight: value, turned: false });
}

function dense(
  { name, value, readers, biasOf }: Looked,
  node: Node,
  { weight, turned }: { weight: Value; turned: boolean },
): FoundLayer | string {
  const [input, second, third] = node.inputs;
  const isGemm = node.opType === "Gemm";
  if (node.domain !== "" || !(isGemm || node.opType === "MatMul")) return `${node} reads it`;
  if (second !== weight || !input) return `${node} multiplies it from the left`;
  const [a, b] = value.shape ?? [];
  if (value.shape?.length !== 2 || typeof a !== "number" || typeof b !== "number") {
    return `${node} reads it as a stack of matrices`;
  }
  if (isGemm && (node.int("transA") === 1 || node.float("alpha") !== 1)) {
    return `${node} transposes its inputs, or scales the product`;
  }
  const flips = Number(turned) + (isGemm ? node.int("transB")! : 0);
  const transposed = flips % 2 === 0;
  const [inputs, outputs] = transposed ? [a, b] : [b, a];
  const output = node.outputs[0]!;
  const bias = isGemm
    ? (node.float("beta") === 1 ? biasOf(third, outputs) : undefined)
    : addedTo(output, outputs, { readers, biasOf });
  return {
    layer: {
      kind: "dense",
      weight: name,
      ...(bias === undefined ? {} : { bias }),
      inputs,
      outputs,
      transposed,
    },
    node,
    input,
    output,
  };
}

/** Returns the bias that the only reader of a product adds. */
function addedTo(
  output: Value,
  outputs: number,
  { readers, biasOf }: Pick<Looked, "readers" | "biasOf">,
): string | undefined {
  const [next, more] = readers(output);
  if (next === undefined || more !== undefined || next.opType !== "Add") return undefined;
  return biasOf(next.inputs.find((v) => v !== output), outputs);
}

function convolution({ name, value, biasOf }: Looked, node: Node): FoundLayer | string {
  const [input, weight, third] = node.inputs;
  if (weight !== value || !input) return `${node} reads it as an image`;
  const group = node.int("group")!;
  if (group !== 1) return `${node} convolves in ${group} groups`;
  const [outputs, ...rest] = value.shape as number[];
  const bias = biasOf(third, outputs!);
  return {
    layer: {
      kind: "convolution",
      weight: name,
      ...(bias === undefined ? {} : { bias }),
      inputs: rest.reduce((product, d) => product * d, 1),
      outputs: outputs!,
      transposed: false,
    },
    node,
    input,
    output: node.outputs[0]!,
  };
}
