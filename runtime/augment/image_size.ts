/**
 * The size of an input's images.
 *
 * @module
 */
import type { ImageSize } from "./draw.ts";

/** Checks that the channels of images come first. @throws {RangeError} where they seem to be last: a crop would shift them. */
export function checkChannels(name: string, [channels, height, width]: ImageSize): void {
  if (channels <= MOST_CHANNELS || width > MOST_CHANNELS) return;
  throw new RangeError(
    `augment: input '${name}' has images of [${channels}, ${height}, ${width}], which seem to have their channels ` +
      "last: store them as [channels, height, width]",
  );
}

/** The most channels of an image: red, green, blue and transparency. */
const MOST_CHANNELS = 4;

/**
 * Returns the size of an input's images, and whether they are stored so; `undefined` if they are no images.
 *
 * @param input.stored the shape of an example as the data set stores it
 * @param input.read the shape of an example as the model reads it, if that is declared
 */
export function imagesOf(
  { stored, read }: {
    stored: readonly number[];
    read: readonly (string | number)[] | undefined;
  },
): { size: ImageSize; stored: boolean } | undefined {
  if (stored.length === 3) return { size: stored as unknown as ImageSize, stored: true };
  if (read?.length === 3 && read.every((d) => typeof d === "number")) {
    return { size: read as unknown as ImageSize, stored: false };
  }
  return stored.length === 2 ? { size: [1, ...stored] as unknown as ImageSize, stored: true } : undefined;
}
