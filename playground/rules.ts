/**
 * The update rules and schedules, made.
 *
 * @module
 */
import {
  adadelta,
  adagrad,
  adam,
  adamax,
  adamw,
  amsgrad,
  cosineDecay,
  linearSchedule,
  lion,
  momentum,
  nadam,
  nesterov,
  type Optimizer,
  radam,
  rmsprop,
  type Schedule,
  sgd,
  stepDecay,
  warmUp,
} from "../mod.ts";
import type { RuleName, ScheduleName } from "./choices.ts";
import type { RuleChoice } from "./config.ts";

const RULES: Readonly<Record<RuleName, (learningRate: Schedule) => Optimizer>> = {
  sgd: (learningRate) => sgd({ learningRate }),
  momentum: (learningRate) => momentum({ learningRate }),
  nesterov: (learningRate) => nesterov({ learningRate }),
  adagrad: (learningRate) => adagrad({ learningRate }),
  adadelta: (learningRate) => adadelta({ learningRate }),
  rmsprop: (learningRate) => rmsprop({ learningRate }),
  adam: (learningRate) => adam({ learningRate }),
  adamw: (learningRate) => adamw({ learningRate }),
  adamax: (learningRate) => adamax({ learningRate }),
  amsgrad: (learningRate) => amsgrad({ learningRate }),
  nadam: (learningRate) => nadam({ learningRate }),
  radam: (learningRate) => radam({ learningRate }),
  lion: (learningRate) => lion({ learningRate }),
};

/** The share of the steps in which the rate rises. */
const WARM_UP = 0.1;

/** Returns the schedule of a learning rate over all steps. */
function scheduleOf(name: ScheduleName, initial: number, steps: number): Schedule {
  if (name === "cosine") return cosineDecay({ initial, steps });
  if (name === "linear") return linearSchedule({ initial, steps });
  // Divides the rate by 10 twice.
  if (name === "step") return stepDecay({ initial, every: Math.max(1, Math.ceil(steps / 3)) });
  if (name === "constant") return () => initial;
  const rise = Math.max(1, Math.round(WARM_UP * steps));
  return warmUp(cosineDecay({ initial, steps: Math.max(1, steps - rise) }), { steps: rise });
}

/** Returns the optimizer of a choice. */
export function optimizerOf(
  { name, learningRate }: RuleChoice,
  { schedule, steps }: { readonly schedule: ScheduleName; readonly steps: number },
): Optimizer {
  return RULES[name](scheduleOf(schedule, learningRate, steps));
}
