/**
 * Gradients where rows are masked out, against PyTorch's.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { gradientModel } from "../../autodiff/gradient_model.ts";
import {
  buildModel,
  type DType,
  Graph,
  graphOf,
  numbersOf,
  parseModel,
  type Tensor,
  tensorOf,
} from "../../onnx/mod.ts";
import { openSession } from "../../runtime/session/session.ts";

const FOLDER = new URL("../golden/masked/", import.meta.url);

interface Golden {
  readonly feeds: Record<string, { dtype: DType; shape: number[]; data: (number | string)[] }>;
  readonly loss: number | string;
  readonly gradients: Record<string, (number | string)[]>;
}

const { models }: { models: Record<string, Golden> } = JSON.parse(
  await Deno.readTextFile(new URL("expected.json", FOLDER)),
);

/** Asserts that numbers agree up to an error relative to `scale`; NaN only if NaN is expected. */
function assertNear(
  actual: number[],
  right: readonly (number | string)[],
  what: string,
  bound: number,
): void {
  assert(actual.length === right.length, `${what} has ${actual.length} numbers, not ${right.length}`);
  right.forEach((r, i) => {
    const [a, b] = [actual[i]!, Number(r)];
    assert(Number.isNaN(b) ? Number.isNaN(a) : Math.abs(a - b) <= bound, `${what}[${i}] is ${a}, not ${b}`);
  });
}

for (const [name, golden] of Object.entries(models)) {
  Deno.test(`gradientModel() gives PyTorch's loss and gradients for ${name}`, async () => {
    const model = parseModel(await Deno.readFile(new URL(`${name}.onnx`, FOLDER)));
    const feeds: Record<string, Tensor> = {};
    for (const [key, { dtype, shape, data }] of Object.entries(golden.feeds)) {
      feeds[key] = tensorOf(data.map(Number), shape, dtype);
    }
    for (const [key, { tensor }] of graphOf(model).graph.initializers) feeds[key] = tensor();
    const largest = Math.max(...Object.values(golden.gradients).flat().map((v) => Math.abs(Number(v))));
    // float16 has three digits, and a mean of squares loses one of them.
    const error = feeds.x?.dtype === "float16" ? 1e-2 : 2e-6;
    for (const target of ["cpu", "gpu"] as const) {
      const parameters = Object.keys(golden.gradients);
      const gradient = gradientModel(model, { loss: "loss", parameters, target });
      await using session = await openSession(gradient);
      const out = await session.run(Object.fromEntries(session.inputNames.map((n) => [n, feeds[n]!])));
      // The reported losses have six digits.
      const bound = name.startsWith("reported") ? 1e-5 : error;
      assertNear(
        numbersOf(out.loss!),
        [golden.loss],
        "loss",
        bound * (1 + Math.abs(Number(golden.loss) || 0)),
      );
      for (const p of parameters) {
        const scale = name === "reported_weights" ? 1e-4 : bound * largest + 1e-12;
        assertNear(numbersOf(out[`grad_${p}`]!), golden.gradients[p]!, `${target}: grad_${p}`, scale);
      }
    }
  });
}

Deno.test("gradientModel() leaves class weights out by default, and differentiates them when asked", () => {
  const g = new Graph();
  const x = g.initializer("x", tensorOf([1, 2, 3, 4], [2, 2], "float32"));
  const weights = g.initializer("weights", tensorOf([0.5, 2], "float32"));
  const targets = g.constant(tensorOf([0, 1], "int64"));
  g.output(g.softmaxCrossEntropyLoss(x, targets, weights, {})[0]!, "loss");
  const names = (parameters?: string[]) =>
    gradientModel(buildModel(g), { loss: "loss", ...(parameters ? { parameters } : {}) })
      .graph!.output.map((o) => o.name);
  assertEquals(names(), ["loss", "grad_x"]);
  assertEquals(names(["weights"]), ["loss", "grad_weights"]);
});
