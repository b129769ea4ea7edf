import { assertThrows } from "@std/assert";
import { create } from "../../deps.ts";
import {
  buildModel,
  Graph,
  graphOf,
  importModel,
  type Model,
  ModelError,
  parseModel,
  tensor,
} from "../../onnx/mod.ts";
import {
  AttributeProtoSchema,
  FunctionProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
} from "../../onnx/proto/onnx_pb.ts";
import { drawer } from "../autodiff/mutate.ts";

const golden = Deno.readFileSync(new URL("../golden/models/mlp-script.onnx", import.meta.url));

/** Returns a valid model to break: `y = relu(x w + b)` and `z = [y y]`. */
function model(): Model {
  const g = new Graph();
  const x = g.input("x", "float32", [2, 3]);
  const w = g.initializer("w", tensor(new Float32Array(12), [3, 4]));
  const b = g.initializer("b", tensor(new Float32Array(4)));
  const dense = g.emit("Gemm", [x, w, b], { name: "dense", outputNames: ["h"] })[0]!;
  const y = g.emit("Relu", [dense], { name: "active", outputNames: ["y"] })[0]!;
  g.output(g.emit("Concat", [y, y], { name: "both", attributes: { axis: 1 }, outputNames: ["z"] })[0]!);
  return buildModel(g);
}

const node = (opType: string, input: string[], output: string[], domain = "") =>
  create(NodeProtoSchema, { opType, input, output, domain });
const int = (name: string, i: number) => create(AttributeProtoSchema, { name, type: 2, i: BigInt(i) });

/** What is broken, how, and what the message must contain. */
const BROKEN: readonly [string, (m: Model) => void, string][] = [
  [
    "a cycle",
    (m) => m.graph!.node[0]!.input[0] = "y",
    "Gemm node 'dense' reads 'y', which Relu node 'active' computes, itself or after it: nodes must come in order, without a cycle",
  ],
  [
    "a node that reads itself",
    (m) => m.graph!.node[1]!.input[0] = "y",
    "Relu node 'active' reads 'y', which Relu node 'active' computes",
  ],
  [
    "a missing initializer",
    (m) => m.graph!.initializer.shift(),
    "Gemm node 'dense' reads 'w', which is not an input, an initializer or an output of an earlier node",
  ],
  [
    "a missing output",
    (m) => m.graph!.output[0]!.name = "nowhere",
    "graph output 'nowhere' reads 'nowhere', which is not an input",
  ],
  [
    "an initializer with fewer elements than its shape",
    (m) => m.graph!.initializer[0]!.dims = [3n, 5n],
    "tensor 'w' of shape [3, 5] has 48 raw bytes instead of 60",
  ],
  [
    "an initializer that claims 10^12 elements",
    (m) => m.graph!.initializer[0]!.dims = [10n ** 12n],
    "tensor 'w' of shape [1000000000000] has 48 raw bytes instead of 4000000000000",
  ],
  [
    "an initializer that claims more elements than there are numbers",
    (m) => m.graph!.initializer[0]!.dims = [2n ** 40n, 2n ** 40n],
    "claims more elements than any tensor can hold",
  ],
  [
    "an initializer of negative size",
    (m) => m.graph!.initializer[0]!.dims = [-3n, -4n],
    "tensor 'w' of shape [-3, -4] has a negative dimension",
  ],
  [
    "an initializer of unknown type",
    (m) => m.graph!.initializer[0]!.dataType = 99,
    "tensor 'w' has element type 99, which is not known",
  ],
  [
    "an initializer that occurs twice",
    (m) => m.graph!.initializer.push(m.graph!.initializer[0]!),
    "initializer 'w' occurs twice",
  ],
  [
    "shapes that do not fit",
    (m) => m.graph!.initializer[1]!.dims = [2n, 2n],
    "Gemm node 'dense': input C [2, 2] must broadcast to [2, 4]",
  ],
  ["a declared shape that is another", (m) => {
    const type = m.graph!.output[0]!.type!.value;
    if (type.case === "tensorType") type.value.shape!.dim[1]!.value = { case: "dimValue", value: 9n };
  }, "Concat node 'both': its output has shape [2, 8], but the model declares [2, 9]"],
  ["a declared type that is another", (m) => {
    const type = m.graph!.output[0]!.type!.value;
    if (type.case === "tensorType") type.value.elemType = 7;
  }, "Concat node 'both': its output is float32, but the model declares int64"],
  ["an input without a type", (m) => delete m.graph!.input[0]!.type, "graph input 'x' has no type"],
  ["an input without a name", (m) => m.graph!.input[0]!.name = "", "graph input number 0 has no name"],
  ["an input of impossible size", (m) => {
    const type = m.graph!.input[0]!.type!.value;
    if (type.case === "tensorType") type.value.shape!.dim[0]!.value = { case: "dimValue", value: -5n };
  }, "graph input 'x': no dimension can have size -5"],
  [
    "a value computed twice",
    (m) => m.graph!.node[1]!.output[0] = "h",
    "Relu node 'active' computes 'h', which is already there",
  ],
  [
    "too few inputs",
    (m) => m.graph!.node[0]!.input.length = 1,
    "Gemm node 'dense': takes 2 to 3 inputs, got 1",
  ],
  [
    "too many outputs",
    (m) => m.graph!.node[1]!.output.push("more"),
    "Relu node 'active': has 1 outputs, got 2",
  ],
  [
    "an unknown operator",
    (m) => m.graph!.node[1]!.opType = "Nope",
    "Nope node 'active': operator set 21 has no such operator",
  ],
  [
    "an unknown attribute",
    (m) => m.graph!.node[1]!.attribute = [int("alpha", 1)],
    "Relu node 'active': has no attribute 'alpha'; its attributes are: none",
  ],
  [
    "an attribute of another kind",
    (m) => m.graph!.node[2]!.attribute[0]!.type = 7,
    "Concat node 'both': attribute 'axis' must be of kind INT, is INTS",
  ],
  [
    "an attribute that is missing",
    (m) => m.graph!.node[2]!.attribute = [],
    "Concat node 'both': attribute 'axis' is required",
  ],
  [
    "an attribute out of range",
    (m) => m.graph!.node[2]!.attribute = [int("axis", 5)],
    "Concat node 'both': axis must be in -2..1 for rank 2, got 5",
  ],
  [
    "an attribute that occurs twice",
    (m) => m.graph!.node[2]!.attribute.push(int("axis", 1)),
    "attribute 'axis' occurs twice",
  ],
  [
    "a domain that is not imported",
    (m) => m.graph!.node[1]!.domain = "local",
    "Relu node 'active': the model imports no operator set of domain 'local'",
  ],
  [
    "an operator set of the future",
    (m) => m.opsetImport[0]!.version = 1000n,
    "operator set 1000 of ai.onnx is newer than 26",
  ],
  [
    "an operator set that no runtime takes yet",
    (m) => m.opsetImport[0]!.version = 27n,
    "operator set 27 of ai.onnx is newer than 26, the newest that ONNX Runtime supports",
  ],
  [
    "an operator set with other forms of broadcasting",
    (m) => m.opsetImport[0]!.version = 6n,
    "operator set 6 of ai.onnx is older than 7",
  ],
  [
    "an operator set of another domain that no runtime takes",
    (m) => m.opsetImport.push(create(OperatorSetIdProtoSchema, { domain: "com.microsoft", version: 2n })),
    "operator set 2 of com.microsoft is newer than 1",
  ],
  [
    "an operator set of ai.onnx.ml that no runtime takes",
    (m) => m.opsetImport.push(create(OperatorSetIdProtoSchema, { domain: "ai.onnx.ml", version: 6n })),
    "operator set 6 of ai.onnx.ml is newer than 5",
  ],
  [
    "an operator set that cannot be",
    (m) => m.opsetImport[0]!.version = -1n,
    "there is no operator set -1 of ai.onnx",
  ],
  [
    "two operator sets of one domain",
    (m) => m.opsetImport.push(create(OperatorSetIdProtoSchema, { version: 20n })),
    "operator set 20 of ai.onnx is imported besides 21",
  ],
];

