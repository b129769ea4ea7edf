/**
 * The rule of `Slice`.
 *
 * @module
 */
import type { Value } from "../../onnx/mod.ts";
import { normalizeAxis } from "../../onnx/tensor/mod.ts";
import { type Cut, sliceGradient } from "../composites/mod.ts";
import { type Rule, type Site, zerosLike } from "../site.ts";

/** Slice: by padding where it goes forward and its place is known, else by adding at the positions taken. */
export const slice: Rule = (s) => {
  const cuts = cutsOf(s);
  return [cuts === null ? sliceByPosition(s) : sliceGradient(s.g, { dy: s.dy, cuts }, s)];
};

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
