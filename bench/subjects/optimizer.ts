import { adam, adamw, type Optimizer, sgd } from "../../mod.ts";
import { OPTIMIZERS, type Task } from "../work.ts";

/** Returns Descent's rule for a task. */
export function optimizerOf({ optimizer }: Pick<Task, "optimizer">): Optimizer {
  switch (optimizer) {
    case "adam":
      return adam(OPTIMIZERS.adam);
    case "adamw":
      return adamw(OPTIMIZERS.adamw);
    default:
      return sgd(OPTIMIZERS[optimizer]);
  }
}
