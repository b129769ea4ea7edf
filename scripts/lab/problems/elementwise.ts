/**
 * The optimizers of Ruder's article, each of which treats every element by itself.
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

/** Name to optimizer at a learning rate, in the order of the article; 0.9 wherever there is a momentum or a decay. */
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

/** Those that scale each coordinate by its own gradients. */
export const ADAPTIVE: ReadonlySet<string> = new Set(
  Object.keys(ELEMENTWISE).filter((name) => !["gd", "momentum", "nesterov"].includes(name)),
);
