/**
 * Extracts the matrix products and convolutions of a training step, and builds a model of them alone: a bound on the time
 * of a step.
 *
 * @module
 */
import {
  type AttributeInput,
  buildModel,
  Graph,
  graphOf,
  type Model,
  type Node,
  type StaticShape,
  type Value,
} from "../mod.ts";

/** A product in a program: its operator, attributes and shapes. */
export interface Product {
  readonly op: string;
  /** The shapes of its operands; `null` for an omitted one. */
  readonly operands: readonly (StaticShape | null)[];
  readonly result: StaticShape;
  readonly attributes: Readonly<Record<string, AttributeInput>>;
}

/** Products that are repeated in sequence, as in a recurrent layer. */
export interface Repeated {
  readonly times: number;
  readonly each: readonly Part[];
}

/** The products in order. */
export type Part = Product | Repeated;

const PRODUCTS = new Set(["MatMul", "Gemm", "Conv", "ConvTranspose"]);

/** Returns the products of a step. @throws {RangeError} when a shape is unknown, or the model does not loop over steps. */
export function productsOfStep(program: Model): Part[] {
  const { graph } = graphOf(program);
  const scan = graph.nodes.find((n) => n.opType === "Scan");
  if (scan === undefined) throw new RangeError("the model must loop over steps in a Scan, it has none");
  return productsOf(scan.subgraph("body")!);
}

function productsOf(graph: Graph): Part[] {
  return graph.nodes.flatMap((node): Part[] => {
    if (node.opType === "Scan") {
      const each = productsOf(node.subgraph("body")!);
      return each.length === 0 ? [] : [{ times: staticShape(node.inputs.at(-1)!, node)[0]!, each }];
    }
    if (node.domain !== "" || !PRODUCTS.has(node.opType)) return [];
    return [{
      op: node.opType,
      operands: node.inputs.map((v) => v && staticShape(v, node)),
      result: staticShape(node.outputs[0]!, node),
      attributes: Object.fromEntries([...node.attributes].map(([n, a]) => [n, a.value as AttributeInput])),
    }];
  });
}

function staticShape({ shape }: Value, node: Node): StaticShape {
  if (shape?.every((d) => typeof d === "number")) return shape as StaticShape;
  throw new RangeError(`the shapes of ${node} must be known to be timed alone, one is ${shape}`);
}

/** Returns the number of multiplications and additions. */
export function flopsOf(work: readonly Part[]): number {
  return work.reduce((sum, w) => sum + ("each" in w ? w.times * flopsOf(w.each) : flopsOfProduct(w)), 0);
}

function flopsOfProduct({ op, operands, result, attributes }: Product): number {
  const [a, b] = operands as readonly [StaticShape, StaticShape];
  const size = (shape: readonly number[]) => shape.reduce((x, y) => x * y, 1);
  switch (op) {
    case "Gemm":
      return 2 * size(result) * a[attributes.transA ? 0 : 1]!;
    case "Conv":
      return 2 * size(result) * size(b.slice(1));
    case "ConvTranspose":
      return 2 * size(a) * size(b.slice(1));
    default:
      return 2 * size(result) * a.at(-1)!;
  }
}

/**
 * Returns a model that does the products once for each element of its input `steps`, in a `Scan` as a program does. All
 * other inputs are operands, distinct for each product: ONNX Runtime would pack constants in advance and merge equal
 * products.
 */
export function productsModel(work: readonly Part[]): Model {
  const graph = new Graph({ name: "products" });
  const operand = (shape: StaticShape | null) =>
    shape && graph.input(graph.freeName("operand"), "float32", shape);
  const start = (shape: StaticShape) =>
    graph.emit("ConstantOfShape", [graph.constant([...shape], "int64")])[0]!;
  // Every result is a carried state, so that it is not optimized away and costs no copy.
  type Scanned = ReturnType<Graph["scan"]>;
  const repeat = (into: Graph, { each, turns }: { each: readonly Part[]; turns: Value }): Scanned =>
    into.scan({
      states: resultsOf(each).map(start),
      scanned: [turns],
      body: (step, _, [turn]) => ({
        states: each.flatMap((w) =>
          "each" in w
            ? repeat(step, { each: w.each, turns: operand([w.times])! }).states
            : step.emit(w.op, w.operands.map(operand), { attributes: w.attributes })
        ),
        outputs: [turn!],
      }),
    });
  const { outputs } = repeat(graph, { each: work, turns: graph.input("steps", "float32", ["steps"]) });
  graph.output(outputs[0]!, "done");
  return buildModel(graph);
}

function resultsOf(work: readonly Part[]): StaticShape[] {
  return work.flatMap((w) => ("each" in w ? resultsOf(w.each) : [w.result]));
}
