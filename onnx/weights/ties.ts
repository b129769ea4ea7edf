/**
 * Finds initializers that stand for several parameters of a network, and splits them.
 *
 * @module
 */
import { clone } from "../../deps.ts";
import { type Model, ModelProtoSchema } from "../proto/mod.ts";
import { isStatistic, WeightReaders } from "./weight_readers.ts";

/** An initializer that several layers read, each of which had its own tensor before the model was exported. */
export interface Tie {
  /** Its name. */
  readonly name: string;
  /** How many parameters it stands for. */
  readonly count: number;
  /** The number of running statistics of batch normalizations that it stands for. */
  readonly statistics: number;
  /** The nodes that read it, for each parameter. */
  readonly readers: readonly (readonly string[])[];
  /** Whether it may also be one parameter that its module uses several times: the file does not say. */
  readonly unsure: boolean;
}

/**
 * Returns those of these initializers that stand for several parameters or running statistics. Exporters write equal
 * tensors once: fresh biases, fresh scales, fresh statistics and copied layers. Two readers belong to different
 * parameters if the weights of their layers differ, if the file names different modules for them or, for tensors whose
 * elements are all the same number, if they are different nodes. Any other tensor that several nodes of one module, or
 * of unknown modules, read is one parameter that is used twice.
 */
export function tiesOf(model: Model, names: readonly string[]): Tie[] {
  const weights = new WeightReaders(model);
  return names.flatMap((name) => {
    const sure = weights.groups(name);
    const unsure = sure.length < 2;
    const groups = unsure ? weights.groups(name, { apart: true }) : sure;
    const readers = groups.map((places) =>
      places.map((p) => p.node.name || `${p.node.opType} '${p.node.output[0]}'`)
    );
    const statistics = groups.filter(isStatistic).length;
    return groups.length < 2
      ? []
      : [{ name, count: groups.length - statistics, statistics, readers, unsure }];
  });
}

/** Returns the initializers that hold running statistics of batch normalizations. */
export function runningStatistics(model: Model): string[] {
  if (model.graph === undefined) return [];
  const weights = new WeightReaders(model);
  return model.graph.initializer.map((t) => t.name).filter((name) => weights.isStatistic(name));
}

/** Returns the warning about an initializer that stands for several parameters. */
export function tieText(tie: Tie): string {
  if (tie.unsure) {
    return `'${tie.name}' is read at ${tie.count} places of one module (${
      tie.readers.slice(0, 4).map(([node]) => node).join(", ")
    }${
      tie.count > 4 ? ", …" : ""
    }): if each had its own parameter when the model was exported, name '${tie.name}' in untie`;
  }
  const parts = [
    ...tie.count === 0 ? [] : [tie.count === 1 ? "a parameter" : `${tie.count} parameters`],
    ...tie.statistics === 0 ? [] : [
      tie.statistics === 1
        ? "the running statistics of a batch normalization"
        : `${tie.statistics} running statistics of batch normalizations`,
    ],
  ];
  const outcome = tie.statistics === 0
    ? "they are trained as one unless untied"
    : tie.count === 0
    ? "they are moved as one unless untied"
    : "untie it to train it";
  return `'${tie.name}' stands for ${
    parts.join(" and ")
  }, which were equal when the model was exported: ${outcome}`;
}

/**
 * Returns a copy of a model in which each parameter that these initializers stand for has its own initializer:
 * the first keeps the name, the others become `name_2`, `name_3`, ….
 *
 * @param options.apart whether places of one module that may read one parameter count as several; `false` by default
 * @returns the model, the model itself where there is nothing to do, and the names of the copies of parameters, not of running
 * statistics, by the name they are of
 */
export function untied(
  model: Model,
  names: readonly string[],
  { apart = false }: { readonly apart?: boolean } = {},
): { model: Model; copies: ReadonlyMap<string, readonly string[]> } {
  const copies = new Map<string, string[]>();
  const found = tiesOf(model, names).filter((t) => apart || !t.unsure).map((t) => t.name);
  if (found.length === 0) return { model, copies };
  const result = clone(ModelProtoSchema, model);
  const weights = new WeightReaders(result);
  for (const name of found) {
    const made = weights.groups(name, { apart }).slice(1).map((places, i) => ({
      places,
      copied: weights.copy(name, { places, number: i + 2 }),
    }));
    copies.set(name, made.filter((m) => !isStatistic(m.places)).map((m) => m.copied));
  }
  return { model: result, copies };
}
