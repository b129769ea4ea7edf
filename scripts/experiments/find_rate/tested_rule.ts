/**
 * The rule of a range test: an optimizer whose learning rate grows from step to step.
 *
 * @module
 */
import { describeModel, type Model, type Optimizer } from "../../../mod.ts";
import { UsageError } from "../../console/mod.ts";
import { type NamedOptimizer, scheduled } from "../../lab/mod.ts";
import type { RateRange } from "./data.ts";
import { growingRate } from "./growth.ts";

/** Returns the rule whose rate grows over the range. */
export function testedRule({ entry }: NamedOptimizer, range: RateRange): Optimizer {
  const rate = growingRate(range);
  return scheduled(entry.make(range.low), (step) => rate(step) / range.low);
}

/** The model and the rates that a rule is tested on. */
export interface Tested {
  readonly model: Model;
  readonly range: RateRange;
}

/**
 * Checks that an optimizer at a rate of the range takes the steps that it would take if it were made at that rate.
 *
 * @throws {UsageError} for an optimizer without a rate, with a rate in its text, or whose steps depend on the rate in
 * another way than by a factor.
 */
export function requireTestable(optimizer: NamedOptimizer, { model, range }: Tested): void {
  const { name, entry } = optimizer;
  const refuse = (why: string): never => {
    throw new UsageError(`find-rate cannot test ${name}: ${why}`);
  };
  // A schedule of the rate, and the rate of a group of parameters, count as hyper-parameters.
  const set = Object.keys(optimizer.hyperparameters).some((key) => /(^|\.)learningRate$/.test(key));
  if (set || optimizer.learningRate !== undefined) {
    refuse("its text sets a learning rate, which the test changes: leave learningRate out");
  }
  if (entry.switching !== undefined) {
    refuse("it goes over to another rule, at a rate that it finds itself: test adam, its first rule");
  }
  if (entry.make(range.low).learningRate === null) {
    refuse("it has no learning rate that can change during a training: search with compare");
  }
  if (!followsRate(entry, { model, range })) {
    refuse(
      "its steps at a rate of the test would not be those of a training at that rate, because a part of them does not " +
        "follow the rate or counts steps of its own: search its rate with compare",
    );
  }
}

/** Returns whether the rule at the low rate, with a factor, computes with the numbers of the rule at the high rate. */
function followsRate({ make }: NamedOptimizer["entry"], { model, range }: Tested): boolean {
  const { low, high, steps } = range;
  const rules = [make(low), make(high), scheduled(make(low), () => high / low)];
  const specs = trainedOf(model);
  const traces = tracesOf(rules, specs);
  if (traces === undefined) return true;
  const [atLow, atHigh, grown] = traces as [Traced, Traced, Traced];
  const counts = [0, 1, steps - 1];
  if (atHigh.counter !== null || atHigh.signature !== grown.signature) return false;
  const [slots, grownSlots] = [rules[1]!, rules[2]!].map((r) => JSON.stringify(r.rule.slots(specs)));
  if (slots !== grownSlots) return false;
  const drawn = atHigh.noises.every((noise, i) =>
    counts.every((count) => {
      const other = grown.noises[i]!.at(count);
      return noise.at(count).every((v, k) => v === other[k]);
    })
  );
  return drawn && atHigh.coefficients.every((coefficient, i) =>
    counts.every((count) => {
      const value = coefficient.at(count);
      const follows = near(value, grown.coefficients[i]!.at(count));
      // A clock of its own may lag behind the steps that the schedule counts.
      return follows && (coefficient.clock === null || near(value, atLow.coefficients[i]!.at(count)));
    })
  );
}

type Traced = ReturnType<Optimizer["trace"]>;

type Specs = Parameters<Optimizer["trace"]>[0];

/** Returns the parameters that a training changes. */
function trainedOf(model: Model): Specs {
  const trained = describeModel(model).parameters.filter((p) => p.constant === undefined);
  return Object.fromEntries(
    trained.map(({ name, dtype, shape }) => [name, { dtype, shape: shape.map((d) => Number(d)) }]),
  );
}

/** Returns the traces of rules over parameters; `undefined` if one cannot be traced. */
function tracesOf(rules: readonly Optimizer[], specs: Specs): Traced[] | undefined {
  try {
    return rules.map((rule) => rule.trace(specs));
  } catch {
    // The training says what is wrong, with what it knows of the model.
    return undefined;
  }
}

function near(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
}
