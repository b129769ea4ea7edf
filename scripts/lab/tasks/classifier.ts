/**
 * Tasks of classification: a network for a data set.
 *
 * @module
 */
import { type Model, withLoss } from "../../../mod.ts";
import { SUBJECTS } from "../../inputs/mod.ts";
import type { Shape } from "./data_sets.ts";
import { type NetworkEntry, type NetworkName, NETWORKS } from "./networks.ts";

/** A network for a data set. */
export interface Classifier {
  /** The network's name in titles. */
  readonly title: string;
  /** The untrained network of a seed. */
  readonly network: (seed: number) => Model;
  /** The same with its loss, the cross-entropy, as the outputs `loss` and `accuracy`. */
  readonly model: (seed: number) => Model;
}

/** Returns the task of classifying examples of a shape by a network of the table, or by a given entry. */
export function classifierOf(shape: Shape, named: NetworkName | NetworkEntry): Classifier {
  const { title, make } = typeof named === "string" ? NETWORKS[named] as NetworkEntry : named;
  const network = (seed: number) => make(shape, seed);
  SUBJECTS.noteModel(title(shape), () => network(0));
  return {
    title: title(shape),
    network,
    model: (seed) => withLoss(network(seed), { loss: "cross-entropy" }),
  };
}
