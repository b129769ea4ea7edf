/**
 * Rules of sampling images at the points of a grid.
 *
 * @module
 */
import type { Graph, Node, Value } from "../../onnx/mod.ts";
import { reshapeLike, type Rule, type Site, zerosLike } from "../site.ts";
import { spatial } from "../windows/mod.ts";

/** One of the entries around each point, along one axis; `[N, P]` each. */
interface Beside {
  /** Its place on the axis; moved onto the axis where it lies outside. */
  readonly index: Value;
  /** The weight; 0 outside. */
  readonly weight: Value;
  /** The slope of its weight as the point moves toward larger entries; `null` if it does not change. */
  readonly slope: Value | null;
}

/** The places of a grid's points along one axis. */
interface Along {
  readonly beside: readonly Beside[];
  /** The speed of a point as its coordinate grows; 0 where padding holds it. */
  readonly speed: Value | number;
}

/** One of the entries around a point, as a number for each axis. */
type Corner = readonly number[];

interface Sampling {
  readonly along: readonly Along[];
  readonly corners: readonly Corner[];
  /** The cotangent, `[N, C, P]`. */
  readonly dy: Value;
  /** A corner's places among the entries of a channel, `[N, C, P]`. */
  readonly at: (c: Corner) => Value;
}

/**
 * y = x at the points of a grid `[N, o…, r]`, with linear interpolation between entries: each entry gets what it weighed,
 * each point what the weights change by. With mode `nearest` points have no gradient.
 */
export const gridSample: Rule = (s) => {
  const { g, node } = s;
  const [x, grid] = [s.x(0), s.x(1)];
  const size = spatial(node, x);
  if (node.string("mode") === "cubic") {
    throw new TypeError(`${node}: its gradient is implemented for modes linear and nearest, got cubic`);
  }
  const points = g.reshape(grid, [0, -1, size.length]);
  // The last component of a point is its place on the first axis.
  const along = size.map((d, i) =>
    alongAxis(g, node, { at: component(g, points, size.length - 1 - i), size: d })
  );
  const corners = along.reduce<Corner[]>(
    (list, a) => list.flatMap((c) => a.beside.map((_, k) => [...c, k])),
    [[]],
  );
  const dy = g.reshape(s.dy, [0, 0, -1]);
  const at = (c: Corner) => placesOf(g, c.map((k, i) => along[i]!.beside[k]!.index), { size, like: dy });
  const sampling = { along, corners, dy, at };
  return [
    s.wants(0) ? imageGradient(s, sampling) : null,
    s.wants(1) ? gridGradient(s, sampling) : null,
  ];
};

/** Returns one component of points `[N, P, r]`: `[N, P]`. */
function component(g: Graph, points: Value, i: number): Value {
  return g.squeeze(g.slice(points, [i], [i + 1], [2]), [2]);
}

function alongAxis(g: Graph, node: Node, { at, size }: { at: Value; size: number }): Along {
  const aligned = node.int("align_corners") === 1;
  const padding = node.string("padding_mode") ?? "zeros";
  const scale = (aligned ? size - 1 : size) / 2;
  let place = g.add(g.mul(at, scale), (size - 1) / 2);
  let speed: Value | number = scale;
  if (padding === "reflection") {
    const [low, high] = aligned ? [0, size - 1] : [-0.5, size - 0.5];
    const reflected = reflect(g, place, { low: low!, high: high! });
    place = reflected.place;
    speed = g.mul(reflected.direction, scale);
  }
  if (padding !== "zeros") {
    const held = g.clip(place, g.constant(0, at.dtype), g.constant(size - 1, at.dtype));
    // The border itself counts as outside, as in PyTorch.
    const inside = g.and(g.greater(place, 0), g.less(place, size - 1));
    speed = g.mul(g.cast(inside, { to: at.dtype }), speed);
    place = held;
  }
  const nearest = node.string("mode") === "nearest";
  const below = nearest ? g.round(place) : g.floor(place);
  const part = g.sub(place, below);
  const one = { weight: g.sub(1, part), slope: -1 };
  const beside = nearest
    ? [entry(g, below, { size, weight: null, slope: 0 })]
    : [entry(g, below, { size, ...one }), entry(g, g.add(below, 1), { size, weight: part, slope: 1 })];
  return { beside, speed };
}

