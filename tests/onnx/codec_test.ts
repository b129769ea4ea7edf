import { assertEquals, assertThrows } from "@std/assert";
import fc from "../deps/fast_check.ts";
import { create } from "../../deps.ts";
import { bitsOf, dtypeCode, dtypeOfCode } from "../../onnx/tensor/dtype.ts";
import { decodeTensor, encodeTensor } from "../../onnx/proto/codec.ts";
import { type DType, ModelError, type TensorData, tensorOf } from "../../onnx/mod.ts";
import {
  type TensorProto,
  TensorProto_DataLocation,
  TensorProto_SegmentSchema,
  TensorProtoSchema,
} from "../../onnx/proto/onnx_pb.ts";

type Fields = Partial<Omit<TensorProto, "$typeName" | "$unknown">>;

const RUNS = { numRuns: 100, seed: 11 };
const DTYPES = Array.from({ length: 40 }, (_, code) => dtypeOfCode(code)).filter((d) => d !== undefined);

/** The array type of an element type. */
function arraysOf(dtype: Exclude<DType, "string">) {
  const arrays = {
    float32: Float32Array,
    float64: Float64Array,
    float16: Float16Array,
    bfloat16: Uint16Array,
    int8: Int8Array,
    int16: Int16Array,
    int32: Int32Array,
    int64: BigInt64Array,
    uint16: Uint16Array,
    uint32: Uint32Array,
    uint64: BigUint64Array,
    complex64: Float32Array,
    complex128: Float64Array,
  };
  return arrays[dtype as keyof typeof arrays] ?? Uint8Array;
}

/** Returns raw bytes as the type's array, with one NaN for all, because a number does not keep its NaN's bits. */
function viewed(bytes: Uint8Array, dtype: Exclude<DType, "string">): Exclude<TensorData, readonly string[]> {
  const stored = dtype === "bool" ? bytes.map((b) => b & 1) : bytes.slice();
  const data = new (arraysOf(dtype))(stored.buffer);
  if (data instanceof Float32Array || data instanceof Float64Array) {
    data.forEach((x, i) => (data[i] = Number.isNaN(x) ? NaN : x));
  }
  return data;
}

/** Returns the typed field of a type's elements, as the specification defines it. */
function typed(data: Exclude<TensorData, readonly string[]>, dtype: DType): Fields {
  switch (dtype) {
    case "float32":
    case "complex64":
      return { floatData: [...data as Float32Array] };
    case "float64":
    case "complex128":
      return { doubleData: [...data as Float64Array] };
    case "int64":
      return { int64Data: [...data as BigInt64Array] };
    case "uint64":
    case "uint32":
      return { uint64Data: Array.from(data as ArrayLike<number | bigint>, BigInt) };
    case "float16":
      return { int32Data: [...new Uint16Array(data.buffer)] };
    default:
      return { int32Data: Array.from(data as ArrayLike<number>) };
  }
}

const bytesOf = (count: number, dtype: DType) => Math.ceil(count * bitsOf(dtype) / 8);

/** Shapes, including scalars and empty ones, each with random bytes to fill it. */
const filled = (dtype: DType) =>
  fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 3 }).chain((shape) => {
    const length = bytesOf(shape.reduce((a, b) => a * b, 1), dtype);
    return fc.record({
      shape: fc.constant(shape),
      bytes: fc.uint8Array({ minLength: length, maxLength: length }),
    });
  });

const proto = (fields: Fields, dtype: DType = "float32") =>
  create(TensorProtoSchema, { name: "w", dataType: dtypeCode(dtype), ...fields });
const raw = (shape: readonly (number | bigint)[], bytes: Uint8Array, dtype: DType = "float32") =>
  proto({ dims: shape.map(BigInt), rawData: bytes as Uint8Array<ArrayBuffer> }, dtype);

Deno.test("the tests of the codec cover every element type", () => assertEquals(DTYPES.length, 26));