for (const [what, breakIt, message] of BROKEN) {
  Deno.test(`graphOf() refuses ${what}, and says where`, () => {
    const broken = model();
    breakIt(broken);
    assertThrows(() => graphOf(broken), ModelError, message);
  });
}

Deno.test("importModel() stops at functions that double at every level, long before memory runs out", () => {
  const m = model();
  m.opsetImport.push(create(OperatorSetIdProtoSchema, { domain: "local", version: 1n }));
  m.functions = Array.from({ length: 40 }, (_, i) =>
    create(FunctionProtoSchema, {
      name: `f${i}`,
      domain: "local",
      input: ["a"],
      output: ["c"],
      opsetImport: m.opsetImport,
      node: ["ab", "bc"].map(([from, to]) =>
        i === 0 ? node("Neg", [from!], [to!]) : node(`f${i - 1}`, [from!], [to!], "local")
      ),
    }));
  m.graph!.node[1] = node("f39", ["h"], ["y"], "local");
  assertThrows(() => importModel(m, new Graph()), ModelError, "amount to more than");
});

Deno.test("parseModel() refuses a model cut off anywhere", () => {
  for (let length = 0; length < golden.length; length++) {
    assertThrows(() => parseModel(golden.subarray(0, length)), ModelError, "not an ONNX model");
  }
});

Deno.test("parseModel() refuses random bytes", () => {
  const draw = drawer(1);
  for (let i = 0; i < 1000; i++) {
    const bytes = Uint8Array.from({ length: draw(200) }, () => draw(256));
    assertThrows(() => parseModel(bytes), ModelError, "not an ONNX model");
  }
});

Deno.test("parseModel() refuses subgraphs that are nested too deeply", () => {
  const field = (number: number, payload: Uint8Array) => {
    const length = [];
    for (let rest = payload.length; rest > 0; rest = Math.floor(rest / 128)) {
      length.push(rest % 128 + (rest >= 128 ? 128 : 0));
    }
    return Uint8Array.of(number * 8 + 2, ...length, ...payload);
  };
  let graph: Uint8Array = field(2, new TextEncoder().encode("g"));
  for (let i = 0; i < 2000; i++) graph = field(1, field(5, field(6, graph)));
  const bytes = Uint8Array.of(8, 10, ...field(7, graph), ...field(8, Uint8Array.of(16, 21)));
  assertThrows(() => parseModel(bytes), ModelError, "recursion");
});
