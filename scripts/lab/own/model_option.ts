/**
 * The option `--model` of commands that train a network of their own or a file.
 *
 * @module
 */
import type { OwnOption } from "../../cli/mod.ts";
import { didYouMean, UsageError } from "../../console/mod.ts";

/** Returns whether a model is named by its file. */
export function isModelFile(model: string): boolean {
  return /\.onnx$/i.test(model);
}

/** Declares an option that takes one of several names, or an ONNX file. */
export function modelOption(names: readonly string[], text: string): OwnOption<string | undefined> {
  return {
    value: `${names.join("|")}|FILE.onnx`,
    text,
    read(given, name) {
      if (given === undefined || names.includes(given) || isModelFile(given)) return given;
      throw new UsageError(
        `--${name} must be one of ${names.join(", ")}, or a file that ends in .onnx, got ${given}.${
          didYouMean(given, names)
        }`,
      );
    },
  };
}
