/**
 * The parameters of a model that `finetune` trains.
 *
 * @module
 */
import type { Quantization } from "../../../mod.ts";
import { UsageError } from "../../console/mod.ts";
import type { ModelFile } from "./model_file.ts";

/**
 * Returns the names to train: those that `parameters` matches, or else those trained by default, without those that
 * `freeze` matches.
 *
 * @throws {UsageError} for a pattern that matches none, or when none is left.
 */
export function trainedOf(
  { file, description: { parameters: all, hidden, warnings } }: ModelFile,
  { freeze, parameters, quantization }: {
    freeze: readonly string[];
    parameters: readonly string[] | undefined;
    quantization: Quantization;
  },
): string[] {
  const straight = quantization === "straight-through";
  const usual = all.filter((p) => p.constant === undefined || (straight && p.cutOff)).map((p) => p.name);
  const names = parameters === undefined
    ? usual
    : matching(parameters, [...all, ...hidden].map((p) => p.name), "--parameters");
  if (names.length === 0) {
    const constants = all.map((p) => `${p.name} (${p.constant})`);
    const outside = hidden.map((p) => `${p.name} (${p.kind})`);
    const why = [
      ...(constants.length === 0 ? [] : [`constants are ${shortened(constants)}`]),
      ...(outside.length === 0 ? [] : [`--parameters trains ${shortened(outside)}`]),
      ...warnings,
    ];
    throw new UsageError(
      `${file} has no parameters to train${why.length === 0 ? "" : `: ${why.join("; ")}`}`,
    );
  }
  const frozen = new Set(matching(freeze, names, "--freeze"));
  const left = names.filter((n) => !frozen.has(n));
  if (left.length === 0) throw new UsageError("--freeze leaves no parameter to train");
  return left;
}

/** Returns the names that patterns match. @throws {UsageError} for a pattern that matches none. */
function matching(patterns: readonly string[], names: readonly string[], option: string): string[] {
  const found = new Set<string>();
  for (const pattern of patterns) {
    const expression = new RegExp(
      `^${pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*").replaceAll("?", ".")}$`,
    );
    const matched = names.filter((n) => expression.test(n));
    if (matched.length === 0) {
      throw new UsageError(`${option} ${pattern} matches no parameter; there are ${shortened(names)}`);
    }
    for (const name of matched) found.add(name);
  }
  return names.filter((n) => found.has(n));
}

function shortened(names: readonly string[]): string {
  const shown = names.slice(0, 12).join(", ");
  return names.length > 12 ? `${shown} and ${names.length - 12} more (see inspect)` : shown;
}
