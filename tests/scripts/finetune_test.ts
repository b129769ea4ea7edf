import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { gzipSync } from "node:zlib";
import { parse } from "@std/csv";
import {
  buildModel,
  encodeModel,
  encodeNpy,
  Graph,
  graphOf,
  mlp,
  normal,
  type NpyTensor,
  numbersOf,
  openSession,
  parseModel,
  type Tensor,
  tensor,
  type Value,
  writeModel,
} from "../../mod.ts";
import { inFolder, run } from "./process.ts";

const N = 96;
const x = normal({ seed: 1, stream: "x" }, N * 4, {});
/** Returns the class of an example: the index of the largest of three sums. */
const classes = Array.from({ length: N }, (_, i) => {
  const [a, b, c, d] = x.subarray(4 * i, 4 * i + 4) as unknown as [number, number, number, number];
  const sums = [a + b, c - a, d - b];
  return sums.indexOf(Math.max(...sums));
});

const npy = (path: string, t: NpyTensor) => Deno.writeFile(path, encodeNpy(t));
const float = (data: ArrayLike<number>, shape: readonly number[]): NpyTensor => ({
  dtype: "float32",
  shape,
  data: Float32Array.from(data),
});

/** Writes the files that the tests name: models, arrays and a table. */
async function files(folder: string): Promise<void> {
  const at = (name: string) => `${folder}/${name}`;
  await Deno.writeFile(at("mlp.onnx"), encodeModel(mlp({ inputs: 4, hidden: [16], outputs: 3, seed: 1 })));
  await npy(at("x.npy"), float(x, [N, 4]));
  await npy(at("square.npy"), float(x, [N, 2, 2]));
  await npy(at("y.npy"), { dtype: "uint8", shape: [N], data: Uint8Array.from(classes) });
  await npy(at("few.npy"), { dtype: "int64", shape: [3], data: BigInt64Array.of(0n, 1n, 2n) });
  await npy(at("high.npy"), { dtype: "int64", shape: [N], data: new BigInt64Array(N).fill(3n) });
  await npy(at("t.npy"), float(classes.map((c) => c - 1), [N]));
  await npy(at("nan.npy"), float(x.map((v, i) => (i === 5 ? NaN : v)), [N, 4]));
  const rows = classes.map((c, i) => [...x.subarray(4 * i, 4 * i + 4), c].join(","));
  await Deno.writeTextFile(at("table.csv"), `a,b,c,d,class\n${rows.join("\n")}\n`);
}

const outputsOf = async (folder: string, file: string, feeds: Record<string, NpyTensor>) => {
  await using session = await openSession(await Deno.readFile(`${folder}/${file}`));
  return await session.run(feeds);
};

/** Returns how many examples the scores classify correctly. */
function hits(scores: readonly number[]): number {
  return classes.filter((c, i) => {
    const row = scores.slice(3 * i, 3 * i + 3);
    return row.indexOf(Math.max(...row)) === c;
  }).length;
}

Deno.test("experiment inspect lists inputs, outputs, parameters and operators, as text and as JSON", () =>
  inFolder(async (folder) => {
    await files(folder);
    const text = await run(folder, "inspect", "--model", "mlp.onnx");
    assertEquals([text.code, text.err], [0, ""]);
    assertMatch(text.out, /layers\.0\.weight +float32 +\[16, 4\] +64 +trained/);
    assertMatch(text.out, /Gemm +2 +yes/);
    assertStringIncludes(text.out, "Parameters: 4 of 4 tensors, 131 of 131 numbers to train");
    const json = JSON.parse((await run(folder, "inspect", "--model", "mlp.onnx", "--json")).out);
    assertEquals(json.inputs, [{ name: "x", dtype: "float32", shape: ["N", 4] }]);
    assertEquals(json.outputs, [{ name: "y", dtype: "float32", shape: ["N", 3] }]);
    assertEquals(json.operators.map((o: { name: string }) => o.name), ["Gemm", "Relu"]);
    assertEquals([...Deno.readDirSync(folder)].filter((e) => e.name === "runs"), []);
  }));

