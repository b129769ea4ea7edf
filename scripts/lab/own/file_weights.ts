/**
 * The options that put other weights into a user's model.
 *
 * @module
 */
import { mapWeights, ModelError, readWeights, withWeights } from "../../../mod.ts";
import { flagOption, listOption, type OwnValues, textOption } from "../../cli/mod.ts";
import { reason, UsageError } from "../../console/mod.ts";
import { INPUTS } from "../../inputs/mod.ts";
import type { ModelFile } from "./model_file.ts";

/** The options that put the weights of another program into the model. */
export const WEIGHTS_OPTIONS = {
  weights: textOption(
    "FILE.safetensors|DIR",
    "weights to put into the model first, such as PyTorch's state_dict, by name; or a folder of Hugging Face with them",
  ),
  map: listOption(
    "'FILE_NAME=MODEL_NAME',…",
    "with --weights: names in the file that the model has under others; * stands for any text, :T at the end transposes " +
      "a matrix, nothing after = leaves a tensor out",
  ),
  "match-shapes": flagOption(
    "with --weights: tensors without a name in the model take the one place that their shape fits",
  ),
};

type WeightsValues = OwnValues<typeof WEIGHTS_OPTIONS>;

/**
 * Returns a model with the weights that `--weights` names, if it does.
 *
 * @throws {UsageError} for `--map` or `--match-shapes` without it
 * @throws {ModelError} naming the file, when it cannot be read or its tensors do not fit the model.
 */
export async function withFileWeights(given: ModelFile, own: WeightsValues): Promise<ModelFile> {
  const { weights: path, map = [], "match-shapes": matchShapes } = own;
  if (path === undefined) {
    const alone = map.length > 0 ? "--map" : matchShapes ? "--match-shapes" : undefined;
    if (alone !== undefined) throw new UsageError(`${alone} needs weights: --weights FILE.safetensors`);
    return given;
  }
  try {
    const tensors = await readWeights(path, { onFile: (file) => INPUTS.note(file, { kind: "model" }) });
    return {
      ...given,
      model: withWeights(given.model, mapWeights(given.model, tensors, { map, matchShapes })),
    };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const why = reason(error);
    throw new ModelError(why.startsWith(path) ? why : `${path}: ${why}`, { cause: error });
  }
}
