/**
 * The configuration of a run: everything besides the command that its results may depend on, and what was trained on
 * what.
 *
 * @module
 */
import type { SessionPlan } from "../../mod.ts";
import type { Options } from "../cli/mod.ts";
import { UsageError } from "../console/mod.ts";
import { type DataRecord, type ModelRecord, SUBJECTS } from "../inputs/mod.ts";
import denoJson from "../../deno.json" with { type: "json" };
import { commit } from "./commit.ts";
import { type Machine, machine } from "./machine.ts";

/** The place where a run, or a part of it, was computed. */
export interface Place {
  readonly descent: {
    readonly version: string;
    /** The commit that was checked out; absent for copies without Git. */
    readonly commit?: string;
  };
  readonly machine: Machine;
  readonly session: {
    readonly device: string;
    readonly precision: string;
    /** Whether CUDA may round operands to TF32; absent on other devices. */
    readonly tf32?: boolean;
    /** Whether threads spun while they waited, which changes no result; absent for runs of earlier versions. */
    readonly spinning?: boolean;
  };
}

/** An optimizer of a run. */
export interface OptimizerRecord {
  readonly name: string;
  /** Its learning rates, in ascending order. */
  readonly learningRates: readonly number[];
  /** Its hyper-parameters, defaults included; absent if the run does not list them. */
  readonly hyperparameters?: Readonly<Record<string, unknown>>;
}

/** The configuration of a run, as `config.json`, `summary.json` and `--json` have it. */
export interface Configuration extends Place {
  readonly data: readonly DataRecord[];
  readonly models: readonly ModelRecord[];
  readonly optimizers: readonly OptimizerRecord[];
  /** The other places where the run was resumed, in order; absent if it was not, or in the same place. */
  readonly resumed?: readonly Place[];
}

/**
 * Returns the configuration of the run that this process does. If the run is resumed, the first record is kept, and
 * another machine or version is added.
 *
 * @param options.plan the session of its trainings
 * @param before the configuration in the folder of a resumed run; `undefined` for a new run, and for those of earlier
 * versions
 * @throws {UsageError} naming a data set that was split in another way, or has other content, when the run was started.
 */
export async function configurationOf(
  { device, precision = "float32", tf32 = false, plan }: Pick<Options, "device" | "precision"> & {
    tf32?: boolean;
    plan: SessionPlan;
  },
  before?: Partial<Configuration>,
): Promise<Omit<Configuration, "models" | "optimizers">> {
  const now = await placeOf({ device, precision, tf32, plan });
  const { data } = SUBJECTS;
  if (before?.machine === undefined || before.descent === undefined || before.session === undefined) {
    return { ...now, data };
  }
  requireSameData(before.data ?? [], data);
  const { descent, machine, session, resumed = [] } = before;
  const first = { descent, machine, session };
  const last = resumed.at(-1) ?? first;
  const all = isSame(last, now) ? resumed : [...resumed, now];
  return { ...first, data, ...(all.length === 0 ? {} : { resumed: all }) };
}

/** Returns the configuration with what is known at the end: the models, and the optimizers of the runs. */
export function finishedConfiguration(
  configuration: Omit<Configuration, "models" | "optimizers">,
  runs: readonly object[],
): Configuration {
  return { ...configuration, models: SUBJECTS.models, optimizers: optimizersOf(runs) };
}

/** Returns the configuration of a run whose first training has chosen the number of threads. */
export function withThreads<C extends Pick<Configuration, "machine" | "resumed">>(
  configuration: C,
  threads: number,
): C {
  const { machine, resumed } = configuration;
  const last = resumed?.at(-1);
  if (resumed === undefined || last === undefined) {
    return { ...configuration, machine: { ...machine, threads } };
  }
  return { ...configuration, resumed: resumed.with(-1, { ...last, machine: { ...last.machine, threads } }) };
}

/** Returns whether two places are the same. The memory may vary a little on one machine, and spinning with its load. */
function isSame(a: Place, b: Place): boolean {
  const text = (
    { descent, machine: { memory: _, ...machine }, session: { spinning: __, ...session } }: Place,
  ) => JSON.stringify([descent, machine, session]);
  return text(a) === text(b);
}

async function placeOf(
  { device, precision, tf32, plan }: { device: string; precision: string; tf32: boolean; plan: SessionPlan },
): Promise<Place> {
  const found = await commit();
  return {
    descent: { version: denoJson.version, ...(found === undefined ? {} : { commit: found }) },
    machine: machine(device, plan),
    session: { device, precision, ...(device === "cuda" ? { tf32 } : {}), spinning: plan.spinning },
  };
}

/** @throws {UsageError} for a data set that differs, which would mix two trainings in one run. */
function requireSameData(before: readonly DataRecord[], now: readonly DataRecord[]): void {
  for (const { name, sha256, examples } of now) {
    const was = before.find((d) => d.name === name);
    if (was === undefined || was.sha256 === sha256) continue;
    throw new UsageError(
      `the data set "${name}" has changed since the run was started: it had ${
        examplesText(was.examples)
      }, now it has ${examplesText(examples)}, with other content: start a new run`,
    );
  }
}

/** Returns the optimizers of the runs in `summary.json`. */
function optimizersOf(runs: readonly object[]): OptimizerRecord[] {
  const found = new Map<string, { rates: Set<number>; hyperparameters: object | undefined }>();
  for (const run of runs as readonly Readonly<Record<string, unknown>>[]) {
    const { optimizer, rate, learningRate = rate, hyperparameters } = run;
    if (typeof optimizer !== "string") continue;
    const record = found.get(optimizer) ?? { rates: new Set(), hyperparameters: undefined };
    if (typeof learningRate === "number") record.rates.add(learningRate);
    if (typeof hyperparameters === "object" && hyperparameters !== null) {
      record.hyperparameters ??= hyperparameters;
    }
    found.set(optimizer, record);
  }
  return [...found].map(([name, { rates, hyperparameters }]) => ({
    name,
    learningRates: [...rates].sort((a, b) => a - b),
    ...(hyperparameters === undefined ? {} : { hyperparameters: { ...hyperparameters } }),
  }));
}

/** Returns `1,079 train, 359 validation, 359 test examples`. */
export function examplesText(examples: Readonly<Record<string, number>>): string {
  const parts = Object.entries(examples).map(([part, n]) => `${n.toLocaleString("en")} ${part}`);
  return `${parts.join(", ")} examples`;
}
