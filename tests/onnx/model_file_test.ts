import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  buildModel,
  encodeModel,
  Graph,
  type Model,
  ModelError,
  parseModel,
  tensor,
} from "../../onnx/mod.ts";
import { decodeTensor } from "../../onnx/proto/codec.ts";
import { clone, create, importOnnxRuntime } from "../../deps.ts";
import {
  ModelProtoSchema,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProtoSchema,
} from "../../onnx/proto/onnx_pb.ts";
import { readModel, writeModel } from "../../onnx/proto/model_file.ts";

/** Returns a model whose initializer is stored in another file. */
function external(entries: Record<string, string>): Model {
  const g = new Graph();
  g.output(g.neg(g.initializer("w", tensor(Float32Array.of(0, 0)))), "y");
  const model = buildModel(g);
  const t = model.graph!.initializer[0]!;
  t.rawData = new Uint8Array();
  t.dataLocation = 1;
  t.externalData = Object.entries(entries).map(([key, value]) =>
    create(StringStringEntryProtoSchema, { key, value })
  );
  return model;
}

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const top = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${top}/model`);
    await Deno.writeFile(`${top}/secret`, new Uint8Array(8));
    await Deno.symlink(`${top}/secret`, `${top}/model/link`);
    await Deno.mkdir(`${top}/model/sub`);
    await new Deno.Command("mkfifo", { args: [`${top}/model/pipe`] }).output();
    await Deno.symlink("pipe", `${top}/model/pipelink`);
    await Deno.writeFile(`${top}/model/w.bin`, new Uint8Array(Float32Array.of(9, 1, 2).buffer));
    await test(`${top}/model`);
  } finally {
    await Deno.remove(top, { recursive: true });
  }
}

Deno.test("readModel() reads tensors stored beside the model", () =>
  inFolder(async (folder) => {
    await Deno.writeFile(
      `${folder}/m.onnx`,
      encodeModel(external({ location: "w.bin", offset: "4", length: "8" })),
    );
    const model = await readModel(`${folder}/m.onnx`);
    assertEquals(decodeTensor(model.graph!.initializer[0]!).data, Float32Array.of(1, 2));
    await writeModel(`${folder}/whole.onnx`, model);
    assertEquals(await readModel(`${folder}/whole.onnx`), model);
    assertEquals([...Deno.readDirSync(folder)].filter((e) => e.name.endsWith(".tmp")), []);
  }));

const REFUSED: readonly [Record<string, string>, string][] = [
  [{ location: "../secret" }, "within the model's folder"],
  [{ location: "/etc/hostname" }, "within the model's folder"],
  [{ location: "link" }, "a link out of the model's folder"],
  [{ location: "none.bin" }, "which is not in the model's folder"],
  [{ location: "w.bin", offset: "8", length: "8" }, "takes bytes 8 to 16 of 'w.bin', which has 12"],
  [{ location: "w.bin", offset: "-1" }, "takes bytes -1"],
  [{}, "within the model's folder"],
  [{ location: "pipe" }, "tensor 'w': 'pipe' is a pipe (FIFO), not a file"],
  [{ location: "pipe", length: "0" }, "tensor 'w': 'pipe' is a pipe (FIFO), not a file"],
  [{ location: "pipelink" }, "tensor 'w': 'pipelink' is a pipe (FIFO), not a file"],
  [{ location: "sub" }, "tensor 'w': 'sub' is a folder, not a file"],
];
for (const [entries, message] of REFUSED) {
  Deno.test(`readModel() refuses ${JSON.stringify(entries)}`, () =>
    inFolder(async (folder) => {
      await Deno.writeFile(`${folder}/m.onnx`, encodeModel(external(entries)));
      await assertRejects(() => readModel(`${folder}/m.onnx`), ModelError, message);
    }));
}

Deno.test("readModel() refuses a pipe, a folder and a device in place of the model", () =>
  inFolder(async (folder) => {
    for (
      const [path, what] of [
        [`${folder}/pipe`, "a pipe (FIFO)"],
        [`${folder}/pipelink`, "a pipe (FIFO)"],
        [`${folder}/sub`, "a folder"],
        ["/dev/zero", "a device"],
      ] as const
    ) await assertRejects(() => readModel(path), ModelError, `${path}: is ${what}, not a file`);
  }));

const ramp = (length: number, from = 0) => Float32Array.from({ length }, (_, i) => from + i);

/** Returns y = x + w + small, times a weight of one of two branches: 600 floats each, `small` has one. */
function large(): Model {
  const g = new Graph();
  const x = g.input("x", "float32", [600]);
  const sum = g.add(
    g.add(x, g.initializer("w", tensor(ramp(600)))),
    g.initializer("small", tensor(ramp(1, 5))),
  );
  const flag = g.initializer("flag", tensor(Uint8Array.of(1), [], "bool"));
  const branch = (name: string, from: number) => (b: Graph) => [
    b.mul(sum, b.initializer(name, tensor(ramp(600, from)))),
  ];
  g.output(g.if(flag, branch("then_w", 1), branch("else_w", 2))[0]!, "y");
  return buildModel(g);
}

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map((e) => e.name).filter((n) =>
    !["link", "w.bin", "sub", "pipe", "pipelink"].includes(n)
  )
    .sort();
}

async function run(path: string): Promise<unknown> {
  const ort = await importOnnxRuntime();
  const session = await ort.InferenceSession.create(path);
  const { y } = await session.run({ x: new ort.Tensor("float32", new Float32Array(600).fill(1), [600]) });
  return y!.data;
}

/** Returns the initializers of a model's graph and of its subgraphs, with the entries that say where they are stored. */
async function stored(path: string): Promise<Record<string, Record<string, string>>> {
  const all = (graph: NonNullable<Model["graph"]>): TensorProto[] => [
    ...graph.initializer,
    ...graph.node.flatMap((n) => n.attribute.flatMap((a) => (a.g ? all(a.g) : []))),
  ];
  const tensors = all(parseModel(await Deno.readFile(path)).graph!).filter((t) => t.dataLocation === 1);
  for (const t of tensors) assertEquals(t.rawData.length + t.floatData.length, 0);
  return Object.fromEntries(
    tensors.map((t) => [t.name, Object.fromEntries(t.externalData.map((e) => [e.key, e.value]))]),
  );
}

Deno.test("writeModel() stores large initializers beside the model, subgraphs included, for ONNX Runtime too", () =>
  inFolder(async (folder) => {
    const model = large();
    const before = clone(ModelProtoSchema, model);
    await writeModel(`${folder}/m.onnx`, model, { externalData: "m.data" });
    assertEquals(model, before);
    assertEquals(namesIn(folder), ["m.data", "m.onnx"]);
    assertEquals(await stored(`${folder}/m.onnx`), {
      w: { location: "m.data", offset: "0", length: "2400" },
      then_w: { location: "m.data", offset: "2432", length: "2400" },
      else_w: { location: "m.data", offset: "4864", length: "2400" },
    });
    assertEquals(await readModel(`${folder}/m.onnx`), model);
    assertEquals(await run(`${folder}/m.onnx`), ramp(600).map((w) => (1 + w + 5) * (1 + w)));
  }));

Deno.test("writeModel() stores exactly the tensors with at least the threshold of bytes", () =>
  inFolder(async (folder) => {
    for (const [threshold, names] of [[2400, 3], [2401, 0], [2, 4], [0, 5]] as const) {
      await Deno.remove(`${folder}/m.data`).catch(() => {});
      await writeModel(`${folder}/m.onnx`, large(), { externalData: { file: "m.data", threshold } });
      assertEquals(Object.keys(await stored(`${folder}/m.onnx`)).length, names);
      assertEquals(namesIn(folder), names ? ["m.data", "m.onnx"] : ["m.onnx"]);
      // ONNX Runtime cannot read the condition of an If, here one byte, from another file.
      if (threshold > 0) assertEquals((await run(`${folder}/m.onnx`) as Float32Array)[1], 14);
    }
  }));

Deno.test("writeModel() starts tensors of 1 MiB or more at a multiple of 4096", () =>
  inFolder(async (folder) => {
    const g = new Graph();
    const sizes = { a: 256, b: 2 ** 18, c: 2 ** 18 - 1, d: 300 };
    for (const [name, size] of Object.entries(sizes)) {
      g.output(g.neg(g.initializer(name, tensor(ramp(size)))), `y_${name}`);
    }
    await writeModel(`${folder}/m.onnx`, buildModel(g), { externalData: "m.data" });
    const offsets = Object.values(await stored(`${folder}/m.onnx`)).map((e) => Number(e.offset));
    const after = 4096 + 2 ** 20;
    assertEquals(offsets, [0, 4096, after, Math.ceil((after + 2 ** 20 - 4) / 64) * 64]);
    assertEquals(await readModel(`${folder}/m.onnx`), buildModel(g));
  }));

Deno.test("writeModel() converts typed fields to raw bytes, and keeps strings and empty tensors in the model", () =>
  inFolder(async (folder) => {
    const model = large();
    const w = model.graph!.initializer.find((t) => t.name === "w")!;
    w.rawData = new Uint8Array();
    w.floatData = [...ramp(600)];
    w.docString = "weights";
    const utf8 = new TextEncoder();
    model.graph!.initializer.push(
      create(TensorProtoSchema, {
        name: "text",
        dataType: 8,
        dims: [2n],
        stringData: [utf8.encode("a".repeat(2000)), utf8.encode("b")],
      }),
      create(TensorProtoSchema, { name: "none", dataType: 1, dims: [0n] }),
    );
    await writeModel(`${folder}/m.onnx`, model, { externalData: { file: "m.data", threshold: 2 } });
    assertEquals(w.floatData.length, 600);
    await writeModel(`${folder}/all.onnx`, model, { externalData: { file: "all.data", threshold: 0 } });
    const names = Object.keys(await stored(`${folder}/all.onnx`));
    assert(names.includes("w") && !names.includes("text") && !names.includes("none"));
    const read = (await readModel(`${folder}/m.onnx`)).graph!.initializer;
    assertEquals(decodeTensor(read.find((t) => t.name === "w")!).data, ramp(600));
    assertEquals(read.find((t) => t.name === "w")!.docString, "weights");
    assertEquals((await run(`${folder}/m.onnx`) as Float32Array)[1], 14);
  }));

Deno.test("writeModel() keeps unknown fields, in the model and in external tensors", () =>
  inFolder(async (folder) => {
    const model = parseModel(await Deno.readFile(new URL("../golden/onnx/unknown.onnx", import.meta.url)));
    await writeModel(`${folder}/m.onnx`, model, { externalData: { file: "m.data", threshold: 1 } });
    assertEquals(Object.keys(await stored(`${folder}/m.onnx`)), ["w"]);
    const read = await readModel(`${folder}/m.onnx`);
    assertEquals([read.$unknown, read.graph!.initializer[0]!.$unknown], [
      model.$unknown,
      model.graph!.initializer[0]!.$unknown,
    ]);
  }));

for (
  const file of [
    "",
    ".",
    "..",
    "../m.data",
    "/tmp/m.data",
    "sub/m.data",
    "sub\\m.data",
    "c:m.data",
    "a\0",
    "m.onnx",
  ]
) {
  Deno.test(`writeModel() refuses to store tensors in ${JSON.stringify(file)}`, () =>
    inFolder(async (folder) => {
      await assertRejects(
        () => writeModel(`${folder}/m.onnx`, large(), { externalData: file }),
        RangeError,
        "externalData must",
      );
      assertEquals(namesIn(folder), []);
    }));
}

Deno.test("writeModel() refuses a threshold that is not a number of bytes", () =>
  inFolder(async (folder) => {
    for (const threshold of [-1, 0.5, NaN]) {
      const externalData = { file: "m.data", threshold };
      await assertRejects(
        () => writeModel(`${folder}/m.onnx`, large(), { externalData }),
        RangeError,
        "a number of bytes",
      );
    }
  }));

for (const before of ["old data", undefined]) {
  Deno.test(`writeModel() leaves no new files if the model cannot be written, ${before ?? "none"} before`, () =>
    inFolder(async (folder) => {
      // A folder with the model's name: this fails only after the data has been written.
      await Deno.mkdir(`${folder}/m.onnx`);
      if (before !== undefined) await Deno.writeTextFile(`${folder}/m.data`, before);
      await assertRejects(() => writeModel(`${folder}/m.onnx`, large(), { externalData: "m.data" }));
      assertEquals(namesIn(folder), before === undefined ? ["m.onnx"] : ["m.data", "m.onnx"]);
      if (before !== undefined) assertEquals(await Deno.readTextFile(`${folder}/m.data`), before);
    }));
}

Deno.test("writeModel() leaves nothing if the data cannot be written", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/m.data`);
    await assertRejects(() => writeModel(`${folder}/m.onnx`, large(), { externalData: "m.data" }));
    assertEquals(namesIn(folder), ["m.data"]);
  }));

