/**
 * Attention and rotary embeddings, in operators that every runtime has.
 *
 * @module
 */
import type { Graph, Value } from "../../ir/mod.ts";

/** The inputs of attention. B batches, T positions, D numbers a head. */
export interface AttentionParts {
  /** Queries `[B, T, H * D]`, or `[B, H, T, D]`. */
  readonly q: Value;
  /** Keys, of the same form; they may have fewer heads, each of which serves several of the queries'. */
  readonly k: Value;
  /** Values, likewise. */
  readonly v: Value;
  /** Numbers to add to the scores, or booleans that select them; broadcast to `[B, H, T, T']`. */
  readonly mask?: Value | null;
  /** Keys and values of earlier positions `[B, H, P, D]`. */
  readonly past?: readonly [Value, Value] | null;
  /** How many of the keys of each batch count `[B]`. */
  readonly lengths?: Value | null;
  /** The number of heads of the queries and of the keys, for operands of three dimensions. */
  readonly heads?: readonly [number, number];
  /** Whether a position sees none after it. */
  readonly causal?: boolean;
  /** How many positions before and after its own a position sees; -1 for all. */
  readonly window?: readonly [before: number, after: number];
  /** The factor of the scores; one over the square root of D by default. */
  readonly scale?: number | undefined;
  /** The soft limit of the scores; 0 for no limit. */
  readonly softcap?: number;
  /**
   * The number to add to the scores of keys that a boolean mask or the lengths hide. A query whose keys are all hidden
   * then still sees them. By default hidden keys have no weight at all, and a query that sees no key has the result 0.
   */
  readonly filler?: number;
}

/** The results of attention. */
export interface AttentionResult {
  /** The mean of the values `[B, T, H * D]`, or `[B, H, T, D]`. */
  readonly y: Value;
  /** Keys and values, the past included, `[B, H, P + T, D]`. */
  readonly present: readonly [Value, Value];
  /** The scores `[B, H, T, P + T]` before limit and mask. */
  readonly scores: Value;
  /** The weights of the values. */
  readonly weights: Value;
}

/**
 * Computes softmax(scale q k' + mask) v, by heads. A query that sees no key (all masked, or -infinity added to
 * all scores) has weights and result 0, as in PyTorch and ONNX Runtime, and no gradient flows through it.
 */
export function attention(g: Graph, parts: AttentionParts): AttentionResult {
  const packed = parts.q.rank === 3;
  const [qHeads, kHeads] = parts.heads ?? [];
  const q = byHeads(g, parts.q, qHeads);
  let [k, v] = [byHeads(g, parts.k, kHeads), byHeads(g, parts.v, kHeads)];
  if (parts.past) {
    k = g.concat([parts.past[0], k], { axis: 2 });
    v = g.concat([parts.past[1], v], { axis: 2 });
  }
  const present = [k, v] as const;
  const repeats = repeatsOf(q, k);
  if (repeats > 1) [k, v] = [repeated(g, k, repeats), repeated(g, v, repeats)];
  // Half of the factor on each side, as in the specification, so that products stay small in half precision.
  const root = Math.sqrt(parts.scale ?? 1 / Math.sqrt(sizeOf(q, 3)));
  const scores = g.matMul(g.mul(q, root), g.mul(g.transpose(k, { perm: [0, 1, 3, 2] }), root));
  const { softcap = 0 } = parts;
  const limited = softcap > 0 ? g.mul(g.tanh(g.div(scores, softcap)), softcap) : scores;
  const { masked, sees } = hide(g, limited, { ...parts, q, k });
  const shares = g.softmax(masked, { axis: -1 });
  const weights = sees ? g.mul(shares, sees) : shares;
  const y = g.matMul(weights, v);
  return {
    y: packed ? g.reshape(g.transpose(y, { perm: [0, 2, 1, 3] }), [0, 0, -1]) : y,
    present,
    scores,
    weights,
  };
}

function sizeOf(x: Value, axis: number): number {
  const size = x.shape?.[axis];
  if (typeof size === "number") return size;
  throw new RangeError(`attention needs known sizes of heads, '${x.name}' is [${x.shape?.join(", ")}]`);
}