Deno.test("experiment finetune trains, keeps the bits of frozen tensors, and keeps inputs and outputs", () =>
  inFolder(async (folder) => {
    await files(folder);
    const args = ["finetune", "--model", "mlp.onnx", "--train", "x.npy,y.npy", "--loss", "cross-entropy"];
    const more = ["--learning-rate", "0.02", "--epochs", "20", "--freeze", "layers.0.weig*", "--quiet"];
    const { code, out, err } = await run(folder, ...args, ...more, "--out", "out");
    assertEquals([code, err], [0, ""]);
    assertMatch(out, /^Parameters: 3 of 4 tensors, 67 of 131 numbers to train\n/);
    assertMatch(out, /layers\.0\.weight +float32 +\[16, 4\] +64 +frozen/);
    assert(out.indexOf("frozen") < out.indexOf("before"), out);
    const names = [...Deno.readDirSync(`${folder}/out`)].map((e) => e.name).sort();
    assertEquals(names, [
      "config.json",
      "loss.svg",
      "metrics.csv",
      "model.onnx",
      "report.html",
      "summary.json",
      "tables.tex",
    ]);
    const summary = JSON.parse(await Deno.readTextFile(`${folder}/out/summary.json`));
    const [result] = summary.runs;
    assert(result.trainLoss < 0.5 * result.trainLossBefore, out);
    assert(result.trainAccuracy > 0.9, out);
    const before = graphOf(parseModel(await Deno.readFile(`${folder}/mlp.onnx`))).graph;
    const after = graphOf(parseModel(await Deno.readFile(`${folder}/out/model.onnx`))).graph;
    assertEquals(after.inputs.map(String), before.inputs.map(String));
    assertEquals(after.outputs.map(String), before.outputs.map(String));
    const same = [...before.initializers].filter(([name, i]) =>
      numbersOf(i.tensor()).every((v, k) => v === numbersOf(after.initializers.get(name)!.tensor())[k])
    );
    assertEquals(same.map(([name]) => name), ["layers.0.weight"]);
    // The file's predictions have the accuracy that the training reported.
    const { y } = await outputsOf(folder, "out/model.onnx", { x: float(x, [N, 4]) });
    assertEquals(hits(numbersOf(y!)), Math.round(N * result.trainAccuracy));
    const rows = parse(await Deno.readTextFile(`${folder}/out/metrics.csv`), { skipFirstRow: true });
    assertEquals([rows.length, Number(rows.at(-1)!.trainLoss)], [60, result.trainLoss]);
  }));

Deno.test("experiment finetune gives the same weights for a table as for arrays", () =>
  inFolder(async (folder) => {
    await files(folder);
    const args = ["finetune", "--model", "mlp.onnx", "--loss", "cross-entropy", "--quiet", "--train"];
    await run(folder, ...args, "x.npy,y.npy", "--out", "arrays");
    const square = await run(folder, ...args, "x=square.npy,target=y.npy", "--out", "square");
    assertEquals(square.err, "");
    const streamed = await run(folder, ...args, "square.npy,y.npy", "--stream", "--out", "streamed");
    assertEquals(streamed.err, "");
    const table = await run(
      folder,
      ...args,
      "table.csv",
      "--test",
      "x.npy,y.npy",
      "--json",
      "--out",
      "table",
    );
    const tabs = (await Deno.readTextFile(`${folder}/table.csv`)).replaceAll(",", "\t");
    await Deno.writeFile(`${folder}/tabs.tsv.gz`, gzipSync(tabs));
    const zipped = await run(folder, ...args, "tabs.tsv.gz", "--out", "zipped");
    assertEquals(zipped.err, "");
    const [result] = JSON.parse(table.out).runs;
    assertEquals(result.testLoss, result.trainLoss);
    const model = (name: string) => Deno.readFile(`${folder}/${name}/model.onnx`);
    assertEquals(await model("table"), await model("arrays"));
    assertEquals(await model("zipped"), await model("arrays"));
    assertEquals(await model("square"), await model("arrays"));
    assertEquals(await model("streamed"), await model("arrays"));
  }));

