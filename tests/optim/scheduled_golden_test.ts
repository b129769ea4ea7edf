/** Hyper-parameters that follow schedules, against PyTorch's optimizers whose groups are changed at each step. */
import { assertEquals } from "@std/assert";
import { averaged } from "../../optim/transforms/averaged.ts";
import { sgd } from "../../optim/rules/sgd.ts";
import { cyclic, type CyclicMode } from "../../schedules/cyclic.ts";
import { oneCycle } from "../../schedules/one_cycle.ts";
import { oneCycleMomentum } from "../../schedules/one_cycle_momentum.ts";
import type { Schedule } from "../../schedules/schedule.ts";
import { follow, type Hyper, type Maker, trajectories, trajectoryNames } from "./golden.ts";
import { TORCH } from "./golden_torch.ts";

/** Returns the schedule that takes the listed values. */
const listed = (values: readonly number[]): Schedule => (count) => values[count]!;

/** The rate and the momentum of PyTorch's schedulers that cycle both. */
const SCHEDULERS: Readonly<Record<string, (h: Hyper) => { rate: Schedule; momentum: Schedule }>> = {
  OneCycleLR(h) {
    const phases = {
      steps: h.total_steps,
      rise: h.pct_start,
      interpolation: h.anneal_strategy === "cos" ? "cosine" : "linear",
      threePhases: h.three_phase,
    } as const;
    const divisors = { initialDivisor: h.div_factor, finalDivisor: h.final_div_factor };
    return {
      rate: oneCycle({ ...phases, ...divisors, peak: h.max_lr }),
      momentum: oneCycleMomentum({ ...phases, base: h.base_momentum, maximum: h.max_momentum }),
    };
  },
  CyclicLR(h) {
    const shape = { up: h.step_size_up, mode: h.mode.replace("_", "-") as CyclicMode, factor: h.gamma };
    return {
      rate: cyclic({ ...shape, minimum: h.base_lr, maximum: h.max_lr }),
      momentum: cyclic({ ...shape, minimum: h.max_momentum, maximum: h.base_momentum }),
    };
  },
};

/** Returns hyper-parameters under PyTorch's names with schedules in place of those that change. */
function changing(h: Hyper): Hyper {
  const { scheduled = {}, scheduler, arguments: given, ...rest } = h;
  const lists: Record<string, Schedule> = Object.fromEntries(
    Object.entries<readonly number[]>(scheduled).map(([name, values]) => [name, listed(values)]),
  );
  if (scheduler !== undefined) {
    const { rate, momentum } = SCHEDULERS[scheduler]!(given);
    lists.lr = rate;
    lists[rest.betas === undefined ? "momentum" : "beta1"] = momentum;
  }
  const { beta1, beta2, ...others } = lists;
  const betas = rest.betas && [beta1 ?? rest.betas[0], beta2 ?? rest.betas[1]];
  return { ...rest, ...others, ...(betas === undefined ? {} : { betas }) };
}

const MAKERS: Readonly<Record<string, Maker>> = {
  ...TORCH,
  // PyTorch copies the parameters of the first step: the average begins with the second.
  averaged: (h) => averaged(sgd({ learningRate: h.lr }), { decay: h.decay, start: 2 }),
};

const FRAMEWORK = "torch_scheduled";
for (const name of trajectoryNames(FRAMEWORK)) {
  const { version, cases } = trajectories(FRAMEWORK, name);
  for (const c of cases) {
    const what = Object.keys(c.hyper.scheduled ?? {}).join(", ") || `${c.hyper.scheduler}`;
    Deno.test(`${name} with a schedule of ${what} follows PyTorch ${version}'s, ${c.name}`, () => {
      follow(MAKERS[name]!(changing(c.hyper), c)!, c);
    });
  }
}

Deno.test("PyTorch's schedulers that cycle the momentum are followed on SGD and on AdamW", () => {
  const cycled = (name: string) =>
    trajectories(FRAMEWORK, name).cases.flatMap((c) => c.hyper.scheduler ?? []).toSorted();
  assertEquals(cycled("sgd"), ["CyclicLR", "CyclicLR", "OneCycleLR", "OneCycleLR"]);
  assertEquals(cycled("adamw"), ["CyclicLR", "OneCycleLR"]);
});
