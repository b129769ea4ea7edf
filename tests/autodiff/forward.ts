/**
 * Tests the forward passes that differentiation substitutes for operators without the outputs that gradients need.
 *
 * @module
 */
import { assert } from "@std/assert";
import { backward } from "../../autodiff/backward.ts";
import { buildModel, Graph, type Tensor, tensor } from "../../onnx/mod.ts";
import { openSession } from "../../runtime/session/session.ts";
import type { Cases } from "./cases.ts";
import type { Case } from "./check.ts";

/** Returns the results of a case in float32: by the runtime's kernel, or by the substituted forward pass. */
async function results(c: Case, differentiated: boolean): Promise<Tensor[]> {
  const g = new Graph(c.opset === undefined ? {} : { opsets: { "": c.opset } });
  const inputs = c.inputs.map((t) => tensor(Float32Array.from(t.data as Float64Array), t.shape));
  const x = inputs.map((t, i) => g.input(`x${i}`, t.dtype, t.shape));
  const built = c.build(g, x);
  const ys = Array.isArray(built) ? built : [built];
  const seeds = ys.map((value) => ({ value, cotangent: value }));
  if (differentiated) backward(g, { seeds, wrt: x });
  ys.forEach((y, i) => g.output(y, `y${i}`));
  g.prune();
  await using session = await openSession(buildModel(g));
  const out = await session.run(Object.fromEntries(inputs.map((t, i) => [`x${i}`, t])));
  return ys.map((_, i) => out[`y${i}`]!);
}

/** Registers one test per operator: the substituted forward pass computes the results of the runtime's kernel. */
export function testForward(cases: Cases): void {
  for (const [op, list] of cases) {
    Deno.test(`the forward pass of ${op} in training gives the results of the runtime's kernel`, async () => {
      for (const c of list) {
        const [kernel, ours] = [await results(c, false), await results(c, true)];
        kernel.forEach((y, i) => {
          (y.data as Float32Array).forEach((v, k) => {
            const other = (ours[i]!.data as Float32Array)[k]!;
            assert(
              Math.abs(v - other) < 2e-6 * (1 + Math.abs(v)),
              `${c.name}, output ${i}: ${v} and ${other}`,
            );
          });
        });
      }
    });
  }
}