/** Returns a logistic regression of two inputs with the sigmoid in the model, a mask, a scale, and a batch of 8. */
function twoInputs(): Graph {
  const g = new Graph({ name: "two" });
  const a = g.input("a", "float32", [8, 4]);
  const b = g.input("b", "int64", [8]);
  const w = g.initializer("w", tensor(Float32Array.of(0.1, 0, 0, 0), [4, 1]));
  const table = g.initializer("table", tensor(new Float32Array(6), [3, 2]));
  const mask = g.initializer("mask", tensor(Float32Array.of(1, -Infinity), [2]));
  const half = g.initializer("half", tensor(Float32Array.of(0.5), []));
  const rows: Value = g.reduceMax(g.add(g.gather(table, b, { axis: 0 }), mask), [1], { keepdims: 1 });
  g.output(g.sigmoid(g.add(g.mul(g.matMul(a, w), half), rows)), "p");
  return g;
}

Deno.test("experiment finetune accepts several inputs, a fixed batch, external data, and the value before a sigmoid", () =>
  inFolder(async (folder) => {
    await files(folder);
    await writeModel(`${folder}/two.onnx`, buildModel(twoInputs()), {
      externalData: { file: "two.data", threshold: 8 },
    });
    const n = 99;
    const a = normal({ seed: 2, stream: "a" }, n * 4, {});
    const b = Array.from({ length: n }, (_, i) => i % 3);
    const hits = b.map((k, i) => Number(a[4 * i]! + k - 1 > 0));
    await npy(`${folder}/a.npy`, float(a, [n, 4]));
    await npy(`${folder}/b.npy`, { dtype: "int32", shape: [n], data: Int32Array.from(b) });
    await npy(`${folder}/hit.npy`, { dtype: "bool", shape: [n], data: Uint8Array.from(hits) });
    const args = ["finetune", "--model", "two.onnx", "--train", "a=a.npy,b=b.npy,hit.npy", "--loss", "bce"];
    const more = ["--learning-rate", "0.1", "--epochs", "30", "--quiet", "--out", "out"];
    const { code, out, err } = await run(folder, ...args, ...more);
    assertEquals([code, err], [0, ""]);
    assertMatch(out, /mask +float32 +\[2\] +2 +constant \(not finite\)/);
    assertMatch(out, /half +float32 +\[\] +1 +constant \(scalar\)/);
    assertStringIncludes(out, "3 examples left out: the model takes 8 at a time");
    const [result] = JSON.parse(await Deno.readTextFile(`${folder}/out/summary.json`)).runs;
    assertEquals(result.batchSize, 8);
    assert(result.trainAccuracy > 0.95 && result.trainLoss < 0.3, out);
    const { p } = await outputsOf(folder, "out/model.onnx", {
      a: float(a.subarray(0, 32), [8, 4]),
      b: { dtype: "int64", shape: [8], data: BigInt64Array.from(b.slice(0, 8), BigInt) },
    });
    const right = numbersOf(p!).filter((v, i) => (v > 0.5) === (hits[i] === 1));
    assert(right.length >= 7, String(numbersOf(p!)));
  }));

Deno.test("experiment finetune says so below its table if the training loss rose", () =>
  inFolder(async (folder) => {
    await files(folder);
    const args = ["finetune", "--model", "mlp.onnx", "--train", "x.npy,y.npy", "--loss", "cross-entropy"];
    const more = ["--optimizer", "sgd", "--epochs", "1", "--quiet", "--learning-rate"];
    const note = "the training loss ended above that before the training: try a lower rate";
    assertStringIncludes((await run(folder, ...args, ...more, "1000")).out, note);
    assert(!(await run(folder, ...args, ...more, "0.1")).out.includes("above that"));
  }));

Deno.test("experiment finetune with mse fits a line down to the loss of least squares", () =>
  inFolder(async (folder) => {
    await Deno.writeFile(`${folder}/line.onnx`, encodeModel(mlp({ inputs: 1, hidden: [], outputs: 1 })));
    const t = Array.from({ length: 64 }, (_, i) => i / 32 - 1);
    await npy(`${folder}/t.npy`, float(t, [64, 1]));
    await npy(`${folder}/y.npy`, float(t.map((v) => 3 * v - 0.5), [64]));
    const args = ["finetune", "--model", "line.onnx", "--train", "t.npy,y.npy", "--loss", "mse", "--json"];
    const more = ["--optimizer", "adam", "--learning-rate", "0.1", "--epochs", "100", "--quiet"];
    const { out, err } = await run(folder, ...args, ...more, "--out", "out");
    assertEquals(err, "");
    assert(JSON.parse(out).runs[0].trainLoss < 1e-6, out);
    const { graph } = graphOf(parseModel(await Deno.readFile(`${folder}/out/model.onnx`)));
    const [slope] = numbersOf(graph.initializers.get("layers.0.weight")!.tensor());
    assert(Math.abs(slope! - 3) < 1e-2, String(slope));
  }));

