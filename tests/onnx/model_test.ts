import { assert, assertEquals, assertLess, assertThrows } from "@std/assert";
import fc from "../deps/fast_check.ts";
import { create } from "../../deps.ts";
import {
  buildModel,
  encodeModel,
  Graph,
  graphOf,
  importModel,
  type Model,
  ModelError,
  numbersOf,
  parseModel,
  type Tensor,
  tensorOf,
} from "../../onnx/mod.ts";
import { decodeTensor } from "../../onnx/proto/codec.ts";
import { opsetsOf } from "../../onnx/convert/opsets.ts";
import { TensorProtoSchema } from "../../onnx/proto/onnx_pb.ts";

/** A number of `expected.json`: text if JSON lacks it or JavaScript would round it. */
type Written = number | string;
interface Expected {
  dtype: string;
  shape: number[];
  data: Written[];
  numbers?: Written[];
}

const FOLDER = new URL("../golden/onnx/", import.meta.url);
const GOLDEN = JSON.parse(Deno.readTextFileSync(new URL("expected.json", FOLDER))) as {
  version: string;
  initializers: Record<string, Record<string, Expected>>;
};
const bytesOf = (name: string) => Deno.readFileSync(new URL(`${name}.onnx`, FOLDER));
const NAMES = Object.keys(GOLDEN.initializers);

function written(x: number | bigint | string, dtype = ""): Written {
  if (dtype === "string") return x as string;
  if (Object.is(x, -0)) return "-0";
  const safe = typeof x === "bigint" ? Number.isSafeInteger(Number(x)) : Number.isFinite(x);
  return safe ? Number(x) : String(x);
}

function asExpected(t: Tensor, numbers: boolean): Expected {
  const data = Array.from(t.data as ArrayLike<number | bigint | string>, (x) => written(x, t.dtype));
  return {
    dtype: t.dtype,
    shape: [...t.shape],
    data,
    ...(numbers ? { numbers: numbersOf(t).map((x) => written(x)) } : {}),
  };
}

for (const name of NAMES) {
  Deno.test(`encodeModel(parseModel()) gives Python's bytes again: ${name}`, () => {
    const bytes = bytesOf(name);
    assert(bytes.length < 4096);
    assertEquals(encodeModel(parseModel(bytes)), new Uint8Array(bytes));
  });

  Deno.test(`decodeTensor() reads tensors that Python's onnx wrote: ${name}`, () => {
    for (const proto of parseModel(bytesOf(name)).graph!.initializer) {
      const expected = GOLDEN.initializers[name]![proto.name]!;
      assertEquals(asExpected(decodeTensor(proto), expected.numbers !== undefined), expected, proto.name);
    }
  });
}

Deno.test("the golden models have every element type, raw and typed", () => {
  const types = (name: string) => new Set(Object.values(GOLDEN.initializers[name]!).map((t) => t.dtype));
  assertEquals([types("typed").size, types("raw").size], [26, 26]);
  for (const t of parseModel(bytesOf("typed")).graph!.initializer) assertEquals(t.rawData.length, 0);
  for (const t of parseModel(bytesOf("raw")).graph!.initializer) {
    assertEquals(t.rawData.length > 0, t.name !== "string");
  }
});

Deno.test("parseModel() reads documentation, metadata and annotations", () => {
  const model = parseModel(bytesOf("metadata"));
  assertEquals(
    [model.producerName, model.producerVersion, model.domain, model.modelVersion, model.docString],
    [
      "onnx_models.py",
      "1",
      "org.example",
      7n,
      "Prose: größer → 10²",
    ],
  );
  const pairs = (entries: Model["metadataProps"]) => entries.map((e) => [e.key, e.value]);
  const graph = model.graph!;
  assertEquals(pairs(model.metadataProps), [["author", "somebody"], ["empty", ""], ["größe", "3"]]);
  assertEquals(pairs(graph.metadataProps), [["of", "graph"]]);
  assertEquals(pairs(graph.node[0]!.metadataProps), [["of", "node"]]);
  assertEquals(pairs(graph.initializer[0]!.metadataProps), [["of", "tensor"]]);
  assertEquals([graph.docString, graph.node[0]!.docString, graph.input[0]!.docString], [
    "a graph's prose",
    "a node's prose",
    "an input's prose",
  ]);
  assertEquals(pairs(graph.quantizationAnnotation[0]!.quantParameterTensorNames), [[
    "SCALE_TENSOR",
    "scale",
  ]]);
});

