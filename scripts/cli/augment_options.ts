/**
 * The options `--augment` and `--label-smoothing`.
 *
 * @module
 */
import {
  type Augmentation,
  cutout,
  type Data,
  horizontalFlip,
  mixup,
  randomCrop,
  type TrainerOptions,
} from "../../mod.ts";
import { messageOf } from "../../options/mod.ts";
import { didYouMean, UsageError } from "../console/mod.ts";
import { type Call, NotationError, readCalls } from "../notation/mod.ts";
import { numberOption, type OwnOption, type OwnValues } from "./own_options.ts";

/** An augmentation on the command line: the number that it takes, and how it is made. */
interface Entry {
  /** The name of its number in the library. */
  readonly option: string;
  readonly make: (value: number | undefined) => Augmentation;
  /** Returns its number, if that is not the default. */
  readonly value: (made: Augmentation) => number | undefined;
}

/** Name to augmentation. */
const ENTRIES: Readonly<Record<string, Entry>> = {
  crop: {
    option: "padding",
    make: (padding = 4) => randomCrop({ padding }),
    value: (made) => (made.kind === "randomCrop" ? made.padding : undefined),
  },
  flip: {
    option: "probability",
    make: (probability = 0.5) => horizontalFlip({ probability }),
    value: (
      made,
    ) => (made.kind === "horizontalFlip" && made.probability !== 0.5 ? made.probability : undefined),
  },
  cutout: {
    option: "size",
    make: (size = 16) => cutout({ size }),
    value: (made) => (made.kind === "cutout" ? made.size : undefined),
  },
  mixup: {
    option: "alpha",
    make: (alpha = 1) => mixup({ alpha }),
    value: (made) => (made.kind === "mixup" ? made.alpha : undefined),
  },
};

const KINDS = { randomCrop: "crop", horizontalFlip: "flip", cutout: "cutout", mixup: "mixup" } as const;

/** Returns augmentations as the command line names them: `crop4,flip`. */
export function augmentText(list: readonly Augmentation[]): string {
  return list.map((made) => `${KINDS[made.kind]}${ENTRIES[KINDS[made.kind]]!.value(made) ?? ""}`).join(",");
}

/** Reads augmentations: `crop4,flip`, in full `crop(padding=4),flip`, or `none`. @throws {NotationError} pointing at what is wrong. */
export function readAugment(text: string, what: string): readonly Augmentation[] {
  if (text.trim() === "none") return [];
  const list = readCalls(text, what).map((call) => readOne(call, { text, what }));
  const early = list.findIndex((a) => a.kind === "mixup");
  if (early >= 0 && early < list.length - 1) throw new UsageError(`${what}: mixup must come last`);
  return list;
}

function readOne({ name, args, at }: Call, { text, what }: { text: string; what: string }): Augmentation {
  const [, word = name, digits] = /^([a-z]+)([\d.]+(?:e[+-]?\d+)?)$/.exec(name) ?? [];
  const refuse = (why: string, place = at): never => {
    throw new NotationError(`${what}: ${why}`, { text, at: place });
  };
  const known = Object.keys(ENTRIES);
  if (!Object.hasOwn(ENTRIES, word)) {
    refuse(`unknown augmentation "${word}".${didYouMean(word, known)} There are: ${known.join(", ")}`);
  }
  const entry = ENTRIES[word]!;
  const [arg, more] = args;
  const extra = more ?? (digits === undefined ? undefined : arg);
  if (extra !== undefined) refuse(`${word} takes one number, its ${entry.option}`, extra.at);
  if (arg?.name !== undefined && arg.name !== entry.option) {
    refuse(`${word} has no ${arg.name}; it takes ${entry.option}`, arg.at);
  }
  if (arg !== undefined && typeof arg.value !== "number") {
    refuse(`${entry.option} must be a number`, arg.valueAt);
  }
  const value = digits === undefined ? arg?.value as number | undefined : Number(digits);
  try {
    return entry.make(value);
  } catch (error) {
    return refuse(`${word}: ${messageOf(error)}`);
  }
}