/** Returns `[B, T, H * D]` as `[B, H, T, D]`. */
function byHeads(g: Graph, x: Value, heads: number | undefined): Value {
  if (x.rank === 4) return x;
  if (heads === undefined) throw new RangeError("attention needs the number of heads of operands of rank 3");
  return g.transpose(g.reshape(x, [0, 0, heads, sizeOf(x, 2) / heads]), { perm: [0, 2, 1, 3] });
}

/** Returns how many heads of the queries one of the keys serves. */
function repeatsOf(q: Value, k: Value): number {
  return q.shape![1] === k.shape![1] ? 1 : sizeOf(q, 1) / sizeOf(k, 1);
}

/** Returns each head repeated, one after the other. */
function repeated(g: Graph, x: Value, repeats: number): Value {
  const each = g.expand(g.unsqueeze(x, [2]), [1, 1, repeats, 1, 1]);
  return g.reshape(each, [0, sizeOf(x, 1) * repeats, -1, sizeOf(x, 3)]);
}

/** Returns a finite number below any score: a query that sees nothing then gets no NaN from the softmax or its gradient. */
function lowest({ dtype }: Value): number {
  return dtype === "float16" ? -3e4 : -1e30;
}

interface Masked {
  /** The scores, very low where a key is hidden. */
  readonly masked: Value;
  /** 1 for a query that sees any key, else 0, in a shape that broadcasts against the scores; absent when every query does. */
  readonly sees?: Value;
}

function hide(g: Graph, scores: Value, parts: AttentionParts): Masked {
  let result = scores;
  const visible: Value[] = [];
  const only = (allowed: Value) => {
    visible.push(allowed);
    result = g.where(allowed, result, lowest(scores));
  };
  const unlessHidden = (allowed: Value) => {
    if (parts.filler === undefined) only(allowed);
    else result = g.add(result, g.where(allowed, g.constant(0, scores.dtype), parts.filler));
  };
  if (parts.mask?.dtype === "bool") unlessHidden(padded(g, parts.mask, parts.k));
  else if (parts.mask) {
    const added = g.castLike(padded(g, parts.mask, parts.k), scores);
    const hidden = g.equal(added, -Infinity);
    visible.push(g.not(hidden));
    result = g.add(result, g.where(hidden, lowest(scores), added));
  }
  if (parts.lengths) {
    unlessHidden(g.less(positions(g, parts.k), g.reshape(parts.lengths, [-1, 1, 1, 1])));
  }
  for (const allowed of nearby(g, parts)) only(allowed);
  return visible.length === 0 || onlyCausal(parts)
    ? { masked: result }
    : { masked: result, sees: any(g, visible, scores) };
}

/** Returns whether the only mask is the causal one, so that every query sees at least the first key. */
function onlyCausal({ mask, window = [-1, -1], lengths, filler, causal }: AttentionParts): boolean {
  const others = (mask && (mask.dtype !== "bool" || filler === undefined)) ||
    (lengths && filler === undefined);
  return causal === true && !others && window.every((w) => w < 0);
}

/** Returns 1 for each query that sees a key under all masks, else 0, as floats. */
function any(g: Graph, masks: readonly Value[], { dtype }: Value): Value {
  const visible = masks.reduce((a, b) => g.and(a, b));
  return g.reduceMax(g.cast(visible, { to: dtype }), [-1], { keepdims: 1 });
}

function count(g: Graph, x: Value, axis: number): Value {
  return g.squeeze(g.shape(x, { start: axis, end: axis + 1 }), [0]);
}

function positions(g: Graph, x: Value): Value {
  return g.range(g.constant(0, "int64"), count(g, x, 2), g.constant(1, "int64"));
}