Deno.test("parseModel() reads functions, training information, subgraphs and sparse initializers", () => {
  const [f] = parseModel(bytesOf("functions")).functions;
  assertEquals([f!.domain, f!.name, f!.node.map((n) => n.opType), f!.attribute, f!.attributeProto[0]!.f], [
    "local",
    "Affine",
    ["Constant", "Mul", "LeakyRelu"],
    ["alpha"],
    0.25,
  ]);
  const [training] = parseModel(bytesOf("training")).trainingInfo;
  assertEquals(training!.algorithm!.node[0]!.opType, "Neg");
  assertEquals(training!.updateBinding.map((e) => [e.key, e.value]), [["w", "w_new"]]);
  const branches = parseModel(bytesOf("if")).graph!.node[0]!.attribute;
  assertEquals(branches.map((a) => decodeTensor(a.g!.initializer[0]!).data), [
    Float32Array.of(3, 3, -3),
    Float32Array.of(2, 2, -2),
  ]);
  const [sparse] = parseModel(bytesOf("sparse")).graph!.sparseInitializer;
  assertEquals([sparse!.dims, decodeTensor(sparse!.values!).data], [[3n], Float32Array.of(5, 6)]);
});

Deno.test("parseModel() keeps unknown fields, and encodeModel() writes them", () => {
  const model = parseModel(bytesOf("unknown"));
  const numbers = (fields: Model["$unknown"]) => fields?.map((f) => f.no);
  assertEquals(numbers(model.$unknown), [999, 999, 998, 997]);
  assertEquals(numbers(model.graph!.initializer[0]!.$unknown), [999, 999, 998, 997]);
  assertEquals(numbers(parseModel(encodeModel(model)).$unknown), [999, 999, 998, 997]);
});

Deno.test("encodeModel() writes fields in the order of their numbers, and is stable afterwards", () => {
  // The opset import (field 8) before the version (field 1), as other writers may write it.
  const bytes = bytesOf("if");
  const import21 = Uint8Array.of(0x42, 4, 0x0a, 0, 0x10, 21);
  assertEquals(bytes.slice(-import21.length), new Uint8Array(import21));
  const shuffled = Uint8Array.from([...import21, ...bytes.slice(0, -import21.length)]);
  assertEquals(encodeModel(parseModel(shuffled)), new Uint8Array(bytes));
});

Deno.test("encodeModel() refuses more than 2 GiB, and names the remedy", () => {
  const g = new Graph();
  g.output(g.input("x", "float32", [1]), "y");
  const model = buildModel(g);
  // 40 initializers that share memory; nothing is written.
  const rawData = new Uint8Array(2 ** 26);
  const dims = [BigInt(2 ** 24)];
  model.graph!.initializer = Array.from(
    { length: 40 },
    (_, i) => create(TensorProtoSchema, { name: `w${i}`, dataType: 1, dims, rawData }),
  );
  assertThrows(() => encodeModel(model), ModelError, "writeModel(path, model, { externalData:");
});

/** Reads a model, all its initializers and its graph; only errors of this library are accepted. */
function digest(bytes: Uint8Array): "read" | "refused" {
  let model: Model;
  try {
    model = parseModel(bytes);
  } catch (error) {
    if (error instanceof ModelError) return "refused";
    throw error;
  }
  let outcome: "read" | "refused" = "read";
  const attempts = [
    ...model.graph!.initializer.map((t) => () => void decodeTensor(t)),
    () => {
      // Mutated names and versions of operator sets are part of the test, so it uses the model's own.
      const graph = new Graph({ opsets: opsetsOf(model) });
      importModel(model, graph);
      for (const i of graph.initializers.values()) i.tensor();
    },
    () => assertEquals(encodeModel(parseModel(encodeModel(model))), encodeModel(model)),
  ];
  for (const attempt of attempts) {
    try {
      attempt();
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      outcome = "refused";
    }
  }
  return outcome;
}

