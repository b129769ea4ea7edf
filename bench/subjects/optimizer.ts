import { adam, adamw, type Optimizer, sgd, shampoo, soap } from "../../mod.ts";
import { OPTIMIZERS, type Task } from "../work.ts";

/** Returns Descent's rule for a task. */
export function optimizerOf({ optimizer }: Pick<Task, "optimizer">): Optimizer {
  switch (optimizer) {
    case "adam":
      return adam(OPTIMIZERS.adam);
    case "adamw":
      return adamw(OPTIMIZERS.adamw);
    case "soap":
      return soap(OPTIMIZERS.soap);
    case "shampoo":
      return shampoo(OPTIMIZERS.shampoo);
    default:
      return sgd(OPTIMIZERS[optimizer]);
  }
}