Deno.test("experiment finetune trains a float16 model in float32, and writes it back as float16", () =>
  inFolder(async (folder) => {
    await files(folder);
    const g = new Graph();
    const half = (name: string, shape: number[]) => {
      const size = shape.reduce((a, b) => a * b, 1);
      return g.initializer(
        name,
        tensor(Float16Array.from(normal({ seed: 3, stream: name }, size, {})), shape),
      );
    };
    const input = g.cast(g.input("x", "float32", ["N", 4]), { to: "float16" });
    const h = g.relu(g.gemm(input, half("w1", [4, 8]), half("b1", [8]), {}));
    g.output(g.gemm(h, half("w2", [8, 3]), half("b2", [3]), {}), "y");
    await Deno.writeFile(`${folder}/half.onnx`, encodeModel(buildModel(g)));
    const args = ["finetune", "--model", "half.onnx", "--train", "x.npy,y.npy", "--loss", "cross-entropy"];
    const more = ["--learning-rate", "0.02", "--epochs", "10", "--freeze", "b1", "--quiet", "--out", "out"];
    const { code, out, err } = await run(folder, ...args, ...more);
    assertEquals([code, err], [0, ""]);
    assertMatch(out, /w1 +float16 +\[4, 8\] +32 +trained/);
    const [result] = JSON.parse(await Deno.readTextFile(`${folder}/out/summary.json`)).runs;
    assert(result.trainLoss < 0.5 * result.trainLossBefore, out);
    const { graph } = graphOf(parseModel(await Deno.readFile(`${folder}/out/model.onnx`)));
    assertEquals(graph.outputs.map(String), ["y: float16[N, 3]"]);
    assertEquals([...graph.initializers.values()].map((i) => i.tensor().dtype), new Array(4).fill("float16"));
    assertEquals(graph.initializers.get("b1")!.tensor(), g.initializers.get("b1")!.tensor());
    const { y } = await outputsOf(folder, "out/model.onnx", { x: float(x, [N, 4]) });
    assert(Math.abs(hits(numbersOf(y!)) / N - result.trainAccuracy) < 0.03, String(hits(numbersOf(y!))));
  }));

/** Returns an MLP with an exponent and a weight in a `Constant` node, whose two biases of zeros are one initializer. */
function merged(): Graph {
  const g = new Graph();
  const held = (name: string, shape: number[]) => {
    const size = shape.reduce((a, b) => a * b, 1);
    return g.initializer(name, tensor(Float32Array.from(normal({ seed: 3, stream: name }, size, {})), shape));
  };
  const bias = g.initializer("bias", tensor(new Float32Array(4)));
  const first = g.add(g.matMul(g.input("x", "float32", ["N", 4]), held("w1", [4, 4])), bias);
  const second = g.add(g.matMul(g.relu(first), held("w2", [4, 4])), bias);
  const powered = g.pow(g.relu(second), g.initializer("two", tensor(Float32Array.of(2), [])));
  const kept = Float32Array.from(normal({ seed: 3, stream: "last" }, 12, {}));
  const last = g.emit("Constant", [], {
    attributes: { value: tensor(kept, [4, 3]) },
    outputNames: ["last"],
  })[0]!;
  g.output(g.matMul(powered, last), "y");
  return g;
}