for (const dtype of DTYPES) {
  if (dtype === "string") continue;

  Deno.test(`decodeTensor() reads ${dtype} from raw bytes, and encodeTensor() writes them back`, () =>
    fc.assert(
      fc.property(filled(dtype), ({ shape, bytes }) => {
        const stored = dtype === "bool" ? bytes.map((b) => b & 1) : bytes;
        const t = decodeTensor(raw(shape, stored, dtype));
        assertEquals(t, { dtype, shape, data: new (arraysOf(dtype))(stored.slice().buffer) });
        assertEquals(encodeTensor("w", t), raw(shape, stored, dtype));
      }),
      RUNS,
    ));

  Deno.test(`decodeTensor() reads ${dtype} from its typed field as from raw bytes`, () =>
    fc.assert(
      fc.property(filled(dtype), ({ shape, bytes }) => {
        const data = viewed(bytes, dtype);
        const t = decodeTensor(proto({ dims: shape.map(BigInt), ...typed(data, dtype) }, dtype));
        assertEquals(t, { dtype, shape, data });
        assertEquals(decodeTensor(encodeTensor("w", t)), t);
      }),
      RUNS,
    ));

  Deno.test(`decodeTensor() refuses ${dtype} of another length, raw and typed`, () =>
    fc.assert(
      fc.property(filled(dtype), fc.integer({ min: 1, max: 17 }), ({ shape, bytes }, extra) => {
        const longer = new Uint8Array(bytes.length + extra);
        assertThrows(() => decodeTensor(raw(shape, longer, dtype)), ModelError, "raw bytes instead of");
        const whole = Math.ceil(longer.length / 16) * 16 + 16;
        const fields = typed(viewed(new Uint8Array(whole), dtype), dtype);
        assertThrows(
          () => decodeTensor(proto({ dims: shape.map(BigInt), ...fields }, dtype)),
          ModelError,
          "elements instead of",
        );
      }),
      RUNS,
    ));
}

Deno.test("decodeTensor() reads any strings, and encodeTensor() writes them back", () =>
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary" })), (strings) => {
      // A lone surrogate has no UTF-8 encoding.
      const data = strings.map((s) => s.toWellFormed());
      const t = { dtype: "string", shape: [data.length], data } as const;
      assertEquals(decodeTensor(encodeTensor("w", t)), t);
    }),
    RUNS,
  ));

Deno.test("decodeTensor() keeps a byte order mark at the start of a string", () => {
  const stringData = [new TextEncoder().encode("\ufeffa")];
  assertEquals(decodeTensor(proto({ dims: [1n], stringData }, "string")).data, ["\ufeffa"]);
});

Deno.test("decodeTensor() unpacks each int32 as the packed byte of types under 8 bits", () => {
  // onnx.proto: the first element is in the lowest bits; [1, -2, 3] of int4 are 0xe1 and 0x03.
  const t = decodeTensor(proto({ dims: [3n], int32Data: [0xe1, 0x03] }, "int4"));
  assertEquals(t.data, Uint8Array.of(0xe1, 0x03));
  assertThrows(
    () => decodeTensor(proto({ dims: [3n], int32Data: [1, 14, 3] }, "int4")),
    ModelError,
    "holds 3 elements instead of 2",
  );
  assertEquals(
    decodeTensor(proto({ dims: [5n], int32Data: [0xe4, 2] }, "uint2")).data,
    Uint8Array.of(0xe4, 2),
  );
});

Deno.test("decodeTensor() reads every nonzero bool as 1", () => {
  assertEquals(decodeTensor(raw([3], Uint8Array.of(0, 2, 255), "bool")).data, Uint8Array.of(0, 1, 1));
  assertEquals(
    decodeTensor(proto({ dims: [3n], int32Data: [0, 256, -1] }, "bool")).data,
    Uint8Array.of(0, 1, 1),
  );
});

Deno.test("decodeTensor() reads bits of float16 and bfloat16 from int32 fields", () => {
  assertEquals(
    decodeTensor(proto({ dims: [2n], int32Data: [0x3c00, 0xc000] }, "float16")).data,
    Float16Array.of(1, -2),
  );
  assertEquals(
    decodeTensor(proto({ dims: [2n], int32Data: [0x3f80, 0xc000] }, "bfloat16")).data,
    Uint16Array.of(0x3f80, 0xc000),
  );
});

Deno.test("decodeTensor() reads raw bytes at an odd offset of the file, and copies them", () => {
  const file = Uint8Array.of(9, 0, 0, 128, 63);
  const t = decodeTensor(raw([], file.subarray(1)));
  file.fill(0);
  assertEquals(t, { dtype: "float32", shape: [], data: Float32Array.of(1) });
});

Deno.test("encodeTensor() writes only the tensor's part of a buffer", () => {
  const data = Float32Array.of(1, 2, 3).subarray(1, 2);
  assertEquals(
    encodeTensor("w", { dtype: "float32", shape: [1], data }).rawData,
    Uint8Array.of(0, 0, 0, 64),
  );
});

