/**
 * Attention and rotary embeddings, in operators that every runtime has.
 *
 * @module
 */
import type { Graph } from "../graph.ts";
import type { Value } from "../value.ts";

/** What attention is computed from. B batches, T positions, D numbers a head. */
export interface AttentionParts {
  /** Queries `[B, T, H * D]`, or `[B, H, T, D]`. */
  readonly q: Value;
  /** Keys, of the same form; they may have fewer heads, each of which serves several of the queries'. */
  readonly k: Value;
  /** Values, likewise. */
  readonly v: Value;
  /** What to add to the scores, or which of them count; broadcast to `[B, H, T, T']`. */
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
  /** What the scores are softly limited to; 0 for no limit. */
  readonly softcap?: number;
}

/** What attention returns. */
export interface AttentionResult {
  /** The mean of the values `[B, T, H * D]`, or `[B, H, T, D]`. */
  readonly y: Value;
  /** Keys and values, the past included, `[B, H, P + T, D]`. */
  readonly present: readonly [Value, Value];
  /** The scores `[B, H, T, P + T]` before limit and mask. */
  readonly scores: Value;
  /** What the values are weighed by. */
  readonly weights: Value;
}

/** softmax(scale q k' + mask) v, by heads. */
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
  // Half of the factor on each side, as the specification has it: products stay small in half precision.
  const root = Math.sqrt(parts.scale ?? 1 / Math.sqrt(sizeOf(q, 3)));
  const scores = g.matMul(g.mul(q, root), g.mul(g.transpose(k, { perm: [0, 1, 3, 2] }), root));
  const { softcap = 0 } = parts;
  const limited = softcap > 0 ? g.mul(g.tanh(g.div(scores, softcap)), softcap) : scores;
  const weights = g.softmax(masked(g, limited, { ...parts, q, k }), { axis: -1 });
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

/** `[B, T, H * D]` as `[B, H, T, D]`. */
function byHeads(g: Graph, x: Value, heads: number | undefined): Value {
  if (x.rank === 4) return x;
  if (heads === undefined) throw new RangeError("attention needs the number of heads of operands of rank 3");
  return g.transpose(g.reshape(x, [0, 0, heads, sizeOf(x, 2) / heads]), { perm: [0, 2, 1, 3] });
}

/** How many heads of the queries one of the keys serves. */
function repeatsOf(q: Value, k: Value): number {
  return q.shape![1] === k.shape![1] ? 1 : sizeOf(q, 1) / sizeOf(k, 1);
}

/** Each head as often as said, one after the other. */
function repeated(g: Graph, x: Value, repeats: number): Value {
  const each = g.expand(g.unsqueeze(x, [2]), [1, 1, repeats, 1, 1]);
  return g.reshape(each, [0, sizeOf(x, 1) * repeats, -1, sizeOf(x, 3)]);
}

/** Less than any score, but a number: a row with nothing to see has no NaN. */
const LOWEST = -1e30;

function masked(g: Graph, scores: Value, parts: AttentionParts): Value {
  const { mask, lengths, causal, past, window = [-1, -1] } = parts;
  const count = (x: Value, axis: number) => g.squeeze(g.shape(x, { start: axis, end: axis + 1 }), [0]);
  const positions = (x: Value) => g.range(g.constant(0, "int64"), count(x, 2), g.constant(1, "int64"));
  const only = (x: Value, allowed: Value) => g.where(allowed, x, LOWEST);
  let result = scores;
  if (mask) {
    const all = padded(g, mask, parts.k);
    result = mask.dtype === "bool" ? only(result, all) : g.add(result, g.castLike(all, scores));
  }
  if (lengths) {
    result = only(result, g.less(positions(parts.k), g.reshape(lengths, [-1, 1, 1, 1])));
  }
  if (!causal && window.every((w) => w < 0)) return result;
  // How far before a query's own position a key is.
  const rows = g.unsqueeze(positions(parts.q), [1]);
  const offset = past
    ? count(past[0], 2)
    : lengths
    ? g.sub(g.reshape(lengths, [-1, 1, 1, 1]), count(parts.q, 2))
    : null;
  const distance = g.sub(offset ? g.add(rows, offset) : rows, positions(parts.k));
  if (causal) result = only(result, g.greaterOrEqual(distance, 0));
  if (window[0] >= 0) result = only(result, g.lessOrEqual(distance, window[0]));
  return window[1] >= 0 ? only(result, g.greaterOrEqual(distance, -window[1])) : result;
}

/** A mask that says nothing of the last keys hides them. */
function padded(g: Graph, mask: Value, k: Value): Value {
  const [has, wants] = [mask.shape?.at(-1), k.shape?.[2]];
  if (typeof has !== "number" || typeof wants !== "number" || has >= wants || has === 1) return mask;
  const pads = [...Array.from({ length: 2 * mask.rank - 1 }, () => 0), wants - has];
  if (mask.dtype !== "bool") return g.pad(mask, pads, g.constant(LOWEST, mask.dtype));
  return g.cast(g.pad(g.cast(mask, { to: "int32" }), pads), { to: "bool" });
}

/** What a rotary embedding is computed from. */
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
