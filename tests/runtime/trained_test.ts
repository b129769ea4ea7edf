import { assert, assertEquals } from "@std/assert";
import { clone } from "../../deps.ts";
import { decodeTensor } from "../../onnx/proto/codec.ts";
import { encodeModel, numbersOf, parseModel, tensorOf, toFloat32 } from "../../onnx/mod.ts";
import { ModelProtoSchema } from "../../onnx/proto/onnx_pb.ts";
import { openSession } from "../../runtime/session/session.ts";
import { goldenTensors } from "../autodiff/exported.ts";
import { trainGolden } from "./trained.ts";

/** Returns the cross-entropy of scores `[N, C]`. */
function crossEntropy(scores: Float32Array, targets: readonly number[]): number {
  const classes = scores.length / targets.length;
  const terms = targets.map((t, n) => {
    const row = scores.subarray(n * classes, (n + 1) * classes);
    return Math.log(row.reduce((sum, s) => sum + Math.exp(s), 0)) - row[t]!;
  });
  return terms.reduce((a, b) => a + b) / targets.length;
}

for (const [network, file] of [["mlp", "mlp-dynamo"], ["lenet", "lenet-script"]] as const) {
  Deno.test(`a trained ${file} changes only its parameters, and computes what training computed`, async () => {
    const steps = 4;
    const { before, after, params, losses, feeds } = await trainGolden(network, `${file}.onnx`, steps);
    assert(losses.at(-1)! < losses[0]!, `${losses}`);
    // Reading and writing the bytes again changes nothing.
    const bytes = encodeModel(after);
    assertEquals(encodeModel(parseModel(bytes)), bytes);
    // Everything else is unchanged.
    const rest = clone(ModelProtoSchema, parseModel(bytes));
    for (const [i, t] of before.graph!.initializer.entries()) {
      const trained = rest.graph!.initializer[i]!;
      assertEquals(trained.name, t.name);
      if (t.name in params) assertEquals(decodeTensor(trained), params[t.name]);
      rest.graph!.initializer[i] = t;
    }
    assertEquals(encodeModel(rest), encodeModel(before));
    // The loss of the trained model is the loss with which one more step would begin.
    const longer = await trainGolden(network, `${file}.onnx`, steps + 1);
    await using session = await openSession(bytes);
    const scores = (await session.run(feeds)).y!.data as Float32Array;
    const found = crossEntropy(scores, numbersOf(goldenTensors(network).target!));
    assert(Math.abs(found - longer.losses.at(-1)!) <= 1e-5 * found, `${found} ${longer.losses}`);
  });
}

for (const file of ["lenet-dynamo-half", "lenet-script-half"]) {
  Deno.test(`${file}, of float16, trains in float32 and is written back as float16`, async () => {
    const { before, after, params, losses, feeds } = await trainGolden("lenet", `${file}.onnx`, 6);
    assert(losses.at(-1)! < losses[0]!, `${losses}`);
    // float32 shows the first steps at this rate, and keeps more digits than the model can store.
    assert(Object.values(params).every((p) => p.dtype === "float32"));
    for (const [i, t] of before.graph!.initializer.entries()) {
      const trained = decodeTensor(after.graph!.initializer[i]!);
      assertEquals(trained.dtype, decodeTensor(t).dtype);
      if (!(t.name in params)) continue;
      assertEquals(trained.dtype, "float16");
      assertEquals(trained, tensorOf(numbersOf(params[t.name]!), trained.shape, "float16"));
    }
    const exact = Object.entries(params).filter(([name, p]) => {
      const t = after.graph!.initializer.find((i) => i.name === name)!;
      return numbersOf(decodeTensor(t)).every((v, i) => v === p.data[i]);
    });
    assertEquals(exact, []);
    const types = [...after.graph!.input, ...after.graph!.output].map((v) =>
      v.type?.value.case === "tensorType" ? v.type.value.value.elemType : 0
    );
    assertEquals(types, [10, 10]);
    // ONNX Runtime runs it with float16 inputs and outputs, and agrees with the float32 model up to float16's rounding.
    await using half = await openSession(encodeModel(after));
    await using wide = await openSession(toFloat32(after));
    const x = feeds.x!;
    const narrow = await half.run({ x: tensorOf(numbersOf(x), x.shape, "float16") });
    const exactly = await wide.run({ x });
    assertEquals(narrow.y!.dtype, "float16");
    const scale = Math.max(...numbersOf(exactly.y!).map(Math.abs));
    numbersOf(narrow.y!).forEach((v, i) => assert(Math.abs(v - Number(exactly.y!.data[i])) < 5e-3 * scale));
  });
}
