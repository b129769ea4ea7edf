// Runs in Deno, Node and Bun alike, and prints what it computes as JSON: `program.mjs FOLDER DESCENT DATA ONNX CURVATURE`,
// where the last four are the specifiers of the library's entry points.
import { gzipSync } from "node:zlib";
import { readFileSync, writeFileSync } from "node:fs";

const [folder, ...specifiers] = process.argv.slice(2);
const [descent, data, onnx, curvature] = await Promise.all(specifiers.map((specifier) => import(specifier)));

/** Returns numbers as their bits, so that a difference in the last place is seen. */
const bits = (values) => {
  const bytes = new Uint8Array(Float64Array.from(values, Number).buffer);
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
};
const bitsOf = (tensors) =>
  Object.entries(tensors).map(([name, t]) => [name, t.shape.join(), bits(t.data)]).sort();
const same = (a, b) => JSON.stringify(bitsOf(a)) === JSON.stringify(bitsOf(b));

const { x, y } = data.digits().inputs;
const network = descent.mlp({ inputs: 64, hidden: [32], outputs: 10, seed: 1 });
const model = descent.withLoss(network, { loss: "cross-entropy" });
const train = { x: { ...x, scale: 1 / 16 }, target: y };
const shared = { model, train, batchSize: 64, seed: 3 };

const optimizer = descent.adam({ learningRate: 0.01 });
const steps = [];
const { epochs, state, evaluationParams } = await descent.fit({
  ...shared,
  optimizer,
  epochs: 3,
  evaluate: { train },
  onChunk: ({ records }) => steps.push(...records.map(({ loss }) => loss)),
});

const { params } = state;

const trained = descent.withWeights(model, params);
const gradient = await descent.openSession(descent.gradientModel(model, { loss: "loss" }));
const gradients = await gradient.run({
  x: descent.tensor(Float32Array.from(x.data.subarray(0, 512), (v) => v / 16), [8, 64]),
  target: descent.tensor(y.data.slice(0, 8), [8]),
  ...params,
});
await gradient.close();

const safetensors = `${folder}/weights.safetensors`;
writeFileSync(safetensors, descent.encodeSafetensors(params));
const { tensors } = descent.parseSafetensors(readFileSync(safetensors));

const file = `${folder}/model.onnx`;
await onnx.writeModel(file, model, { externalData: "model.onnx.data" });
const reread = await onnx.readModel(file);

const rowsFile = `${folder}/rows.npy`;
const rows = descent.tensor(Float32Array.from({ length: 60 }, (_, i) => Math.fround(Math.sin(i))), [20, 3]);
writeFileSync(rowsFile, data.encodeNpy({ dtype: "float32", shape: [20, 3], data: rows.data }));
const opened = await data.openNpyRows(rowsFile);
const picked = await opened.read(Uint32Array.of(19, 0, 7));
await opened.close();

const table = `${folder}/flowers.csv`;
writeFileSync(table, "length,kind\n1.5,rose\n2.5,lily\n");
const flowers = await data.readTable(table, { target: "kind" });
const zipped = `${folder}/labels.gz`;
writeFileSync(zipped, gzipSync(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 3, 1, 2, 3)));
const labels = await data.parseIdx(new Uint8Array(readFileSync(zipped)), { name: zipped });

const operator = await curvature.curvatureOperator({ model: trained, data: train });
const { values } = await curvature.eigenvalues(operator, { k: 2, seed: 1 });
await operator.close();

const missing = await onnx.readModel(`${folder}/none.onnx`).catch((error) => error.message);
console.log(JSON.stringify({
  steps: bits(steps),
  losses: bits(epochs.map(({ trainLoss }) => trainLoss)),
  params: bitsOf(evaluationParams),
  gradients: bitsOf(gradients),
  values: bits(values),
  flowers: bitsOf(flowers.inputs),
  picked: bits(picked),
  labels: bits(labels.data),
  roundTrips: [
    same(tensors, params),
    descent.encodeModel(reread).length === descent.encodeModel(model).length,
  ],
  missing: /no such file/i.test(missing),
  // Node 22 has no arrays of such elements.
  float16: (() => {
    try {
      return bits(descent.tensorOf([1, 0.1], [2], "float16").data);
    } catch (error) {
      return error.message;
    }
  })(),
}));
