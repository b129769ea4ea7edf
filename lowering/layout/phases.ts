/**
 * Windows that overlap, over images in blocks. Entries of an axis `stride` apart make up a phase. Where each phase has as
 * many entries as there are windows, an entry of all windows is a phase, or one moved along by some entries.
 *
 * @module
 */
import { type Axis, extent, isPoolPadding } from "../../autodiff/windows/mod.ts";
import type { Graph, Value } from "../../onnx/mod.ts";
import { type Along, behind, interleaved, maximaAlong, shapedAs } from "./pools.ts";

/** Returns whether windows overlap, and each phase of the axis has as many entries as there are windows. */
export function coversPhases(a: Axis): boolean {
  return a.dilation === 1 && extent(a) > a.stride && isPoolPadding(a) &&
    a.size === a.count * a.stride;
}

/** Returns the phase of entry `at` of all windows, and how far that is moved along. */
function placeOf({ stride, begin }: Axis, at: number): { phase: number; by: number } {
  const by = Math.floor((at - begin) / stride);
  return { phase: at - begin - by * stride, by };
}

/** Returns a function that writes entry `at` of every window along one axis; what lies beyond the axis is minus infinity. */
export function entriesOfPhases(g: Graph, x: Value, along: Along): (at: number) => Value {
  const written = new Map<number, Value>();
  return (at) => {
    const { phase, by } = placeOf(along.windows, at);
    const own = written.get(phase) ?? phaseOf(g, x, { ...along, phase });
    written.set(phase, own);
    return moved(g, own, { ...along, by, fill: -Infinity });
  };
}

/** Returns the entries of a phase. */
function phaseOf(g: Graph, x: Value, { phase, ...along }: Along & { phase: number }): Value {
  const { axis, windows, block } = along;
  const { size, stride, count } = windows;
  // Pools and Gather use all threads, slices do not.
  if (phase === 0) {
    return maximaAlong(g, x, { ...along, windows: { ...windows, kernel: 1, begin: 0, end: 0 } });
  }
  const index = Array.from({ length: count }, (_, i) => i * stride + phase);
  const view = g.reshape(x, [-1, size, behind(x, axis, block)]);
  return shapedAs(g, g.gather(view, g.constant(index, "int64"), { axis: 1 }), x, { axis, size: count });
}

/** Returns an image of as many entries along an axis, of which entry `i` is `v[i + by]`. */
function moved(
  g: Graph,
  v: Value,
  { axis, windows, block, by, fill }: Along & { by: number; fill: number },
): Value {
  if (by === 0) return v;
  const view = g.reshape(v, [-1, windows.count, behind(v, axis, block)]);
  const pads = [0, -by, 0, 0, by, 0];
  return shapedAs(g, g.pad(view, pads, g.constant(fill, v.dtype)), v, { axis, size: windows.count });
}

/** Returns an image in which the parts of all windows are added up, `parts[k]` at entry `k` of each. */
export function addedInPhases(g: Graph, parts: readonly Value[], along: Along): Value {
  const { windows } = along;
  const phases = Array.from({ length: windows.stride }, (): Value[] => []);
  parts.forEach((part, at) => {
    const { phase, by } = placeOf(windows, at);
    phases[phase]!.push(moved(g, part, { ...along, by: -by, fill: 0 }));
  });
  const sums = phases.map((some) => some.reduce((a, b) => g.add(a, b)));
  return interleaved(g, sums, {
    ...along,
    windows: { ...windows, kernel: windows.stride, begin: 0, end: 0 },
  });
}