for (const name of NAMES) {
  Deno.test(`parseModel(), decodeTensor() and importModel() read or refuse ${name}, cut anywhere`, () => {
    const bytes = bytesOf(name);
    // The whole model is readable, otherwise the cuts would show nothing; graphs do not support sparse initializers.
    assertEquals(digest(bytes), name === "sparse" ? "refused" : "read");
    for (let length = 0; length < bytes.length; length++) digest(bytes.slice(0, length));
  });

  Deno.test(`parseModel(), decodeTensor() and importModel() read or refuse ${name}, mutated`, () => {
    const bytes = bytesOf(name);
    const before = Deno.memoryUsage().rss;
    const place = fc.integer({ min: 0, max: bytes.length - 1 });
    const change = fc.oneof(
      fc.record({ at: place, drop: fc.constant(1), put: fc.uint8Array({ minLength: 1, maxLength: 1 }) }),
      fc.record({ at: place, drop: fc.nat(8), put: fc.uint8Array({ maxLength: 8 }) }),
      // The largest numbers that a field can claim.
      fc.record({ at: place, drop: fc.nat(2), put: fc.constant(Uint8Array.of(...Array(9).fill(0xff), 1)) }),
      fc.record({
        at: place,
        drop: fc.nat(2),
        put: fc.constant(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f)),
      }),
    );
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        let mutated = [...bytes];
        for (const { at, drop, put } of changes) mutated = mutated.toSpliced(at, drop, ...put);
        const start = performance.now();
        digest(Uint8Array.from(mutated));
        assertLess(performance.now() - start, 2000);
      }),
      { numRuns: 1000, seed: 17 },
    );
    assertLess(Deno.memoryUsage().rss - before, 2 ** 29);
  });
}

Deno.test("tensorOf() and buildModel() keep 2^63 - 1, the largest int64, which exporters write for the end of a slice", () => {
  const [least, greatest] = [-(2n ** 63n), 2n ** 63n - 1n];
  assertEquals(
    tensorOf([2 ** 63, Infinity, -(2 ** 63), -1.5], "int64").data,
    BigInt64Array.of(greatest, greatest, least, -1n),
  );
  const g = new Graph();
  g.output(g.emit("Constant", [], { attributes: { value_ints: [0, 2] } })[0]!, "ends");
  const model = buildModel(g);
  model.graph!.node[0]!.attribute[0]!.ints = [greatest, least];
  const node = parseModel(encodeModel(buildModel(graphOf(model).graph))).graph!.node[0]!;
  assertEquals(node.attribute[0]!.ints, [greatest, least]);
});

Deno.test("a model that is built from another one shares the bytes of its weights, and decodes them anew", () => {
  const g = new Graph();
  const w = g.initializer("w", tensorOf([1, 2, 3]));
  const mask = g.initializer("mask", tensorOf([1, 0, 1], [3], "bool"));
  g.output(g.where(mask, w, g.input("x", "float32", [3])), "y");
  const from = parseModel(encodeModel(buildModel(g)));
  const [flags] = from.graph!.initializer.filter((t) => t.name === "mask");
  flags!.rawData = Uint8Array.of(7, 0, 1);
  const { graph } = graphOf(from);
  const named = (name: string) => buildModel(graph).graph!.initializer.find((t) => t.name === name)!.rawData;
  assert(named("w").buffer === from.graph!.initializer.find((t) => t.name === "w")!.rawData.buffer);
  assertEquals(named("mask"), Uint8Array.of(1, 0, 1));
  const { read, tensor } = graph.initializers.get("w")!;
  const own = read().data as Float32Array;
  own[0] = 9;
  assertEquals([tensor().data, read().data], [Float32Array.of(1, 2, 3), Float32Array.of(1, 2, 3)]);
});
