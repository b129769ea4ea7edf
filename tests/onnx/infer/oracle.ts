/**
 * Holds shape inference against ONNX Runtime: what a node really returns, and what the runtime infers itself.
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
  /** Whether the runtime's own inference claims more than holds, so that ours need not match it. */
  readonly bold?: boolean;
  /** Types and shapes after the specification, where the runtime cannot run the node. */
  readonly expected?: readonly (readonly [DType, readonly number[]])[];
}

let seed = 1;

/** Numbers in 0.1..1.1, the same in every run. */
function noise(length: number): number[] {
  return Array.from({ length }, () => {
    seed = (seed * 16807) % 2147483647;
    return 0.1 + seed / 2147483647;
  });
}

/** An operand of random numbers, fed at run time. */
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

/** An operand of these numbers, fed at run time: nothing but its shape is known. */
export function given(values: number[], dtype: DType = "int64", shape: number[] = [values.length]): Operand {
  return { tensor: tensorOf(values, shape, dtype), constant: false };
}

/** An initializer of these numbers. */
export function known(values: number[], dtype: DType = "int64", shape: number[] = [values.length]): Operand {
  return { tensor: tensorOf(values, shape, dtype), constant: true };
}

/** A case in short. */
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

/** A model of the one node, its inputs' dimensions named by `nameDim` or static. */
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

/** What the runtime says of an output. */
export interface Reported {
  readonly dtype: string;
  readonly shape: readonly (number | string)[] | undefined;
  /** The elements, where it was run. */
  readonly data?: ArrayLike<unknown>;
}

const OPTIONS = { graphOptimizationLevel: "disabled", logSeverityLevel: 4 } as const;

/** What the runtime infers for the outputs of a model without running it. */
export async function reported(bytes: Uint8Array): Promise<Reported[]> {
  const ort = await importOnnxRuntime();
  const session = await ort.InferenceSession.create(bytes, OPTIONS);
  const result = session.outputMetadata.map((m) =>
    m.isTensor ? { dtype: m.type as string, shape: m.shape } : { dtype: "?", shape: undefined }
  );
  await session.release();
  return result;
}

/** What a node really returns. */
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

/** Checks what was inferred with symbols against the sizes that they stand for; a fresh symbol has one size only. */
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

/** Checks inferred contents against the real elements. */
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

/** Checks that where the runtime's own inference knows a size, ours does. */
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
    // The runtime writes 0 for what it does not know.
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
 * Runs a graph with symbolic dimensions and holds all that is inferred of its outputs against what it returns.
 *
 * @param feeds a tensor for each input; its sizes are what the input's symbols stand for
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
