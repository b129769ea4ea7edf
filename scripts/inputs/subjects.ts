/**
 * Tracks the data sets and models of a run, for the configuration that its folder records.
 *
 * @module
 */
import { describeModel, type Model } from "../../mod.ts";
import { type DataParts, digestData, examplesOf } from "./data_digest.ts";

/** A data set of a run. */
export interface DataRecord {
  readonly name: string;
  /** The digest of its arrays; absent if rows are read as needed. */
  readonly sha256?: string;
  /** The number of examples by part. */
  readonly examples: Readonly<Record<string, number>>;
}

/** A model of a run. */
export interface ModelRecord {
  readonly name: string;
  /** The number of trained numbers. */
  readonly parameters: number;
}

/** The data sets and models of a run. */
export class Subjects {
  readonly #data = new Map<string, DataRecord>();
  readonly #models = new Map<string, () => number>();

  /** Records a data set, split as it is used. */
  noteData(name: string, parts: DataParts): void {
    const sha256 = digestData(parts);
    const examples = Object.fromEntries(
      Object.entries(parts).map(([part, data]) => [part, examplesOf(data)] as const),
    );
    this.#data.set(name, { name, ...(sha256 === undefined ? {} : { sha256 }), examples });
  }

  /** Records a model; `parameters` counts its trained numbers, or makes the model to count them of when asked. */
  noteModel(name: string, parameters: number | (() => Model)): void {
    this.#models.set(name, typeof parameters === "number" ? () => parameters : () => sizeOf(parameters()));
  }

  /** The data sets so far. */
  get data(): readonly DataRecord[] {
    return [...this.#data.values()];
  }

  /** The models so far. It makes those that are not counted yet. */
  get models(): readonly ModelRecord[] {
    return [...this.#models].map(([name, count]) => ({ name, parameters: count() }));
  }

  /** Forgets everything, before another run. */
  clear(): void {
    this.#data.clear();
    this.#models.clear();
  }
}

/** Returns the number of numbers that training a model changes by default. */
function sizeOf(model: Model): number {
  return describeModel(model).parameters.filter((p) => p.constant === undefined)
    .reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
}

/** The data sets and models of this process, which does one run at most. */
export const SUBJECTS = new Subjects();
