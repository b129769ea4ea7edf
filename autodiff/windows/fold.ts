/**
 * Adds the cotangents of the entries of windows to those of the axes that the windows slide over.
 *
 * @module
 */
import type { Graph, Value } from "../../onnx/mod.ts";
import { type Axis, extent, idleAxis } from "./axis.ts";
import { padded } from "./window.ts";

/**
 * Returns the cotangent of `x` from those of the windows' entries: what `covered` and then `entries` at each place
 * cost, undone.
 *
 * @param parts the cotangent of each place's entries, as `places` orders them, `[N, C, count…]`
 * @returns `[N, C, size…]`
 */
export function fold(g: Graph, parts: readonly Value[], axes: readonly Axis[]): Value {
  let rows = [...parts];
  // The last axis first: the places along it are neighbors in the list.
  for (const [i, a] of [...axes.entries()].reverse()) {
    const next: Value[] = [];
    for (let r = 0; r < rows.length; r += a.kernel) {
      next.push(foldAxis(g, rows.slice(r, r + a.kernel), { axis: i, of: a, rank: axes.length }));
    }
    rows = next;
  }
  return rows[0]!;
}

/**
 * Returns one axis of {@linkcode fold}. Entries `stride` apart make up a phase: windows add to each phase by shifts
 * alone, and the phases interleaved are the axis.
 */
function foldAxis(
  g: Graph,
  parts: readonly Value[],
  { axis, of: a, rank }: { axis: number; of: Axis; rank: number },
): Value {
  const along = (before: number, after: number) =>
    Array.from({ length: rank }, (_, i) => (i === axis ? [before, after] as const : [0, 0] as const));
  const length = a.count + Math.floor((extent(a) - 1) / a.stride);
  const phases = Array.from({ length: a.stride }, (): Value[] => []);
  parts.forEach((part, k) => {
    const at = k * a.dilation;
    const shift = Math.floor(at / a.stride);
    phases[at % a.stride]!.push(padded(g, part, along(shift, length - a.count - shift)));
  });
  // Entries of the phases beyond the axis are padding, or were never read.
  const crop = along(-a.begin, a.begin + a.size - length * a.stride);
  const empty = phases.every((p) => p.length === 1) ? null : zeros(g, phases.flat()[0]!);
  const sums = phases.map((p) => (p.length === 0 ? empty! : p.length === 1 ? p[0]! : g.sum(p)));
  if (sums.length === 1) return padded(g, sums[0]!, crop);
  const woven = g.concat(sums.map((v) => g.unsqueeze(v, [axis + 3])), { axis: axis + 3 });
  const shape = [0, 0, ...sums[0]!.shape!.slice(2).map((d, i) => (i === axis ? -1 : d as number))];
  return padded(g, g.reshape(woven, shape), crop);
}

function zeros(g: Graph, like: Value): Value {
  return g.mul(like, 0);
}

/** Returns what {@linkcode fold} does where every place of a window has the same cotangent. */
export function foldSame(g: Graph, part: Value, axes: readonly Axis[]): Value {
  return foldInTurn(g, part, { axes, parts: (v, i) => Array.from({ length: axes[i]!.kernel }, () => v) });
}

/** Does {@linkcode fold} an axis at a time, from the first; `parts` gives the cotangents of the places along axis `i`. */
export function foldInTurn(
  g: Graph,
  dy: Value,
  { axes, parts }: { axes: readonly Axis[]; parts: (dy: Value, i: number) => Value[] },
): Value {
  return axes.reduce((v, a, i) => {
    const only = axes.map((b, k): Axis => {
      if (k === i) return a;
      return idleAxis(k < i ? b.size : b.count);
    });
    return fold(g, parts(v, i), only);
  }, dy);
}
