/**
 * Checks that a state belongs to a program.
 *
 * @module
 */
import { messageOf } from "../../options/mod.ts";
import { checkRule, kindOf, type Optimizer } from "../../optim/mod.ts";
import { isTaken } from "../session/mod.ts";
import type { TrainState } from "./program_types.ts";
import type { TrainingModel } from "./training_types.ts";

/**
 * Checks that a state fits a program: the same rule and the same tensors, none of which another run has consumed.
 *
 * @param options.what the source of the state, for the message
 * @param options.optimizer the program's optimizer
 * @throws {RangeError} naming the first thing that differs.
 */
export function checkTensors(
  { params, optimizer, buffers, step }: TrainState,
  specs: Pick<TrainingModel, "parameters" | "buffers" | "trace">,
  { what, rule }: { what: string; rule: Optimizer },
): void {
  if (!(Number.isSafeInteger(step) && step >= 0)) {
    throw new RangeError(`${what}: step must be an integer of at least 0, got ${String(step)}`);
  }
  const wanted = {
    parameter: new Map(Object.entries(specs.parameters)),
    "optimizer's tensor": new Map(specs.trace.state.map((s) => [s.name, s])),
    "running statistic": new Map(Object.entries(specs.buffers)),
  };
  const given = {
    parameter: params,
    "optimizer's tensor": optimizer.slots,
    "running statistic": buffers,
  };
  for (const [kind, each] of Object.entries(wanted)) {
    const tensors = given[kind as keyof typeof given];
    for (const name of Object.keys(tensors)) {
      if (!each.has(name)) {
        throw new RangeError(
          `${what}: unexpected ${kind} '${name}': is the state of another model or optimizer?`,
        );
      }
    }
    for (const [name, { dtype, shape }] of each) {
      const t = Object.hasOwn(tensors, name) ? tensors[name]! : undefined;
      if (t?.dtype === dtype && t.shape.join() === shape.join()) {
        if (!isTaken(t)) continue;
        throw new RangeError(
          `${what}: the ${kind} '${name}' is empty, as a run that consumed this state took over its memory: ` +
            "continue from the state that the run returned, or leave consume out",
        );
      }
      const got = t === undefined ? "is missing" : `is ${t.dtype}[${t.shape.join(", ")}]`;
      throw new RangeError(`${what}: the ${kind} '${name}' ${got}, must be ${dtype}[${shape.join(", ")}]`);
    }
  }
  try {
    checkRule(optimizer, { name: rule.name, kind: kindOf(rule) });
  } catch (error) {
    throw new RangeError(`${what}: ${messageOf(error)}`, { cause: error });
  }
}
