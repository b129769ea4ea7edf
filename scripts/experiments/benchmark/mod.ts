/**
 * `benchmark`: any optimizers on the standard problems, tuned with equal budgets.
 *
 * @module
 */
import { AUTO, type Options, ownOptions, STUDY_OPTIONS } from "../../cli/mod.ts";
import { UsageError } from "../../console/mod.ts";
import { type Experiment, experiment } from "../../run/mod.ts";
import { baselineClaims } from "./baselines.ts";
import { claims } from "./claims/claims.ts";
import { combined } from "./protocol/combine.ts";
import type { BenchmarkData } from "./data.ts";
import { designOf } from "./claims/design.ts";
import { measureRuns, prepareRuns, type Setup } from "./measure.ts";
import { OPTIMIZERS_BY_DEFAULT, OPTIONS } from "./options.ts";
import { page } from "./page/page.ts";
import { BENCHMARK_SCALES } from "./scales.ts";
import { storedFile, storedRuns } from "./protocol/stored.ts";

/** Runs to make, or the data of runs that were made. */
type Prepared = Setup | { readonly stored: BenchmarkData };

/** The options that `--from` takes besides. */
const WITH_FROM = ["from", "effect"];

/** Reads what runs have stored, or prepares new ones. @throws {UsageError} for options that `--from` does not take. */
async function prepare(options: Options): Promise<Prepared> {
  const { from } = ownOptions({ from: OPTIONS.from }, options);
  if (from === undefined) return await prepareRuns(options);
  const common = (["optimizer", "schedule", "clip", "epochs", "dataDir"] as const).filter((o) =>
    options[o] !== undefined
  );
  const [other] = [...Object.keys(options.given).filter((o) => !WITH_FROM.includes(o)), ...common];
  if (other === undefined) return { stored: combined(await storedRuns(from)) };
  const name = other.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);
  throw new UsageError(`--${name} and --from cannot both be given: --from trains nothing`);
}

const { text } = BENCHMARK_SCALES.default;

const made = experiment<Prepared, BenchmarkData>({
  summary: "any optimizers on the standard problems, tuned with equal budgets, with verdicts",
  examples: [
    ["", "five optimizers on the problems that need no files"],
    ["--optimizer adam,./mine.ts", "a rule of your own beside Adam"],
    ["--problem digits_mlp --budget one-shot --seeds 2", "one problem, nothing tuned"],
    ["--baselines", "are the published runs of DeepOBS met here?"],
  ],
  defaults: `${text}; ${OPTIMIZERS_BY_DEFAULT.join(", ")}`,
  common: ["optimizer", "schedule", "clip", "epochs", ...STUDY_OPTIONS],
  options: OPTIONS,
  prepare,
  measure(setup, context) {
    if (!("stored" in setup)) return measureRuns(setup, context);
    context.keep(storedFile(setup.stored));
    return setup.stored;
  },
  design(setup, asked) {
    if ("stored" in setup) return { seeds: 0, claims: [] };
    const { config, problems } = setup;
    const names = problems.flatMap(({ contenders, refused }) =>
      contenders.map((c) => c.name).filter((name) => !Object.hasOwn(refused, name))
    );
    return designOf({ config, problems: problems.length, optimizers: [...new Set(names)] }, asked);
  },
  // Optimizers that differ from problem to problem compete with no one.
  claims: (data, asked) => [...(data.config.baselines ? [] : claims(data, asked)), ...baselineClaims(data)],
  page,
});

const { "max-seeds": _, deviation: __, ...options } = made.options!;

/** Problems x optimizers x seeds, each tuned by as many trials. */
export const benchmarkExperiment: Experiment<BenchmarkData> = {
  ...made,
  options,
  prepare(given) {
    if (given.given.seeds === AUTO) {
      throw new UsageError(
        `--seeds ${AUTO} is not for the benchmark, whose runs must have the same seeds to be combined: give a number`,
      );
    }
    return made.prepare(given);
  },
};
