import { assert, assertThrows } from "@std/assert";
import { backward } from "../../autodiff/backward.ts";
import { buildModel, Graph, type Tensor, tensor } from "../../onnx/mod.ts";
import { openSession } from "../../runtime/session.ts";
import type { Case } from "./check.ts";
import { RECURRENT } from "./recurrent_cases.ts";

RECURRENT.test();

/** The results of a case in single precision: by the runtime's kernel, or by what differentiation puts in its place. */
async function results(c: Case, differentiated: boolean): Promise<Tensor[]> {
  const g = new Graph();
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

for (const [op, list] of RECURRENT) {
  Deno.test(`the forward pass of ${op} in training computes what the runtime's kernel does`, async () => {
    for (const c of list) {
      const [kernel, ours] = [await results(c, false), await results(c, true)];
      kernel.forEach((y, i) => {
        (y.data as Float32Array).forEach((v, k) => {
          const other = (ours[i]!.data as Float32Array)[k]!;
          assert(Math.abs(v - other) < 2e-6 * (1 + Math.abs(v)), `${c.name}, output ${i}: ${v} and ${other}`);
        });
      });
    }
  });
}

Deno.test("the gradients of recurrent layers refuse what they do not cover", () => {
  const attempt = (attributes: Record<string, number | string[]>) => () => {
    const g = new Graph();
    const x = g.input("x", "float32", [4, 2, 3]);
    const [w, r] = [g.input("w", "float32", [1, 8, 3]), g.input("r", "float32", [1, 8, 2])];
    const [y] = g.emit("LSTM", [x, w, r], { attributes: { hidden_size: 2, ...attributes } });
    backward(g, { seeds: [{ value: y!, cotangent: y! }], wrt: [w] });
  };
  assertThrows(attempt({ clip: 3 }), TypeError, "not written for attribute 'clip'");
  assertThrows(attempt({ layout: 1 }), TypeError, "written for layout 0");
  assertThrows(attempt({ activations: ["Sigmoid", "Tanh", "Sine"] }), TypeError, "got 'Sine'");
});
