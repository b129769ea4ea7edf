/**
 * Compares shape inference with ONNX Runtime: with a node's actual results, and with the runtime's own inference.
 *
 * @module
 */
import { importOnnxRuntime } from "../../../deps.ts";
import {
  buildModel,
  type Dim,
  type DType,
  type EmitOptions,
  encodeModel,
  Graph,
  type Shape,
  type Tensor,
  tensor,
  tensorOf,
  type Value,
} from "../../../onnx/mod.ts";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";

/** An operand: a tensor, either an initializer or fed at run time. */
export interface Operand {
  readonly tensor: Tensor;
  readonly constant: boolean;
}

/** One node to try. */
export interface Case {
  readonly op: string;
  readonly opset: number;
  readonly operands: readonly (Operand | null)[];
  readonly attributes: NonNullable<EmitOptions["attributes"]>;
  readonly outputs: number;
  /** Whether the runtime's own inference is wrong, so ours need not match it. */
  readonly bold?: boolean;
  /** Types and shapes by the specification, if the runtime cannot run the node. */
  readonly expected?: readonly (readonly [DType, readonly number[]])[];
}

let seed = 1;

/** Returns numbers in 0.1..1.1, the same in every run. */
function noise(length: number): number[] {
  return Array.from({ length }, () => {
    seed = (seed * 16807) % 2147483647;
    return 0.1 + seed / 2147483647;
  });
}

/** Returns an operand of random numbers, fed at run time. */
export function fed(shape: readonly number[], dtype: DType = "float32"): Operand {
  const length = shape.reduce((a, b) => a * b, 1);
  if (dtype === "string") {
    return { tensor: tensor(Array.from({ length }, (_, i) => `a ${i}`), shape), constant: false };
  }
  const values = noise(length).map((v) => {
    if (dtype === "bool") return Number(v > 0.6);
    return dtype.startsWith("float") ? v : Math.ceil(3 * v);
  });
  return { tensor: tensorOf(values, shape, dtype), constant: false };
}

/** Returns an operand of these numbers, fed at run time: only its shape is known. */
export function given(values: number[], dtype: DType = "int64", shape: number[] = [values.length]): Operand {
  return { tensor: tensorOf(values, shape, dtype), constant: false };
}

/** Returns an initializer of these numbers. */
export function known(values: number[], dtype: DType = "int64", shape: number[] = [values.length]): Operand {
  return { tensor: tensorOf(values, shape, dtype), constant: true };
}

/** Returns a case. */
export function node(
  op: string,
  operands: readonly (Operand | null)[],
  options: Partial<Pick<Case, "opset" | "attributes" | "outputs" | "expected" | "bold">> = {},
): Case {
  return { op, operands, opset: 21, attributes: {}, outputs: 1, ...options };
}

interface Built {
  readonly bytes: Uint8Array;
  readonly outputs: readonly Value[];
  readonly sizes: ReadonlyMap<string, number>;
}

/** Returns a model of one node, with the inputs' dimensions named by `nameDim` or static. */
export function build(c: Case, nameDim?: (input: number, axis: number, size: number) => Dim): Built {
  const graph = new Graph({ opsets: { "": c.opset } });
  const sizes = new Map<string, number>();
  const operands = c.operands.map((o, i) => {
    if (o === null) return null;
    if (o.constant) return graph.initializer(`c${i}`, o.tensor);
    const shape = o.tensor.shape.map((d, axis): Dim => {
      const dim = nameDim?.(i, axis, d) ?? d;
      if (typeof dim === "string") sizes.set(dim, d);
      return dim;
    });
    return graph.input(`x${i}`, o.tensor.dtype, shape);
  });
  const outputs = graph.emit(c.op, operands, { attributes: c.attributes, outputs: c.outputs });
  outputs.forEach((y, i) => graph.output(y, `y${i}`));
  const model = buildModel(graph);
  // The runtime must infer the shapes itself.
  for (const output of model.graph!.output) {
    if (output.type?.value.case === "tensorType") delete output.type.value.value.shape;
  }
  return { bytes: encodeModel(model), outputs, sizes };
}

/** The runtime's result for an output. */
export interface Reported {
  readonly dtype: string;
  readonly shape: readonly (number | string)[] | undefined;
  /** The elements, if the model was run. */
  readonly data?: ArrayLike<unknown>;
}

const OPTIONS = { graphOptimizationLevel: "disabled", logSeverityLevel: 4 } as const;

/** Returns what the runtime infers for the outputs of a model without running it. */
export async function reported(bytes: Uint8Array): Promise<Reported[]> {
  const ort = await importOnnxRuntime();
  const session = await ort.InferenceSession.create(bytes, OPTIONS);
  const result = session.outputMetadata.map((m) =>
    m.isTensor ? { dtype: m.type as string, shape: m.shape } : { dtype: "?", shape: undefined }
  );
  await session.release();
  return result;
}