Deno.test("experiment inspect and finetune list the trained tensors, and train named and untied ones", () =>
  inFolder(async (folder) => {
    await files(folder);
    await Deno.writeFile(`${folder}/merged.onnx`, encodeModel(buildModel(merged())));
    const told = await run(folder, "inspect", "--model", "merged.onnx");
    assertMatch(told.out, /two +float32 +\[\] +1 +constant \(exponent\)/);
    assertMatch(told.out, /bias +float32 +\[4\] +4 +trained \(stands for 2\)/);
    assertStringIncludes(told.out, "'last' [4, 3] is in a Constant node");
    assertStringIncludes(told.out, "Warning: 'bias' stands for 2 parameters");
    const tune = async (out: string, ...more: string[]) => {
      const args = [
        "finetune",
        "--model",
        "merged.onnx",
        "--train",
        "x.npy,y.npy",
        "--loss",
        "cross-entropy",
      ];
      const ended = await run(folder, ...args, "--epochs", "1", "--quiet", "--out", out, ...more);
      assertEquals([ended.code, ended.err], [0, ""]);
      const { graph, values } = graphOf(parseModel(await Deno.readFile(`${folder}/${out}/model.onnx`)));
      const held = [...graph.initializers].map(([name, i]) => [name, i.tensor()] as const);
      const all: Record<string, Tensor> = { ...Object.fromEntries(held), last: values.get("last")!.tensor! };
      return all;
    };
    const before = merged();
    const start = (name: string) => before.initializers.get(name)!.tensor();
    const usual = await tune("usual");
    assertEquals(Object.keys(usual).sort(), ["bias", "last", "two", "w1", "w2"]);
    assertEquals(usual.two, start("two"));
    assert(usual.w1!.data[0] !== start("w1").data[0]);
    const untied = await tune("untied", "--untie");
    assertEquals(Object.keys(untied).sort(), ["bias", "bias_2", "last", "two", "w1", "w2"]);
    assert(untied.bias!.data[0] !== untied.bias_2!.data[0]);
    const named = await tune("named", "--parameters", "last,tw?");
    assertEquals([named.w1, named.bias], [start("w1"), start("bias")]);
    assert(named.two!.data[0] !== 2 && named.last!.data[0] !== usual.last!.data[0]);
  }));

Deno.test("experiment finetune refuses parameters without a gradient, unless gradients pass straight through rounding", () =>
  inFolder(async (folder) => {
    await files(folder);
    const g = new Graph();
    const w = g.initializer("w", tensor(Float32Array.from(normal({ seed: 3, stream: "w" }, 12, {})), [4, 3]));
    const scale = g.constant(0.05);
    const zero = g.constant(tensor(Int8Array.of(0), []));
    const q = g.emit("QuantizeLinear", [g.matMul(g.input("x", "float32", ["N", 4]), w), scale, zero], {
      name: "q",
    });
    g.output(g.emit("DequantizeLinear", [q[0]!, scale, zero])[0]!, "y");
    await Deno.writeFile(`${folder}/q.onnx`, encodeModel(buildModel(g)));
    const told = await run(folder, "inspect", "--model", "q.onnx");
    assertStringIncludes(
      told.out.replaceAll("\n", " "),
      "Warning: 'w' is not trained: its branch is cut off from the loss by QuantizeLinear node 'q'",
    );
    const args = [
      "finetune",
      "--model",
      "q.onnx",
      "--train",
      "x.npy,y.npy",
      "--loss",
      "cross-entropy",
      "--quiet",
    ];
    const refused = await run(folder, ...args);
    assertEquals(refused.code, 2);
    assertStringIncludes(refused.err, "QuantizeLinear node 'q'");
    const ended = await run(
      folder,
      ...args,
      "--quantization",
      "straight-through",
      "--epochs",
      "20",
      "--out",
      "out",
    );
    assertEquals([ended.code, ended.err], [0, ""]);
    const [result] = JSON.parse(await Deno.readTextFile(`${folder}/out/summary.json`)).runs;
    assert(result.trainLoss < result.trainLossBefore, ended.out);
  }));

const GOLDEN = new URL("../golden/", import.meta.url).pathname;

