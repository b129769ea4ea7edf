/**
 * The optimizers of Ruder's article, which all treat elements independently.
 *
 * @module
 */
import {
  adadelta,
  adagrad,
  adam,
  adamax,
  amsgrad,
  nadam,
  nesterov,
  type Optimizer,
  rmsprop,
  sgd,
} from "../../../mod.ts";

/** The optimizers by name, in the order of the article; momenta and decays are 0.9. */
export const ELEMENTWISE: Readonly<Record<string, (learningRate: number) => Optimizer>> = {
  gd: (learningRate) => sgd({ learningRate }),
  momentum: (learningRate) => sgd({ learningRate, momentum: 0.9 }),
  nesterov: (learningRate) => nesterov({ learningRate, momentum: 0.9 }),
  adagrad: (learningRate) => adagrad({ learningRate }),
  adadelta: (learningRate) => adadelta({ learningRate, decay: 0.9 }),
  rmsprop: (learningRate) => rmsprop({ learningRate, decay: 0.9 }),
  adam: (learningRate) => adam({ learningRate }),
  adamax: (learningRate) => adamax({ learningRate }),
  nadam: (learningRate) => nadam({ learningRate }),
  amsgrad: (learningRate) => amsgrad({ learningRate }),
};

/** The names of the optimizers that scale each coordinate by its own gradients. */
export const ADAPTIVE: ReadonlySet<string> = new Set(
  Object.keys(ELEMENTWISE).filter((name) => !["gd", "momentum", "nesterov"].includes(name)),
);
