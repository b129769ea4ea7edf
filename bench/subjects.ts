/**
 * The subjects of the comparison, and the command that starts each.
 *
 * @module
 */
import type { OptimizerName, Work } from "./work.ts";

/** A subject: an implementation that trains. */
export interface Subject {
  /** Its name in the tables. */
  readonly name: string;
  /** The command, without the path of the task. */
  readonly command: readonly string[];
  /** Arguments after the path of the task. */
  readonly args?: readonly string[];
  /** The kinds of network that it builds; all if it reads Descent's model. */
  readonly kinds?: readonly string[];
  /** The update rules to measure it with; all by default. */
  readonly optimizers?: readonly OptimizerName[];
  /** Its requirement, and how to check it; without it the subject is left out by name. */
  readonly needs?: { readonly what: string; readonly check: readonly string[] };
  /** Whether it does only part of a step and trains nothing, so that it has no loss to compare. */
  readonly partial?: boolean;
  /** Whether it is too slow for a quick run. */
  readonly slow?: boolean;
}

/** Steps per run of Descent's program, the default of `fit`. */
export const CHUNK = 64;

const python = Deno.env.get("DESCENT_PYTHON") ?? "python3";

/** Returns the command that runs a file of `subjects/`. */
export function deno(file: string): readonly string[] {
  const path = new URL(`subjects/${file}`, import.meta.url).pathname;
  const lock = new URL("../dev.lock", import.meta.url).pathname;
  // Reading the peak memory in /proc needs all permissions.
  return [Deno.execPath(), "run", "--quiet", `--lock=${lock}`, "--allow-all", path];
}

function py(file: string): readonly string[] {
  return [python, new URL(`subjects/${file}`, import.meta.url).pathname];
}

function has(...modules: readonly string[]) {
  return { what: `${python} with ${modules.join(" and ")}`, check: [python, "-c", `import ${modules}`] };
}

/** The matrix products and convolutions of Descent's program and nothing else: the floor of its step. */
export const PRODUCTS_ALONE = "products alone";

/** All subjects; the first is the reference. */
export const SUBJECTS: readonly Subject[] = [
  { name: "Descent", command: deno("program.ts"), args: [`${CHUNK}`] },
  { name: "Descent, a run a step", command: deno("program.ts"), args: ["1"] },
  {
    name: "Descent, gradients only",
    command: deno("gradients.ts"),
    // The gradient of a model leaves batch normalization in its inference form.
    kinds: ["mlp", "lenet", "lstm", "transformer"],
  },
  { name: PRODUCTS_ALONE, command: deno("products.ts"), args: [`${CHUNK}`], partial: true },
  { name: "PyTorch eager", command: py("torch_subject.py"), needs: has("torch") },
  {
    name: "PyTorch compiled",
    command: py("torch_subject.py"),
    args: ["compile"],
    // Compiling takes up to a minute, and rules hardly differ.
    optimizers: ["adam"],
    needs: has("torch"),
    slow: true,
  },
  { name: "JAX jitted", command: py("jax_subject.py"), kinds: ["mlp"], needs: has("jax", "optax") },
  { name: "jax-js Wasm", command: deno("jax_js.ts"), kinds: ["mlp"] },
  { name: "jax-js Wasm, ONNX", command: deno("jax_js.ts"), args: ["onnx"], kinds: ["mlp", "lenet"] },
  { name: "tfjs Wasm", command: deno("tfjs.ts"), args: ["wasm"], kinds: ["mlp"] },
  { name: "tfjs CPU", command: deno("tfjs.ts"), args: ["cpu"], kinds: ["mlp"], slow: true },
];

/** Returns whether a subject is measured on a work with an update rule. */
export function trains({ kinds, optimizers }: Subject, work: Work, optimizer: OptimizerName): boolean {
  return (kinds === undefined || kinds.includes(work.architecture.kind)) &&
    (optimizers === undefined || optimizers.includes(optimizer));
}
