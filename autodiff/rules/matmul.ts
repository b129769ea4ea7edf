/**
 * Rules of matrix products.
 *
 * @module
 */
import type { Graph, Value } from "../../onnx/mod.ts";
import { rowProductForm } from "../forms/mod.ts";
import { reshapeLike, type Rule, type Site } from "../site.ts";
import { transposed } from "../transposed.ts";

/**
 * y = a @ b. For matrices da = dy @ b', db = a' @ dy. Leading batch dimensions broadcast, and the sweep sums them back; a
 * vector on the left is a row, on the right a column, whose extra dimension the product drops.
 */
export const matMul: Rule = (s) => {
  const { g } = s;
  const [a, b] = [s.x(0), s.x(1)];
  if (a.rank === 1 && b.rank === 1) return [g.mul(s.dy, b), g.mul(s.dy, a)];
  const row = a.rank === 1 ? g.unsqueeze(a, [0]) : a;
  const column = b.rank === 1 ? g.unsqueeze(b, [1]) : b;
  let dy = s.dy;
  if (a.rank === 1) dy = g.unsqueeze(dy, [-2]);
  if (b.rank === 1) dy = g.unsqueeze(dy, [-1]);
  return [
    s.wants(0) ? leftGradient(g, dy, { a, row, column }) : null,
    s.wants(1) ? rightGradient(s, dy, { b, row, column }) : null,
  ];
};

function leftGradient(
  g: Graph,
  dy: Value,
  { a, row, column }: { a: Value; row: Value; column: Value },
): Value {
  const da = g.matMul(dy, transposed(g, column));
  // A vector was broadcast over every batch dimension of the other operand.
  return a.rank === 1 ? g.reshape(sumLeading(g, da, row.rank), [-1]) : da;
}

function rightGradient(
  s: Site,
  dy: Value,
  { b, row, column }: { b: Value; row: Value; column: Value },
): Value {
  const { g } = s;
  if (b.rank === 2 && row.rank === 2) return productOfRows(s, row, dy);
  // A weight under a batch of sequences: one product of all rows beats one per batch entry and their sum.
  if (b.rank === 2 && row.rank > 2) {
    const rows = g.reshape(row, [-1, ...lastSize(row)]);
    const dRows = g.reshape(dy, [-1, ...lastSize(dy)]);
    if (
      row.shape!.at(-1) !== 0 && typeof row.shape!.at(-1) === "number" && typeof dy.shape?.at(-1) === "number"
    ) {
      return productOfRows(s, rows, dRows);
    }
  }
  const db = g.matMul(transposed(g, row), dy);
  return b.rank === 1 ? g.reshape(sumLeading(g, db, column.rank), [-1]) : db;
}

function lastSize(v: Value): number[] {
  const last = v.shape?.at(-1);
  return typeof last === "number" ? [last] : [];
}

function sumLeading(g: Graph, x: Value, rank: number): Value {
  const lead = x.rank - rank;
  return lead > 0 ? g.reduceSum(x, Array.from({ length: lead }, (_, i) => i), { keepdims: 0 }) : x;
}

/** Returns `p' q`, the sum over rows of `p` `[R, M]` and `q` `[R, N]`: `[M, N]`. */
function productOfRows({ g, target }: Site, p: Value, q: Value): Value {
  const [m, n] = [p, q].map((v) => v.shape?.at(-1));
  if (rowProductForm({ m, n, target }) === "transposed") {
    return g.transpose(g.matMul(transposed(g, q), p));
  }
  return g.gemm(p, q, null, { transA: 1 });
}

/**
 * Returns the transpose of a `Gemm` that {@linkcode productOfRows} wrote, as another product; `null` for other values.
 */
export function turnedProduct(s: Site, product: Value): Value | null {
  const node = product.producer;
  if (node?.opType !== "Gemm" || node.inputs[2]) return null;
  const plain = node.float("alpha") === 1 && node.int("transA") === 1 && node.int("transB") === 0;
  return plain ? productOfRows(s, node.inputs[1]!, node.inputs[0]!) : null;
}

/**
 * y = alpha A' B' + beta c, where A' is `a` or its transpose by `transA`, and likewise B'. Each gradient is one `Gemm` with
 * the transposes in its attributes, so nothing is transposed in memory.
 */
export const gemm: Rule = (s) => {
  const { g, dy, node } = s;
  const [a, b, c] = [s.x(0), s.x(1), s.optional(2)];
  const alpha = node.float("alpha")!;
  const beta = node.float("beta")!;
  const [transA, transB] = [node.int("transA") !== 0, node.int("transB") !== 0];
  const product = (p: Value, q: Value, attributes: { transA: boolean; transB: boolean }) =>
    g.gemm(p, q, null, { alpha, ...attributes });
  const da = s.wants(0)
    ? transA
      ? product(b, dy, { transA: transB, transB: true })
      : product(dy, b, { transA: false, transB: !transB })
    : null;
  const dB = () => {
    if (!transB) return product(a, dy, { transA: !transA, transB: false });
    if (!transA && alpha === 1) return productOfRows(s, dy, a);
    return product(dy, a, { transA: true, transB: transA });
  };
  const db = s.wants(1) ? dB() : null;
  const dc = c !== null && s.wants(2) ? (beta === 1 ? dy : g.mul(dy, beta)) : null;
  return [da, db, dc];
};

/** y = det x, for a batch of square matrices: dx = dy y x^-T, with the adjugate for sizes 1, 2 and 3. */
export const det: Rule = (s) => {
  const { g } = s;
  const x = s.x();
  const n = x.shape?.at(-1);
  if (n !== 1 && n !== 2 && n !== 3) {
    throw new TypeError(`${s.node}: the gradient of Det is written for matrices of size 1 to 3, got ${n}`);
  }
  const entry = (i: number, j: number) => g.slice(x, [i, j], [i + 1, j + 1], [-2, -1]);
  const cofactor = (i: number, j: number): Value | 1 => {
    const rows = [0, 1, 2].slice(0, n).filter((r) => r !== i);
    const columns = [0, 1, 2].slice(0, n).filter((c) => c !== j);
    if (n === 1) return 1;
    if (n === 2) return entry(rows[0]!, columns[0]!);
    const [r0, r1] = rows as [number, number];
    const [c0, c1] = columns as [number, number];
    return g.sub(g.mul(entry(r0, c0), entry(r1, c1)), g.mul(entry(r0, c1), entry(r1, c0)));
  };
  const dy = g.unsqueeze(s.dy, [-1, -2]);
  if (n === 1) return [reshapeLike(g, dy, x)];
  const row = (i: number) =>
    g.concat(
      Array.from({ length: n }, (_, j) => {
        const c = cofactor(i, j) as Value;
        return (i + j) % 2 ? g.neg(c) : c;
      }),
      { axis: -1 },
    );
  return [g.mul(dy, g.concat(Array.from({ length: n }, (_, i) => row(i)), { axis: -2 }))];
};
