import { assertEquals, assertRejects } from "@std/assert";
import {
  buildModel,
  decodeTensor,
  Graph,
  type Model,
  ModelError,
  tensor,
  writeModel,
} from "../../onnx/mod.ts";
import { create } from "../../deps.ts";
import { StringStringEntryProtoSchema } from "../../onnx/onnx_pb.ts";
import { readModelFile, writeModelFile } from "../../onnx/external.ts";

/** A model whose initialiser is stored elsewhere. */
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
    await Deno.writeFile(`${top}/model/w.bin`, new Uint8Array(Float32Array.of(9, 1, 2).buffer));
    await test(`${top}/model`);
  } finally {
    await Deno.remove(top, { recursive: true });
  }
}

Deno.test("readModelFile() reads tensors stored beside the model", () =>
  inFolder(async (folder) => {
    await Deno.writeFile(
      `${folder}/m.onnx`,
      writeModel(external({ location: "w.bin", offset: "4", length: "8" })),
    );
    const model = await readModelFile(`${folder}/m.onnx`);
    assertEquals(decodeTensor(model.graph!.initializer[0]!).data, Float32Array.of(1, 2));
    await writeModelFile(`${folder}/whole.onnx`, model);
    assertEquals(await readModelFile(`${folder}/whole.onnx`), model);
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
];
for (const [entries, message] of REFUSED) {
  Deno.test(`readModelFile() refuses ${JSON.stringify(entries)}`, () =>
    inFolder(async (folder) => {
      await Deno.writeFile(`${folder}/m.onnx`, writeModel(external(entries)));
      await assertRejects(() => readModelFile(`${folder}/m.onnx`), ModelError, message);
    }));
}
