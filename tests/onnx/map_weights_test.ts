/** Holds weights that are mapped into an exported network against PyTorch's outputs with them. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  buildModel,
  encodeSafetensors,
  Graph,
  mapWeights,
  type Model,
  ModelError,
  openSession,
  readModel,
  readWeights,
  SafetensorsError,
  type Tensor,
  tensorOf,
  withWeights,
} from "../../mod.ts";

const GOLDEN = new URL("../golden/weights/", import.meta.url).pathname;
const NETWORK = await readModel(`${GOLDEN}network.onnx`);
const STATE = await readWeights(`${GOLDEN}state_dict.safetensors`);
const { x: X, y: Y } = JSON.parse(await Deno.readTextFile(`${GOLDEN}outputs.json`));

/** The exporter transposed these weights, in this order. */
const MAP = ["encoder.0.weight=onnx::MatMul_20:T", "encoder.1.weight=onnx::MatMul_21:T"];

/** Returns how far a model's output is from PyTorch's. */
async function distance(model: Model): Promise<number> {
  await using session = await openSession(model);
  const { y } = await session.run({ x: tensorOf(X, [2, 3, 4]) });
  return Math.max(...Array.from(y!.data as Float32Array, (v, i) => Math.abs(v - Y[i])));
}

Deno.test("mapWeights() with rules gives PyTorch's outputs, from one file and from Hugging Face's parts", async () => {
  for (const file of ["state_dict.safetensors", "parts"]) {
    const tensors = await readWeights(`${GOLDEN}${file}`);
    assertEquals(Object.keys(tensors).sort(), Object.keys(STATE).sort());
    const error = await distance(withWeights(NETWORK, mapWeights(NETWORK, tensors, { map: MAP })));
    assert(error < 1e-6, `${file}: ${error}`);
  }
});

Deno.test("mapWeights() transposes only where a rule says so: a square matrix fits either way", async () => {
  const map = MAP.map((rule) => rule.replace(":T", ""));
  assert(await distance(withWeights(NETWORK, mapWeights(NETWORK, STATE, { map }))) > 0.1);
});

Deno.test("mapWeights() matches a name with *, and the first rule that matches counts", () => {
  const tensors = { "a.0.w": tensorOf([1]), "a.1.w": tensorOf([2]), "a.1.n": tensorOf([3]) };
  const map = ["a.1.*=last/*", "a.*.*=layer*_*"];
  assertEquals(Object.keys(mapWeights(NETWORK, tensors, { map })), ["layer0_w", "last/w", "last/n"]);
  assertEquals(Object.keys(mapWeights(NETWORK, tensors, { map: ["*.n=", "a.*=*"] })), ["0.w", "1.w"]);
});

Deno.test("mapWeights() matches by shape what one shape decides, and names what it does not", () => {
  const left = Object.entries(STATE).filter(([name]) => !name.startsWith("encoder"));
  const renamed = Object.fromEntries(left.map(([name, t]) => [name.replace("head", "classifier"), t]));
  const mapped = mapWeights(NETWORK, renamed, { matchShapes: true });
  assertEquals(Object.keys(mapped).sort(), left.map(([name]) => name).sort());
  const error = assertThrows(() => mapWeights(NETWORK, STATE, { matchShapes: true }), ModelError);
  assertEquals(
    error.message,
    "shapes do not decide which tensor is which, so map them by name: [4, 4]: 'encoder.0.weight', " +
      "'encoder.1.weight' of the file, 'onnx::MatMul_20', 'onnx::MatMul_21' of the model",
  );
});

Deno.test("mapWeights() refuses rules that cannot be meant", () => {
  const cases: readonly [string[], string][] = [
    [["encoder"], "the rule 'encoder' must be FILE_NAME=MODEL_NAME, or FILE_NAME="],
    [["a.*=b"], "the rule 'a.*=b' must have as many * on the right as on the left, has 0 and 1"],
    [["head.*=:T"], "the rule 'head.*=:T' transposes what it leaves out"],
    [["had.*=head.*"], "no tensor of the file matches the rule 'had.*=head.*'; its names are "],
    [["head.bias=norm.bias"], "'norm.bias' and 'head.bias' of the file both become 'norm.bias'"],
    [
      ["head.bias=head.bias:T"],
      "the rule 'head.bias=head.bias:T' transposes 'head.bias', which is no matrix of floats",
    ],
  ];
  for (const [map, message] of cases) {
    const error = assertThrows(() => mapWeights(NETWORK, STATE, { map }), ModelError);
    const names = (text: string) => text.split("'").toSorted().join("'");
    assert(
      error.message.startsWith(message) || names(error.message) === names(message),
      `${error.message} instead of ${message}`,
    );
  }
});

Deno.test("readWeights() reads no pickled file, no incomplete folder and no file of another folder", async () => {
  const refused = (path: string, message: string) =>
    assertRejects(() => readWeights(path), SafetensorsError, message);
  await refused("m/pytorch_model.bin", "pickled weights are code");
  const folder = await Deno.makeTempDir();
  const index = (map: unknown) =>
    Deno.writeTextFile(`${folder}/model.safetensors.index.json`, JSON.stringify({ weight_map: map }));
  try {
    await refused(folder, "a folder must hold model.safetensors, or model.safetensors.index.json");
    for (const map of [{ w: "../w.safetensors" }, { w: "w.bin" }, { w: 1 }, null, "w"]) {
      await index(map);
      await refused(folder, "must be JSON with weight_map");
    }
    const tensors: Record<string, Tensor> = { w: tensorOf([1]) };
    await Deno.writeFile(`${folder}/a.safetensors`, encodeSafetensors(tensors));
    await index({ w: "a.safetensors", v: "a.safetensors" });
    await refused(folder, "a.safetensors lacks 'v', which the index promises");
    await index({ w: "a.safetensors" });
    assertEquals(await readWeights(folder), tensors);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("withWeights() lists what a file of other names lacks and has too much", () => {
  const g = new Graph();
  g.output(g.add(g.initializer("w", tensorOf([1])), g.input("x", "float32", [1])), "y");
  const error = assertThrows(
    () => withWeights(buildModel(g), mapWeights(buildModel(g), { v: tensorOf([2]) })),
    ModelError,
  );
  assertEquals(error.message, "the weights do not fit the model: 'w' is missing; 'v' is not in the model");
});
