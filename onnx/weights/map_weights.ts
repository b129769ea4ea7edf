/**
 * Gives the weights of another program the names of a model.
 *
 * @module
 */
import { checkOptions, type OptionNames } from "../../options/mod.ts";
import { type Model, ModelError } from "../proto/mod.ts";
import { dtypeOfCode, isFloat, type Tensor } from "../tensor/mod.ts";
import { type MapRule, parseMapRule } from "./map_rules.ts";
import { transposed } from "./transposed.ts";

/** Options of {@linkcode mapWeights}. */
export interface MapWeightsOptions {
  /**
   * Rules `FILE_NAME=MODEL_NAME`, the first that matches a name counts; names without a rule stay as they are. A `*` on the
   * left matches any text, and the `*` in the same place on the right stands for it. `:T` at the end of a rule transposes
   * matrices; nothing after `=` leaves tensors out. None by default.
   */
  readonly map?: readonly string[];
  /**
   * Whether tensors whose names the model does not have take the place of weights that are still missing, if their shape
   * fits no other; `false` by default.
   */
  readonly matchShapes?: boolean;
}

const MAP_WEIGHTS_OPTIONS = { map: false, matchShapes: "flag" } satisfies OptionNames<MapWeightsOptions>;

/**
 * Returns the weights of another program by the names of a model, for {@linkcode withWeights}, which checks that they fit.
 *
 * PyTorch stores the weight of a linear layer as `[outputs, inputs]`; exporters may store it transposed and under another
 * name. Rules say so explicitly, since a square matrix fits either way.
 *
 * @throws {ModelError} for a rule of another form, one that no name of the file matches, one that transposes a tensor that
 * is no matrix of floats, two tensors for one name, and, with `matchShapes`, for shapes that several tensors have, by their
 * names.
 *
 * @example
 * ```ts
 * import { mlp } from "../../models/mod.ts";
 * import { mapWeights, tensorOf, withWeights } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 * const model = mlp({ inputs: 3, hidden: [], outputs: 2, seed: 1 });
 * const file = { "fc.weight": tensorOf([1, 2, 3, 4, 5, 6], [3, 2]), "fc.bias": tensorOf([7, 8]), "fc.count": tensorOf([1]) };
 * const tensors = mapWeights(model, file, {
 *   map: ["fc.count=", "fc.weight=layers.0.weight:T", "fc.*=layers.0.*"],
 * });
 * assertEquals(tensors["layers.0.weight"]!.data, Float32Array.of(1, 3, 5, 2, 4, 6));
 * assertEquals(withWeights(model, tensors).graph!.initializer.length, 2);
 * ```
 */
export function mapWeights(
  model: Model,
  tensors: Readonly<Record<string, Tensor>>,
  options: MapWeightsOptions = {},
): Record<string, Tensor> {
  checkOptions("mapWeights", options, MAP_WEIGHTS_OPTIONS);
  const { map = [], matchShapes = false } = options;
  const rules = map.map(parseMapRule);
  const unused = rules.filter((rule) =>
    !Object.keys(tensors).some((name) => rule.target(name) !== undefined)
  );
  if (unused.length > 0) {
    throw new ModelError(
      `no tensor of the file matches the rule '${unused[0]!.text}'; its names are ${
        some(Object.keys(tensors))
      }`,
    );
  }
  const named = renamed(tensors, rules);
  return matchShapes ? matched(model, named) : Object.fromEntries(named);
}

/** Returns the first names of a list. */
function some(names: readonly string[]): string {
  return names.length <= 8
    ? names.join(", ")
    : `${names.slice(0, 8).join(", ")} and ${names.length - 8} more`;
}

function renamed(
  tensors: Readonly<Record<string, Tensor>>,
  rules: readonly MapRule[],
): Map<string, Tensor> {
  const result = new Map<string, Tensor>();
  const sources = new Map<string, string>();
  for (const [name, tensor] of Object.entries(tensors)) {
    const rule = rules.find((r) => r.target(name) !== undefined);
    const target = rule === undefined ? name : rule.target(name)!;
    if (target === null) continue;
    if (result.has(target)) {
      throw new ModelError(`'${sources.get(target)}' and '${name}' of the file both become '${target}'`);
    }
    const value = rule?.transpose ? transposed(tensor) : tensor;
    if (value === null) {
      throw new ModelError(`the rule '${rule!.text}' transposes '${name}', which is no matrix of floats`);
    }
    result.set(target, value);
    sources.set(target, name);
  }
  return result;
}

/** Gives tensors of unknown names the names of weights that are missing, where their shapes decide it. */
function matched(model: Model, named: ReadonlyMap<string, Tensor>): Record<string, Tensor> {
  const weights = (model.graph?.initializer ?? []).filter((t) => {
    const dtype = dtypeOfCode(t.dataType);
    return dtype !== undefined && isFloat(dtype);
  });
  const known = new Set(weights.map((t) => t.name));
  const missing = Map.groupBy(
    weights.filter((t) => !named.has(t.name)),
    (t) => t.dims.map(Number).join(", "),
  );
  const unknown = Map.groupBy([...named].filter(([name]) => !known.has(name)), ([, t]) => t.shape.join(", "));
  const names = new Map<string, string>();
  const unclear: string[] = [];
  for (const [shape, tensors] of unknown) {
    const places = missing.get(shape) ?? [];
    if (places.length === 0) continue; // withWeights lists it
    if (places.length === 1 && tensors.length === 1) names.set(tensors[0]![0], places[0]!.name);
    else {unclear.push(
        `[${shape}]: ${tensors.map(([name]) => `'${name}'`).join(", ")} of the file, ` +
          `${places.map((t) => `'${t.name}'`).join(", ")} of the model`,
      );}
  }
  if (unclear.length > 0) {
    throw new ModelError(
      `shapes do not decide which tensor is which, so map them by name: ${unclear.join("; ")}`,
    );
  }
  return Object.fromEntries([...named].map(([name, t]) => [names.get(name) ?? name, t]));
}
