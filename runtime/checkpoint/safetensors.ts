/**
 * The safetensors format: a header of JSON that says where each tensor's bytes lie, then the bytes. Nothing in such a file
 * is ever executed.
 *
 * @module
 */
import { concatBytes } from "../../files/mod.ts";
import { checkOptions, DescentError, messageOf, type OptionNames } from "../../options/mod.ts";
import { bitsOf } from "../../onnx/tensor/mod.ts";
import { bytesOf, tensorFromBytes } from "../../onnx/proto/mod.ts";
import type { DType, Tensor } from "../../onnx/mod.ts";

/** Reports a file that is not in the safetensors format. The message names the file and the fault. */
export class SafetensorsError extends DescentError {
  /** The name of the class. */
  override name = "SafetensorsError";
}

/** The contents of a safetensors file. */
export interface Safetensors {
  /** The tensors by name. */
  readonly tensors: Readonly<Record<string, Tensor>>;
  /** Texts by name, from the header's `__metadata__`. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The format's names of element types. Its two types of 6 bits have no counterpart in ONNX. */
const DTYPES: Readonly<Record<string, DType>> = {
  BOOL: "bool",
  F4: "float4e2m1",
  U8: "uint8",
  I8: "int8",
  F8_E5M2: "float8e5m2",
  F8_E4M3: "float8e4m3fn",
  F8_E8M0: "float8e8m0",
  F8_E4M3FNUZ: "float8e4m3fnuz",
  F8_E5M2FNUZ: "float8e5m2fnuz",
  I16: "int16",
  U16: "uint16",
  F16: "float16",
  BF16: "bfloat16",
  I32: "int32",
  U32: "uint32",
  F32: "float32",
  C64: "complex64",
  F64: "float64",
  I64: "int64",
  U64: "uint64",
};

const NAMES = new Map(Object.entries(DTYPES).map(([name, dtype]) => [dtype, name]));

/** The most bytes that a header may have, as in the reference implementation. */
const MOST_HEADER = 100_000_000;

/** The most dimensions of a tensor: more than any library has. */
const MOST_DIMENSIONS = 64;

/** Options of {@linkcode parseSafetensors}. */
export interface SafetensorsOptions {
  /** The name of the bytes in errors, such as a path. `"safetensors data"` by default. */
  readonly name?: string;
}

const SAFETENSORS_OPTIONS = { name: false } satisfies OptionNames<SafetensorsOptions>;

/**
 * Parses a safetensors file: the tensors, each in its own memory, and the metadata. As in the reference
 * implementation the tensors must cover the file, without gaps or overlaps, so that no byte has two meanings or none.
 * Types that no typed array has are kept as their bits, as in models.
 *
 * @throws {SafetensorsError} for anything else than such a file. Nothing is allocated on the word of the header alone.
 *
 * @example
 * ```ts
 * import { parseSafetensors, encodeSafetensors } from "./safetensors.ts";
 * import { tensor } from "../../onnx/mod.ts";
 * import { assertEquals } from "@std/assert";
 * const tensors = { w: tensor(Float32Array.of(1, 2, 3, 4), [2, 2]), n: tensor(BigInt64Array.of(5n), []) };
 * const file = { tensors, metadata: { made: "here" } };
 * assertEquals(parseSafetensors(encodeSafetensors(tensors, file)), file);
 * ```
 *
 * @see https://github.com/huggingface/safetensors, "Format".
 */
export function parseSafetensors(bytes: Uint8Array, options: SafetensorsOptions = {}): Safetensors {
  checkOptions("parseSafetensors", options, SAFETENSORS_OPTIONS);
  const { name = "safetensors data" } = options;
  const fail = (what: string): never => {
    throw new SafetensorsError(`${name}: ${what}`);
  };
  const { header, start } = readHeader(bytes, fail);
  const metadata = header.get("__metadata__") ?? {};
  if (!isRecord(metadata) || !Object.values(metadata).every((v) => typeof v === "string")) {
    return fail("__metadata__ must be an object of strings");
  }
  header.delete("__metadata__");
  const body = bytes.subarray(start);
  const entries = [...header].map(([key, entry]) => readEntry(key, entry, fail));
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let at = 0;
  for (const { key, begin, end } of entries) {
    if (begin !== at) fail(`tensor '${key}' begins at byte ${begin} of the data instead of ${at}`);
    if (end > body.length) fail(`tensor '${key}' ends at byte ${end} of the data, which has ${body.length}`);
    at = end;
  }
  if (at !== body.length) fail(`${body.length - at} bytes after the last tensor belong to none`);
  const tensors = entries.map(({ key, dtype, shape, begin, end }): [string, Tensor] => [
    key,
    tensorFromBytes(body.subarray(begin, end), { dtype, shape, who: `${name}: tensor '${key}'` }),
  ]);
  return { tensors: Object.fromEntries(tensors), metadata: metadata as Record<string, string> };
}

type Fail = (what: string) => never;

function readHeader(bytes: Uint8Array, fail: Fail): { header: Map<string, unknown>; start: number } {
  if (bytes.length < 8) {
    fail(`must begin with the 8 bytes of the header's length, has ${bytes.length} in all`);
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > MOST_HEADER) fail(`the header claims ${length} bytes, more than the ${MOST_HEADER} allowed`);
  const start = 8 + Number(length);
  if (start > bytes.length) fail(`the header ends at byte ${start}, the file at ${bytes.length}`);
  if (bytes[8] !== 0x7b || start === 8) fail("the header must begin with '{'");
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, start)));
  } catch (error) {
    throw fail(`the header is not JSON: ${messageOf(error)}`);
  }
  return { header: new Map(Object.entries(value as object)), start };
}

