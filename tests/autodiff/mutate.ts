/** Random damage to models, for tests of readers. */
import { clone, create } from "../../deps.ts";
import { encodeModel, type Model, parseModel } from "../../onnx/mod.ts";
import {
  type AttributeProto,
  AttributeProtoSchema,
  type GraphProto,
  ModelProtoSchema,
  NodeProtoSchema,
  type TensorProto,
} from "../../onnx/proto/onnx_pb.ts";

/** A generator of integers below a limit (Mulberry32), the same for the same seed. */
export type Draw = (limit: number) => number;

/** Returns the generator of a seed. */
export function drawer(seed: number): Draw {
  let a = seed;
  return (limit) => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor(((t ^ (t >>> 14)) >>> 0) / 2 ** 32 * limit);
  };
}

const pick = <T>(draw: Draw, list: readonly T[]): T => list[draw(list.length)]!;

/** Returns bytes with some of them flipped, cut off, removed, inserted or repeated. */
export function damageBytes(bytes: Uint8Array, draw: Draw): Uint8Array {
  let result = Uint8Array.from(bytes);
  for (let i = 1 + draw(3); i > 0; i--) {
    const at = draw(result.length + 1);
    const before = result.subarray(0, at), after = result.subarray(at);
    const random = Uint8Array.from({ length: 1 + draw(8) }, () => draw(256));
    switch (draw(6)) {
      case 0:
        result = Uint8Array.from(before);
        break;
      case 1:
        result = Uint8Array.of(...before, ...random, ...after);
        break;
      case 2:
        result = Uint8Array.of(...before, ...after.subarray(1 + draw(16)));
        break;
      case 3: // the largest number that a field can claim
        result = Uint8Array.of(...before, ...Array(9).fill(0xff), 1, ...after.subarray(draw(3)));
        break;
      case 4:
        result = Uint8Array.of(...before, ...after.subarray(0, 40), ...after);
        break;
      default:
        if (after.length > 0) result[at]! ^= 1 << draw(8);
    }
  }
  return result;
}

/** Numbers that are invalid almost everywhere. */
const NUMBERS = [
  0n,
  -1n,
  1n,
  2n,
  3n,
  7n,
  64n,
  1000n,
  2n ** 31n,
  2n ** 32n + 1n,
  10n ** 12n,
  2n ** 53n,
  2n ** 63n - 1n,
  -(2n ** 63n),
];
const FLOATS = [0, -1, 1, 1e-30, 1e30, NaN, Infinity, -Infinity];
const OPERATORS = [
  ...[
    "Add",
    "MatMul",
    "Gemm",
    "Conv",
    "Relu",
    "Reshape",
    "Concat",
    "Split",
    "Slice",
    "Pad",
    "Tile",
    "Expand",
    "TopK",
  ],
  ...[
    "Constant",
    "ConstantOfShape",
    "Range",
    "Loop",
    "Scan",
    "If",
    "Einsum",
    "Resize",
    "LSTM",
    "Gather",
    "OneHot",
    "Nope",
  ],
];

function graphsOf(model: Model): GraphProto[] {
  const all = [model.graph!];
  for (const g of all) for (const n of g.node) for (const a of n.attribute) if (a.g) all.push(a.g);
  return all;
}

function namesOf(g: GraphProto): string[] {
  return [
    ...g.input.map((v) => v.name),
    ...g.initializer.map((t) => t.name),
    ...g.node.flatMap((n) => n.output),
    "",
    "nowhere",
  ];
}

function damageTensor(t: TensorProto, draw: Draw): void {
  switch (draw(7)) {
    case 0:
      if (t.dims.length > 0) t.dims[draw(t.dims.length)] = pick(draw, NUMBERS);
      break;
    case 1:
      t.dims.push(pick(draw, NUMBERS));
      break;
    case 2:
      t.dims.pop();
      break;
    case 3:
      t.dataType = draw(30);
      break;
    case 4:
      t.rawData = t.rawData.slice(0, draw(t.rawData.length + 1)) as Uint8Array<ArrayBuffer>;
      break;
    case 5:
      t.dataLocation = 1;
      break;
    default: // shapes, axes and sizes are made of these
      if (t.dataType === 7 && t.rawData.length >= 8) {
        const raw = t.rawData.slice();
        const at = draw(Math.floor(raw.length / 8)) * 8;
        new DataView(raw.buffer, raw.byteOffset).setBigInt64(at, pick(draw, NUMBERS), true);
        t.rawData = raw;
      } else t.int64Data.push(pick(draw, NUMBERS));
  }
}

