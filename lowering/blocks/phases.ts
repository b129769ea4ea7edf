/**
 * The gradient of a convolution with strides with respect to its image, one phase of the strides at a time.
 *
 * Entry `s i + r` of an axis of stride s is read only by those entries of the kernel that lie apart by s: the gradient at
 * these entries, those of phase r, is a convolution of dy with stride 1 by a part of the kernel.
 *
 * @module
 */
import type { Axis } from "../../autodiff/windows/mod.ts";

/** The convolution along one axis that gives the gradient at every entry of a phase. */
export interface Phase {
  /** Which entries of the kernel it takes, in its own order; none where no window reads these entries. */
  readonly taps: readonly number[];
  /** The distance of its entries over dy. */
  readonly dilation: number;
  /** Padding of dy before its axis. */
  readonly before: number;
  /** Padding of dy behind its axis. */
  readonly after: number;
}

/** Returns the phases of an axis; their sizes are equal if the stride divides the axis. */
export function phasesOf(a: Axis): Phase[] {
  const each = a.size / a.stride;
  return Array.from({ length: a.stride }, (_, r) => {
    // Entry k of the kernel meets entry i of the phase at dy's entry i + offset(k).
    const offset = (k: number) => (r + a.begin - k * a.dilation) / a.stride;
    const taps = Array.from({ length: a.kernel }, (_, i) => a.kernel - 1 - i).filter((k) =>
      Number.isInteger(offset(k))
    );
    if (taps.length === 0) return { taps, dilation: 1, before: 0, after: 0 };
    const [first, last] = [offset(taps[0]!), offset(taps.at(-1)!)];
    const dilation = taps.length > 1 ? offset(taps[1]!) - first : 1;
    return { taps, dilation, before: -first, after: each - a.count + last };
  });
}

/** Returns whether the gradient along an axis can be computed in phases. */
export function hasPhases(a: Axis): boolean {
  if (a.size % a.stride !== 0) return false;
  const phases = phasesOf(a);
  const read = phases.filter((p) => p.taps.length > 0);
  return (read.length === 1 || read.length === a.stride) && read.every((p) => p.before >= 0 && p.after >= 0);
}
