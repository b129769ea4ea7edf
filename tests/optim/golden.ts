/**
 * Stored trajectories of PyTorch and Optax, and how the library is compared with them.
 *
 * @module
 */
import { assert } from "@std/assert";
import { type Tensor, tensor } from "../../onnx/mod.ts";
import { applyUpdates } from "../../optim/apply_updates.ts";
import type { Optimizer } from "../../optim/optimizer.ts";

/** Elements of tensors by name. */
export type Values = Readonly<Record<string, readonly number[]>>;

/** Hyper-parameters under the framework's own names. */
// deno-lint-ignore no-explicit-any -- each framework has its own
export type Hyper = Readonly<Record<string, any>>;

/** One trajectory. */
export interface Case {
  readonly name: string;
  readonly hyper: Hyper;
  readonly tensors: readonly string[];
  readonly params: Readonly<Record<string, Values>>;
  readonly averages?: Readonly<Record<string, Values>>;
  readonly precision?: string;
}

/** The framework of the trajectories. */
export type Framework = "torch" | "torch_scheduled" | "optax" | "authors";

/** Returns the library's optimizer for a framework's hyper-parameters; `null` if the library has no such form. */
export type Maker = (hyper: Hyper, c: Case) => Optimizer | null;

interface Shared {
  readonly kept: readonly number[];
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly params: Values;
  readonly sequence: readonly { readonly value: number; readonly grads: Values; readonly hessians: Values }[];
}

const GOLDEN = new URL("../golden/optim/", import.meta.url);

function read<T>(name: string): T {
  return JSON.parse(Deno.readTextFileSync(new URL(name, GOLDEN)));
}

const shared = read<Shared>("grads.json");

/** Returns the trajectories of one of a framework's optimizers. */
export function trajectories(framework: Framework, name: string): { version: string; cases: Case[] } {
  return read(`${framework}/${name}.json`);
}

/** Returns the names of a framework's optimizers that have trajectories. */
export function trajectoryNames(framework: Framework): string[] {
  return [...Deno.readDirSync(new URL(`${framework}/`, GOLDEN))].map((e) => e.name.replace(".json", ""))
    .sort();
}

function tensors(values: Values, names: readonly string[]): Record<string, Tensor> {
  return Object.fromEntries(
    names.map((n) => [n, tensor(Float64Array.from(values[n]!), shared.shapes[n]!)]),
  );
}

/** Runs the optimizer along the stored gradients; parameters and averages must stay within 1e-12. */
export function follow(opt: Optimizer, c: Case, bound = 1e-12): void {
  let params = tensors(shared.params, c.tensors);
  let state = opt.init(params);
  shared.sequence.forEach(({ grads, value, hessians }, k) => {
    const options = { value, hessians: tensors(hessians, c.tensors) };
    const given = tensors(grads, c.tensors);
    if (c.hyper.nan_at?.includes(k + 1)) (given.matrix!.data as Float64Array)[0] = NaN;
    const [updates, next] = opt.update(given, state, params, options);
    params = applyUpdates(params, updates) as Record<string, Tensor>;
    state = next;
    if (!shared.kept.includes(k + 1)) return;
    compare(params, c.params[k + 1]!, { what: `after step ${k + 1}`, bound });
    if (c.averages) {
      const averages = opt.evaluationParams(params, state);
      compare(averages, c.averages[k + 1]!, { what: `average after step ${k + 1}`, bound });
    }
  });
}

function compare(
  got: Record<string, Tensor>,
  expected: Values,
  { what, bound }: { what: string; bound: number },
): void {
  for (const [n, t] of Object.entries(got)) {
    const scale = Math.max(1, ...expected[n]!.map(Math.abs));
    expected[n]!.forEach((v, i) => {
      const error = Math.abs(Number(t.data[i]) - v) / scale;
      assert(error <= bound, `${n}[${i}] ${what}: ${t.data[i]} instead of ${v}, an error of ${error}`);
    });
  }
}
