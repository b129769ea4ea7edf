/**
 * Matrix products.
 *
 * @module
 */
import { broadcastShapes, type DType, type Shape, shapeText } from "../tensor/mod.ts";
import { checkEqual, checkLeastRank, checkRank, shapeAt } from "./common.ts";
import type { InferNode, InferRule } from "./types.ts";

/** Infers `MatMul` as in NumPy: a vector on either side gets a dimension that the result does not have. */
function product(node: InferNode, a: Shape | undefined, b: Shape | undefined): Shape | undefined {
  checkLeastRank(a, 1, "input A");
  checkLeastRank(b, 1, "input B");
  if (a === undefined || b === undefined) return undefined;
  const columns = a.at(-1);
  const rows = b.length === 1 ? b[0] : b.at(-2);
  checkEqual(
    columns,
    rows,
    `input A ${shapeText(a)} has ${columns} columns, input B ${
      shapeText(b)
    } has ${rows} rows: they must be equal`,
  );
  const batch = broadcastShapes([a.slice(0, -2), b.slice(0, -2)], node.freshDim)!;
  return [...batch, ...a.length > 1 ? [a.at(-2)!] : [], ...b.length > 1 ? [b.at(-1)!] : []];
}

function matmul(b: number, dtype?: DType): InferRule {
  return (node) => [{ dtype, shape: product(node, shapeAt(node, 0), shapeAt(node, b)) }];
}

/** `Gemm`: two matrices, either transposed, and a third that broadcasts to the product. */
const gemm: InferRule = (node) => {
  const [a, b, c] = [shapeAt(node, 0), shapeAt(node, 1), shapeAt(node, 2)];
  checkRank(a, [2], "input A");
  checkRank(b, [2], "input B");
  if (a === undefined || b === undefined) return [];
  const [m, k] = node.int("transA") ? [a[1]!, a[0]!] : [a[0]!, a[1]!];
  const [rows, n] = node.int("transB") ? [b[1]!, b[0]!] : [b[0]!, b[1]!];
  checkEqual(
    k,
    rows,
    `input B ${shapeText(b)} has ${rows} rows, input A ${
      shapeText(a)
    } has ${k} columns (after transA and transB): they must be equal`,
  );
  const result = [m, n];
  const fits = c === undefined || c.length <= 2 && c.every((d, i) => {
        const to = result[i + 2 - c.length]!;
        return d === 1 || typeof d === "string" || typeof to === "string" || d === to;
      });
  if (!fits) throw new RangeError(`input C ${shapeText(c)} must broadcast to ${shapeText(result)}`);
  return [{ shape: result }];
};

/** `Det`: one number a matrix. */
const det: InferRule = (node) => {
  const x = shapeAt(node, 0);
  checkLeastRank(x, 2, "input X");
  checkEqual(x?.at(-1), x?.at(-2), `input X must hold square matrices, got ${shapeText(x)}`);
  return [{ shape: x?.slice(0, -2) }];
};

/** Rules of the matrix products. */
export const MATMUL: Readonly<Record<string, InferRule>> = {
  MatMul: matmul(1),
  MatMulInteger: matmul(1, "int32"),
  QLinearMatMul: matmul(3),
  Gemm: gemm,
  Det: det,
};