interface Entry {
  readonly key: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function readEntry(key: string, value: unknown, fail: Fail): Entry {
  const who = `tensor '${key}'`;
  if (!isRecord(value)) return fail(`${who} must be an object`);
  const { dtype: code, shape, data_offsets: offsets } = value;
  const dtype = typeof code === "string" && Object.hasOwn(DTYPES, code) ? DTYPES[code]! : undefined;
  if (dtype === undefined) {
    return fail(`${who} has the type ${JSON.stringify(code)}; known are ${Object.keys(DTYPES).join(", ")}`);
  }
  if (!isCounts(shape) || shape.length > MOST_DIMENSIONS) {
    return fail(`${who} must have a shape of at most ${MOST_DIMENSIONS} whole numbers`);
  }
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!) {
    return fail(`${who} must have data_offsets [begin, end]`);
  }
  const [begin, end] = offsets as [number, number];
  // In BigInt, because dimensions of a corrupt file may multiply beyond 2^53.
  const bits = shape.reduce((n, d) => n * BigInt(d), BigInt(bitsOf(dtype)));
  if (bits !== 8n * BigInt(end - begin)) {
    return fail(
      `${who}: ${code} [${shape.join(", ")}] takes ${bits} bits, data_offsets ${end - begin} bytes`,
    );
  }
  return { key, dtype, shape, begin, end };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((v) => Number.isSafeInteger(v) && v >= 0);
}

/**
 * Returns a safetensors file in pieces: its header, then each tensor's own memory. Wide elements come first and the
 * header is padded to 8 bytes, so that every tensor is aligned; the same tensors give the same bytes, in whatever
 * order.
 *
 * @throws {RangeError} for a type that the format does not have (strings, `complex128`, most types under 8 bits), or for
 * a tensor of narrow elements that ends within a byte.
 *
 * @example
 * ```ts
 * import { parseSafetensors, safetensorsChunks } from "./safetensors.ts";
 * import { tensorOf } from "../../onnx/mod.ts";
 * import { assertEquals } from "@std/assert";
 * const tensors = { w: tensorOf([1, 2]), b: tensorOf([3]) };
 * const [header, ...data] = safetensorsChunks(tensors);
 * assertEquals([header!.length % 8, data.map((chunk) => chunk.length)], [0, [4, 8]]);
 * const file = new Uint8Array(await new Blob([header!, ...data]).arrayBuffer());
 * assertEquals(parseSafetensors(file).tensors, tensors);
 * ```
 */
