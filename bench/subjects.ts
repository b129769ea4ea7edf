/**
 * The subjects of the comparison, and the command that starts each.
 *
 * @module
 */
import type { Device } from "../mod.ts";
import { MATRIX_RULES, type Needs, type OptimizerName, type Work } from "./work.ts";

/** A subject: an implementation that trains. */
export interface Subject {
  /** Its name in the tables. */
  readonly name: string;
  /** The command, without the path of the task. */
  readonly command: readonly string[];
  /** Arguments after the path of the task. */
  readonly args?: readonly string[];
  /** The devices that it is measured on; the CPU alone by default. */
  readonly devices?: readonly Device[];
  /** The kinds of network that it builds; all if it reads Descent's model. */
  readonly kinds?: readonly string[];
  /** The works on which it is measured with Adam alone, because it takes long and rules hardly differ; none by default. */
  readonly adamOnly?: "all" | "slow";
  /** Its requirement, and how to check it; without it the subject is left out by name. */
  readonly needs?: Needs;
  /** Whether it has the rules that keep matrices. */
  readonly matrices?: boolean;
  /** Whether it does only part of a step and trains nothing, so that it has no loss to compare. */
  readonly partial?: boolean;
  /** Whether it is too slow for a quick run. */
  readonly slow?: boolean;
  /** Whether it is measured only if `--subject` asks for it. */
  readonly onRequest?: boolean;
  /** Whether it trains networks that PyTorch has exported. */
  readonly exported?: boolean;
}

/** Steps per run of Descent's program, the default of `fit`. */
export const CHUNK = 64;

/** The command of the interpreter of Python. */
export const python = Deno.env.get("DESCENT_PYTHON") ?? "python3";

/** Returns the command that runs a file of `subjects/`. */
export function deno(file: string): readonly string[] {
  const path = new URL(`subjects/${file}`, import.meta.url).pathname;
  const lock = new URL("../dev.lock", import.meta.url).pathname;
  // Reading the peak memory in /proc needs all permissions.
  return [Deno.execPath(), "run", "--quiet", `--lock=${lock}`, "--allow-all", path];
}

/** Returns the command that runs a file of `subjects/` in Python. */
export function py(file: string): readonly string[] {
  return [python, new URL(`subjects/${file}`, import.meta.url).pathname];
}

/** Returns the requirement of Python's modules. */
export function has(...modules: readonly string[]): Needs {
  return { what: `${python} with ${modules.join(" and ")}`, check: [python, "-c", `import ${modules}`] };
}

/** The matrix products and convolutions of Descent's program and nothing else: the floor of its step. */
export const PRODUCTS_ALONE = "products alone";

/** The devices of Descent, those other than the CPU, and those of PyTorch. */
const ALL_DEVICES: readonly Device[] = ["cpu", "webgpu", "cuda"];
const ACCELERATORS: readonly Device[] = ["webgpu", "cuda"];
const PYTORCH: readonly Device[] = ["cpu", "cuda"];

/** All subjects; the first is the reference. */
export const SUBJECTS: readonly Subject[] = [
  {
    name: "Descent",
    command: deno("program.ts"),
    args: [`${CHUNK}`],
    devices: ALL_DEVICES,
    matrices: true,
    exported: true,
  },
  {
    name: "Descent on the CPU",
    command: deno("program.ts"),
    args: [`${CHUNK}`, "cpu"],
    devices: ACCELERATORS,
    matrices: true,
    exported: true,
  },
  {
    name: "Descent, plain lowering",
    command: deno("program.ts"),
    args: [`${CHUNK}`, "plain"],
    exported: true,
    onRequest: true,
  },
  { name: "Descent, a run a step", command: deno("program.ts"), args: ["1"], devices: ALL_DEVICES },
  {
    name: "Descent, gradients only",
    command: deno("gradients.ts"),
    // The gradient of a model leaves batch normalization in its inference form.
    kinds: ["mlp", "lenet", "lstm", "transformer"],
  },
  { name: PRODUCTS_ALONE, command: deno("products.ts"), args: [`${CHUNK}`], partial: true },
  {
    name: "PyTorch eager",
    command: py("torch_subject.py"),
    devices: PYTORCH,
    needs: has("torch"),
    matrices: true,
    exported: true,
  },
  {
    name: "PyTorch, CUDA graph",
    command: py("torch_subject.py"),
    args: ["graph"],
    devices: ["cuda"],
    needs: has("torch"),
    exported: true,
  },
  {
    name: "PyTorch compiled",
    command: py("torch_subject.py"),
    args: ["compile"],
    devices: PYTORCH,
    // Compiling takes up to a minute.
    adamOnly: "slow",
    needs: has("torch"),
    slow: true,
  },
  { name: "JAX jitted", command: py("jax_subject.py"), needs: has("jax", "optax") },
  { name: "jax-js Wasm", command: deno("jax_js.ts"), kinds: ["mlp"] },
  { name: "jax-js Wasm, ONNX", command: deno("jax_js.ts"), args: ["onnx"], kinds: ["mlp", "lenet"] },
  { name: "tfjs Wasm", command: deno("tfjs.ts"), args: ["wasm"], kinds: ["mlp"] },
  { name: "tfjs CPU", command: deno("tfjs.ts"), args: ["cpu"], kinds: ["mlp"], adamOnly: "all", slow: true },
];

/** Returns whether a subject is measured on a work with an update rule. */
export function trains(
  { kinds, adamOnly, exported, matrices }: Subject,
  work: Work,
  optimizer: OptimizerName,
): boolean {
  if (MATRIX_RULES.has(optimizer) && matrices !== true) return false;
  return (work.large !== true || exported === true) &&
    (kinds === undefined || kinds.includes(work.architecture.kind)) &&
    (optimizer === "adam" || !(adamOnly === "all" || (adamOnly === "slow" && work.slow)));
}

/**
 * Returns the subjects to measure on a device: Descent, and those whose names contain one of the texts. Without texts, all
 * but those on request, in a quick run without the slow ones. A subject on request needs a text that no other subject's name
 * contains.
 *
 * @throws {RangeError} naming a text that is in no name.
 */
export function chosenSubjects(
  texts: readonly string[],
  { quick, device = "cpu" }: { quick: boolean; device?: Device },
): Subject[] {
  const all = SUBJECTS.filter(({ devices = ["cpu"] }) => devices.includes(device));
  const usual = all.filter((s) => !s.onRequest);
  const has = (subjects: readonly Subject[], text: string) => subjects.some((s) => s.name.includes(text));
  for (const text of texts) {
    if (!has(all, text)) {
      throw new RangeError(
        `--subject ${text} is in no name of ${all.map((s) => s.name).join("; ")}, which run on ${device}`,
      );
    }
  }
  const [descent, ...others] = all;
  const wanted = (s: Subject) =>
    texts.some((text) => s.name.includes(text) && !(s.onRequest && has(usual, text)));
  const byDefault = (s: Subject) => !s.onRequest && !(quick && s.slow);
  return [descent!, ...others.filter(texts.length > 0 ? wanted : byDefault)];
}
