/**
 * Compares what `docs/coverage.md` says about kinks with the rules.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { backward } from "../../autodiff/backward.ts";
import { type Kink, KINKS, type Numbers } from "../../tools/coverage/kinks.ts";
import { RULES } from "../../autodiff/rules/table.ts";
import { buildModel, Graph, numbersOf, type Tensor, tensor, tensorOf } from "../../onnx/mod.ts";
import { openSession } from "../../runtime/session/session.ts";

function tensorFrom(numbers: Numbers, shape?: readonly number[]): Tensor {
  const list = typeof numbers === "number" ? [numbers] : numbers;
  return tensorOf(list, shape ?? (typeof numbers === "number" ? [] : [list.length]), "float32");
}

/** Returns the gradients of the sum of the first result. */
async function gradientsOf(op: string, k: Kink): Promise<number[][]> {
  const g = new Graph(k.opset === undefined ? {} : { opsets: { "": k.opset } });
  const tensors = k.inputs.map((x, i) => tensorFrom(x, k.shapes?.[i]));
  const x = tensors.map((t, i) => g.input(`x${i}`, t.dtype, t.shape));
  const fixed = (k.fixed ?? []).map((v) => g.constant(tensor(BigInt64Array.from(v, BigInt))));
  const attributes = Object.fromEntries(Object.entries(k.attributes ?? {}));
  const [y] = g.emit(op, [...x, ...fixed], { attributes, outputs: op === "TopK" ? 2 : 1 });
  const cotangent = g.expand(g.constant(1, y!.dtype), g.shape(y!));
  const grads = backward(g, { seeds: [{ value: y!, cotangent }], wrt: x });
  grads.forEach((v, i) => g.output(v, `d${i}`));
  g.prune();
  await using session = await openSession(buildModel(g));
  const feeds = Object.fromEntries(tensors.map((t, i) => [`x${i}`, t]));
  const out = await session.run(Object.fromEntries(session.inputNames.map((n) => [n, feeds[n]!])));
  return grads.map((_, i) => numbersOf(out[`d${i}`]!));
}

for (const [op, kinks] of Object.entries(KINKS)) {
  Deno.test(`the rule of ${op} gives the gradient at a kink that docs/coverage.md says`, async () => {
    for (const k of kinks) {
      const actual = await gradientsOf(op, k);
      k.gradients.forEach((right, i) => {
        if (right === null) return;
        const wanted = typeof right === "number" ? [right] : right;
        assertEquals(actual[i]!.length, wanted.length);
        wanted.forEach((w, j) => {
          const a = actual[i]![j]!;
          assert(Object.is(a, w) || Math.abs(a - w) <= 1e-6, `at ${k.at}: d${i}[${j}] is ${a}, not ${w}`);
        });
      });
    }
  });
}

Deno.test("KINKS names operators with a rule, in order", () => {
  const names = Object.keys(KINKS);
  assertEquals(names.filter((op) => !Object.hasOwn(RULES, op)), []);
  assertEquals(names, names.toSorted((a, b) => (a < b ? -1 : 1)));
});
