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

/** Options of `csv-parse`, by its own names: its types need those of Node. */
export interface CsvOptions {
  /** Leaves out a byte order mark. */
  readonly bom: boolean;
  /** The separator of fields. */
  readonly delimiter: string;
  /** Returns each record with its place. */
  readonly info: boolean;
  /** The texts that may end a record. */
  readonly record_delimiter: string[];
  /** Accepts records with different numbers of fields. */
  readonly relax_column_count: boolean;
  /** Leaves out empty lines. */
  readonly skip_empty_lines: boolean;
  /** Leaves out white space around fields. */
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

/** Loads Vega and Vega-Lite, which draw plots; used by `plots/render.ts`. */
export async function importVega(): Promise<{
  readonly vega: typeof import("npm:vega@6.4.0");
  readonly vegaLite: typeof import("npm:vega-lite@6.5.0");
}> {
  // deno-lint-ignore no-import-prefix -- the one file that names packages
  const [vega, vegaLite] = await Promise.all([import("npm:vega@6.4.0"), import("npm:vega-lite@6.5.0")]);
  return { vega, vegaLite };
}

/** The part of d3-contour that plots use: its own types are a package that compilers cannot import from. */
export interface ContourFinder {
  /** Sets the columns and rows of the grid. */
  size(size: [columns: number, rows: number]): this;
  /** Sets whether to interpolate linearly. */
  smooth(smooth: boolean): this;
  /** Sets the heights of the contours. */
  thresholds(heights: number[]): this;
  /** Returns the areas above each height: polygons of rings of points. */
  (values: number[]): { readonly value: number; readonly coordinates: number[][][][] }[];
}

/** Loads the function that finds contours on a grid; used by `plots/contours.ts`. */
export async function importContours(): Promise<{ contours(): ContourFinder }> {
  // @ts-types="npm:@types/d3-contour@3.0.6"
  // deno-lint-ignore no-import-prefix -- the one file that names packages
  const { contours } = await import("npm:d3-contour@4.0.2");
  return { contours: contours as unknown as () => ContourFinder };
}

/** Loads the renderer of SVG as PNG; used by `plots/png.ts`. */
export async function importResvg(): Promise<typeof import("npm:@resvg/resvg-wasm@2.6.2")> {
  // deno-lint-ignore no-import-prefix -- the one file that names packages
  return await import("npm:@resvg/resvg-wasm@2.6.2");
}

/** Loads the fonts of PNG files, and returns the addresses of their files: Latin and Greek letters. */
export async function importFonts(): Promise<URL[]> {
  // Files of a package have addresses once something of it has been imported.
  // deno-lint-ignore no-import-prefix -- the one file that names packages
  await import("npm:@fontsource/didact-gothic@5.3.0/unicode.json", { with: { type: "json" } });
  return ["latin", "greek"].map((letters) =>
    packageFile("@fontsource/didact-gothic", `files/didact-gothic-${letters}-400-normal.woff2`)
  );
}

/** The packages whose files are read, and what they are resolved by. */
const PACKAGES = {
  "@fontsource/didact-gothic": { version: "5.3.0", path: "/unicode.json" },
  "@resvg/resvg-wasm": { version: "2.6.2", path: "/index_bg.wasm" },
  vega: { version: "6.4.0", path: "" },
};

/** Returns the address of a file beside the one that an imported package is resolved by. */
export function packageFile(name: keyof typeof PACKAGES, file: string): URL {
  const { version, path } = PACKAGES[name];
  // Deno resolves packages by their version, other runtimes by the folder that they are installed in.
  return new URL(
    file,
    import.meta.resolve("Deno" in globalThis ? `npm:${name}@${version}${path}` : `${name}${path}`),
  );
}
