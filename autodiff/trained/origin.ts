/**
 * Tells where an initializer comes from, by the notes and names in its file.
 *
 * @module
 */
import type { Graph, Initializer } from "../../onnx/mod.ts";

/**
 * - `"parameter"`, `"buffer"`: the exporter says so.
 * - `"number"`: the exporter made it, from nothing that the network holds.
 * - `"generated"`: the name is an exporter's own; it may hold a number or a weight that was transposed or merged.
 * - `"named"`: the name is that of an attribute of the network, a parameter or a buffer.
 * - `"unknown"`: nothing is known.
 */
export type Origin = "parameter" | "buffer" | "number" | "generated" | "named" | "unknown";

/** Keys under which PyTorch's exporter notes the kind of an initializer, and what it computed it from. */
const KIND = "pkg.torch.export.graph_signature.InputSpec.kind";
const FOLDED = "pkg.onnxscript.optimizer.folded_from";

/** Names that exporters make up. */
const GENERATED = [
  /^onnx::/,
  /^_?val_\d+$/,
  /^const(ant)?(_\w+|\d+)?$/i,
  /Constant(_\d+)?(_output_\d+)?$/,
  /_output_\d+$/,
  /^scalar_tensor/,
  /lifted_tensor_\d+/,
  /_tensor_constant\d*/,
  /__\d+$/,
  /^\d+$/,
];

/** Names that exporters give to computed tensors, after the PyTorch function that computed them. */
const COMPUTED =
  /^(_?val|arange|transpose|t|view|reshape|expand|clone|getitem|unsqueeze|squeeze|slice|select|permute|add|mul|sub|div|neg|pow|exp|log|sqrt|rsqrt|reciprocal|full|zeros|ones|full_like|zeros_like|ones_like|linear|embedding|cat|stack|cos|sin|cumsum|tril|triu|eye|linspace|where|lt|gt|ge|le|eq|_to_copy|to|type_as|scalar_tensor\w*|sym_size\w*|conv\dd|matmul|mm|bmm|addmm|split\w*|chunk|index\w*|mean|sum|max|min|abs|floor|ceil|round|flatten|repeat|new_\w+|masked_fill|contiguous|copy|detach|alias|lift_fresh\w*)(_\d+)?$/;

/** Returns whether the exporter computed an initializer from numbers that count up. */
export function countsUp({ metadata }: Initializer): boolean {
  return /'(arange|linspace)(_\d+)?'/.test(metadata[FOLDED] ?? "");
}

/** Returns whether the exporter made an initializer: it is not the network's own. */
export function isExported({ value: { name }, metadata }: Initializer): boolean {
  return FOLDED in metadata || (!(KIND in metadata) && GENERATED.some((pattern) => pattern.test(name)));
}

/** Returns the names that the exporter computed an initializer from; `undefined` if the file does not say. */
export function sourcesOf({ metadata }: Initializer): string[] | undefined {
  return FOLDED in metadata ? [...metadata[FOLDED]!.matchAll(/'([^']*)'/g)].map((m) => m[1]!) : undefined;
}

/** PyTorch functions that only change the layout, so that their result stands for their operand. */
const LAYOUT =
  /^(_?val|transpose|t|view|reshape|clone|unsqueeze|squeeze|permute|contiguous|detach|alias|flatten)(_\d+)?$/;

/**
 * Returns the names in the network that the exporter computed an initializer from; empty if it only changed the layout,
 * joined or copied.
 */
export function computedFrom(initializer: Initializer): string[] {
  const { name } = initializer.value;
  const names = sourcesOf(initializer);
  if (names === undefined || LAYOUT.test(name) || !COMPUTED.test(name)) return [];
  return names.filter((n) => n.includes(".") || !COMPUTED.test(n));
}

/** Tells where the initializers of a graph come from. */
export class Origins {
  readonly #computed: ReadonlySet<string>;
  readonly #folds: boolean;

  /** @param producer the producer name that the file gives */
  constructor(readonly graph: Graph, readonly producer: string) {
    this.#computed = new Set(
      graph.nodes.flatMap((n) => n.outputs.flatMap((y) => (y === null ? [] : [y.name]))),
    );
    this.#folds = [...graph.initializers.values()].some((i) => FOLDED in i.metadata);
  }

  /** Returns where an initializer comes from. */
  of({ value: { name }, metadata }: Initializer): Origin {
    const kind = metadata[KIND];
    if (kind !== undefined) return kind === "PARAMETER" ? "parameter" : "buffer";
    const folded = metadata[FOLDED];
    if (folded !== undefined) return this.#sources(folded).length > 0 ? "named" : "number";
    if (GENERATED.some((pattern) => pattern.test(name))) return this.#folds ? "number" : "generated";
    return name.includes(".") || this.producer === "pytorch" ? "named" : "unknown";
  }

  /** Returns the names in the network that a computed tensor was made from. */
  #sources(folded: string): string[] {
    const names = [...folded.matchAll(/'([^']*)'/g)].map((m) => m[1]!);
    return names.filter((n) => n.includes(".") || !(this.#computed.has(n) || COMPUTED.test(n)));
  }
}