function damageAttribute(a: AttributeProto, draw: Draw): void {
  switch (draw(6)) {
    case 0:
      a.type = draw(16);
      break;
    case 1:
      a.name = pick(draw, ["axis", "to", "pads", "nothing", ""]);
      break;
    case 2:
      a.i = pick(draw, NUMBERS);
      a.f = pick(draw, FLOATS);
      break;
    case 3:
      if (a.ints.length > 0) a.ints[draw(a.ints.length)] = pick(draw, NUMBERS);
      else a.ints.push(pick(draw, NUMBERS));
      break;
    case 4:
      if (draw(2)) a.ints.pop();
      else a.s = Uint8Array.of(0xff, draw(256));
      break;
    default:
      if (a.t) damageTensor(a.t, draw);
      else a.floats.push(pick(draw, FLOATS));
  }
}

function damageNode(g: GraphProto, draw: Draw): void {
  const node = pick(draw, g.node);
  const other = pick(draw, g.node);
  switch (draw(12)) {
    case 0:
      if (node.input.length > 0) node.input[draw(node.input.length)] = pick(draw, namesOf(g));
      break;
    case 1: // a cycle, most of the time
      if (node.input.length > 0) node.input[draw(node.input.length)] = other.output[0] ?? "";
      break;
    case 2:
      if (draw(2)) node.input.pop();
      else node.input.push(pick(draw, namesOf(g)));
      break;
    case 3:
      if (draw(2)) node.output.pop();
      else node.output.push(pick(draw, [...namesOf(g), "more"]));
      break;
    case 4:
      if (node.output.length > 0) node.output[draw(node.output.length)] = pick(draw, [...namesOf(g), "more"]);
      break;
    case 5:
      g.node.splice(g.node.indexOf(node), 1);
      break;
    case 6:
      g.node.splice(draw(g.node.length), 0, ...g.node.splice(g.node.indexOf(node), 1));
      break;
    case 7:
      node.opType = draw(2) ? other.opType : pick(draw, OPERATORS);
      break;
    case 8:
      node.domain = pick(draw, ["com.microsoft", "ai.onnx", "ai.onnx.ml", "local"]);
      break;
    case 9:
      if (node.attribute.length > 0) node.attribute.splice(draw(node.attribute.length), 1);
      break;
    case 10:
      if (node.attribute.length > 0) damageAttribute(pick(draw, node.attribute), draw);
      break;
    default:
      node.attribute.push(
        draw(3)
          ? clone(
            AttributeProtoSchema,
            pick(draw, [...other.attribute, create(AttributeProtoSchema, { name: "axis", type: 2 })]),
          )
          : create(AttributeProtoSchema, {
            name: "body",
            type: 5,
            g: { name: "g", node: [clone(NodeProtoSchema, other)] },
          }),
      );
  }
}

function damageGraph(g: GraphProto, draw: Draw): void {
  const value = pick(draw, [...g.input, ...g.output, ...g.valueInfo]);
  const tensorType = value?.type?.value.case === "tensorType" ? value.type.value.value : undefined;
  switch (draw(8)) {
    case 0:
      g.initializer.splice(draw(g.initializer.length + 1), 1);
      break;
    case 1:
      g.input.splice(draw(g.input.length + 1), 1);
      break;
    case 2:
      if (value) value.name = pick(draw, namesOf(g));
      break;
    case 3:
      if (value && draw(2)) delete value.type;
      else if (tensorType) tensorType.elemType = draw(30);
      break;
    case 4: {
      const dims = tensorType?.shape?.dim ?? [];
      if (dims.length > 0) pick(draw, dims).value = { case: "dimValue", value: pick(draw, NUMBERS) };
      break;
    }
    case 5:
      if (tensorType) delete tensorType.shape;
      break;
    default:
      if (g.initializer.length > 0) damageTensor(pick(draw, g.initializer), draw);
  }
}

/** Changes one or two parts of a model: names, operators, attributes, shapes, types, contents, versions. */
export function damageModel(model: Model, draw: Draw): Model {
  const copy = clone(ModelProtoSchema, model);
  for (let i = 1 + draw(2); i > 0; i--) {
    const g = pick(draw, graphsOf(copy));
    const what = draw(16);
    if (what === 0) copy.opsetImport[0]!.version = pick(draw, [...NUMBERS, 5n, 9n, 12n, 17n]);
    else if (what === 1) copy.opsetImport[0]!.domain = pick(draw, ["", "ai.onnx", "else"]);
    else if (what < 7 || g.node.length === 0) damageGraph(g, draw);
    else damageNode(g, draw);
  }
  return copy;
}

/** Returns damaged bytes of the model in `bytes`: two times in five the bytes themselves are damaged, otherwise its parts. */
export function damaged(bytes: Uint8Array, draw: Draw): Uint8Array {
  return draw(5) < 2 ? damageBytes(bytes, draw) : encodeModel(damageModel(parseModel(bytes), draw));
}
