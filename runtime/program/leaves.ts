/**
 * The tensors of a state, by the names of a program's inputs.
 *
 * @module
 */
import type { BufferSpec, Prepared } from "../../autodiff/trained/mod.ts";
import type { Model, Tensor } from "../../onnx/mod.ts";
import { flattenState } from "../../optim/mod.ts";
import { freeTensors, NAMES } from "../session/mod.ts";
import type { TrainState } from "./program_types.ts";
import type { TrainingModel } from "./training_types.ts";

/** The tensors of a state by the names of the program's inputs. */
export type Leaves = Readonly<Record<string, Tensor>>;

/** Returns the types and shapes of a state's tensors by the names of the program's inputs. */
export function leafSpecs({ parameters, buffers, trace }: TrainingModel): Record<string, BufferSpec> {
  const slots = trace.state.map((s) => [NAMES.state(s.name), s] as const);
  return { ...parameters, ...Object.fromEntries(slots), ...buffers };
}

/** Returns the float32 tensors of a state, which devices compute with and which can therefore stay there. */
export function deviceLeaves(compiled: TrainingModel): Record<string, BufferSpec> {
  return Object.fromEntries(Object.entries(leafSpecs(compiled)).filter(([, s]) => s.dtype === "float32"));
}

/** Returns the model's own parameters and running statistics, in memory of their own. */
export function initialValues(
  { wide: { graph: { initializers } } }: Prepared,
  { parameters, buffers }: Pick<TrainingModel, "parameters" | "buffers">,
): Pick<TrainState, "params" | "buffers"> {
  const initial = (specs: object) =>
    Object.fromEntries(Object.keys(specs).map((n) => [n, initializers.get(n)!.read()]));
  return { params: initial(parameters), buffers: initial(buffers) };
}

/** Returns the tensors of a state by the names of the program's inputs. */
export function leavesOf({ params, buffers, optimizer }: TrainState): Leaves {
  const slots = Object.entries(flattenState(optimizer)).map(([name, t]) => [NAMES.state(name), t]);
  return { ...params, ...buffers, ...Object.fromEntries(slots) };
}

/** Frees the memory of a state at once, on the device and on the host: it cannot be used afterwards. */
export function freeState(state: TrainState): void {
  freeTensors(leavesOf(state));
}

/** Returns the names that one node reads, at one place: other nodes would see what a loop writes there. */
export function readOnce({ graph }: Model): Set<string> {
  const reads = new Map<string, number>();
  const visit = (g: NonNullable<Model["graph"]>) => {
    for (const { input, attribute } of g.node) {
      for (const name of input) reads.set(name, (reads.get(name) ?? 0) + 1);
      for (const a of attribute) if (a.g !== undefined) visit(a.g);
    }
  };
  visit(graph!);
  return new Set([...reads].filter(([, count]) => count === 1).map(([name]) => name));
}