Deno.test("writeModel() replaces a model and its data, even a model that was read from these files", () =>
  inFolder(async (folder) => {
    await writeModel(`${folder}/m.onnx`, large(), { externalData: "m.data" });
    const read = await readModel(`${folder}/m.onnx`);
    await writeModel(`${folder}/m.onnx`, read, { externalData: "m.data" });
    assertEquals(await readModel(`${folder}/m.onnx`), large());
    assertEquals(namesIn(folder), ["m.data", "m.onnx"]);
  }));

Deno.test("writeModel() refuses to overwrite data that the model still refers to", () =>
  inFolder(async (folder) => {
    await writeModel(`${folder}/m.onnx`, large(), { externalData: "m.data" });
    const shell = parseModel(await Deno.readFile(`${folder}/m.onnx`));
    await assertRejects(
      () => writeModel(`${folder}/m.onnx`, shell, { externalData: "m.data" }),
      ModelError,
      "'w' is stored in 'm.data', which would be overwritten",
    );
    assertEquals(await readModel(`${folder}/m.onnx`), large());
  }));

Deno.test("writeModel() refuses a model over 2 GiB without externalData, and leaves no file", () =>
  inFolder(async (folder) => {
    const model = large();
    const w = model.graph!.initializer[0]!;
    w.rawData = new Uint8Array(2 ** 26);
    // The same memory 40 times; it is never written.
    model.graph!.initializer = Array(40).fill(w);
    await assertRejects(() => writeModel(`${folder}/m.onnx`, model), ModelError, "externalData");
    assertEquals(namesIn(folder), []);
  }));

