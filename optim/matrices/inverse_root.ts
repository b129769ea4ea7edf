/**
 * Inverse roots of symmetric matrices, by coupled iterations: matrix products alone.
 *
 * @module
 */
import type { Graph, Value } from "../../onnx/mod.ts";
import type { FloatArray } from "../float_array.ts";
import type { Expr } from "../language/mod.ts";
import { addIdentity } from "./householder_graph.ts";
import { lazily } from "./lazily.ts";
import { productOn } from "./modes.ts";

/** The most iterations. */
const MOST = 100;

/** The largest element of `M - I` from which one more iteration, which takes its fifth power, leaves rounding errors. */
const NEAR = 1e-3;

/** The largest one at its end that counts as a success. */
const WORST = 0.1;

/** Settings of an inverse root. */
export interface RootSettings {
  /** The root `p`. */
  readonly p: number;
  /** The least ridge. */
  readonly epsilon: number;
  /** The ridge as a share of the matrix's infinity norm, which bounds its eigenvalues. */
  readonly relativeEpsilon: number;
}

/**
 * Returns `(scale A + ridge I)^(-1/p)` where a scalar is not 0, else the root before. So it is where the iteration fails, as
 * for a matrix with numbers that are not finite; but a root of zeros, with which slots begin, then becomes the identity.
 *
 * Each iteration multiplies `X` by the first five terms `Q` of the series of `M^(-1/p)` about the identity, and `M` by `Q^p`,
 * so that `X^-p M` stays the matrix and `M` tends to the identity: from below, since it begins at norm 1.
 */
export function nextRoot(
  before: Expr,
  { when, gram, scale }: { when: Expr; gram: Expr; scale: Expr },
  settings: RootSettings,
): Expr {
  const n = gram.shape[0]!;
  return lazily(when, before, {
    name: `inverse root ${JSON.stringify(settings)} ${n}`,
    args: [before, gram, scale],
    host: (kept, a, factor) => rootOn(a!.map((x) => x * factor![0]!), { ...settings, n }) ?? keptOn(kept!, n),
    graph: (g, kept, a, factor) => addRoot(g, g.mul(a!, factor!), { ...settings, n, kept: kept! }),
  });
}

interface Sized extends RootSettings {
  readonly n: number;
}

/** Returns the coefficients of the series of `(1 - r)^(-1/p)`. */
function series(p: number): [number, number, number, number] {
  const [b1, b2] = [1 / p, (1 + p) / (2 * p * p)];
  const b3 = b2 * (1 + 2 * p) / (3 * p);
  return [b1, b2, b3, b3 * (1 + 3 * p) / (4 * p)];
}

/** Returns the inverse root on the host; `undefined` where the iteration fails. */
function rootOn(a: FloatArray, { p, epsilon, relativeEpsilon, n }: Sized): FloatArray | undefined {
  const sums = new Float64Array(n);
  a.forEach((x, k) => (sums[Math.floor(k / n)]! += Math.abs(x)));
  const ridge = Math.max(Math.max(...sums) * relativeEpsilon, epsilon);
  const unit = (k: number) => (k % (n + 1) === 0 ? 1 : 0);
  let m: FloatArray = Float64Array.from(a, (x, k) => x + ridge * unit(k));
  const norm = Math.sqrt(m.reduce((s: number, x: number) => s + x * x, 0));
  m = m.map((x) => x / norm);
  let x: FloatArray = Float64Array.from(a, (_, k) => norm ** (-1 / p) * unit(k));
  const times = (c: FloatArray, d: FloatArray) => productOn(c, d, { before: n, size: n, after: 1 }, false);
  const [b1, b2, b3, b4] = series(p);
  let error = Infinity;
  for (let step = 0, near = false; step < MOST && !near; step++) {
    near = error < NEAR;
    const r = m.map((v, k) => unit(k) - v);
    const r2 = times(r, r);
    const high = times(r2, r.map((v, k) => b3 * v + b4 * r2[k]!));
    const factor = high.map((v, k) => v + unit(k) + b1 * r[k]! + b2 * r2[k]!);
    x = times(x, factor);
    m = times(powerOn(factor, p, times), m);
    error = m.reduce((s: number, v: number, k: number) => Math.max(s, Math.abs(v - unit(k))), 0);
    if (!Number.isFinite(error)) return undefined;
  }
  return error <= WORST ? x : undefined;
}

/** Returns what stays where the iteration fails. */
function keptOn(kept: FloatArray, n: number): FloatArray {
  return kept.some((x) => x !== 0) ? kept.slice() : kept.map((_, k) => (k % (n + 1) === 0 ? 1 : 0));
}

function powerOn(a: FloatArray, p: number, times: (a: FloatArray, b: FloatArray) => FloatArray): FloatArray {
  if (p === 1) return a;
  const half = powerOn(a, Math.floor(p / 2), times);
  const square = times(half, half);
  return p % 2 === 0 ? square : times(square, a);
}

/** Writes the inverse root into a graph; `kept` where the iteration fails. */
function addRoot(
  g: Graph,
  a: Value,
  { p, epsilon, relativeEpsilon, n, kept }: Sized & { kept: Value },
): Value {
  const { dtype } = a;
  const identity = addIdentity(g, dtype, n);
  const bound = g.reduceMax(g.reduceSum(g.abs(a), [1], { keepdims: false }), null, { keepdims: false });
  const ridge = g.max([g.mul(bound, relativeEpsilon), epsilon]);
  const raised = g.add(a, g.mul(identity, ridge));
  const norm = g.sqrt(g.reduceSum(g.mul(raised, raised), null, { keepdims: false }));
  const [b1, b2, b3, b4] = series(p);
  const [x, , error] = g.loop({
    most: MOST,
    condition: g.greater(norm, 0),
    states: [g.mul(identity, g.pow(norm, -1 / p)), g.div(raised, norm), g.constant(Infinity, dtype)],
    body(step, [x, m, before]) {
      const r = step.sub(identity, m!);
      const r2 = step.matMul(r, r);
      const high = step.matMul(r2, step.add(step.mul(r, b3), step.mul(r2, b4)));
      const low = step.add(identity, step.add(step.mul(r, b1), step.mul(r2, b2)));
      const factor = step.add(high, low);
      const next = step.matMul(addPower(step, factor, p), m!);
      const error = step.reduceMax(step.abs(step.sub(next, identity)), null, { keepdims: false });
      const goesOn = step.and(step.greaterOrEqual(before!, NEAR), step.less(error, Infinity));
      return { condition: goesOn, states: [step.matMul(x!, factor), next, error] };
    },
  });
  const size = g.reduceMax(g.abs(kept), null, { keepdims: false });
  return g.where(g.lessOrEqual(error!, WORST), x!, g.where(g.equal(size, 0), identity, kept));
}

function addPower(g: Graph, a: Value, p: number): Value {
  if (p === 1) return a;
  const half = addPower(g, a, Math.floor(p / 2));
  const square = g.matMul(half, half);
  return p % 2 === 0 ? square : g.matMul(square, a);
}
