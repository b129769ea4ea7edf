/**
 * Runs the parts of an experiment with the seeds that its design asks for: checks the design before anything runs, and
 * chooses the number of seeds after a pilot.
 *
 * @module
 */
import { AUTO, DECISION_OPTIONS, MOST_SEEDS, type Options, ownOptions } from "../cli/mod.ts";
import { tell, UsageError } from "../console/mod.ts";
import { type Asked, checkDesign, designAfter, type DesignDocument, PILOT } from "../decision/mod.ts";
import type { Outcome, RunFile } from "../report/mod.ts";
import type { Context, ExperimentParts, Ready } from "./experiment_parts.ts";
import { Lab } from "./lab.ts";

/** Prepares an experiment, and tells if its design cannot decide. */
export async function prepared<Setup, Data>(
  parts: ExperimentParts<Setup, Data>,
  { options, asked }: { options: Options; asked: Asked },
): Promise<Ready> {
  const setup = await parts.prepare(options);
  const planned = parts.design?.(setup, asked);
  const design = planned === undefined || planned.claims.length === 0
    ? undefined
    : checkDesign(planned, asked);
  if (design !== undefined && !enough(design)) tell(`design: ${design.text}`);
  return async (context) => outcomeOf(parts, await measured(parts, { setup, context }), { asked, design });
}

/** Returns whether the seeds can decide, and have the power, as far as it is known. */
function enough({ decides, seeds, power }: DesignDocument): boolean {
  return decides && (power === null || (power.seeds !== null && power.seeds <= seeds));
}

/** Prepares an experiment that takes `--seeds`, which may be `auto`. @throws {UsageError} for options that do not go together. */
export async function preparedWithSeeds<Setup, Data>(
  parts: ExperimentParts<Setup, Data>,
  options: Options,
): Promise<Ready> {
  const { "max-seeds": limit, effect, deviation } = ownOptions(DECISION_OPTIONS, options);
  const asked: Asked = {
    ...(effect === undefined ? {} : { effect }),
    ...(deviation === undefined ? {} : { deviation }),
  };
  if (options.given.seeds === AUTO) {
    if (deviation !== undefined) {
      throw new UsageError(`--deviation states what the pilot of --seeds ${AUTO} measures: leave one out`);
    }
    return await preparedWithPilot(parts, { options, asked, most: limit ?? MOST_SEEDS });
  }
  if (limit !== undefined) {
    throw new UsageError(`--max-seeds limits --seeds ${AUTO}: give both, or --seeds N`);
  }
  return await prepared(parts, { options, asked });
}

/**
 * Prepares an experiment whose number of seeds follows from a pilot. The trainings of the pilot are kept in the run's
 * folder and are the first of the seeds: the second time nothing is trained that was trained in the pilot.
 */
async function preparedWithPilot<Setup, Data>(
  parts: ExperimentParts<Setup, Data>,
  { options, asked, most }: { options: Options; asked: Asked; most: number },
): Promise<Ready> {
  const pilot = Math.min(PILOT, most);
  const optionsOf = (seeds: number): Options => ({
    ...options,
    mostSeeds: most,
    given: { ...options.given, seeds: String(seeds) },
  });
  const setup = await parts.prepare(optionsOf(pilot));
  return async (context) => {
    const first = await measured(parts, { setup, context: { ...context, options: optionsOf(pilot) } });
    const design = designAfter(parts.claims?.(first.data, asked) ?? [], { pilot, most });
    tell(`design: ${design.text}`);
    const { seeds } = design;
    if (seeds === pilot) return outcomeOf(parts, first, { asked, design });
    const all = await measured(parts, {
      setup: await parts.prepare(optionsOf(seeds)),
      // It names trainings from the start again, and so finds those of the pilot.
      context: { ...context, options: optionsOf(seeds), lab: new Lab(context) },
    });
    return outcomeOf(parts, all, { asked, design });
  };
}

/** What was measured, and the files that measuring kept. */
interface Measured<Data> {
  readonly data: Data;
  readonly kept: readonly RunFile[];
}

async function measured<Setup, Data>(
  { measure }: Pick<ExperimentParts<Setup, Data>, "measure">,
  { setup, context }: { setup: Setup; context: Context },
): Promise<Measured<Data>> {
  const kept: RunFile[] = [];
  const data = await measure(setup, { ...context, keep: (file) => kept.push(file) });
  return { data, kept };
}

function outcomeOf<Setup, Data>(
  { claims, page }: ExperimentParts<Setup, Data>,
  { data, kept }: Measured<Data>,
  { asked, design }: { asked: Asked; design: DesignDocument | undefined },
): Outcome {
  const decided = claims?.(data, asked) ?? [];
  const shown = page(data, decided);
  return {
    ...shown,
    ...(design === undefined ? {} : { results: { ...shown.results, design } }),
    files: [...shown.files, ...kept],
    claims: decided,
  };
}
