import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "../deps/fast_check.ts";
import { bitsOf } from "../../onnx/tensor/dtype.ts";
import type { DType, Tensor } from "../../onnx/mod.ts";
import { tensorFromBytes } from "../../onnx/proto/codec.ts";
import {
  encodeSafetensors,
  parseSafetensors,
  SafetensorsError,
} from "../../runtime/checkpoint/safetensors.ts";

const DTYPES: readonly DType[] = [
  "bool",
  "float4e2m1",
  "uint8",
  "int8",
  "float8e5m2",
  "float8e4m3fn",
  "float8e8m0",
  "float8e4m3fnuz",
  "float8e5m2fnuz",
  "int16",
  "uint16",
  "float16",
  "bfloat16",
  "int32",
  "uint32",
  "float32",
  "complex64",
  "float64",
  "int64",
  "uint64",
];

/** Any tensor that the format can store, with any bits. */
const tensors: fc.Arbitrary<Tensor> = fc
  .tuple(fc.constantFrom(...DTYPES), fc.array(fc.nat(4), { maxLength: 4 }), fc.infiniteStream(fc.nat(255)))
  .filter(([dtype, shape]) => shape.reduce((a, b) => a * b, bitsOf(dtype)) % 8 === 0)
  .map(([dtype, shape, bytes]) => {
    const size = shape.reduce((a, b) => a * b, bitsOf(dtype)) / 8;
    const raw = Uint8Array.from({ length: size }, () => bytes.next().value! & (dtype === "bool" ? 1 : 255));
    return tensorFromBytes(raw, { dtype, shape, who: "any" });
  });

const names = fc.string({ unit: "grapheme", maxLength: 8 }).filter((n) => n !== "__metadata__");

Deno.test("encodeSafetensors() and parseSafetensors() keep any tensors, names and metadata, aligned", () => {
  const files = fc.record({
    tensors: fc.dictionary(names, tensors, { maxKeys: 6, noNullPrototype: true }),
    metadata: fc.dictionary(names, fc.string({ unit: "grapheme" }), { maxKeys: 3, noNullPrototype: true }),
  }, { noNullPrototype: true });
  fc.assert(
    fc.property(files, (file) => {
      const bytes = encodeSafetensors(file.tensors, file);
      // A copy at an odd address in memory.
      const moved = new Uint8Array(bytes.length + 1);
      moved.set(bytes, 1);
      assertEquals(parseSafetensors(moved.subarray(1)), file);
      const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
      assertEquals(length % 8, 0);
      const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
      for (const [name, t] of Object.entries(file.tensors)) {
        assertEquals(header[name].data_offsets[0] % Math.max(1, bitsOf(t.dtype) / 8), 0);
      }
    }),
    { numRuns: 300, seed: 7 },
  );
});

/** Written by Python's safetensors 0.8.0 from tensors of PyTorch 2.15. */
const PYTHON =
  "qAEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJtYWRlIjoidG9yY2gifSwibiI6eyJkdHlwZSI6Ikk2NCIsInNoYXBlIjpbXSwi" +
  "ZGF0YV9vZmZzZXRzIjpbMCw4XX0sImUiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzAsM10sImRhdGFfb2Zmc2V0cyI6Wzgs" +
  "OF19LCJ3Ijp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlsyLDNdLCJkYXRhX29mZnNldHMiOls4LDMyXX0sImIiOnsiZHR5cGUi" +
  "OiJCRjE2Iiwic2hhcGUiOlsyXSwiZGF0YV9vZmZzZXRzIjpbMzIsMzZdfSwiaCI6eyJkdHlwZSI6IkYxNiIsInNoYXBlIjpb" +
  "Ml0sImRhdGFfb2Zmc2V0cyI6WzM2LDQwXX0sImY4Ijp7ImR0eXBlIjoiRjhfRTRNMyIsInNoYXBlIjpbMl0sImRhdGFfb2Zm" +
  "c2V0cyI6WzQwLDQyXX0sIm0iOnsiZHR5cGUiOiJCT09MIiwic2hhcGUiOlszXSwiZGF0YV9vZmZzZXRzIjpbNDIsNDVdfX0g" +
  "BwAAAAAAAAAAAIA/AAAAwAAAAD8AAEBAAACAQAAAoEDAPwDAAD4AwDhAAQAB";

