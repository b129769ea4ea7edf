/**
 * Stored results of Optax and opacus for DP-SGD.
 *
 * @module
 */
import { type Tensor, tensor } from "../../onnx/mod.ts";

/** Elements by the name of the parameter. */
export type Stored = Readonly<Record<string, readonly number[]>>;

/** Options of a trajectory, in the peer's names. */
interface Options {
  readonly momentum?: number;
  readonly nesterov?: boolean;
}

/** The file. */
interface Golden {
  readonly versions: Readonly<Record<"optax" | "opacus", string>>;
  readonly clip: number;
  readonly multiplier: number;
  readonly rate: number;
  readonly shapes: Stored;
  readonly start: Stored;
  readonly grads: readonly Stored[];
  readonly noise: readonly Stored[];
  readonly clipped: Readonly<Record<"global" | "uniform" | "by size", Stored>>;
  readonly optax: readonly { readonly options: Options; readonly params: readonly Stored[] }[];
  readonly opacus: readonly {
    readonly options: Options;
    readonly x: readonly number[];
    readonly target: readonly number[];
    readonly start: Stored;
    readonly params: readonly Stored[];
  }[];
}

const FILE = new URL("../golden/dp_sgd/dp_sgd.json", import.meta.url);

/** The stored results. */
export const DP_GOLDEN = JSON.parse(Deno.readTextFileSync(FILE)) as Golden;

/** Returns stored elements as tensors. @param examples the length of a first axis of examples, if there is one */
export function tensorsOf(stored: Stored, shapes: Stored, examples?: number): Record<string, Tensor> {
  const first = examples === undefined ? [] : [examples];
  return Object.fromEntries(
    Object.entries(stored).map(([n, v]) => [n, tensor(Float64Array.from(v), [...first, ...shapes[n]!])]),
  );
}
