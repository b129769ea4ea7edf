/**
 * The forms of the gradients of convolutions. All figures are from "A convolution and its gradients" in
 * `bench/README.md`.
 *
 * @module
 */
import type { Dim, Shape } from "../../onnx/tensor/mod.ts";
import type { Target } from "../site.ts";
import { type Axis, extent, isIdle, windowsOver } from "../windows/mod.ts";

/** A convolution by weights of shape `[M, C/group, k…]`. */
export interface Weights {
  /** The shape of the weights. */
  readonly shape: Shape;
  /** The layout of the windows, one for each spatial axis. */
  readonly axes: readonly Axis[];
  /** The number of groups of channels. */
  readonly group: number;
}

/**
 * The form of the gradient of x: `"convolution"` of the cotangent by the kernel turned around, or `"transposed"`,
 * the `ConvTranspose` by the kernel itself.
 */
export type InputGradientForm = "convolution" | "transposed";

/**
 * From this ratio of an image's places to those of the result on, the convolution would mostly multiply by padding: 6
 * to 16 channels, 5x5 over 14x14 without padding takes 2.68 ms by convolution and 0.64 by `ConvTranspose`.
 */
const SHRINKS = 1.5;

/**
 * Below this many channels of x the convolution's product has too few rows: 3 to 16 channels, 3x3 over 32x32 takes 3.17
 * ms by convolution and 1.58 by `ConvTranspose`, but 16 to 16 channels take 5.52 and 6.92.
 */
const FEW_ROWS = 8;

/**
 * Returns the form of the gradient of x. Only strides of 1 and windows that reach over every edge allow a convolution.
 */
export function inputGradientForm({ shape, axes, group }: Weights): InputGradientForm {
  const reaches = (a: Axis) => extent(a) - 1 - a.begin >= 0 && extent(a) - 1 - a.end >= 0;
  if (!axes.every((a) => a.stride === 1 && reaches(a))) return "transposed";
  const shrinks = axes.reduce((n, a) => n * a.size / a.count, 1) >= SHRINKS;
  const few = Number(shape[1]) < FEW_ROWS && group === 1;
  return shrinks || few ? "transposed" : "convolution";
}

/**
 * The form of the gradient of the weights.
 *
 * - `"fewer-axes"`: counts axes along which windows neither reach nor move as examples.
 * - `"channels-last"`: one convolution with the channels of x as a further spatial axis.
 * - `"examples-as-channels"`: one convolution over the examples.
 * - `"columns"`: for channels each by itself, products of all entries along the last axis, picked by a mask.
 * - `"places"`: a product for each place of the window, example, and group, summed over the examples.
 * - `"places-over-examples"`: a product for each place of the window over all examples.
 * - `"unfolded"`: the windows laid out as rows, a product for each example, summed over the examples.
 * - `"unfolded-over-examples"`: the windows laid out as rows, one product over all examples.
 */
export type WeightGradientForm =
  | "fewer-axes"
  | "channels-last"
  | "examples-as-channels"
  | "columns"
  | "places"
  | "places-over-examples"
  | "unfolded"
  | "unfolded-over-examples";

/**
 * Returns the form of the gradient of the weights; sizes that are not known count as neither small nor large.
 *
 * @param w.examples the number of examples
 */
export function weightGradientForm(
  w: Weights & { readonly examples?: Dim | undefined },
  target: Target,
): WeightGradientForm {
  const idle = w.axes.filter(isIdle).length;
  if (idle > 0 && idle < w.axes.length && w.axes.length > 2 && w.group === 1) return "fewer-axes";
  if (suitsChannelsLast(w, target)) return "channels-last";
  if (suitsUnfolded(w, target)) return suitsOneProduct(w) ? "unfolded-over-examples" : "unfolded";
  if (suitsExamplesAsChannels(w, target)) return "examples-as-channels";
  if (suitsColumns(w)) return "columns";
  return suitsOneProduct(w) ? "places-over-examples" : "places";
}

/**
 * Returns whether `"channels-last"` is fastest. A processor's convolution reads whole rows of channels: it takes 0.41
 * to 0.99 of the time of the other forms. 1x1 windows are products already (1.27), and one channel makes no row (4.1).
 * The runtime has kernels for up to three axes, of which the channels take one.
 */