/** Returns the actual results of a node. */
export async function returned(c: Case, bytes: Uint8Array): Promise<Reported[]> {
  const ort = await importOnnxRuntime();
  const session = await ort.InferenceSession.create(bytes, OPTIONS);
  const feeds: Record<string, InstanceType<typeof ort.Tensor>> = {};
  c.operands.forEach((o, i) => {
    if (o === null || o.constant) return;
    const { dtype, data, shape } = o.tensor;
    feeds[`x${i}`] = new ort.Tensor(dtype as "float32", data as Float32Array, shape);
  });
  const results = await session.run(feeds);
  await session.release();
  return Array.from({ length: c.outputs }, (_, i) => {
    const y = results[`y${i}`]!;
    return { dtype: y.type as string, shape: y.dims, data: y.data as ArrayLike<unknown> };
  });
}

/** Compares inferred symbols with the sizes that they stand for; a fresh symbol has only one size. */
export function checkSymbolic(
  shape: Shape | undefined,
  actual: readonly number[],
  sizes: Map<string, number>,
): void {
  if (shape === undefined) return;
  assertEquals(shape.length, actual.length, `rank of [${shape}], really [${actual}]`);
  shape.forEach((d, i) => {
    if (typeof d === "string" && !sizes.has(d)) sizes.set(d, actual[i]!);
    const size = typeof d === "string" ? sizes.get(d)! : d;
    assertEquals(size, actual[i]!, `dimension ${i} of [${shape}], really [${actual}]`);
  });
}

/** Compares inferred contents with the actual elements. */
export function checkContents(
  contents: readonly Dim[] | undefined,
  actual: ArrayLike<unknown> | undefined,
  sizes: Map<string, number>,
): void {
  if (contents === undefined || actual === undefined) return;
  const elements = Array.from(actual, Number);
  assertEquals(contents.length, elements.length, `[${contents}], really [${elements}]`);
  contents.forEach((d, i) => {
    if (typeof d === "string" && !sizes.has(d)) sizes.set(d, elements[i]!);
    const value = typeof d === "string" ? sizes.get(d)! : d;
    assertAlmostEquals(value, elements[i]!, 1e-6 * Math.abs(value), `[${contents}], really [${elements}]`);
  });
}

/** Checks that our inference knows every size that the runtime's own inference knows. */
export function checkPrecision(
  shape: Shape | undefined,
  theirs: readonly (number | string)[] | undefined,
  sizes: ReadonlyMap<string, number>,
): void {
  if (theirs === undefined || theirs.length === 0) return;
  assert(shape !== undefined, `nothing inferred where ONNX Runtime has [${theirs}]`);
  theirs.forEach((d, i) => {
    const mine = shape[i]!;
    const settled = typeof mine === "number" || sizes.has(mine);
    // The runtime writes 0 for unknown sizes.
    const theirsSettled = typeof d === "number" ? d > 0 : sizes.has(d);
    assert(settled || !theirsSettled, `[${shape}] is less precise than ONNX Runtime's [${theirs}]`);
  });
}

/** Runs a case through every check. */
export async function check(c: Case): Promise<void> {
  const plain = build(c);
  const actual: Reported[] = c.expected?.map(([dtype, shape]) => ({ dtype, shape })) ??
    await returned(c, plain.bytes);
  plain.outputs.forEach((y, i) => {
    assertEquals(y.known.dtype as string, actual[i]!.dtype, `type of output ${i}`);
    // Sizes that depend on values fed at run time are symbols even here.
    checkSymbolic(y.shape, actual[i]!.shape as number[], new Map());
    checkContents(y.contents, actual[i]!.data, new Map());
  });
  const namings = [
    (_input: number, _axis: number, size: number) => `d${size}`,
    (input: number, axis: number) => `i${input}_${axis}`,
  ];
  for (const naming of namings) {
    const symbolic = build(c, naming);
    const theirs = c.expected || c.bold ? undefined : await reported(symbolic.bytes);
    const sizes = new Map(symbolic.sizes);
    symbolic.outputs.forEach((y, i) => {
      checkSymbolic(y.shape, actual[i]!.shape as number[], sizes);
      checkContents(y.contents, actual[i]!.data, sizes);
      checkPrecision(y.shape, theirs?.[i]?.shape, symbolic.sizes);
    });
  }
}

/**
 * Runs a graph with symbolic dimensions, and compares everything inferred about its outputs with its results.
 *
 * @param feeds a tensor for each input, whose sizes are the values of the input's symbols
 */
export async function checkGraph(graph: Graph, feeds: Readonly<Record<string, Tensor>>): Promise<void> {
  const ort = await importOnnxRuntime();
  const model = buildModel(graph);
  for (const output of model.graph!.output) {
    if (output.type?.value.case === "tensorType") delete output.type.value.value.shape;
  }
  const session = await ort.InferenceSession.create(encodeModel(model), OPTIONS);
  const sizes = new Map<string, number>();
  const inputs = Object.fromEntries(graph.inputs.map((x) => {
    const { dtype, data, shape } = feeds[x.name]!;
    checkSymbolic(x.shape, shape, sizes);
    return [x.name, new ort.Tensor(dtype as "float32", data as Float32Array, shape)];
  }));
  const results = await session.run(inputs);
  await session.release();
  for (const y of graph.outputs) {
    const result = results[y.name]!;
    assertEquals(y.known.dtype as string, result.type as string, `type of ${y.name}`);
    checkSymbolic(y.shape, result.dims, sizes);
    checkContents(y.contents, result.data as ArrayLike<unknown>, sizes);
  }
}
