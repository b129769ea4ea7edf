/**
 * Augmentations of a batch: random changes of its examples, new ones in each step of training.
 *
 * @module
 */
import { checkNumber, checkOptions, type OptionNames } from "../../options/mod.ts";

/** Cuts an image of the same size out of the padded image, at a random place. Made by {@linkcode randomCrop}. */
export interface RandomCrop {
  /** The kind of augmentation. */
  readonly kind: "randomCrop";
  /** Pixels that each border is padded with. */
  readonly padding: number;
}

/** Turns an image left to right at random. Made by {@linkcode horizontalFlip}. */
export interface HorizontalFlip {
  /** The kind of augmentation. */
  readonly kind: "horizontalFlip";
  /** The probability that an image is turned. */
  readonly probability: number;
}

/** Erases a square at a random place of an image. Made by {@linkcode cutout}. */
export interface Cutout {
  /** The kind of augmentation. */
  readonly kind: "cutout";
  /** The side of the square, in pixels. */
  readonly size: number;
}

/** Mixes each example of a batch, and its label, with another one of it. Made by {@linkcode mixup}. */
export interface Mixup {
  /** The kind of augmentation. */
  readonly kind: "mixup";
  /** Both shapes of the beta distribution that the weight of the mixture is drawn from. */
  readonly alpha: number;
}

/** A random change of a batch's examples. */
export type Augmentation = RandomCrop | HorizontalFlip | Cutout | Mixup;

/** For inputs of a model, by name, the augmentations of their batches in the order in which they are applied. */
export type Augment = Readonly<Record<string, readonly Augmentation[]>>;

/** Options of {@linkcode randomCrop}. */
export interface RandomCropOptions {
  /** Pixels to pad each border with: an integer of at least 1. */
  readonly padding: number;
}

/** Options of {@linkcode horizontalFlip}. */
export interface HorizontalFlipOptions {
  /** The probability that an image is turned, in [0, 1]; 1/2 by default. */
  readonly probability?: number;
}

/** Options of {@linkcode cutout}. */
export interface CutoutOptions {
  /** The side of the square, in pixels: an integer of at least 1. */
  readonly size: number;
}

/** Options of {@linkcode mixup}. */
export interface MixupOptions {
  /** Both shapes of the beta distribution: a finite number above 0; 1, uniform weights, by default. */
  readonly alpha?: number;
}

const CROP = { padding: true } satisfies OptionNames<RandomCropOptions>;
const FLIP = { probability: false } satisfies OptionNames<HorizontalFlipOptions>;
const CUTOUT = { size: true } satisfies OptionNames<CutoutOptions>;
const MIXUP = { alpha: false } satisfies OptionNames<MixupOptions>;

/**
 * Pads each image on all four sides, and cuts one of the first size out of it: each of the `(2 padding + 1)^2` places is
 * equally likely. Padding is black, the number 0 as the data set stores it, before `scale` and `shift`.
 *
 * Elsewhere: `RandomCrop(size, padding=…)` of torchvision, with the size of the image.
 *
 * @throws {RangeError} when `padding` is not an integer of at least 1.
 *
 * @example
 * ```ts
 * import { randomCrop } from "./augmentation.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(randomCrop({ padding: 4 }), { kind: "randomCrop", padding: 4 });
 * ```
 */
export function randomCrop(options: RandomCropOptions): RandomCrop {
  checkOptions("randomCrop", options, CROP);
  const { padding } = options;
  checkNumber("padding", padding, "an integer of at least 1");
  return { kind: "randomCrop", padding };
}

/**
 * Turns each image left to right with a probability.
 *
 * Elsewhere: `RandomHorizontalFlip(p)` of torchvision.
 *
 * @throws {RangeError} when `probability` is not in [0, 1].
 *
 * @example
 * ```ts
 * import { horizontalFlip } from "./augmentation.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(horizontalFlip(), { kind: "horizontalFlip", probability: 0.5 });
 * ```
 */
export function horizontalFlip(options: HorizontalFlipOptions = {}): HorizontalFlip {
  checkOptions("horizontalFlip", options, FLIP);
  const { probability = 0.5 } = options;
  checkNumber("probability", probability, "in [0, 1]");
  return { kind: "horizontalFlip", probability };
}

/**
 * Erases a square of each image. Its center is any pixel with equal probability, so a part of it may lie outside. Erased
 * pixels are the number 0 as the network reads it, after `scale` and `shift`, in all channels.
 *
 * @throws {RangeError} when `size` is not an integer of at least 1.
 * @see DeVries, Taylor: Improved regularization of convolutional neural networks with cutout, 2017.
 *
 * @example
 * ```ts
 * import { cutout } from "./augmentation.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(cutout({ size: 16 }), { kind: "cutout", size: 16 });
 * ```
 */
export function cutout(options: CutoutOptions): Cutout {
  checkOptions("cutout", options, CUTOUT);
  const { size } = options;
  checkNumber("size", size, "an integer of at least 1");
  return { kind: "cutout", size };
}

/**
 * Mixes a batch with a random permutation of itself: `lambda x + (1 - lambda) x'`, with one `lambda` a batch, drawn from
 * the beta distribution of shapes `alpha` and `alpha`. The loss is `lambda` times the cross-entropy with the labels of
 * `x`, plus `1 - lambda` times that with the labels of `x'`. It is the last augmentation of an input.
 *
 * @throws {RangeError} when `alpha` is not finite and above 0.
 * @see Zhang, Cisse, Dauphin, Lopez-Paz: mixup: Beyond empirical risk minimization, ICLR 2018.
 *
 * @example
 * ```ts
 * import { mixup } from "./augmentation.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(mixup({ alpha: 0.2 }), { kind: "mixup", alpha: 0.2 });
 * ```
 */
export function mixup(options: MixupOptions = {}): Mixup {
  checkOptions("mixup", options, MIXUP);
  const { alpha = 1 } = options;
  checkNumber("alpha", alpha, "a finite number above 0");
  return { kind: "mixup", alpha };
}
