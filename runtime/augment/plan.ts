/**
 * Plans the augmentation of a model's inputs.
 *
 * @module
 */
import type { DType, Graph, Value } from "../../onnx/mod.ts";
import { shapeText } from "../../onnx/tensor/mod.ts";
import {
  type Augment,
  type Augmentation,
  cutout,
  horizontalFlip,
  mixup,
  randomCrop,
} from "./augmentation.ts";
import type { StepDraw } from "./draw.ts";
import { checkChannels, imagesOf } from "./image_size.ts";
import { isMixup, type MixupStage } from "./mixup_stage.ts";
import { stagesOf } from "./stages.ts";

/** The input of a model, as far as its augmentation depends on it. */
export interface AugmentedInput {
  /** The shape of an example as the data set stores it. */
  readonly stored: readonly number[];
  /** The shape of an example as the model reads it; a name for a size that is open; `undefined` if it is not declared. */
  readonly read: readonly (string | number)[] | undefined;
  /** The element type that the model reads. */
  readonly dtype: DType;
  /** The number that black, stored as 0, becomes. */
  readonly black: number;
}

/** The augmentation of one input, ready to be written. */
export interface InputPlan {
  /** `true` if it applies to examples as they are stored, before they take the model's shape. */
  readonly stored: boolean;
  readonly draws: readonly StepDraw[];
  /** The mixture of the batch, if it has one. */
  readonly mixup: MixupStage | undefined;
  /** Adds it to a batch. @param drawn the values of `draws`, by name */
  apply(g: Graph, x: Value, drawn: Readonly<Record<string, Value>>): Value;
}

/** The augmentation of a model. */
export interface AugmentPlan {
  /** By the name of the input. */
  readonly inputs: Readonly<Record<string, InputPlan>>;
  /** Everything that the host draws for a step. */
  readonly draws: readonly StepDraw[];
  /** The mixture of the batch, if there is one. */
  readonly mixup: MixupStage | undefined;
}

/**
 * Plans the augmentation of inputs.
 *
 * @throws {RangeError} for an input that the model does not have, or that has no images; for a mixup of integers, one
 * that is not the last augmentation, or a second one
 * @throws {TypeError} when an augmentation is none.
 */
export function planAugment(
  augment: Augment,
  inputs: Readonly<Record<string, AugmentedInput>>,
): AugmentPlan {
  if (typeof augment !== "object" || Array.isArray(augment)) {
    throw new TypeError("augment must name the inputs of the model: { x: [horizontalFlip()] }");
  }
  const plans = Object.entries(augment).flatMap(([name, list]) => {
    const input = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
    if (input === undefined) {
      throw new RangeError(
        `augment: there is no input '${name}': it must be one of ${Object.keys(inputs).join(", ")}`,
      );
    }
    if (!Array.isArray(list)) {
      throw new TypeError(`augment: input '${name}' must have a list of augmentations: [horizontalFlip()]`);
    }
    list.forEach(checkAugmentation);
    return list.length === 0 ? [] : [[name, inputPlan(list, { name, input })] as const];
  });
  const mixups = plans.flatMap(([, { mixup }]) => mixup ?? []);
  if (mixups.length > 1) {
    throw new RangeError("augment: two inputs have a mixup: one batch has one mixture, so name it once");
  }
  return {
    inputs: Object.fromEntries(plans),
    draws: plans.flatMap(([, { draws }]) => draws),
    mixup: mixups[0],
  };
}

const MAKERS = { randomCrop, horizontalFlip, cutout, mixup };

/** Checks an augmentation, which may have been written by hand or read from a file. */
function checkAugmentation(given: Augmentation): void {
  const { kind, ...options } = given ?? {};
  if (!Object.hasOwn(MAKERS, kind)) {
    throw new TypeError(
      "augment: an augmentation must come from randomCrop, horizontalFlip, cutout or mixup",
    );
  }
  MAKERS[kind](options as never);
}

function inputPlan(
  list: readonly Augmentation[],
  { name, input }: { name: string; input: AugmentedInput },
): InputPlan {
  const { stored, dtype, black } = input;
  if (list.slice(0, -1).some((a) => a.kind === "mixup")) {
    throw new RangeError(
      `augment: mixup must be the last augmentation of '${name}': it mixes whole examples`,
    );
  }
  if (!dtype.startsWith("float")) {
    throw new RangeError(`augment: input '${name}' is ${dtype}: only inputs of floats can be augmented`);
  }
  const images = imagesOf(input);
  const image = () => {
    if (images !== undefined) {
      checkChannels(name, images.size);
      return images.size;
    }
    throw new RangeError(
      `augment: input '${name}' has no images: its examples are ${shapeText(stored)}, and ` +
        `${list[0]!.kind} needs [height, width] or [channels, height, width]`,
    );
  };
  const stages = stagesOf(list, { name: `augment/${name}`, image, black });
  return {
    stored: images?.stored ?? true,
    draws: stages.flatMap((s) => s.draws),
    mixup: stages.find(isMixup),
    apply(g, x, drawn) {
      const flat = images !== undefined && x.rank !== 4;
      const begun = flat ? g.reshape(x, [-1, ...images.size]) : x;
      const done = stages.reduce((v, stage) => stage.apply(g, v, drawn), begun);
      return flat ? g.reshape(done, [-1, ...stored]) : done;
    },
  };
}
