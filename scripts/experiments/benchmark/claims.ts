/**
 * The claims of `benchmark`.
 *
 * @module
 */
import type { Asked } from "../../decision/mod.ts";
import type { Claim } from "../../report/mod.ts";
import type { BenchmarkData } from "./data.ts";

/** Decides the claims; none yet. */
export function claims(_data: BenchmarkData, _asked: Asked = {}): Claim[] {
  return [];
}
