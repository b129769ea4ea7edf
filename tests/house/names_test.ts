import { assertEquals, assertThrows } from "@std/assert";
import * as descent from "../../mod.ts";
import { sourceFiles } from "../../tools/module_graph.ts";
import stored from "./names_0_1_0.json" with { type: "json" };

const { mlp, tensor, tensorOf } = descent;

const LIBRARY = [
  "onnx",
  "autodiff",
  "data",
  "models",
  "files",
  "optim",
  "schedules",
  "random",
  "runtime",
  "stats",
];

/** The names that `mod.ts` exports, types included. */
async function exportsOfMod(): Promise<string[]> {
  const url = new URL("../../mod.ts", import.meta.url);
  const doc = new Deno.Command(Deno.execPath(), {
    args: ["doc", "--json", url.href],
    stdout: "piped",
    stderr: "null",
  });
  const { stdout } = await doc.output();
  const { nodes } = JSON.parse(new TextDecoder().decode(stdout)) as {
    nodes: Record<string, { symbols: { name: string }[] }>;
  };
  return [...new Set(Object.values(nodes).flatMap((n) => n.symbols.map((s) => s.name)))].sort();
}

Deno.test("mod.ts exports every name of 0.1.0", async () => {
  const now = await exportsOfMod();
  assertEquals(stored.length, 478);
  assertEquals(stored.filter((name) => !now.includes(name)), []);
});

Deno.test("functions with an older name do what the newer one does", async () => {
  const model = mlp({ inputs: 3, hidden: [], outputs: 2, seed: 1 });
  const folder = await Deno.makeTempDir();
  try {
    const bytes: Uint8Array<ArrayBuffer> = descent.writeModel(model);
    assertEquals(bytes, descent.encodeModel(model));
    assertEquals(descent.readModel(bytes), model);
    await descent.writeModelFile(`${folder}/a.onnx`, model, {
      externalData: { file: "a.data", threshold: 1 },
    });
    await descent.writeModel(`${folder}/b.onnx`, model, { externalData: { file: "b.data", threshold: 1 } });
    assertEquals(await descent.readModelFile(`${folder}/a.onnx`), model);
    assertEquals(await descent.readModel(`${folder}/b.onnx`), model);
    await Deno.writeTextFile(`${folder}/t.csv`, "a,b\n1,x\n2,y\n");
    assertEquals(await descent.loadTable(`${folder}/t.csv`), await descent.readTable(`${folder}/t.csv`));
    await Deno.writeTextFile(`${folder}/t.svm`, "1 1:2\n-1 2:1\n");
    assertEquals(await descent.loadLibsvm(`${folder}/t.svm`), await descent.readLibsvm(`${folder}/t.svm`));
    for (const part of ["train", "valid", "test"]) {
      await Deno.writeTextFile(`${folder}/ptb.${part}.txt`, part);
    }
    assertEquals(await descent.loadCorpus(folder, "ptb"), await descent.readCorpus(folder, "ptb"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  const bias = { "layers.0.bias": tensorOf([1, 2]) };
  assertThrows(() => descent.loadWeights(model, bias), descent.ModelError, "is missing");
  assertEquals(
    descent.loadWeights(model, { ...bias, more: tensorOf([1]) }, { strict: false }),
    descent.withWeights(model, bias, { partial: true }),
  );
  assertEquals(descent.withInitializers(model, bias), descent.withWeights(model, bias, { partial: true }));
  assertThrows(() => descent.withInitializers(model, { more: tensorOf([1]) }), descent.ModelError, "'more'");
  assertEquals(descent.writeSafetensors(bias), descent.encodeSafetensors(bias));
});

Deno.test("tensor() and tensorOf() take their arguments alike, and tensorOf() in its older order too", () => {
  const wanted = { dtype: "int64", shape: [2, 1], data: BigInt64Array.of(1n, 2n) } as const;
  assertEquals(tensor(BigInt64Array.of(1n, 2n), [2, 1], "int64"), wanted);
  assertEquals(tensorOf([1, 2], [2, 1], "int64"), wanted);
  assertEquals(tensorOf([1, 2], "int64", [2, 1]), wanted);
  assertEquals(tensor(Uint8Array.of(1, 0), "bool"), tensor(Uint8Array.of(1, 0), [2], "bool"));
  assertEquals(tensorOf([1, 0], "bool"), tensor(Uint8Array.of(1, 0), [2], "bool"));
  assertEquals(tensorOf([1, 0]), tensor(Float32Array.of(1, 0)));
  assertThrows(() => tensorOf([1, 2], [3], "int64"), RangeError, "must hold 2 elements");
});

Deno.test("our own code uses no deprecated name", async () => {
  const doors = /(^|\/)(mod|deprecated)\.ts$|^runtime\/checkpoint\/safetensors\.ts$/;
  const old =
    /\b(readModelFile|writeModelFile|writeSafetensors|loadWeights|withInitializers|load(Mnist|Cifar10|Corpus|Table|Libsvm))\(/;
  const calling: string[] = [];
  for (const file of await sourceFiles([...LIBRARY, "scripts", "bench", "tools"])) {
    if (doors.test(file)) continue;
    const text = await Deno.readTextFile(new URL(`../../${file}`, import.meta.url));
    const found = old.exec(text)?.[1];
    if (found !== undefined) calling.push(`${file}: ${found}`);
  }
  assertEquals(calling, []);
});
