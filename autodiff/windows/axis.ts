/**
 * The layout of the windows of convolutions and pools along one spatial axis.
 *
 * @module
 */

/** The layout of windows along one spatial axis. */
export interface Axis {
  /** Entries of the axis. */
  readonly size: number;
  /** Entries of a window. */
  readonly kernel: number;
  /** The distance between windows. */
  readonly stride: number;
  /** The distance between the entries of a window. */
  readonly dilation: number;
  /** Entries of padding before the axis. */
  readonly begin: number;
  /** Entries behind the axis up to the last window's end; negative where windows leave entries unread. */
  readonly end: number;
  /** The number of windows. */
  readonly count: number;
}

/** Returns the distance from a window's first entry to just behind its last. */
export function extent(a: Axis): number {
  return (a.kernel - 1) * a.dilation + 1;
}

/** Returns whether the windows along an axis are its entries, one each. */
export function isIdle(a: Axis): boolean {
  return a.kernel === 1 && a.stride === 1 && a.begin === 0 && a.end === 0;
}

/** Returns windows of one entry each over an axis of a size: an axis along which nothing reaches or moves. */
export function idleAxis(size: number): Axis {
  return { size, kernel: 1, stride: 1, dilation: 1, begin: 0, end: 0, count: size };
}

/** Returns the number of entries of an axis with its padding, as far as windows reach. */
export function coveredSize({ begin, size, end }: Axis): number {
  return begin + size + end;
}

/** Returns whether the padding along an axis is from 0 to less than the entries of a window, as runtimes' pools take it. */
export function isPoolPadding({ begin, end, kernel }: Axis): boolean {
  return begin >= 0 && begin < kernel && end < kernel;
}

/** Returns the number of windows over all axes. */
export function windowsOver(axes: readonly Axis[]): number {
  return axes.reduce((n, a) => n * a.count, 1);
}