const ELSEWHERE: Readonly<Record<string, (model: Model) => TensorProto>> = {
  attributes: (m) => m.graph!.node[0]!.attribute.find((a) => a.tensors.length > 0)!.tensors[1]!,
  functions: (m) => m.functions[0]!.node[0]!.attribute[0]!.t!,
  sparse: (m) => m.graph!.sparseInitializer[0]!.values!,
  training: (m) => m.trainingInfo[0]!.initialization!.node[0]!.attribute[0]!.t!,
  if: (m) => m.graph!.node[0]!.attribute[1]!.g!.initializer[0]!,
};
for (const [name, tensorIn] of Object.entries(ELSEWHERE)) {
  Deno.test(`readModel() reads tensors of ${name} stored beside the model`, () =>
    inFolder(async (folder) => {
      const model = parseModel(await Deno.readFile(new URL(`../golden/onnx/${name}.onnx`, import.meta.url)));
      const whole = clone(ModelProtoSchema, model);
      const t = tensorIn(model);
      await Deno.writeFile(`${folder}/t.bin`, t.rawData);
      t.rawData = new Uint8Array();
      t.dataLocation = 1;
      t.externalData = [create(StringStringEntryProtoSchema, { key: "location", value: "t.bin" })];
      await Deno.writeFile(`${folder}/m.onnx`, encodeModel(model));
      assertEquals(encodeModel(await readModel(`${folder}/m.onnx`)), encodeModel(whole));
    }));
}
