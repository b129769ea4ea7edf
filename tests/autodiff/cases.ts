/**
 * Cases of gradient rules, and the test that each agrees with central differences.
 *
 * @module
 */
import { assert } from "@std/assert";
import { backward } from "../../autodiff/backward.ts";
import { type Graph, type Tensor, tensor, type Value } from "../../onnx/mod.ts";
import { isStatic } from "../../onnx/tensor/shape.ts";
import { type Case, check, uniformTensor } from "./check.ts";

/** Writes a function of float tensors into a graph. */
export type Build = (g: Graph, x: Value[]) => Value | Value[];

/** How a case differs from the usual ones. */
export interface CaseOptions
  extends Partial<Pick<Case, "known" | "batch" | "symbols" | "single" | "opset" | "target">> {
  /** The range of the random numbers, away from kinks; from -2 to 2 by default. */
  range?: [number, number];
  /** Whether the random numbers are spaced evenly, so that no two are close. */
  spaced?: boolean;
}

/** The cases of a family of operators, by operator. */
export class Cases extends Map<string, Case[]> {
  /** Adds a case of an operator: the operands' shapes, and how to build it. */
  add(
    op: string,
    shapes: readonly (readonly number[])[],
    build: Build,
    { range = [-2, 2], spaced = false, ...rest }: CaseOptions = {},
  ): void {
    const list = this.get(op) ?? [];
    const drawn = shapes.map((s, i) => uniformTensor(s, ...range, `${op} ${i}`));
    const inputs = spaced ? drawn.map((t) => evenly(t, range)) : drawn;
    list.push({ name: `${op} ${JSON.stringify(shapes)} #${list.length}`, inputs, build, ...rest });
    this.set(op, list);
  }

  /** Adds the gradient of a function as a case, which differentiates it again. */
  addTwice(
    op: string,
    shapes: readonly (readonly number[])[],
    build: Build,
    options: CaseOptions = {},
  ): void {
    const gradient: Build = (g, x) => {
      const y = [build(g, x)].flat()[0]!;
      const cotangent = isStatic(y.shape) ? g.constant(weightsFor(y)) : y;
      const { target = "cpu" } = options;
      return backward(g, { seeds: [{ value: y, cotangent }], wrt: x, target });
    };
    this.add(op, shapes, gradient, { known: true, ...options });
  }

  /** Registers one test per operator. */
  test(): void {
    for (const [op, list] of this) {
      Deno.test(`the rule of ${op} agrees with central differences`, async (t) => {
        for (const c of list) await t.step(c.name, () => agrees(c));
      });
    }
  }
}

/** Returns random weights of a result's shape and element type. */
function weightsFor(y: Value): Tensor {
  const { data, shape } = uniformTensor(y.shape as number[], 0.5, 1, "weights");
  return y.dtype === "float32" ? tensor(Float32Array.from(data as Float64Array), shape) : tensor(data, shape);
}

/** Returns a tensor whose numbers are evenly spaced over a range, in their original order. */
function evenly({ data, shape }: Tensor, [low, high]: [number, number]): Tensor {
  const values = Array.from(data as Float64Array);
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const spaced = new Float64Array(values.length);
  order.forEach((i, rank) => (spaced[i] = low + (high - low) * rank / values.length));
  return tensor(spaced, shape);
}

async function agrees(c: Case): Promise<void> {
  const errors = await check(c);
  // Rounding in float32 is 6e-8 of the value; differences over 0.02 magnify it to about 1e-5.
  const bound = errors.precision === "float64" ? 1e-6 : 1e-3;
  assert(errors.static < bound, `relative error ${errors.static} in ${errors.precision}`);
  assert(
    errors.symbolic < bound,
    `relative error ${errors.symbolic} in ${errors.precision}, symbolic shapes`,
  );
}
