/**
 * The rule of `Slice`.
 *
 * @module
 */
import type { Value } from "../../onnx/mod.ts";
import { normalizeAxis } from "../../onnx/tensor/mod.ts";
import { type Rule, type Site, zerosLike } from "../site.ts";
import { reshapeTo, type Size, sizeAt } from "../sizes.ts";

/** Slice: by padding where it goes forward and its place is known, else by adding at the positions taken. */
export const slice: Rule = (s) => {
  const cuts = cutsOf(s);
  return [cuts === null ? sliceByPosition(s) : padded(s, cuts)];
};

/** The elements that a slice takes along an axis: `count` of `size`, one every `step` from `start` on. */
interface Cut {
  readonly size: number;
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/** Returns the cut of each axis, `null` for an axis that is whole; `null` where they are not known or go backward. */
function cutsOf(s: Site): (Cut | null)[] | null {
  const x = s.x();
  const numbers = (i: number) => {
    const c = s.optional(i)?.contents;
    return c?.every((d) => typeof d === "number") ? c as readonly number[] : null;
  };
  const [starts, ends] = [numbers(1), numbers(2)];
  if (starts === null || ends === null || x.shape === undefined) return null;
  const axes = s.optional(3) ? numbers(3) : starts.map((_, i) => i);
  const steps = s.optional(4) ? numbers(4) : starts.map(() => 1);
  if (axes === null || steps === null || steps.some((step) => step < 1)) return null;
  const cuts: (Cut | null)[] = x.shape.map(() => null);
  for (const [i, a] of axes.entries()) {
    const axis = normalizeAxis(a, x.shape.length);
    const size = x.shape[axis]!;
    if (typeof size !== "number") return null;
    const clamp = (v: number) => Math.min(Math.max(v < 0 ? v + size : v, 0), size);
    const [start, end, step] = [clamp(starts[i]!), clamp(ends[i]!), steps[i]!];
    // An empty slice has no gradient, wherever it was.
    if (end <= start) return null;
    cuts[axis] = { size, start, step, count: Math.ceil((end - start) / step) };
  }
  return cuts;
}

/** Puts the cotangent back in its place, with zeros around it and between its elements. */
function padded(s: Site, cuts: readonly (Cut | null)[]): Value {
  const { g } = s;
  const spread = dilated(s, cuts);
  const before = cuts.map((c) => c?.start ?? 0);
  // Negative where the last step goes beyond the end.
  const after = cuts.map((c) => c === null ? 0 : c.size - c.start - c.count * c.step);
  const pads = [...before, ...after];
  return pads.every((p) => p === 0) ? spread : g.pad(spread, pads, g.constant(0, spread.dtype));
}

/** Returns the cotangent with `step - 1` zeros behind each element along each axis. */
function dilated(s: Site, cuts: readonly (Cut | null)[]): Value {
  const { g, dy } = s;
  if (cuts.every((c) => c === null || c.step === 1)) return dy;
  const pairs: Size[] = [];
  const zeros: number[] = [];
  const whole = cuts.map((c, axis): Size => {
    if (c === null || c.step === 1) {
      pairs.push(sizeAt(g, dy, axis));
      zeros.push(0);
      return sizeAt(g, dy, axis);
    }
    pairs.push(c.count, 1);
    zeros.push(0, c.step - 1);
    return c.count * c.step;
  });
  const apart = g.pad(reshapeTo(g, dy, pairs), [...zeros.map(() => 0), ...zeros], g.constant(0, dy.dtype));
  return reshapeTo(g, apart, whole);
}

function sliceByPosition(s: Site): Value {
  const { g } = s;
  const x = s.x();
  const zero = g.constant(0, "int64");
  const positions = g.range(zero, g.size(x), g.constant(1, "int64"));
  const shaped = g.reshape(positions, g.shape(x), { allowzero: 1 });
  const taken = g.slice(shaped, s.x(1), s.x(2), s.optional(3), s.optional(4));
  const flat = g.reshape(zerosLike(g, x), [-1]);
  const added = g.scatterElements(flat, g.reshape(taken, [-1]), g.reshape(s.dy, [-1]), {
    axis: 0,
    reduction: "add",
  });
  return g.reshape(added, g.shape(x), { allowzero: 1 });
}
