/**
 * Which convolutions are computed over blocked tensors. All figures are from "A convolution and its gradients" in
 * `bench/README.md`.
 *
 * @module
 */
import type { DType, Shape } from "../../onnx/mod.ts";
import { type Axis, extent, windowsOver } from "../../autodiff/windows/mod.ts";
import { type Block, padTo, REORDER_UNIT } from "./block.ts";
import { stripsFor } from "./examples.ts";
import { hasBlockedGradient } from "./input_gradient.ts";

/** The sizes of a convolution, or of the one whose gradient is computed. */
export interface ConvolutionSizes {
  /** The shape of the image, without padded channels: `[N, C, d…]`. */
  readonly x: Shape;
  /** The shape of the weights: `[M, C/group, k…]`. */
  readonly w: Shape;
  /** The layout of the windows, one for each spatial axis. */
  readonly axes: readonly Axis[];
  /** The number of groups of channels. */
  readonly group: number;
  /** The block. */
  readonly block: Block;
  /** The element type; float32 by default, the only one that blocks have. */
  readonly dtype?: DType | undefined;
}

/**
 * How a convolution takes its image and gives its result:
 *
 * - `"blocked"`: both blocked; the channels fill their blocks.
 * - `"padded"`: both blocked; the last block of x or of the result has padded channels.
 * - `"blocked-from-plain"`: the image plain, which has fewer channels than a block, the result blocked; it may have padded
 *   channels.
 * - `"plain"`: both plain, in `ai.onnx`.
 */
export type BlockForm = "blocked" | "padded" | "blocked-from-plain" | "plain";

/** Returns the form of a convolution; its batch need not be known. */
export function convForm(c: ConvolutionSizes): BlockForm {
  const [channels, ...kernel] = c.w.slice(1).map(Number) as [number, ...number[]];
  const pass = { weights: productOf([channels, ...kernel]), sizes: c.axes.map((a) => a.count) };
  return c.axes.every(keepsInside) && reusesWeights(c) && !waitsForWeights(c, pass)
    ? formOfChannels(c)
    : "plain";
}

/** Returns the form of the gradient of a convolution's image: of dy and of the result; the batch need not be known. */
export function inputGradientForm(c: ConvolutionSizes): Exclude<BlockForm, "blocked-from-plain"> {
  const form = formOfChannels(c);
  if (form === "plain" || form === "blocked-from-plain" || !takesGradient(c)) return "plain";
  // Each phase of the strides has its part of the kernel.
  const parts = productOf(c.axes.map((a) => a.stride));
  const weights = c.group === 1 ? productOf([c.w[0], ...c.w.slice(2)].map(Number)) / parts : 1;
  const pass = { weights, sizes: c.axes.map((a) => a.size / a.stride) };
  return hasBlockedGradient(c) && reusesWeights(c) && !waitsForWeights(c, pass) ? form : "plain";
}

/** Returns the form of the gradient of a convolution's weights: of x and of dy. The batch must be known. */
export function weightGradientForm(c: ConvolutionSizes): BlockForm {
  const form = formOfChannels(c);
  if (form === "plain" || !takesGradient(c) || !c.axes.every(keepsInside)) return "plain";
  if (typeof c.x[0] !== "number") return "plain";
  return c.group !== 1 || (fillsExamples(c) && suitsExamples(c)) ? form : "plain";
}

/** Up to this ratio of products with padded channels to those without, blocks pay. */
const PADDING = 1.5;

/** Returns the form that the channels, axes and groups allow. */
function formOfChannels({ x, w, axes, group, block, dtype = "float32" }: ConvolutionSizes): BlockForm {
  const [m, each] = w;
  if (dtype !== "float32" || axes.length !== 2 || typeof m !== "number" || typeof each !== "number") {
    return "plain";
  }
  if (x.length !== 4 || w.length !== 4 || x[1] !== each * group) return "plain";
  const channels = each * group;
  const byChannel = group === m && each === 1;
  if (!byChannel && group !== 1) return "plain";
  const few = channels < block;
  if ((few && byChannel && group > 1) || (!few && channels % REORDER_UNIT !== 0)) return "plain";
  const to = padTo(m, block);
  if (to > PADDING * m) return "plain";
  if (few) return "blocked-from-plain";
  const from = padTo(channels, block);
  if (from * to > PADDING * channels * m) return "plain";
  return from === channels && to === m ? "blocked" : "padded";
}