export function safetensorsChunks(
  tensors: Readonly<Record<string, Tensor>>,
  options: Partial<Safetensors> = {},
): Uint8Array<ArrayBuffer>[] {
  // The result of `parseSafetensors` may be passed as options, to keep its metadata.
  checkOptions("safetensors", options, { tensors: false, metadata: false });
  const { metadata = {} } = options;
  const entries = Object.entries(tensors).sort(([a, s], [b, t]) =>
    bitsOf(t.dtype) - bitsOf(s.dtype) || (a < b ? -1 : 1)
  );
  const fields: [string, unknown][] = [];
  if (Object.keys(metadata).length > 0) fields.push(["__metadata__", metadata]);
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let at = 0;
  for (const [name, t] of entries) {
    const dtype = NAMES.get(t.dtype);
    if (dtype === undefined) throw new RangeError(`safetensors have no ${t.dtype}, which '${name}' is`);
    if (name === "__metadata__") throw new RangeError("a tensor cannot be named '__metadata__'");
    if (t.shape.reduce((a, b) => a * b, bitsOf(t.dtype)) % 8 !== 0) {
      throw new RangeError(`tensor '${name}' of ${t.dtype} must end with a whole byte`);
    }
    const bytes = bytesOf(t);
    fields.push([name, { dtype, shape: t.shape, data_offsets: [at, at + bytes.length] }]);
    chunks.push(bytes);
    at += bytes.length;
  }
  const header = new TextEncoder().encode(JSON.stringify(Object.fromEntries(fields)));
  const length = Math.ceil(header.length / 8) * 8;
  if (length > MOST_HEADER) {
    throw new RangeError(`the header would have ${length} bytes, over ${MOST_HEADER}`);
  }
  const head = new Uint8Array(8 + length).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(length), true);
  head.set(header, 8);
  return [head, ...chunks];
}

/**
 * Returns a safetensors file as one array.
 *
 * @throws {RangeError} as `safetensorsChunks` does.
 *
 * @example
 * ```ts
 * import { encodeSafetensors, parseSafetensors } from "./safetensors.ts";
 * import { tensorOf } from "../../onnx/mod.ts";
 * import { assertEquals } from "@std/assert";
 * const tensors = { w: tensorOf([1, 2, 3, 4], [2, 2]) };
 * const metadata = { format: "pt" };
 * assertEquals(parseSafetensors(encodeSafetensors(tensors, { metadata })), { tensors, metadata });
 * ```
 */
export function encodeSafetensors(
  tensors: Readonly<Record<string, Tensor>>,
  options: Partial<Safetensors> = {},
): Uint8Array<ArrayBuffer> {
  return concatBytes(safetensorsChunks(tensors, options));
}

/**
 * Returns a safetensors file as one array.
 *
 * @example
 * ```ts
 * import { parseSafetensors, writeSafetensors } from "./safetensors.ts";
 * import { tensorOf } from "../../onnx/mod.ts";
 * import { assertEquals } from "@std/assert";
 * const tensors = { w: tensorOf([1, 2, 3, 4], [2, 2]) };
 * assertEquals(parseSafetensors(writeSafetensors(tensors)).tensors, tensors);
 * ```
 *
 * @deprecated Use `encodeSafetensors(tensors, options)`: "write" is for paths. Will be removed in 0.3.0.
 */
export function writeSafetensors(
  tensors: Readonly<Record<string, Tensor>>,
  options: Partial<Safetensors> = {},
): Uint8Array<ArrayBuffer> {
  return encodeSafetensors(tensors, options);
}
