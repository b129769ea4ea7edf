/**
 * Runs models through Descent for `tools/backend.py`: the outputs, and the gradient of their projection on given cotangents
 * with respect to every float input.
 *
 *     deno run -A tools/backend_worker.ts FOLDER [FIRST]
 *
 * FOLDER contains `cases.json` and, for each case, `NAME.onnx` and `NAME.bin`, the concatenated bytes of its tensors. The
 * results of the cases from number FIRST (0 by default) on go to `results.jsonl`, one line each, and to `NAME.out`.
 *
 * @module
 */
import {
  backward,
  buildModel,
  DEFAULT_OPSET,
  type DType,
  Graph,
  graphOf,
  importModel,
  isFloat,
  type Model,
  openSession,
  parseModel,
  type Tensor,
  tensor,
  type TensorData,
  type Value,
} from "../mod.ts";

/** The place of a tensor in a file of bytes. */
interface Entry {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: number[];
  readonly offset: number;
  readonly bytes: number;
}

interface Case {
  readonly name: string;
  readonly inputs: Entry[];
  readonly cotangents: Entry[];
  /** Inputs that set how an operator works; no gradient with respect to them is computed. */
  readonly settings: string[];
}

interface Result {
  readonly name: string;
  /** The last stage; `"forward"` and `"gradient"` say where `error` was thrown. */
  stage: "forward" | "gradient" | "done";
  error?: string;
  outputs: Entry[];
  gradients: Entry[];
}

type Kind = new (buffer: ArrayBuffer) => TensorData & { buffer: ArrayBufferLike };

const ARRAYS: Readonly<Partial<Record<DType, unknown>>> = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Float16Array,
  bfloat16: Uint16Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
};

function readTensor(bytes: Uint8Array, e: Entry): Tensor {
  const part = bytes.slice(e.offset, e.offset + e.bytes);
  const make = (ARRAYS[e.dtype] ?? Uint8Array) as Kind;
  return tensor(new make(part.buffer), e.shape, e.dtype);
}

/** Tensors that are written to one file. */
class Bytes {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  add(name: string, t: Tensor): Entry {
    const { buffer, byteOffset, byteLength } = t.data as Float32Array;
    const part = new Uint8Array(buffer, byteOffset, byteLength);
    const entry = { name, dtype: t.dtype, shape: [...t.shape], offset: this.#length, bytes: byteLength };
    this.#parts.push(part);
    this.#length += byteLength;
    return entry;
  }

  all(): Uint8Array {
    const all = new Uint8Array(this.#length);
    let at = 0;
    for (const p of this.#parts) {
      all.set(p, at);
      at += p.length;
    }
    return all;
  }
}

async function evaluate(model: Model, feeds: Record<string, Tensor>): Promise<Record<string, Tensor>> {
  await using session = await openSession(model, { threads: 1 });
  return await session.run(Object.fromEntries(session.inputNames.map((n) => [n, feeds[n]!])));
}

/** Returns the gradient of the outputs' projection, and the names of the inputs with respect to which it is taken. */
function gradientOf(model: Model, c: Case): { graph: Graph; wrt: Value[] } {
  const opsets = Object.fromEntries(model.opsetImport.map((o) => [o.domain, Number(o.version)]));
  const graph = new Graph({ opsets: { ...opsets, "": Math.max(opsets[""] ?? 0, DEFAULT_OPSET) } });
  const { outputs } = importModel(model, graph);
  const names = model.graph!.output.map((o) => o.name);
  const wrt = graph.inputs.filter((v) =>
    v.known.dtype !== undefined && isFloat(v.dtype) && !c.settings.includes(v.name)
  );
  const seeds = c.cotangents.flatMap(({ name, dtype, shape }) => {
    const value = outputs[names.indexOf(name)]!;
    return [{ value, cotangent: graph.input(`cotangent_${name}`, dtype, value.shape ?? shape) }];
  });
  const grads = backward(graph, { seeds, wrt });
  grads.forEach((v, i) => graph.output(v, `gradient_${wrt[i]!.name}`));
  graph.prune();
  return { graph, wrt };
}

async function run(folder: string, c: Case): Promise<Result> {
  const result: Result = { name: c.name, stage: "forward", outputs: [], gradients: [] };
  const bytes = await Deno.readFile(`${folder}/${c.name}.bin`);
  const written = new Bytes();
  try {
    const model = parseModel(await Deno.readFile(`${folder}/${c.name}.onnx`));
    const feeds = Object.fromEntries(c.inputs.map((e) => [e.name, readTensor(bytes, e)]));
    const outputs = await evaluate(buildModel(graphOf(model).graph), feeds);
    for (const [name, t] of Object.entries(outputs)) {
      if (t.dtype !== "string") result.outputs.push(written.add(name, t));
    }
    result.stage = "gradient";
    if (c.cotangents.length > 0) {
      const { graph, wrt } = gradientOf(model, c);
      for (const e of c.cotangents) feeds[`cotangent_${e.name}`] = readTensor(bytes, e);
      const gradients = wrt.length === 0 ? {} : await evaluate(buildModel(graph), feeds);
      for (const v of wrt) result.gradients.push(written.add(v.name, gradients[`gradient_${v.name}`]!));
    }
    result.stage = "done";
  } catch (error) {
    result.error = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
  await Deno.writeFile(`${folder}/${c.name}.out`, written.all());
  return result;
}

if (import.meta.main) {
  const [folder, first] = [Deno.args[0]!, Number(Deno.args[1] ?? 0)];
  const cases: Case[] = JSON.parse(await Deno.readTextFile(`${folder}/cases.json`));
  // One line per case, so that the file shows the last case before a crash of the runtime.
  for (const c of cases.slice(first)) {
    const line = `${JSON.stringify(await run(folder, c))}\n`;
    await Deno.writeTextFile(`${folder}/results.jsonl`, line, { append: true });
  }
}