const augment: OwnOption<readonly Augmentation[]> = {
  value: "A,B",
  words: Object.keys(ENTRIES),
  text:
    "random changes of the training images, new ones each step: crop4 (pads by 4), flip, cutout16, mixup0.2; none by default",
  read: (given, name) => (given === undefined ? [] : readAugment(given, `--${name}`)),
};

/** The options of experiments that train on images. */
export const AUGMENT_OPTIONS = {
  augment,
  "label-smoothing": numberOption("X", {
    text:
      "share of each label that is spread over all classes in training, at least 0 and below 1; 0 by default",
    range: { text: "at least 0 and below 1", test: (v) => v >= 0 && v < 1 },
  }),
};

/** Their values. */
export type AugmentValues = OwnValues<typeof AUGMENT_OPTIONS>;

/** The effect of the two options on trainings, and their record; without the options both are empty. */
export interface Augmented {
  readonly trainer: Pick<TrainerOptions, "augment" | "labelSmoothing">;
  readonly texts: { readonly augment?: string; readonly labelSmoothing?: number };
}

/**
 * Returns what the options do to trainings on some data.
 *
 * @param on.train the training data, its labels last
 * @param on.loss the loss of the trainings
 * @param on.name the name of the data, for errors
 * @throws {UsageError} where the data are no images, or the loss takes no soft labels.
 */
export function augmented(
  { augment, "label-smoothing": labelSmoothing = 0 }: AugmentValues,
  { train, loss = "cross-entropy", name }: {
    train: Data;
    loss?: string;
    name: string;
  },
): Augmented {
  const smooths = labelSmoothing > 0 ? { labelSmoothing } : {};
  const soft = labelSmoothing > 0
    ? "--label-smoothing"
    : augment.some((a) => a.kind === "mixup")
    ? "mixup"
    : undefined;
  if (soft !== undefined && loss !== "cross-entropy") {
    throw new UsageError(`${soft} changes labels of classes: it needs the loss cross-entropy, got ${loss}`);
  }
  if (augment.length === 0) return { trainer: smooths, texts: smooths };
  const input = imageInput({ train, name, only: augment.every((a) => a.kind === "mixup") });
  requireRest(augment, train[input]!.shape.slice(1));
  return {
    trainer: { ...smooths, augment: { [input]: augment } },
    texts: { ...smooths, augment: augmentText(augment) },
  };
}

/** @throws {UsageError} for a crop or a cutout that can leave nothing of images `[height, width]` or `[channels, height, width]`. */
function requireRest(augment: readonly Augmentation[], image: readonly number[]): void {
  const [height, width] = image.slice(-2) as [number, number];
  for (const one of augment) {
    const does = one.kind === "randomCrop" && one.padding >= Math.min(height, width)
      ? `pads by ${one.padding}`
      : one.kind === "cutout" && one.size >= Math.max(height, width)
      ? `erases squares of ${one.size}`
      : undefined;
    if (does === undefined) continue;
    throw new UsageError(
      `--augment: ${
        augmentText([one])
      } ${does} pixels, and may leave nothing of images of ${height} x ${width}: ` +
        "give a smaller number",
    );
  }
}

/** Returns the name of the one input to augment. @param data.only whether it need not be images, as only mixup is asked for */
function imageInput(
  { train, name, only }: { train: Data; name: string; only: boolean },
): string {
  const inputs = Object.entries(train).slice(0, -1);
  const images = inputs.filter(([, { dtype, shape }]) =>
    dtype !== "int64" && (only || shape.length === 3 || shape.length === 4)
  );
  const [image, second] = images;
  if (image === undefined) {
    const shapes = inputs.map(([input, { shape }]) => `'${input}' of [${shape.slice(1)}]`).join(", ");
    throw new UsageError(
      `--augment needs images, [height, width] or [channels, height, width] each, and ${name} has ${shapes}`,
    );
  }
  if (second !== undefined) {
    throw new UsageError(
      `--augment needs one input of images, and ${name} has ${images.map(([n]) => n).join(", ")}`,
    );
  }
  return image[0];
}