Deno.test("experiment finetune and csv read a Parquet file as the same table in text", () =>
  inFolder(async (folder) => {
    await files(folder);
    await Deno.writeFile(
      `${folder}/eleven.onnx`,
      encodeModel(mlp({ inputs: 11, hidden: [4], outputs: 3, seed: 1 })),
    );
    const { columns } = JSON.parse(await Deno.readTextFile(`${GOLDEN}parquet/golden.json`));
    // Both number the classes in order of first appearance.
    const lines = columns.kind.map((_: string, i: number) =>
      Object.values<number[]>(columns).map((c) => String(c[i])).join(",")
    );
    await Deno.writeTextFile(`${folder}/t.csv`, `${Object.keys(columns).join(",")}\n${lines.join("\n")}\n`);
    await Deno.copyFile(`${GOLDEN}parquet/groups.parquet`, `${folder}/t.parquet`);
    const more = ["--learning-rate", "1e-9", "--epochs", "1", "--quiet", "--json"];
    for (
      const args of [
        ["finetune", "--model", "eleven.onnx", "--loss", "cross-entropy", "--train"],
        ["csv", "--optimizer", "sgd", "--data-file"],
      ]
    ) {
      const text = await run(folder, ...args, "t.csv", ...more, "--out", `${args[0]}1`);
      const read = await run(folder, ...args, "t.parquet", ...more, "--out", `${args[0]}2`);
      assertEquals([text.code, read.code, text.err, read.err], [0, 0, "", ""]);
      const [a, b] = [text, read].map(({ out }) => JSON.parse(out).runs[0]);
      assertEquals({ ...a, seconds: 0 }, { ...b, seconds: 0 });
    }
    await Deno.writeFile(
      `${folder}/cut.parquet`,
      (await Deno.readFile(`${folder}/t.parquet`)).slice(0, 5000),
    );
    const cut = await run(folder, "csv", "--data-file", "cut.parquet");
    assertEquals([cut.code, cut.out], [1, ""]);
    assertStringIncludes(cut.err, "cut.parquet: not a Parquet file, or a damaged one");
  }));

const tuned = (
  model: string,
  train: string,
  loss = "cross-entropy",
) => ["finetune", "--model", model, "--train", train, "--loss", loss];
const WRONG: readonly [args: string[], code: 1 | 2, message: string][] = [
  [["inspect"], 2, "inspect needs an ONNX model: --model FILE"],
  [["inspect", "--model", "none.onnx"], 1, "none.onnx: no such file"],
  [["inspect", "--model", "."], 1, ".: is a folder, not a file"],
  [["inspect", "--model", "x.npy"], 1, "x.npy: not an ONNX model"],
  [["inspect", "--model", "cut.onnx"], 1, "cut.onnx: not an ONNX model, or cut off"],
  [["inspect", "--model", "mlp.onnx", "--epochs", "3"], 2, "unknown option --epochs. inspect takes --model"],
  [["finetune"], 2, "finetune needs --loss cross-entropy|mse|bce"],
  [["finetune", "--loss", "hinge"], 2, "--loss must be one of cross-entropy, mse, bce, got hinge"],
  [["finetune", "--loss", "mse"], 2, "finetune needs --train X.npy,Y.npy|TABLE"],
  [["finetune", "--loss", "mse", "--train", "x.npy,t.npy"], 2, "finetune needs an ONNX model: --model FILE"],
  [["finetune", "--optimizer", "adam,sgd"], 2, "finetune takes one optimizer, got adam, sgd"],
  [
    tuned("mlp.onnx", "x.npy"),
    2,
    "take x.npy,y.npy or a table (.csv, .tsv, .parquet): there is no file of targets",
  ],
  [tuned("mlp.onnx", "x.npy,y.npy,t.npy"), 2, "t.npy is one file too many"],
  [tuned("mlp.onnx", "z=x.npy,y.npy"), 2, "the model has no input 'z'"],
  [tuned("mlp.onnx", "none.npy,y.npy"), 1, "none.npy: no such file"],
  [tuned("mlp.onnx", "mlp.onnx,y.npy"), 1, "mlp.onnx: not a .npy file"],
  [tuned("mlp.onnx", "y.npy,y.npy"), 1, "y.npy: input 'x' takes examples of shape [4], got []"],
  [
    tuned("mlp.onnx", "nan.npy,y.npy"),
    1,
    "nan.npy: every number must be finite and within float32; number 1 of row 1 is NaN",
  ],
  [[...tuned("mlp.onnx", "none.npy,y.npy"), "--stream"], 1, "none.npy: no such file"],
  [[...tuned("mlp.onnx", "mlp.onnx,y.npy"), "--stream"], 1, "mlp.onnx: not a .npy file"],
  [
    [...tuned("mlp.onnx", "nan.npy,y.npy"), "--stream", "--json"],
    1,
    "nan.npy: every number must be finite and within float32; number 1 of row 1 is NaN",
  ],
  [
    [...tuned("mlp.onnx", "table.csv"), "--stream"],
    2,
    "--stream reads rows of .npy files, not of the table table.csv",
  ],
  [tuned("mlp.onnx", "x.npy,few.npy"), 1, `all files must hold equally many examples: x.npy ${N}, few.npy 3`],
  [
    tuned("mlp.onnx", "x.npy,high.npy"),
    1,
    "high.npy: the class of example 0 must be in [0, 2], as the model has 3 scores, got 3",
  ],
  [
    tuned("mlp.onnx", "x.npy,t.npy"),
    1,
    "t.npy: cross-entropy takes classes as whole numbers from 0, got float32",
  ],
  [
    tuned("mlp.onnx", "x.npy,t.npy", "mse"),
    1,
    `t.npy: output 'y' of shape [N, 3] takes targets of shape [${N}, 3]`,
  ],
  [tuned("one.onnx", "x.npy,t.npy", "bce"), 1, "t.npy: bce takes targets from 0 to 1"],
  [
    tuned("two.onnx", "x.npy,y.npy"),
    2,
    "take a=FILE.npy,b=FILE.npy,TARGETS.npy or a table (.csv, .tsv, .parquet)",
  ],
  [tuned("two.onnx", "table.csv"), 2, "a table feeds models of one input, this one has a, b"],
  [tuned("stuck.onnx", "x.npy,y.npy"), 1, "stuck.onnx: no differentiation rule for test.Mystery"],
  [
    [...tuned("mlp.onnx", "x.npy,y.npy"), "--freeze", "conv*"],
    2,
    "--freeze conv* matches no parameter; there are",
  ],
  [tuned("nan.onnx", "x.npy,y.npy"), 2, "nan.onnx has no parameters to train: constants are w (not finite)"],
  [[...tuned("mlp.onnx", "x.npy,y.npy"), "--freeze", "*"], 2, "--freeze leaves no parameter to train"],
  [
    [...tuned("mlp.onnx", "x.npy,y.npy"), "--output", "z"],
    2,
    "--output must be one of y, the outputs of mlp.onnx",
  ],
];