const four = new Uint8Array(4);
const REFUSED: readonly [what: string, tensor: TensorProto, message: string][] = [
  ["a negative dimension", raw([-1], four), "tensor 'w' of shape [-1] has a negative dimension"],
  ["two negative dimensions", raw([-1, -1], four), "has a negative dimension"],
  ["1e12 elements claimed, raw", raw([1e6, 1e6], four), "has 4 raw bytes instead of 4000000000000"],
  ["1e12 elements claimed, typed", proto({ dims: [1_000_000_000_000n], floatData: [1] }), "holds 1 elements"],
  ["1e12 strings claimed", proto({ dims: [1_000_000_000_000n] }, "string"), "holds 0 elements"],
  ["more elements than numbers count", raw([2n ** 62n, 4], four), "more elements than any tensor can hold"],
  [
    "a dimension beyond 2^53 beside 0",
    raw([2n ** 62n, 0], new Uint8Array()),
    "more elements than any tensor",
  ],
  [
    "elements of a tensor without any",
    proto({ dims: [0n], floatData: [1] }),
    "holds 1 elements instead of 0",
  ],
  ["no elements where there should be some", proto({ dims: [2n] }), "holds 0 elements instead of 2"],
  ["the wrong typed field", proto({ dims: [1n], doubleData: [1] }), "holds 0 elements instead of 1"],
  ["strings in raw bytes", raw([4], four, "string"), "holds strings, which cannot be raw bytes"],
  [
    "a string that is not UTF-8",
    proto({ dims: [1n], stringData: [Uint8Array.of(0xff)] }, "string"),
    "string 0 is not",
  ],
  ["no element type", create(TensorProtoSchema, { name: "w" }), "element type 0, which is not known"],
  [
    "an unknown element type",
    create(TensorProtoSchema, { name: "w", dataType: 99 }),
    "element type 99, which is not known",
  ],
  [
    "a tensor in another file",
    proto({ dataLocation: TensorProto_DataLocation.EXTERNAL }),
    "read the model with readModel",
  ],
  ["a segment", proto({ segment: create(TensorProto_SegmentSchema) }), "segment of a tensor in chunks"],
];
for (const [what, tensor, message] of REFUSED) {
  Deno.test(`decodeTensor() refuses ${what}`, () => {
    assertThrows(() => decodeTensor(tensor), ModelError, message);
  });
}

Deno.test("decodeTensor() reads scalars and tensors without elements of every type", () => {
  for (const dtype of DTYPES) {
    const empty = decodeTensor(proto({ dims: [2n, 0n] }, dtype));
    assertEquals([empty.dtype, empty.shape, empty.data.length], [dtype, [2, 0], 0]);
    if (dtype === "string") continue;
    const scalar = decodeTensor(raw([], new Uint8Array(bytesOf(1, dtype)), dtype));
    assertEquals([scalar.shape, scalar.data.length], [[], dtype.startsWith("complex") ? 2 : 1]);
  }
});

/** Bits of float32 numbers, and of the bfloat16 numbers to which PyTorch 2.15 rounds them. */
const BFLOAT16: readonly (readonly [number, number])[] = [
  // Ties: to even, down and up, with both signs.
  [0x3f808000, 0x3f80],
  [0x3f818000, 0x3f82],
  [0xbf808000, 0xbf80],
  [0xbf818000, 0xbf82],
  [0x4b7f8000, 0x4b80],
  [0x4b7e8000, 0x4b7e],
  // One bit on either side of a tie.
  [0x3f808001, 0x3f81],
  [0x3f807fff, 0x3f80],
  [0x3f817fff, 0x3f81],
  // Numbers far from a tie.
  [0x3f800000, 0x3f80],
  [0x40490fdb, 0x4049],
  [0xc2f6e979, 0xc2f7],
  // The largest number, one that rounds beyond it, and the infinities.
  [0x7f7f0000, 0x7f7f],
  [0x7f7f7fff, 0x7f7f],
  [0x7f7f8000, 0x7f80],
  [0x7f7fffff, 0x7f80],
  [0x7f800000, 0x7f80],
  [0xff800000, 0xff80],
  // Subnormal numbers and zeros.
  [0x00008000, 0x0000],
  [0x00018000, 0x0002],
  [0x00008001, 0x0001],
  [0x80008000, 0x8000],
  [0x00000001, 0x0000],
  [0x80000000, 0x8000],
];

Deno.test("tensorOf() rounds to bfloat16 like PyTorch: to the nearest, ties to even", () => {
  const bits = Uint32Array.from(BFLOAT16, ([from]) => from);
  const values = Array.from(new Float32Array(bits.buffer));
  const { data } = tensorOf(values, [values.length], "bfloat16");
  assertEquals(Array.from(data as Uint16Array), BFLOAT16.map(([, to]) => to));
  assertEquals(Array.from(tensorOf([NaN], [1], "bfloat16").data as Uint16Array), [0x7fc0]);
});