/** Returns the entry at a whole-numbered place, which may lie outside. */
function entry(
  g: Graph,
  place: Value,
  { size, weight, slope }: { size: number; weight: Value | null; slope: number },
): Beside {
  const held = g.clip(place, g.constant(0, place.dtype), g.constant(size - 1, place.dtype));
  const inside = g.cast(g.equal(held, place), { to: place.dtype });
  return {
    index: g.cast(held, { to: "int64" }),
    weight: weight === null ? inside : g.mul(weight, inside),
    slope: slope === 0 ? null : g.mul(inside, slope),
  };
}

/** Places mirrored at both ends until they lie between them, and whether they move on or back. */
function reflect(g: Graph, place: Value, { low, high }: { low: number; high: number }) {
  const span = high - low;
  // An axis of one entry, ends included, has no room: everything is that entry.
  if (span === 0) return { place: g.mul(place, 0), direction: g.mul(place, 0) };
  const distance = g.sub(place, low);
  const turn = g.mod(g.abs(distance), 2 * span, { fmod: 1 });
  const back = g.greater(turn, span);
  const mirrored = g.add(g.where(back, g.sub(2 * span, turn), turn), low);
  return {
    place: mirrored,
    direction: g.mul(g.sign(distance), g.where(back, g.constant(-1, place.dtype), 1)),
  };
}

/** Returns the places of entries among all of a channel, for every channel. */
function placesOf(
  g: Graph,
  indices: readonly Value[],
  { size, like }: { size: readonly number[]; like: Value },
): Value {
  const flat = indices.reduce((place, index, i) => g.add(g.mul(place, size[i]!), index));
  return g.expand(g.unsqueeze(flat, [1]), g.shape(like));
}

function imageGradient(s: Site, { along, corners, dy, at }: Sampling): Value {
  const { g } = s;
  const parts = corners.map((c) => {
    const weight = c.map((k, i) => along[i]!.beside[k]!.weight).reduce((a, b) => g.mul(a, b));
    return g.mul(dy, g.unsqueeze(weight, [1]));
  });
  const side = (list: Value[]) => (list.length === 1 ? list[0]! : g.concat(list, { axis: 2 }));
  const zeros = g.reshape(zerosLike(g, s.x(0)), [0, 0, -1]);
  const added = g.scatterElements(zeros, side(corners.map(at)), side(parts), { axis: 2, reduction: "add" });
  return reshapeLike(g, added, s.x(0));
}

function gridGradient(s: Site, { along, corners, dy, at }: Sampling): Value {
  const { g } = s;
  if (corners.length === 1) return zerosLike(g, s.x(1));
  const flat = g.reshape(s.x(0), [0, 0, -1]);
  // The slope of the loss with respect to each corner's weight, [N, P].
  const gains = corners.map((c) =>
    g.reduceSum(g.mul(g.gatherElements(flat, at(c), { axis: 2 }), dy), [1], { keepdims: 0 })
  );
  const components = along.map(({ beside, speed }, axis) => {
    const terms = corners.map((c, n) => {
      const factors = c.map((k, i) => (i === axis ? beside[k]!.slope! : along[i]!.beside[k]!.weight));
      return factors.reduce((v, f) => g.mul(v, f), gains[n]!);
    });
    return g.unsqueeze(g.mul(g.sum(terms), speed), [2]);
  });
  return reshapeLike(g, g.concat(components.reverse(), { axis: 2 }), s.x(1));
}

/** Differentiates a grid, which is linear in theta `[N, r, r + 1]`: `dtheta = sum over points of dgrid (point, 1)'`. */
export const affineGrid: Rule = (s) => {
  const { g, node, dy } = s;
  const size = s.y().shape?.slice(1, -1);
  if (!size?.every((d) => typeof d === "number")) {
    throw new TypeError(`${node}: its gradient needs a size that is known before the run, got ${s.y()}`);
  }
  const rank = size.length;
  const aligned = node.int("align_corners") === 1;
  const count = (size as number[]).reduce((a, b) => a * b, 1);
  const rows = Array.from({ length: count }, (_, p) => {
    let rest = p;
    // The last axis runs fastest, and is a point's first component.
    const point = (size as number[]).toReversed().map((d) => {
      const i = rest % d;
      rest = Math.floor(rest / d);
      return aligned ? (d === 1 ? -1 : 2 * i / (d - 1) - 1) : (2 * i + 1) / d - 1;
    });
    return [...point, 1];
  });
  const points = g.reshape(g.constant(rows.flat(), dy.dtype), [count, rank + 1]);
  return [g.matMul(g.transpose(g.reshape(dy, [0, count, rank]), { perm: [0, 2, 1] }), points)];
};
