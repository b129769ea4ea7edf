/** Compares a network with PyTorch's results on it: see `tests/golden/zoo/README.md`. */
import { assert, assertEquals } from "@std/assert";
import { graphOf, type Model, type Tensor, withWeights } from "../../onnx/mod.ts";
import { sgd } from "../../optim/rules/sgd.ts";
import { trainingProgram } from "../../runtime/program/mod.ts";
import { openSession } from "../../runtime/session/session.ts";
import { number, weight } from "./formula.ts";

/** PyTorch's results on a network. */
export interface GoldenNetwork {
  readonly loss: number;
  readonly evaluated: number;
  readonly afterStep: number;
  readonly gradients: Readonly<Record<string, readonly [norm: number, product: number]>>;
}

/** Throws unless a model, with its loss, has PyTorch's losses, trained parameters and gradients. */
export async function assertGolden(
  plain: Model,
  expected: GoldenNetwork,
  { data, rate, target = "cpu" }: {
    data: Readonly<Record<string, Tensor>>;
    rate: number;
    target?: "cpu" | "gpu";
  },
): Promise<void> {
  const names = Object.keys(expected.gradients).sort();
  const model = withFormulaWeights(plain, names);
  await using session = await openSession(model);
  near((await session.run(data)).loss!.data[0] as number, expected.evaluated, 1, "the loss in evaluation");
  const rows = Array.from({ length: Object.values(data)[0]!.shape[0] as number }, (_, i) => i);
  const optimizer = sgd({ learningRate: rate });
  await using program = await trainingProgram({ model, optimizer, data, target });
  const start = program.init();
  assertEquals(Object.keys(start.params).sort(), names);
  const twice = { rows: [...rows, ...rows], batchSize: rows.length };
  const { state, reports } = await program.run(start, twice);
  near(reports.loss![0]!, expected.loss, 1, "the loss");
  near(reports.loss![1]!, expected.afterStep, 1, "the loss after a step");
  assertEquals(Object.keys(state.params).sort(), names);
  // A step of rate 1 changes each parameter by its gradient.
  const unit = sgd({ learningRate: 1 });
  await using whole = await trainingProgram({ model, optimizer: unit, data, target });
  const moved = (await whole.run(whole.init(), { rows, batchSize: rows.length })).state.params;
  for (const [n, [norm, product]] of Object.entries(expected.gradients)) {
    const before = weight(n, moved[n]!.shape as number[]).data as Float32Array;
    const after = moved[n]!.data as Float32Array;
    const gradient = Array.from(before, (v, i) => v - after[i]!);
    // Parameters of about 1 keep a gradient to 6e-8 of an element.
    const scale = norm + 0.01 * Math.sqrt(gradient.length);
    near(Math.hypot(...gradient), norm, scale, `the norm of the gradient of ${n}`);
    const directed = gradient.reduce((sum, d, i) => sum + d * number(`d ${n}`, i), 0);
    near(directed, product, scale, `the product of the gradient of ${n}`);
  }
}

/** Returns a model whose parameters and running statistics are those of the formula. */
function withFormulaWeights(model: Model, names: readonly string[]): Model {
  const floats = [...graphOf(model).graph.initializers].filter(([, { value }]) => value.dtype === "float32");
  const replaced = floats.filter(([n]) => names.includes(n) || n.includes("running_"));
  assertEquals(replaced.map(([n]) => n).filter((n) => !n.includes("running_")).sort(), names);
  return withWeights(
    model,
    Object.fromEntries(replaced.map(([n, { value }]) => [n, weight(n, value.shape as number[])])),
    { partial: true },
  );
}

function near(actual: number, expected: number, scale: number, what: string): void {
  assert(Math.abs(actual - expected) <= 2e-5 * scale, `${what}: ${actual}, PyTorch has ${expected}`);
}
