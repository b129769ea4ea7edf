/**
 * The spaces that the trials of `compare` are drawn from.
 *
 * @module
 */
import { didYouMean, UsageError } from "../../console/mod.ts";
import type { NamedOptimizer } from "../../lab/mod.ts";
import { readCall } from "../../notation/mod.ts";
import type { IntervalScale, SearchInterval, SearchSpace } from "../../lab/search/mod.ts";

/** What is searched: the learning rate alone, or every number with an interval. */
export type Searched = "rate" | "all";

/**
 * How many times below and above its usual rate an optimizer is searched: four decades in all, equally wide for all
 * optimizers. Published intervals, such as AlgoPerf's for Adam, suit large models: Adam's best rate on the digits, about
 * 0.02, lies outside 1e-4 to 1e-2.
 */
const REACH = 100;

/** A change to a space: `adam.beta1=0.8..0.99`. */
export interface SpaceChange {
  /** As it was given. */
  readonly text: string;
  /** The optimizer's name; all that have the number if there is none. */
  readonly optimizer?: string;
  /** The number, such as `beta1`. */
  readonly name: string;
  readonly low: number;
  readonly high: number;
  /** By default as declared, otherwise logarithmic. */
  readonly scale?: IntervalScale;
}

const SCALES: readonly IntervalScale[] = ["linear", "log", "one-minus-log"];

const FORM = "intervals such as adam.learningRate=1e-4..1e-1 or beta2=0.9..0.9999:one-minus-log";

/** Reads a change. @throws {UsageError} for another form, or an interval that has no such scale. */
export function readChange(text: string): SpaceChange {
  const [, path = "", from = "", to = "", scale] = /^([^=]+)=(.+?)\.\.([^:]+)(?::(.+))?$/.exec(text) ?? [];
  const known = SCALES.find((s) => s === scale);
  const [low, high] = [from, to].map((t) => (t.trim() === "" ? NaN : Number(t))) as [number, number];
  if (path === "" || !Number.isFinite(low) || !Number.isFinite(high) || (scale !== undefined && !known)) {
    throw new UsageError(`--space takes ${FORM}, got ${text}`);
  }
  if (low > high) throw new UsageError(`--space ${text}: the low end must not be above the high one`);
  // The number of a rule inside another has a dot of its own: lookahead.adam.beta1.
  const at = path.indexOf(".");
  return {
    text,
    ...(at < 0 ? {} : { optimizer: path.slice(0, at).trim() }),
    name: path.slice(at + 1).trim(),
    low,
    high,
    ...(known === undefined ? {} : { scale: known }),
  };
}

/** Returns the spaces of optimizers by name. @throws {UsageError} for a change that fits none of them. */
export function spacesOf(
  optimizers: readonly NamedOptimizer[],
  { searched, changes }: { searched: Searched; changes: readonly SpaceChange[] },
): Readonly<Record<string, SearchSpace>> {
  for (const change of changes) requireFit(change, optimizers);
  return Object.fromEntries(optimizers.map((optimizer) => [
    optimizer.name,
    { ...byDefault(optimizer, searched), ...changed(optimizer, changes.filter((c) => isFor(c, optimizer))) },
  ]));
}

/** The name of the learning rate. */
const RATE = "learningRate";

/** Returns the numbers of an optimizer that its text leaves open. */
function openNumbers({ name, learningRate, hyperparameters, space, entry }: NamedOptimizer): string[] {
  const rate = learningRate === undefined ? [RATE] : [];
  // The rule after the switch has the hyper-parameters of the text.
  if (entry.switching !== undefined) return rate;
  const set = readCall(name, "--optimizer").args.map((a) => a.name);
  const others = Object.entries(hyperparameters).filter(([, value]) => typeof value === "number");
  const names = new Set([...Object.keys(space), ...others.map(([name]) => name)]);
  return [...rate, ...[...names].filter((name) => name !== RATE && !set.includes(name))];
}

function isFor({ optimizer, name }: SpaceChange, named: NamedOptimizer): boolean {
  return (optimizer === undefined || optimizer === named.base) && openNumbers(named).includes(name);
}

function requireFit(change: SpaceChange, optimizers: readonly NamedOptimizer[]): void {
  if (optimizers.some((o) => isFor(change, o))) return;
  const { text, optimizer, name } = change;
  const given = optimizer === undefined ? name : `${optimizer}.${name}`;
  const all = optimizers.flatMap((o) =>
    openNumbers(o).map((open) => (optimizer === undefined ? open : `${o.base}.${open}`))
  );
  throw new UsageError(
    `--space ${text}: no optimizer here has a number ${given} that its text leaves open.${
      didYouMean(given, [...new Set(all)])
    }`,
  );
}

/** Returns the space of an optimizer without changes: its rate first, so that it takes the first coordinate of the points. */
function byDefault(optimizer: NamedOptimizer, searched: Searched): SearchSpace {
  const { entry: { learningRate }, space } = optimizer;
  const end = (factor: number) => Number((learningRate * factor).toPrecision(3));
  const around: SearchInterval = { low: end(1 / REACH), high: end(REACH), scale: "log" };
  const names = openNumbers(optimizer).filter((name) => name === RATE || searched === "all");
  return Object.fromEntries(names.flatMap((name) => {
    const interval = name === RATE ? around : space[name];
    return interval === undefined ? [] : [[name, interval]];
  }));
}

function changed(optimizer: NamedOptimizer, changes: readonly SpaceChange[]): SearchSpace {
  return Object.fromEntries(changes.map(({ text, name, low, high, scale: given }) => {
    const scale = given ?? (name === RATE ? "log" : optimizer.space[name]?.scale ?? "log");
    const refuse = (why: string): never => {
      throw new UsageError(`--space ${text}: ${why}`);
    };
    if (scale === "log" && low <= 0) refuse("a log scale needs numbers above 0: add :linear");
    if (scale === "one-minus-log" && high >= 1) refuse("a one-minus-log scale needs numbers below 1");
    for (const value of [low, high]) requireAllowed(optimizer, { name, value, refuse });
    return [name, { low, high, scale }];
  }));
}

/** Checks that the rule takes a value. */
function requireAllowed(
  { entry }: NamedOptimizer,
  { name, value, refuse }: { name: string; value: number; refuse: (why: string) => never },
): void {
  const [rate, hyperparameters] = name === RATE ? [value, {}] : [entry.learningRate, { [name]: value }];
  try {
    entry.make(rate, { steps: 1e9, hyperparameters });
  } catch (error) {
    refuse(error instanceof Error ? error.message.split("\n")[0]! : String(error));
  }
}