/** Returns whether the windows along an axis start at or before it and reach it. */
function keepsInside(a: Axis): boolean {
  return a.begin >= 0 && a.end > -a.stride && [a.size, a.count].every(Number.isInteger);
}

/** Returns whether the gradient of the result can be cut into blocks. */
function takesGradient({ w: [m] }: ConvolutionSizes): boolean {
  return Number(m) % REORDER_UNIT === 0;
}

/**
 * From this many weights on, cutting them into blocks takes long: 512 to 512 channels, 3x3, 3 ms.
 */
const MANY_WEIGHTS = 2 ** 18;
/** From this many windows over all examples on, the convolution itself takes longer still. */
const SOME_WINDOWS = 256;
/** The batch that a symbol is taken for. */
const USUAL_BATCH = 32;

/** Returns whether the weights are few, or used by many windows. */
function reusesWeights({ x: [n], w, axes }: ConvolutionSizes): boolean {
  const weights = productOf(w.map(Number));
  const batch = typeof n === "number" ? n : USUAL_BATCH;
  return weights < MANY_WEIGHTS || batch * windowsOver(axes) >= SOME_WINDOWS;
}

function productOf(numbers: readonly number[]): number {
  return numbers.reduce((product, n) => product * n, 1);
}

/** How many blocks of output channels the runtime's kernel computes together. */
const BLOCKS_TOGETHER = 4;
/** So many weights no longer fit into the cache next to a processor. */
const PAST_CACHE = 2 ** 18;
/** Up to this width of the result, its rows are too short to wait for weights from farther away. */
const NARROW = 4;
/** From this many places of an image on, `ai.onnx` has no such rows to wait for: its product has as many columns. */
const WHOLE_COLUMNS = 16;

/**
 * Returns whether the kernel, which reads the weights of 4 blocks of output channels for each row of the result, mostly
 * waits for them: 512 to 512 channels, 3x3 over 4x4, take 1.5 of the time of `ai.onnx`, over 6x6 0.92, over 2x2 0.37.
 *
 * @param pass.weights how many weights each output channel has
 * @param pass.sizes the sizes of the result
 */
function waitsForWeights(
  { block }: ConvolutionSizes,
  { weights, sizes }: { weights: number; sizes: readonly number[] },
): boolean {
  return BLOCKS_TOGETHER * block * weights > PAST_CACHE && sizes.at(-1)! <= NARROW &&
    productOf(sizes) >= WHOLE_COLUMNS;
}

/** Up to this ratio of examples with those of zeros to those without, blocks of examples pay. */
const ZERO_EXAMPLES = 1.2;

/** Returns whether examples or strips of them fill their blocks, or nearly so. */
function fillsExamples({ x: [n], axes, block }: ConvolutionSizes): boolean {
  const [examples, count] = [n as number, axes[0]!.count];
  return stripsFor(examples, count, block) !== undefined ||
    padTo(examples, block) <= ZERO_EXAMPLES * examples;
}

/** Below this many windows an image is no kernel: 2x2 places of 1x1 windows take 2.1 of the time of `ai.onnx`. */
const FEW_WINDOWS = 16;
/** Below this many windows over all examples, the results for each block of examples cost more than they save. */
const MANY_WINDOWS = 1024;
/** Up to this ratio of places along the width that are computed to those of the window, leaving some out pays. */
const BETWEEN = 2;

/** Returns whether the weight gradient with examples as channels is faster than that of `ai.onnx`. */
function suitsExamples({ x: [n], axes }: ConvolutionSizes): boolean {
  const [windows, width] = [windowsOver(axes), axes.at(-1)!];
  return windows >= FEW_WINDOWS && Number(n) * windows >= MANY_WINDOWS &&
    extent(width) <= BETWEEN * width.kernel;
}