Deno.test("parseSafetensors() reads files that Python's safetensors wrote", () => {
  const { tensors, metadata } = parseSafetensors(Uint8Array.fromBase64(PYTHON));
  assertEquals(metadata, { made: "torch" });
  assertEquals(tensors, {
    w: { dtype: "float32", shape: [2, 3], data: Float32Array.of(1, -2, 0.5, 3, 4, 5) },
    h: { dtype: "float16", shape: [2], data: Float16Array.of(1.5, -2) },
    b: { dtype: "bfloat16", shape: [2], data: Uint16Array.of(0x3fc0, 0xc000) },
    n: { dtype: "int64", shape: [], data: BigInt64Array.of(7n) },
    m: { dtype: "bool", shape: [3], data: Uint8Array.of(1, 0, 1) },
    e: { dtype: "float32", shape: [0, 3], data: new Float32Array(0) },
    f8: { dtype: "float8e4m3fn", shape: [2], data: Uint8Array.of(0x38, 0x40) },
  });
});

/** Returns a file with the given header and number of bytes of data. */
function file(header: string, data: number, claimed = header.length): Uint8Array {
  const bytes = new Uint8Array(8 + header.length + data);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(claimed), true);
  bytes.set(new TextEncoder().encode(header), 8);
  return bytes;
}

const f32 = (shape: string, offsets: string) =>
  `{"w":{"dtype":"F32","shape":${shape},"data_offsets":${offsets}}}`;

const WRONG: readonly [string, Uint8Array, string][] = [
  ["nothing", new Uint8Array(0), "must begin with the 8 bytes of the header's length, has 0"],
  ["an enormous header", file("{}", 0, 2 ** 50), "claims 1125899906842624 bytes, more than the 100000000"],
  ["a header cut off", file("{}", 0, 99), "the header ends at byte 107, the file at 10"],
  ["an empty header", file("", 4), "must begin with '{'"],
  ["a list", file("[]", 0), "must begin with '{'"],
  ["half a header", file('{"w":', 0), "the header is not JSON"],
  ["bytes that are no text", Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0xff), "the header is not JSON"],
  ["metadata of numbers", file('{"__metadata__":{"a":1}}', 0), "__metadata__ must be an object of strings"],
  ["a tensor that is no object", file('{"w":3}', 0), "tensor 'w' must be an object"],
  ["an unknown type", file(f32("[1]", "[0,4]").replace("F32", "F6_E2M3"), 4), 'has the type "F6_E2M3"'],
  [
    "the name of a method for a type",
    file(f32("[1]", "[0,4]").replace("F32", "toString"), 4),
    "has the type",
  ],
  ["a negative dimension", file(f32("[-1]", "[0,4]"), 4), "a shape of at most 64 whole numbers"],
  ["a fraction", file(f32("[0.5]", "[0,2]"), 2), "a shape of at most 64 whole numbers"],
  ["1e12 elements", file(f32("[1000000000000]", "[0,4]"), 4), "takes 32000000000000 bits"],
  ["2^106 elements", file(f32(`[${2 ** 53 - 1},${2 ** 53 - 1}]`, "[0,4]"), 4), "data_offsets 4 bytes"],
  ["offsets backwards", file(f32("[1]", "[4,0]"), 4), "must have data_offsets [begin, end]"],
  ["offsets beyond the file", file(f32("[2]", "[0,8]"), 4), "ends at byte 8 of the data, which has 4"],
  ["a gap", file(f32("[1]", "[4,8]"), 8), "begins at byte 4 of the data instead of 0"],
  ["bytes left over", file(f32("[1]", "[0,4]"), 6), "2 bytes after the last tensor belong to none"],
  [
    "an overlap",
    file(
      '{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}',
      4,
    ),
    "tensor 'b' begins at byte 2 of the data instead of 3",
  ],
];

for (const [what, bytes, message] of WRONG) {
  Deno.test(`parseSafetensors() refuses ${what}`, () => {
    assertThrows(() => parseSafetensors(bytes, { name: "f" }), SafetensorsError, message);
  });
}

Deno.test("parseSafetensors() keeps a tensor named __proto__ apart from the object's own", () => {
  const header = f32("[1]", "[0,4]").replace('"w"', '"__proto__"');
  const { tensors } = parseSafetensors(file(header, 4));
  assert(Object.hasOwn(tensors, "__proto__"));
});

Deno.test("encodeSafetensors() refuses types that the format lacks", () => {
  const of = (dtype: DType, data: Tensor["data"], shape = [1]) => () =>
    encodeSafetensors({ w: { dtype, shape, data } });
  assertThrows(of("string", ["a"]), RangeError, "safetensors have no string, which 'w' is");
  assertThrows(of("int4", Uint8Array.of(1)), RangeError, "safetensors have no int4");
  assertThrows(of("float4e2m1", Uint8Array.of(1)), RangeError, "must end with a whole byte");
  assertThrows(() =>
    encodeSafetensors({ __metadata__: { dtype: "bool", shape: [0], data: new Uint8Array(0) } })
  );
});
