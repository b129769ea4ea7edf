/**
 * The gradients of single examples, on the host.
 *
 * @module
 */
import { sizeOf, tensor } from "../../onnx/tensor/mod.ts";
import type { FloatArray } from "../float_array.ts";
import type { ParamSpec } from "../language/mod.ts";
import { elementsOf, type Param, type Params } from "../params.ts";

/** The parameters that gradients belong to. */
export interface ExamplesOf {
  /** Types and shapes of the parameters. */
  readonly specs: Readonly<Record<string, ParamSpec>>;
  /** The rule's name, for messages. */
  readonly name: string;
  /** The number of examples that the caller names, if any. */
  readonly examples: number | undefined;
}

/**
 * Returns the mean over examples of what replaces the gradients of each, in the parameters' types.
 *
 * @param grads for each parameter `[N, …]`: its gradients for N examples, along a first axis
 * @param replaced returns the elements that replace one example's gradients, in the order of the parameters
 * @throws {TypeError} when a gradient is missing or has another type or shape
 * @throws {RangeError} when the caller's number of examples is another.
 */
export function meanOverExamples(
  grads: Params,
  { specs, name, examples: said }: ExamplesOf,
  replaced: (grads: Params, examples: number) => readonly FloatArray[],
): { grads: Record<string, Param>; examples: number } {
  const names = Object.keys(specs);
  const examples = countOf(grads, { specs, name });
  if (said !== undefined && said !== examples) {
    throw new RangeError(`examples must be the ${examples} that the gradients are of, got ${said}`);
  }
  const sums = names.map((n) => new Float64Array(sizeOf(specs[n]!.shape)));
  for (let k = 0; k < examples; k++) {
    const one = Object.fromEntries(names.map((n) => {
      const { shape } = specs[n]!;
      const size = sizeOf(shape);
      return [n, tensor(elementsOf(grads[n]!, n).subarray(k * size, (k + 1) * size), shape)];
    }));
    replaced(one, examples).forEach((values, i) => {
      const sum = sums[i]!;
      for (let j = 0; j < sum.length; j++) sum[j]! += values[j]!;
    });
  }
  const means = names.map((n, i): [string, Param] => {
    const { dtype, shape } = specs[n]!;
    const mean = sums[i]!.map((s) => s / examples);
    return [n, tensor(dtype === "float64" ? mean : Float32Array.from(mean), shape)];
  });
  return { grads: Object.fromEntries(means), examples };
}

/** Returns how many examples gradients are of. @throws {TypeError} naming the first gradient that does not fit. */
function countOf(grads: Params, { specs, name }: Pick<ExamplesOf, "specs" | "name">): number {
  if (typeof grads !== "object" || grads === null) {
    throw new TypeError(`grads must hold the tensors of params by name, got ${String(grads)}`);
  }
  for (const n of Object.keys(grads)) {
    if (!Object.hasOwn(specs, n)) throw new TypeError(`grads has '${n}', which params does not have`);
  }
  let count: number | undefined;
  for (const [n, { dtype, shape }] of Object.entries(specs)) {
    if (!Object.hasOwn(grads, n)) throw new TypeError(`grads lacks '${n}', which params has`);
    const data = elementsOf(grads[n]!, `grads.${n}`);
    const whole = shapeOf(grads[n]!, shape);
    const kind = data instanceof Float64Array ? "float64" : "float32";
    const fits = kind === dtype && whole.length === shape.length + 1 && whole[0]! >= 1 &&
      shape.every((d, i) => whole[i + 1] === d) && (count ??= whole[0]!) === whole[0];
    if (fits) continue;
    throw new TypeError(
      `${name} takes the gradients of single examples: grads.${n} must be ${dtype}[${
        [count ?? "examples", ...shape].join(", ")
      }], got ${kind}[${whole.join(", ")}]`,
    );
  }
  return count ?? 1;
}

/** Returns the dimensions of a gradient; a plain array holds whole vectors one after another. */
function shapeOf(p: Param, shape: readonly number[]): readonly number[] {
  if (!(p instanceof Float32Array || p instanceof Float64Array)) return p.shape;
  const count = p.length / Math.max(sizeOf(shape), 1);
  return shape.length === 1 && Number.isInteger(count) ? [count, ...shape] : [p.length];
}