/** Returns the masks of the keys that each query may see by its position. */
function nearby(g: Graph, parts: AttentionParts): Value[] {
  const { q, k, causal, window = [-1, -1] } = parts;
  if (!causal && window.every((w) => w < 0)) return [];
  // The distance of a key before a query's own position.
  const rows = g.unsqueeze(positions(g, q), [1]);
  const offset = offsetOf(g, parts);
  const distance = g.sub(offset ? g.add(rows, offset) : rows, positions(g, k));
  return [
    ...(causal ? [g.greaterOrEqual(distance, 0)] : []),
    ...(window[0] >= 0 ? [g.lessOrEqual(distance, window[0])] : []),
    ...(window[1] >= 0 ? [g.greaterOrEqual(distance, -window[1])] : []),
  ];
}

/**
 * Returns the index of the key at the first query: the one after the past, or the one that puts the last query at the
 * last valid key.
 */
function offsetOf(g: Graph, { q, past, lengths, filler }: AttentionParts): Value | null {
  if (past) return count(g, past[0], 2);
  if (!lengths || filler !== undefined) return null;
  return g.sub(g.reshape(lengths, [-1, 1, 1, 1]), count(g, q, 2));
}

/** Returns a mask with as many columns as there are keys: those that it does not have are hidden. */
function padded(g: Graph, mask: Value, k: Value): Value {
  const [has, wants] = [mask.shape?.at(-1), k.shape?.[2]];
  if (typeof has !== "number" || typeof wants !== "number" || has >= wants || has === 1) return mask;
  const pads = [...Array.from({ length: 2 * mask.rank - 1 }, () => 0), wants - has];
  if (mask.dtype !== "bool") return g.pad(mask, pads, g.constant(-Infinity, mask.dtype));
  return g.cast(g.pad(g.cast(mask, { to: "int32" }), pads), { to: "bool" });
}

/** The operands of a rotary embedding. */
export interface RotaryParts {
  /** `[B, T, H * D]`, or `[B, H, T, D]`. */
  readonly x: Value;
  /** Cosines and sines: `[B, T, R / 2]`, or a row a position where there are `positions`. */
  readonly cos: Value;
  readonly sin: Value;
  /** Rows of the two `[B, T]`. */
  readonly positions?: Value | null;
  /** The number of heads, for `x` of three dimensions. */
  readonly heads?: number | undefined;
  /** Whether pairs lie side by side, and not half of the numbers apart. */
  readonly interleaved?: boolean;
  /** How many numbers of a head are turned; 0 for all. */
  readonly turned?: number;
}

/** Turns pairs of numbers by angles that depend on the position. */
export function rotaryEmbedding(g: Graph, parts: RotaryParts): Value {
  const { x, positions, heads, interleaved } = parts;
  const packed = x.rank === 3;
  if (packed && !heads) {
    throw new RangeError("a rotary embedding needs the number of heads of an operand of rank 3");
  }
  const all = packed ? g.reshape(x, [0, 0, heads!, sizeOf(x, 2) / heads!]) : x;
  const size = sizeOf(all, 3);
  const turned = parts.turned || size;
  const angle = (cache: Value) =>
    g.unsqueeze(positions ? g.gather(cache, positions) : cache, [packed ? 2 : 1]);
  const [cos, sin] = [angle(parts.cos), angle(parts.sin)];
  const part = turned === size ? all : g.slice(all, [0], [turned], [3]);
  const half = turned / 2;
  const pairs = interleaved ? g.reshape(part, [0, 0, 0, half, 2]) : part;
  const [a, b] = interleaved
    ? g.split(pairs, [1, 1], { axis: 4, outputs: 2 }).map((v) => g.squeeze(v, [4])) as [Value, Value]
    : g.split(part, [half, half], { axis: 3, outputs: 2 });
  const [real, imaginary] = [
    g.sub(g.mul(cos, a), g.mul(sin, b)),
    g.add(g.mul(sin, a), g.mul(cos, b)),
  ];
  const result = interleaved
    ? g.reshape(g.concat([g.unsqueeze(real, [4]), g.unsqueeze(imaginary, [4])], { axis: 4 }), [
      0,
      0,
      0,
      turned,
    ])
    : g.concat([real, imaginary], { axis: 3 });
  const whole = turned === size
    ? result
    : g.concat([result, g.slice(all, [turned], [size], [3])], { axis: 3 });
  return packed ? g.reshape(whole, [0, 0, -1]) : whole;
}
