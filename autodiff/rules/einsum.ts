/**
 * The rule of Einsum: the gradient with respect to an operand is an Einsum too.
 *
 * @module
 */
import type { Graph, Value } from "../../onnx/mod.ts";
import { type Equation, parseEquation } from "../../onnx/infer/mod.ts";
import { type Rule, sizes } from "../site.ts";

/**
 * Exchanges terms: for `y = einsum("ij,jk->ik", a, b)`, da = einsum("ik,jk->ij", dy, b). A letter that occurs in one
 * operand alone was summed over, so the gradient is the same all along it. A letter that an operand has twice picks its
 * diagonal, so the gradient lies on the diagonal.
 */
export const einsum: Rule = (s) => {
  const { inputs, output } = spelled(
    parseEquation(s.node.string("equation")!),
    s.node.inputs as Value[],
    s.y().rank,
  );
  return inputs.map((term, i) => {
    if (!s.wants(i)) return null;
    const others = inputs.flatMap((t, j) => (j === i ? [] : [{ term: t, value: s.x(j) }]));
    return operandGradient(s.g, { term, x: s.x(i), output, dy: s.dy, others });
  });
};

/** Returns the terms with letters instead of `...`, aligned from the right as broadcasting does. */
function spelled(terms: Equation, operands: readonly Value[], rank: number) {
  const used = new Set([...terms.inputs, terms.output].flat());
  const free = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"].filter((l) => !used.has(l));
  const wide = Math.max(
    rank - terms.output.filter((l) => l !== "...").length,
    ...terms.inputs.map((t, i) => operands[i]!.rank - t.filter((l) => l !== "...").length),
    0,
  );
  const dots = free.slice(0, wide);
  const spell = (term: readonly string[], rank: number) =>
    term.flatMap((l) => (l === "..." ? dots.slice(wide - (rank - term.length + 1)) : [l]));
  return {
    inputs: terms.inputs.map((t, i) => spell(t, operands[i]!.rank)),
    output: spell(terms.output, rank),
  };
}

interface Operand {
  readonly term: readonly string[];
  readonly value: Value;
}

function operandGradient(
  g: Graph,
  { term, x, output, dy, others }: {
    term: readonly string[];
    x: Value;
    output: readonly string[];
    dy: Value;
    others: readonly Operand[];
  },
): Value {
  const distinct = [...new Set(term)];
  const available = new Set([...output, ...others.flatMap((o) => o.term)]);
  const reached = distinct.filter((l) => available.has(l));
  const operands: Operand[] = [{ term: output, value: dy }, ...others];
  const left = operands.map((o) => o.term.join("")).join(",");
  let dx = g.einsum(operands.map((o) => o.value), { equation: `${left}->${reached.join("")}` });
  // Letters of this operand alone return at size 1, to be broadcast.
  const alone = distinct.flatMap((l, i) => (available.has(l) ? [] : [i]));
  if (alone.length > 0) dx = g.unsqueeze(dx, alone);
  if (distinct.length === term.length) {
    return g.expand(g.mul(dx, g.constant(1, dx.dtype)), broadcastTarget(g, dx, x));
  }
  return onDiagonal(g, { dx, term, x });
}

/**
 * Returns the sizes that an operand broadcasts to: one that is 1 may be larger in the result, and the sweep sums it.
 */
function broadcastTarget(g: Graph, dx: Value, x: Value) {
  const known = [dx, x].every((v) => v.shape?.every((d) => typeof d === "number"));
  if (known) return dx.shape!.map((d, i) => Math.max(d as number, x.shape![i] as number));
  return g.max([g.shape(dx), g.shape(x)]);
}

/** Spreads a gradient over distinct letters onto the diagonals of an operand that repeats some. */
function onDiagonal(
  g: Graph,
  { dx, term, x }: { dx: Value; term: readonly string[]; x: Value },
): Value {
  const zero = g.constant(0, "int64");
  const one = g.constant(1, "int64");
  const axis = (i: number) => {
    const size = g.squeeze(g.shape(x, { start: i, end: i + 1 }), [0]);
    return g.reshape(g.range(zero, size, one), term.map((_, j) => (j === i ? -1 : 1)));
  };
  // The gradient with its letters in the places of their first occurrence, the repeats at size 1.
  const first = term.map((l, i) => term.indexOf(l) === i);
  let spread = dx;
  const repeats = first.flatMap((f, i) => (f ? [] : [i]));
  if (repeats.length > 0) spread = g.unsqueeze(spread, repeats);
  let mask: Value | null = null;
  term.forEach((l, i) => {
    if (first[i]) return;
    const same = g.equal(axis(term.indexOf(l)), axis(i));
    mask = mask === null ? same : g.and(mask, same);
  });
  return g.expand(g.where(mask!, spread, g.constant(0, dx.dtype)), sizes(g, x));
}
