/**
 * The npm packages and built-in modules that the library uses: the one file that names them.
 *
 * @module
 */
export { clone, create, fromBinary, type Message, toBinary } from "npm:@bufbuild/protobuf@2.17.0";
export {
  enumDesc,
  fileDesc,
  type GenEnum,
  type GenFile,
  type GenMessage,
  messageDesc,
} from "npm:@bufbuild/protobuf@2.17.0/codegenv2";

/** The version of onnxruntime-node that the library is written for and tested with. */
export const ONNX_RUNTIME_VERSION = "1.30.0";

/** Loads ONNX Runtime, native code included: in a function, so that importing the library alone does not. */
export function importOnnxRuntime(): Promise<typeof import("npm:onnxruntime-node@1.30.0")> {
  // deno-lint-ignore no-import-prefix -- the one file that names packages
  return import("npm:onnxruntime-node@1.30.0");
}

/** Starts a SHA-256 of bytes that come in pieces. Loads the module when first needed, because it is slow to load. */
export async function sha256(): Promise<import("node:crypto").Hash> {
  const { createHash } = await import("node:crypto");
  return createHash("sha256");
}

/** Reads the rows of comma-separated text; used by `data/table.ts`. */
export { parse as parseCsv } from "npm:csv-parse@7.0.3/sync";

/** Loads zlib, which reports where compressed data ends. It is a function so that importing the library does not load it. */
export function importZlib(): Promise<typeof import("node:zlib")> {
  return import("node:zlib");
}

/** Loads what the system says of its processors; used by `runtime/session/load.ts`. */
export function importOs(): Promise<typeof import("node:os")> {
  return import("node:os");
}

/** Loads the decompositions of small matrices; used by `curvature/lanczos.ts`. */
export async function importMatrix(): Promise<
  Pick<typeof import("npm:ml-matrix@6.15.1"), "EigenvalueDecomposition">
> {
  // deno-lint-ignore no-import-prefix -- the one file that names packages
  const { EigenvalueDecomposition } = await import("npm:ml-matrix@6.15.1");
  return { EigenvalueDecomposition };
}

/** Loads the reader of Parquet files; used by `data/parquet.ts`. It is a function because few programs read such files. */
export function importParquet(): Promise<typeof import("npm:hyparquet@1.33.0")> {
  // deno-lint-ignore no-import-prefix -- the one file that names packages
  return import("npm:hyparquet@1.33.0");
}