for (const [args, expected, message] of WRONG) {
  Deno.test(`experiment ${args.join(" ")} fails with a one-line message, and writes nothing`, () =>
    inFolder(async (folder) => {
      await files(folder);
      const bytes = await Deno.readFile(`${folder}/mlp.onnx`);
      await Deno.writeFile(`${folder}/cut.onnx`, bytes.subarray(0, bytes.length - 9));
      await Deno.writeFile(`${folder}/two.onnx`, encodeModel(buildModel(twoInputs())));
      await Deno.writeFile(`${folder}/one.onnx`, encodeModel(mlp({ inputs: 4, hidden: [], outputs: 1 })));
      const lost = new Graph();
      const nan = lost.initializer("w", tensor(new Float32Array(12).fill(NaN), [4, 3]));
      lost.output(lost.matMul(lost.input("x", "float32", ["N", 4]), nan), "y");
      await Deno.writeFile(`${folder}/nan.onnx`, encodeModel(buildModel(lost)));
      const g = new Graph({ opsets: { "": 21, test: 1 } });
      const w = g.initializer("w", tensor(new Float32Array(12), [4, 3]));
      const h = g.emit("Mystery", [g.matMul(g.input("x", "float32", ["N", 4]), w)], { domain: "test" })[0]!;
      g.output(g.cast(h, { to: "float32" }), "y");
      await Deno.writeFile(`${folder}/stuck.onnx`, encodeModel(buildModel(g)));
      const before = [...Deno.readDirSync(folder)].map((e) => e.name).sort();
      const { code, out, err } = await run(folder, ...args);
      assertEquals([code, out], [expected, ""], err);
      assertEquals(err.trimEnd().split("\n").length, 1, err);
      assertMatch(err, /^error: /);
      assertStringIncludes(err, message);
      assertEquals([...Deno.readDirSync(folder)].map((e) => e.name).sort(), before);
    }));
}
