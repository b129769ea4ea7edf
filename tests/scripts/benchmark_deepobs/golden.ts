/** Holds a network against PyTorch: see `tests/golden/deepobs/README.md`. */
import { assert, assertEquals } from "@std/assert";
import { graphOf, type Model, sgd, type Tensor, trainingProgram, withWeights } from "../../../mod.ts";
import { openSession } from "../../../mod.ts";
import { number, weight } from "../../models/formula.ts";
import stored from "../../golden/deepobs/torch.json" with { type: "json" };

interface Golden {
  readonly loss: number;
  readonly evaluated: number;
  readonly afterStep: number;
  readonly gradients: Readonly<Record<string, readonly [norm: number, product: number]>>;
}

/** PyTorch's results by network. */
export const NETWORKS = stored.networks as unknown as Readonly<Record<string, Golden>>;

/** Throws unless a model has the losses, the trained parameters and the gradients that PyTorch has. */
export async function assertGolden(
  name: string,
  { model: own, data }: { model: Model; data: Readonly<Record<string, Tensor>> },
): Promise<void> {
  const expected = NETWORKS[name]!;
  const model = withFormulaWeights(own, Object.keys(expected.gradients));
  await using session = await openSession(model);
  near((await session.run(data)).loss!.data[0] as number, expected.evaluated, 1, "the loss in evaluation");
  const rows = Array.from({ length: data.x?.shape[0] ?? data.tokens!.shape[0]! }, (_, i) => i);
  const step = { rows: [...rows, ...rows], batchSize: rows.length };
  const optimizer = sgd({ learningRate: stored.rate });
  await using program = await trainingProgram({ model, optimizer, data });
  const start = program.init();
  assertEquals(Object.keys(start.params).sort(), Object.keys(expected.gradients).sort());
  const { reports } = await program.run(start, step);
  near(reports.loss![0]!, expected.loss, 1, "the loss");
  near(reports.loss![1]!, expected.afterStep, 1, "the loss after a step");
  // A step of rate 1 changes each parameter by its gradient.
  const unit = sgd({ learningRate: 1 });
  const first = { rows, batchSize: rows.length };
  await using whole = await trainingProgram({ model, optimizer: unit, data });
  const moved = (await whole.run(whole.init(), first)).state.params;
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
function withFormulaWeights(model: Model, parameters: readonly string[]): Model {
  const initializers = [...graphOf(model).graph.initializers].filter(([n]) =>
    parameters.includes(n) || n.includes("running_")
  );
  return withWeights(
    model,
    Object.fromEntries(initializers.map(([n, { value }]) => [n, weight(n, value.shape as number[])])),
    { partial: true },
  );
}

function near(actual: number, expected: number, scale: number, what: string): void {
  assert(Math.abs(actual - expected) <= 2e-5 * scale, `${what}: ${actual}, PyTorch has ${expected}`);
}
