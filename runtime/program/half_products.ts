/**
 * Matrix products and convolutions in half precision.
 *
 * @module
 */
import { buildModel, Graph, Node, tensor } from "../../onnx/mod.ts";
import { type Device, DeviceError, openSession } from "../session/mod.ts";

/** The element type that matrix products and convolutions are computed in. */
export const PRECISIONS = ["float32", "float16"] as const;

/** One of {@linkcode PRECISIONS}. */
export type Precision = typeof PRECISIONS[number];

/**
 * Rounds the operands of a graph's matrix products and convolutions to float16, as PyTorch's autocast does: a device computes
 * them in half precision and gives float16, which is read as float32 again. Those of its loops and branches are among
 * them; everything else, sums and losses above all, is unchanged.
 */
export function halveProducts(g: Graph): void {
  for (const node of [...g.nodes]) {
    for (const a of node.attributes.values()) if (a.type === "GRAPH") halveProducts(a.value);
    if (isProduct(node)) halve(g, node);
  }
}

function halve(g: Graph, node: Node): void {
  const operands = node.inputs.map((x) => (x === null ? null : g.cast(x, { to: "float16" })));
  const { opType, domain, opset, name, attributes } = node;
  const [y] = g.append(new Node(opType, domain, opset, name, operands, attributes), 1);
  g.substitute(node, [g.cast(y!, { to: "float32" })]);
}

function isProduct({ domain, opType, outputs }: Node): boolean {
  return domain === "" && PRODUCTS.has(opType) && outputs[0]?.known.dtype === "float32";
}

const PRODUCTS: ReadonlySet<string> = new Set(["Conv", "ConvTranspose", "Einsum", "Gemm", "MatMul"]);

/**
 * Checks that a device computes in a precision, before any work is done.
 *
 * @throws {RangeError} when `precision` is not the name of a precision
 * @throws {DeviceError} when float16 matrix products and convolutions are not available on the device.
 *
 * @example
 * ```ts
 * import { DeviceError, requirePrecision } from "../../mod.ts";
 * import { assertRejects } from "@std/assert";
 * await requirePrecision("float32", "cpu");
 * await assertRejects(() => requirePrecision("float16", "cpu"), DeviceError, "take precision float32");
 * ```
 */
export async function requirePrecision(precision: Precision, device: Device): Promise<void> {
  if (!PRECISIONS.includes(precision)) {
    throw new RangeError(`precision must be one of ${PRECISIONS.join(", ")}, got '${precision}'`);
  }
  if (precision === "float32") return;
  if (device === "cpu") {
    throw new DeviceError(
      "float16 matmul/conv is not available on device 'cpu', where ONNX Runtime would compute in float32: " +
        "take precision float32, or another device",
    );
  }
  const g = new Graph();
  const x = g.input("x", "float32", [1, 1]);
  g.output(g.matMul(x, x), "y");
  halveProducts(g);
  await using session = await openSession(buildModel(g), { device });
  try {
    await session.run({ x: tensor(Float32Array.of(1), [1, 1]) });
  } catch (error) {
    const reason = (error as Error).message.split("\n")[0]!;
    throw new DeviceError(`float16 matmul/conv is not available on device '${device}': ${reason}`, {
      cause: error,
    });
  }
}
