/**
 * Plans the augmentation of a program's batches.
 *
 * @module
 */
import { checkNumber } from "../../options/mod.ts";
import type { Model } from "../../onnx/mod.ts";
import { knownOf } from "../../onnx/convert/mod.ts";
import { type Augment, type AugmentPlan, planAugment } from "../augment/mod.ts";
import type { DataInput } from "./batch_input.ts";

/**
 * Plans the augmentation of a model's inputs.
 *
 * @param options.inputs for each input of the model, what the data set holds for it
 * @throws as `planAugment` does.
 */
export function augmentOf(
  augment: Augment,
  { inputs, model }: { inputs: Readonly<Record<string, DataInput>>; model: Model },
): AugmentPlan {
  const read = Object.entries(inputs).map(([name, { dtype, shape, shift = 0 }]) => {
    const declared = model.graph!.input.find((i) => i.name === name);
    const known = declared && knownOf(declared.type, () => "open");
    return [name, {
      stored: shape.slice(1),
      read: known?.shape?.slice(1),
      dtype: known?.dtype ?? dtype,
      black: shift,
    }] as const;
  });
  return planAugment(augment, Object.fromEntries(read));
}

/** Returns a share of labels to spread. @throws {RangeError} when it is not in [0, 1). */
export function checkSmoothing(share: number): number {
  checkNumber("labelSmoothing", share, "in [0, 1)");
  return share;
}
