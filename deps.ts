/**
 * The npm packages that the library uses: the one file that names them. `host` names the built-in modules.
 *
 * @module
 */
// deno-lint-ignore no-import-prefix -- the one file that names packages
import { parse } from "npm:csv-parse@7.0.3/sync";

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

/** How `csv-parse` reads a text, in its own words: its types need those of Node. */
export interface CsvOptions {
  /** Whether a byte order mark is left out. */
  readonly bom: boolean;
  /** What separates fields. */
  readonly delimiter: string;
  /** Whether each record comes with its place. */
  readonly info: boolean;
  /** What may end a record. */
  readonly record_delimiter: string[];
  /** Whether records may have different numbers of fields. */
  readonly relax_column_count: boolean;
  /** Whether empty lines are left out. */
  readonly skip_empty_lines: boolean;
  /** Whether white space around fields is left out. */
  readonly trim: boolean;
  /** The number of the last record to read. */
  readonly to?: number;
}

/** Reads the rows of comma-separated text; used by `data/table.ts`. */
export const parseCsv: (text: string, options: CsvOptions) => unknown = parse;

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
