/**
 * The task of `compare`: a data set, and a model for it.
 *
 * @module
 */
import type { Options } from "../../cli/mod.ts";
import { UsageError } from "../../console/mod.ts";
import { convolutional, mlpText, partsOf, perceptron, type StudyTask } from "../../lab/mod.ts";
import type { CompareConfig } from "./data.ts";
import type { Asked } from "./options.ts";

/** What is trained. */
export interface CompareTask extends Pick<CompareConfig, "data" | "model" | "layers"> {
  /** The data set and the model, for titles. */
  readonly title: string;
  readonly task: StudyTask;
}

/** Reads the data set, and makes the model for it. @throws {UsageError} for a model that does not suit the data. */
export async function taskOf(
  { model, hidden, data, file }: Asked,
  { dataDir }: Pick<Options, "dataDir">,
): Promise<CompareTask> {
  const parts = await partsOf({ name: data, file, dataDir });
  const layers = model === "mlp" ? hidden : [];
  const told = { data: parts.name, model, layers };
  if (model !== "cnn") {
    return { ...told, title: `${parts.name}, ${mlpText(parts, layers)}`, task: perceptron(parts, layers) };
  }
  if (!parts.image) {
    throw new UsageError(`--model cnn needs images, and ${parts.name} has none: take mlp or linear`);
  }
  return { ...told, title: `${parts.name}, CNN`, task: convolutional(parts) };
}
