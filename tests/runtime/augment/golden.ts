/**
 * The values of torchvision and PyTorch that augmentations are held against.
 *
 * @module
 */
import {
  type Augmentation,
  cutout,
  type DataTensor,
  horizontalFlip,
  randomCrop,
  tensor,
} from "../../../mod.ts";
import golden from "../../golden/augment/torch.json" with { type: "json" };

export { golden };

/** The images as bytes, and how they are read. */
export function images(how: { scale: number; shift: number }): DataTensor {
  return { ...tensor(Uint8Array.from(golden.images), golden.shape), ...how };
}

const MAKERS: Readonly<Record<string, (value: number) => Augmentation>> = {
  randomCrop: (padding) => randomCrop({ padding }),
  horizontalFlip: (probability) => horizontalFlip({ probability }),
  cutout: (size) => cutout({ size }),
};

/** Returns the augmentations of a case. */
export function augmentationsOf({ augment }: typeof golden.cases[number]): Augmentation[] {
  return augment.map(({ kind, value }) => MAKERS[kind]!(value));
}

/** Returns the augmentations of a case as text. */
export function textOf({ augment }: typeof golden.cases[number]): string {
  return augment.map(({ kind, value }) => `${kind} ${value}`).join(", ");
}
