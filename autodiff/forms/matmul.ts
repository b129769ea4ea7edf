/**
 * The forms of products of matrices.
 *
 * @module
 */
import type { Dim } from "../../onnx/tensor/mod.ts";
import type { Target } from "../site.ts";

/**
 * The form of `p' q` from `p` `[R, M]` and `q` `[R, N]`: `"gemm"` is one `Gemm` that reads `p` transposed;
 * `"transposed"` is the transpose of `q' p`.
 */
export type RowProductForm = "gemm" | "transposed";

/**
 * From this many columns of `p` on, a processor's `Gemm` spends more time on packing `p` transposed than it takes to
 * transpose the result. Measured: "Parts" in `bench/README.md`: 33 ms against 43 for 10,000 x 200 of 700 rows.
 */
const WIDE = 4000;

/**
 * Up to this many columns of `q` the result is narrow enough for its transpose to pay. Measured with {@linkcode WIDE}.
 */
const NARROW = 512;

/** Returns the form of `p' q`; a size that is not known counts as neither wide nor narrow. */
export function rowProductForm(
  { m, n, target }: { m: Dim | undefined; n: Dim | undefined; target: Target },
): RowProductForm {
  return target === "cpu" && Number(m) >= WIDE && Number(n) <= NARROW ? "transposed" : "gemm";
}
