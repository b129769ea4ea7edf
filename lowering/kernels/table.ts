/**
 * The kernels of ONNX Runtime 1.30's providers, as `tools/kernels/read.py` reads them from their libraries.
 *
 * @module
 */
import cuda from "./cuda.json" with { type: "json" };
import webgpu from "./webgpu.json" with { type: "json" };

/** A provider that has kernels for a part of the operators only. */
export type Provider = "cuda" | "webgpu";

/** A kernel: versions of an operator, and types of its tensors, that a provider computes. */
export interface Kernel {
  /** The first version of the operator that it is for. */
  readonly first: number;
  /** The last one; `null` if the kernel is for the version `first` alone, as far as the provider knows. */
  readonly last: number | null;
  /** The element types that it takes, by the name of a type variable or of an input. */
  readonly types: Readonly<Record<string, readonly string[]>>;
}

type Row = readonly [first: number, last: number | null, types: Readonly<Record<string, string>>];

const TABLES: Readonly<Record<Provider, Readonly<Record<string, readonly Row[]>>>> = {
  cuda: cuda.operators as unknown as Record<string, Row[]>,
  webgpu: webgpu.operators as unknown as Record<string, Row[]>,
};

/** Returns all kernels that a provider has of an operator, of all versions; `domain` is `""` for `ai.onnx`. */
export function kernelsOf(
  provider: Provider,
  { domain, opType }: { readonly domain: string; readonly opType: string },
): readonly Kernel[] {
  const name = domain === "" ? opType : `${domain}:${opType}`;
  const rows = Object.hasOwn(TABLES[provider], name) ? TABLES[provider][name]! : [];
  return rows.map(([first, last, types]) => ({
    first,
    last,
    types: Object.fromEntries(Object.entries(types).map(([k, names]) => [k, names.split(" ")])),
  }));
}
