import { assert, assertEquals } from "@std/assert";
import { type DType, Graph, type Value } from "../../../onnx/mod.ts";
import { hasKernel, missingKernel, type Provider } from "../../../lowering/kernels/mod.ts";

/** Returns why a provider has no kernel for an operator on inputs of a type. */
function missing(
  provider: Provider,
  opType: string,
  { dtype, inputs = 1, opset = 21, attributes = {} }: {
    dtype: DType;
    inputs?: number;
    opset?: number;
    attributes?: Record<string, number | number[]>;
  },
): string | undefined {
  const g = new Graph({ opsets: { "": opset } });
  const operands = Array.from({ length: inputs }, (_, i) => g.input(`x${i}`, dtype, [2, 3]));
  return missingKernel(provider, g.emit(opType, operands, { attributes })[0]!.producer!);
}

Deno.test("missingKernel() names an operator without any kernel", () => {
  assertEquals(missing("webgpu", "Sum", { dtype: "float32", inputs: 2 }), "webgpu has no kernel for Sum");
  assertEquals(missing("webgpu", "Add", { dtype: "float32", inputs: 2 }), undefined);
  assertEquals(missing("cuda", "Sum", { dtype: "float32", inputs: 2 }), undefined);
});

Deno.test("missingKernel() names a type that no kernel takes, and those that one takes", () => {
  const found = missing("webgpu", "Transpose", { dtype: "bool" });
  assert(
    found?.startsWith("webgpu has no kernel for Transpose of these types: T is bool, not one of "),
    found,
  );
  assert(found?.includes("float32"), found);
  assertEquals(missing("webgpu", "Transpose", { dtype: "float16" }), undefined);
  assertEquals(missing("cuda", "Transpose", { dtype: "bool" }), undefined);
});

Deno.test("missingKernel() reads the types of outputs and of inputs by name", () => {
  const cast = (from: DType, to: DType) => {
    const g = new Graph();
    return missingKernel("webgpu", g.cast(g.input("x", from, [2]), { to }).producer!);
  };
  assertEquals(cast("float32", "int64"), undefined);
  assert(cast("int64", "float32")?.includes("T1 is int64"));
  assert(cast("float32", "float64")?.includes("T2 is float64"));
});

Deno.test("missingKernel() takes a kernel without a last version for its first version alone", () => {
  const globalMaxPool = (opset: number) => {
    const g = new Graph({ opsets: { "": opset } });
    return missingKernel("webgpu", g.globalMaxPool(g.input("x", "float32", [2, 3, 4, 4])).producer!);
  };
  assertEquals(globalMaxPool(21), undefined);
  assertEquals(globalMaxPool(22), "webgpu has no kernel for version 22 of GlobalMaxPool");
});

Deno.test("missingKernel() reports what a kernel refuses besides types", () => {
  const transposed = (pads: number[]) => {
    const g = new Graph();
    const [x, w] = [g.input("x", "float32", [1, 2, 5, 5]), g.input("w", "float32", [2, 2, 3, 3])];
    return missingKernel("cuda", g.convTranspose(x, w, null, { pads }).producer!);
  };
  assertEquals(transposed([1, 0, 1, 0]), undefined);
  assert(transposed([1, 1, 0, 0])?.includes("uneven pads"));
});

Deno.test("hasKernel() counts an unknown type as taken", () => {
  const g = new Graph();
  const x: Value = g.input("x", undefined, undefined);
  const y = g.emit("Relu", [x])[0]!;
  assertEquals([hasKernel("webgpu", y.producer!), hasKernel("cuda", y.producer!)], [true, true]);
});
