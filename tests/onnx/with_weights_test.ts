import { assertEquals, assertThrows } from "@std/assert";
import { mlp } from "../../models/dense.ts";
import { decodeTensor } from "../../onnx/proto/codec.ts";
import { ModelError, type Tensor, tensor, withWeights } from "../../onnx/mod.ts";

const model = () => mlp({ inputs: 3, hidden: [], outputs: 2, seed: 1 });
const weight = tensor(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
const bias = tensor(Float32Array.of(7, 8));

function loaded(weights: Record<string, Tensor>, options = {}): Tensor[] {
  return withWeights(model(), weights, options).graph!.initializer.map(decodeTensor);
}

Deno.test("withWeights() inserts weights by name, and does not change the given model", () => {
  const before = model();
  const after = withWeights(before, { "layers.0.bias": bias, "layers.0.weight": weight });
  assertEquals(after.graph!.initializer.map(decodeTensor), [weight, bias]);
  assertEquals(before, model());
});

Deno.test("withWeights() transposes if asked to, and converts floats", () => {
  const across = tensor(Float32Array.of(1, 4, 2, 5, 3, 6), [3, 2]);
  const half = tensor(Uint16Array.of(0x40e0, 0x4100), [2], "bfloat16");
  const weights = { "layers.0.weight": across, "layers.0.bias": half };
  assertEquals(loaded(weights, { transpose: ["layers.0.weight"] }), [weight, bias]);
});

Deno.test("withWeights() lists everything that does not fit", () => {
  const weights = { "layers.0.weight": tensor(new Float32Array(6), [3, 2]), "fc.bias": bias };
  assertThrows(
    () => loaded(weights),
    ModelError,
    "the weights do not fit the model: 'layers.0.bias' is missing; " +
      "'layers.0.weight' has shape [3, 2] instead of [2, 3]; 'fc.bias' is not in the model",
  );
  assertThrows(
    () => loaded({ "layers.0.bias": tensor(Int32Array.of(1, 2)) }),
    ModelError,
    "is int32 instead of",
  );
  assertThrows(
    () => loaded({ "layers.0.bias": bias, "layers.0.weight": weight }, { transpose: ["layers.0.bias", "x"] }),
    ModelError,
    "'x' is named in transpose, but is not among the tensors; 'layers.0.bias' is not a matrix",
  );
});

Deno.test("withWeights() that is not strict ignores names that only one side has", () => {
  const [w, b] = loaded({ "layers.0.bias": bias, other: weight }, { strict: false });
  assertEquals([w, b], [decodeTensor(model().graph!.initializer[0]!), bias]);
});

Deno.test("withWeights() refuses by name a number that the model's type cannot hold", () => {
  const infinite = tensor(Float64Array.of(Infinity, 1), [2]);
  const [, kept] = loaded({ "layers.0.bias": infinite, "layers.0.weight": weight });
  assertEquals(kept, tensor(Float32Array.of(Infinity, 1), [2]));
  for (const value of [1e39, -3.5e38]) {
    const bias = tensor(Float64Array.of(0, value), [2]);
    assertThrows(
      () => loaded({ "layers.0.bias": bias, "layers.0.weight": weight }),
      ModelError,
      `'layers.0.bias' is float32, which cannot hold ${value}`,
    );
  }
});

Deno.test("withWeights() that is partial leaves out what it likes, but knows every name", () => {
  const [w, b] = loaded({ "layers.0.bias": bias }, { partial: true });
  assertEquals([w, b], [decodeTensor(model().graph!.initializer[0]!), bias]);
  assertThrows(
    () => loaded({ "layers.0.bias": bias, other: weight }, { partial: true }),
    ModelError,
    "the weights do not fit the model: 'other' is not in the model",
  );
  assertThrows(
    () => loaded({ "layers.0.bias": bias, other: weight }, { strict: false, partial: false }),
    ModelError,
    "'layers.0.weight' is missing",
  );
});
