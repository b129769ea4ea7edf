import { assert, assertEquals } from "@std/assert";
import { gradientModel } from "../../autodiff/gradient_model.ts";
import { graphOf, readModel, type Tensor, tensor } from "../../onnx/mod.ts";
import { openSession } from "../../runtime/session/session.ts";

const FOLDER = new URL("../golden/bodies/", import.meta.url);

/** PyTorch's results in float64 for a model of `tools/golden/bodies.py`. */
interface Golden {
  /** The shape of `x`. */
  readonly x?: readonly number[];
  readonly ids?: readonly number[];
  readonly offsets?: readonly number[];
  readonly loss: number;
  readonly gradients: Readonly<Record<string, readonly number[]>>;
}

const golden: Record<string, Golden> = JSON.parse(
  await Deno.readTextFile(new URL("gradients.json", FOLDER)),
);

function assertNear(actual: ArrayLike<number>, expected: readonly number[], what: string): void {
  assertEquals(actual.length, expected.length, what);
  const most = Math.max(1, ...expected.map(Math.abs));
  expected.forEach((e, i) => {
    const error = Math.abs(actual[i]! - e) / most;
    assert(error < 1e-5, `${what}: ${actual[i]} at ${i}, PyTorch has ${e}`);
  });
}

const ints = (values: readonly number[] = []) => tensor(BigInt64Array.from(values, BigInt));

for (const [name, { x: shape = [], ids, offsets, loss, gradients }] of Object.entries(golden)) {
  Deno.test(`gradientModel() gives PyTorch's gradients of ${name}.onnx`, async () => {
    const model = await readModel(new URL(`${name}.onnx`, FOLDER).pathname);
    const size = shape.reduce((a, b) => a * b, 1);
    const steps = Float32Array.from({ length: size }, (_, i) => size === 1 ? -1 : -1 + 2 * i / (size - 1));
    const feeds: Record<string, Tensor> = {
      x: tensor(steps, shape),
      axes: ints([1]),
      ids: ints(ids),
      offsets: ints(offsets),
    };
    for (const [key, { tensor }] of graphOf(model).graph.initializers) feeds[key] = tensor();
    const options = { loss: "loss", parameters: Object.keys(gradients) };
    await using session = await openSession(gradientModel(model, options));
    const out = await session.run(Object.fromEntries(session.inputNames.map((n) => [n, feeds[n]!])));
    assertNear(out.loss!.data as Float32Array, [loss], "loss");
    for (const [p, expected] of Object.entries(gradients)) {
      assertNear(out[`grad_${p}`]!.data as Float32Array, expected, `grad_${p}`);
    }
  });
}

/** Central differences of ONNX Runtime's own forward pass, at the 12 numbers (-1 + 2 i / 11)^3, with steps of 0.05. */
const RESIZED: Readonly<Record<string, readonly number[]>> = {
  not_larger: [
    -4.5657,
    -2.9799,
    -1.3058,
    -1.277,
    -0.7225,
    -0.2254,
    0.2602,
    0.6895,
    1.1215,
    1.5008,
    2.8807,
    4.0068,
  ],
  not_smaller: [
    -8.27,
    -5.3829,
    -2.6752,
    -2.1863,
    -1.2045,
    -0.4033,
    0.4568,
    1.2925,
    2.2904,
    2.2217,
    4.481,
    6.9012,
  ],
  stretch: [
    -6.1237,
    -3.9833,
    -1.9784,
    -1.7152,
    -0.9594,
    -0.3399,
    0.3399,
    0.9594,
    1.7152,
    1.9784,
    3.9833,
    6.1237,
  ],
};

for (const [policy, expected] of Object.entries(RESIZED)) {
  Deno.test(`the rule of Resize uses the scale of keep_aspect_ratio_policy ${policy}`, async () => {
    const model = await readModel(new URL(`resize_${policy}.onnx`, FOLDER).pathname);
    await using session = await openSession(gradientModel(model, { loss: "loss", parameters: ["x"] }));
    const x = tensor(Float32Array.from({ length: 12 }, (_, i) => (-1 + 2 * i / 11) ** 3), [1, 1, 4, 3]);
    const { grad_x } = await session.run({ x });
    (grad_x!.data as Float32Array).forEach((v, i) => {
      assert(Math.abs(v - expected[i]!) < 2e-3, `${v} at ${i}, not ${expected[i]}`);
    });
  });
}