function suitsChannelsLast({ shape: [m, channels], axes, group }: Weights, target: Target): boolean {
  const plain = axes.every((a) => a.kernel === 1);
  return target === "cpu" && group === 1 && axes.length <= 2 && !plain && m !== 1 && channels !== 1;
}

/**
 * The entries of the largest table that a model holds for an unfolded form: 8 MiB, enough for 3x3 windows over an image of
 * 480x480.
 */
const LARGEST_TABLE = 2 ** 21;

/**
 * Returns whether an `"unfolded"` form is fastest. A GPU starts a kernel for each node: a 3x3 window takes 6 to 8 this
 * way, and 4 for each of its 9 places by places. Large windows with more places than there are windows are convolved. Sizes
 * must be known, for the table of entries, and that must not be large, as for volumes.
 */
function suitsUnfolded(
  { shape, axes, group, examples }: Parameters<typeof weightGradientForm>[0],
  target: Target,
): boolean {
  const known = [...shape, examples].every((size) => typeof size === "number");
  const size = placesOf(axes);
  if (target !== "gpu" || group !== 1 || !known || (size >= LARGE_WINDOW && isWide(axes))) return false;
  const entries = size * windowsOver(axes);
  return entries * (suitsOneProduct({ shape, axes, group }) ? examples as number : 1) <= LARGEST_TABLE;
}

/** Returns how many places a window has. */
function placesOf(axes: readonly Axis[]): number {
  return axes.reduce((n, a) => n * a.kernel, 1);
}

/** Returns whether windows have more places than there are windows, as in second derivatives. */
function isWide(axes: readonly Axis[]): boolean {
  return placesOf(axes) > windowsOver(axes);
}

/**
 * Up to this many channels of x, convolving over the examples wins for any window: 1 to 6 channels 1.22 ms against
 * 1.66.
 */
const FEW_CHANNELS = 3;
/**
 * From this many places of a window on it also wins for more channels: 16 to 32 channels, 5x5, 8.16 ms against 11.7.
 */
const LARGE_WINDOW = 25;
/** Up to this many channels it wins for large windows; 3x3 and 64 channels, 38.5 ms against 31.2, is too many. */
const SOME_CHANNELS = 32;

/**
 * Returns whether `"examples-as-channels"` is fastest. In second derivatives kernels are whole images, and channels are a
 * batch.
 */
function suitsExamplesAsChannels({ shape, axes, group }: Weights, target: Target): boolean {
  const plain = axes.every((a) => a.stride === 1 && a.dilation === 1 && a.begin >= 0 && a.end >= 0);
  if (group !== 1 || !plain) return false;
  const [channels, size] = [Number(shape[1]), placesOf(axes)];
  if (Number.isNaN(channels)) return isWide(axes);
  if (channels <= FEW_CHANNELS) return true;
  return size >= LARGE_WINDOW && (channels <= SOME_CHANNELS || (target === "gpu" && isWide(axes)));
}

/**
 * Below this many windows a product of all entries with all pays for any window: 3x3 at 14x14 takes 0.69, at 32x32
 * 1.24.
 */
const SMALL_IMAGE = 1024;
/** From this many entries of a window along the last axis on it pays for any image: 5x5 at 32x32 takes 0.51. */
const WIDE_WINDOW = 5;

/** Returns whether `"columns"` is fastest: for channels each by itself, in small images or for wide windows. */
function suitsColumns({ shape: [m, channels], axes, group }: Weights): boolean {
  if (channels !== 1 || m !== group) return false;
  return windowsOver(axes) < SMALL_IMAGE || axes.at(-1)!.kernel >= WIDE_WINDOW;
}

/**
 * Returns whether one product over all examples is faster than one for each. Where an image has at most half as many
 * windows as there are channels, its own product is too small: 256 to 256 channels at 8x8 take 1.55 of the forward pass
 * by one product for each example, and 1.22 by one over all.
 */
function suitsOneProduct({ shape: [m, channels], axes, group }: Weights): boolean {
  return group === 1 && 2 * windowsOver(axes) <= Math.max(Number(m), Number(channels));
}
