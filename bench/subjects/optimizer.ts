import { adam, type Optimizer, sgd } from "../../mod.ts";
import { OPTIMIZERS, type Task } from "../work.ts";

/** Returns Descent's rule for a task. */
export function optimizerOf({ optimizer }: Pick<Task, "optimizer">): Optimizer {
  return optimizer === "adam" ? adam(OPTIMIZERS.adam) : sgd(OPTIMIZERS[optimizer]);
}
