/**
 * The table of schedules on the command line.
 *
 * @module
 */

/** A schedule by the name of its function, and the options that the command line treats in a special way. */
export interface ScheduleEntry {
  /** The library's function. */
  readonly fn: string;
  /** The option for the value that it starts from or rises to; absent if there is none. */
  readonly height?: string;
  /** Options that count steps: they may be shares of the training, too. */
  readonly steps?: readonly string[];
  /** The option of steps that takes all those of the training that others leave, by default. */
  readonly rest?: string;
  /** Options that are lists of numbers. */
  readonly lists?: readonly string[];
}

const falling = (fn: string): ScheduleEntry => ({ fn, height: "initial", steps: ["steps"], rest: "steps" });

/** Name to schedule. */
export const SCHEDULES: Readonly<Record<string, ScheduleEntry>> = {
  constant: { fn: "constantSchedule", height: "value" },
  cosine: falling("cosineDecay"),
  linear: falling("linearSchedule"),
  polynomial: falling("polynomialDecay"),
  rex: falling("rex"),
  exponential: { fn: "exponentialDecay", height: "initial", steps: ["every"] },
  inverseTime: { fn: "inverseTimeDecay", height: "initial", steps: ["every"] },
  inverseSqrt: { fn: "inverseSqrtDecay", height: "initial" },
  step: { fn: "stepDecay", height: "initial", steps: ["every"] },
  multiStep: { fn: "multiStepDecay", height: "initial", steps: ["milestones"], lists: ["milestones"] },
  piecewiseConstant: { fn: "piecewiseConstant", steps: ["boundaries"], lists: ["boundaries", "values"] },
  piecewiseInterpolated: {
    fn: "piecewiseInterpolated",
    steps: ["boundaries"],
    lists: ["boundaries", "values"],
  },
  cosineRestarts: { fn: "cosineRestarts", height: "initial", steps: ["period"] },
  cyclic: { fn: "cyclic", height: "maximum", steps: ["up", "down"] },
  oneCycle: { fn: "oneCycle", height: "peak", steps: ["steps"], rest: "steps" },
  oneCycleMomentum: { fn: "oneCycleMomentum", steps: ["steps"], rest: "steps" },
  warmUpStableDecay: {
    fn: "warmUpStableDecay",
    height: "peak",
    steps: ["warmUp", "stable", "decay"],
    rest: "stable",
  },
  noam: { fn: "noam", steps: ["warmUpSteps"] },
};

/** Returns the name of a schedule in the table; the library's name and its spelling with dashes are accepted, too. */
export function scheduleName(given: string): string {
  const camel = given.replace(/-([a-z])/g, (_, c: string) => c.toUpperCase());
  if (Object.hasOwn(SCHEDULES, camel)) return camel;
  const [name] = Object.entries(SCHEDULES).find(([, { fn }]) => fn === camel) ?? [];
  return name ?? given;
}
