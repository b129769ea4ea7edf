/**
 * Finds the layers of a model that compute otherwise while it trains: dropout and batch normalization.
 *
 * @module
 */
import type { DType, Graph, Node, Shape, StaticShape, Value } from "../../onnx/mod.ts";

/** A dropout of a model. */
export interface Dropout {
  /** Its node's name, with a number where several have it. */
  readonly name: string;
  /** The part of the elements that it drops: above 0, below 1. */
  readonly ratio: number;
  /** The shape of its operand, as far as it is known. */
  readonly shape: Shape | undefined;
}

/** A tensor that training keeps besides the parameters: a running statistic of a batch normalization. */
export interface BufferSpec {
  /** The element type. */
  readonly dtype: DType;
  /** The dimensions. */
  readonly shape: StaticShape;
}

/** The running statistics of a model's batch normalizations. */
export interface RunningStatistics {
  /** The statistics by the names of their initializers. */
  readonly specs: Readonly<Record<string, BufferSpec>>;
  /** How many layers each belongs to. */
  readonly layers: Readonly<Record<string, number>>;
}

/** Returns whether a node is a dropout. */
export function isDropout(node: Node): boolean {
  return isLayer(node, "Dropout");
}

/** Returns whether a node is a batch normalization. */
export function isBatchNormalization(node: Node): boolean {
  return isLayer(node, "BatchNormalization");
}

function isLayer(node: Node, opType: string): boolean {
  return node.domain === "" && node.opType === opType;
}

/** Returns the dropouts among nodes that drop anything. @throws {RangeError} as {@linkcode ratioOf} does. */
export function dropoutsAmong(nodes: readonly Node[]): Dropout[] {
  const names = dropoutNames();
  return nodes.flatMap((node) => {
    const ratio = ratioOf(node);
    return ratio > 0 ? [{ name: names(node), ratio, shape: node.inputs[0]!.shape }] : [];
  });
}

/** Returns a function that names dropouts, asked in order: each by its node's name, with a number where that is taken. */
export function dropoutNames(): (node: Node) => string {
  const counts = new Map<string, number>();
  return (node) => {
    const name = node.name || "dropout";
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    return count === 0 ? name : `${name}#${count}`;
  };
}

/**
 * Returns what part of the elements a node drops: 0 for all but dropouts.
 *
 * @throws {RangeError} when the ratio of a dropout is no constant of at least 0 and below 1.
 */
export function ratioOf(node: Node): number {
  if (!isDropout(node)) return 0;
  const input = node.inputs[1];
  const ratio = input ? Number(input.tensor?.data[0]) : 0.5;
  if (ratio >= 0 && ratio < 1) return ratio;
  throw new RangeError(`${node}: input ratio must be a constant of at least 0 and below 1, got ${ratio}`);
}

/** Returns the running statistics that batch normalizations of a graph read from its initializers. */
export function statisticsIn(graph: Graph): RunningStatistics {
  const specs: Record<string, BufferSpec> = {};
  const layers: Record<string, number> = {};
  for (const v of graph.nodes.flatMap(statisticsOf)) {
    if (!graph.initializers.has(v.name)) continue;
    specs[v.name] = { dtype: v.dtype, shape: v.shape as StaticShape };
    layers[v.name] = (layers[v.name] ?? 0) + 1;
  }
  return { specs, layers };
}

/** Returns the running mean and variance that a batch normalization reads; nothing for other nodes. */
export function statisticsOf(node: Node): Value[] {
  if (!isBatchNormalization(node)) return [];
  return node.inputs.slice(3, 5).filter((v) => v !== null).map(original);
}

/** Returns the value that this one copies: exporters pass an initializer through `Identity` if it stands for several. */
function original(value: Value): Value {
  const { producer } = value;
  const copied = producer?.domain === "" && producer.opType === "Identity" ? producer.inputs[0] : undefined;
  return copied ? original(copied) : value;
}
