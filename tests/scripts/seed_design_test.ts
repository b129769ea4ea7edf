/** Tests `--seeds auto` with a made-up experiment whose trainings are real: the pilot's are reused. */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { sgd } from "../../mod.ts";
import { type Options, ownOptions, parseOptions, seedParts, seedsOption } from "../../scripts/cli/mod.ts";
import { UsageError } from "../../scripts/console/mod.ts";
import {
  accuracy,
  type Asked,
  decideAbove,
  decided,
  type DesignDocument,
} from "../../scripts/decision/mod.ts";
import { Lab } from "../../scripts/run/lab.ts";
import {
  type Context,
  type Experiment,
  experiment,
  type MeasureContext,
} from "../../scripts/run/experiment.ts";
import { data, model } from "../runtime/problem.ts";
import { inFolder } from "./process.ts";

const OPTIONS = { seeds: seedsOption(6) };

type Parts = ReturnType<typeof seedParts>;

interface Data {
  readonly seeds: readonly number[];
}

interface Made {
  readonly experiment: Experiment;
  /** The seeds whose model was made, each time that one is trained. */
  readonly trained: number[];
  /** The seeds of each measurement, and those for tuning. */
  readonly asked: (readonly (readonly number[])[])[];
}

/** An experiment whose differences are given in points, and that trains once a seed. */
function madeOf(difference: (seed: number) => number): Made {
  const trained: number[] = [];
  const asked: (readonly (readonly number[])[])[] = [];
  const found = experiment({
    summary: "made up",
    defaults: "none",
    options: OPTIONS,
    prepare: (options: Options): Parts =>
      seedParts(options, { seeds: ownOptions(OPTIONS, options).seeds, tuning: 2 }),
    async measure(parts: Parts, { lab, keep }: MeasureContext): Promise<Data> {
      asked.push(parts);
      await using trainer = lab.open({
        name: "small",
        train: data(),
        model(seed) {
          trained.push(seed);
          return model(seed);
        },
      });
      for (const seed of parts[0]) {
        await trainer.train({ optimizer: sgd({ learningRate: 0.1 }), seed, epochs: 1, batchSize: 8 });
      }
      keep({ name: "model.onnx", content: "" });
      return { seeds: parts[0] };
    },
    design: ([seeds], asked) => ({
      seeds: seeds.length,
      claims: [{ claim: "a against b", comparisons: 1, quantity: accuracy(asked) }],
    }),
    claims: ({ seeds }: Data, asked: Asked) => [
      decided(
        "A is better.",
        decideAbove(
          [{ name: "b", a: seeds.map((s) => 0.5 + difference(s) / 100), b: seeds.map(() => 0.5) }],
          {
            quantity: accuracy(asked),
            toward: 1,
          },
        ),
        "A less",
      ),
    ],
    page: ({ seeds }) => ({ runs: seeds.map((seed) => ({ seed })), config: {}, files: [], tables: [] }),
  });
  return { experiment: found, trained, asked };
}

async function run({ experiment: made }: Made, path: string, ...args: string[]) {
  const { options } = parseOptions(["made", ...args], { made });
  const ready = await made.prepare(options);
  const context = {
    options,
    progress() {},
    folder: { path },
    identity: "the run",
    interrupts: { guard: (work: (signal: AbortSignal) => unknown) => work(new AbortController().signal) },
  } as unknown as Context;
  const outcome = await ready({ ...context, lab: new Lab(context) });
  return { ...outcome, design: outcome.results?.design as DesignDocument };
}

/** Calls `work` and returns what it prints on standard error. */
async function told(work: () => Promise<unknown>): Promise<string> {
  const { error } = console;
  const lines: string[] = [];
  console.error = (line: string) => lines.push(line);
  try {
    await work();
  } finally {
    console.error = error;
  }
  return lines.join("\n");
}

/** Differences of alternating signs, whose scatter asks for more than 30 seeds to show half a point, and for 6 to show 3. */
const ALTERNATING = (seed: number) => [2, 1, 0.5, 1.5, 0.2][seed % 5]! * (-1) ** seed;

Deno.test("--seeds auto trains a pilot of five, then the rest, and nothing twice", () =>
  inFolder(async (folder) => {
    const made = madeOf(ALTERNATING);
    const text = await told(async () => {
      const { design, runs, files, claims } = await run(made, folder, "--seeds", "auto", "--max-seeds", "12");
      assertEquals(runs, Array.from({ length: 12 }, (_, seed) => ({ seed })));
      assertEquals([design.seeds, design.fewest, design.pilot], [12, 6, { seeds: 5, most: 12 }]);
      assert(design.power!.seeds! > 12);
      assertEquals(files.length, 1);
      assertEquals(claims![0]!.verdict, "undecided");
    });
    // The trainer is opened with the model of seed 0, once in the pilot and once after it.
    assertEquals(made.trained.filter((s) => s > 0), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    // Seeds for tuning stay the same: they follow after the most.
    assertEquals(made.asked.map(([, tuning]) => tuning), [[12, 13], [12, 13]]);
    assertStringIncludes(text, "design: after a pilot of 5 seeds: the fewest that can decide at 5 % are 6");
  }));

Deno.test("--seeds auto takes the fewest that can decide without scatter, and --effect changes the number", () =>
  inFolder(async (folder) => {
    await told(async () => {
      const { design, claims } = await run(madeOf(() => 3), `${folder}/a`, "--seeds", "auto");
      assertEquals([design.seeds, claims![0]!.verdict], [6, "holds"]);
      const auto = async (...args: string[]) =>
        (await run(madeOf(ALTERNATING), `${folder}/${args.length}`, "--seeds", "auto", ...args)).design;
      assertEquals((await auto()).seeds, 30);
      assertEquals((await auto("--effect", "3")).seeds, 6);
    });
  }));

Deno.test("a design that cannot decide is told before anything is trained, and is in the results", () =>
  inFolder(async (folder) => {
    const made = madeOf(() => 3);
    const { options } = parseOptions(["made", "--seeds", "5"], { made: made.experiment });
    const text = await told(() => made.experiment.prepare(options));
    assertStringIncludes(
      text,
      `design: 5 seeds cannot decide "a against b" at 5 %: the fewest that can are 6`,
    );
    assertEquals(made.trained, []);
    const found = await run(made, folder, "--seeds", "6");
    assertEquals([found.design.decides, found.design.fewest, found.design.power], [true, 6, null]);
    // Six seeds can decide, but a stated deviation asks for more.
    const stated = parseOptions(["made", "--deviation", "1"], { made: made.experiment }).options;
    assertStringIncludes(
      await told(() => made.experiment.prepare(stated)),
      "34 seeds show a difference of 0.5 points with 80 % power",
    );
    const none = parseOptions(["made"], { made: made.experiment }).options;
    assertEquals(await told(() => made.experiment.prepare(none)), "");
  }));

Deno.test("--max-seeds, --effect and --deviation are checked", async () => {
  const made = madeOf(() => 3).experiment;
  for (
    const [args, text] of [
      [["--max-seeds", "9"], "--max-seeds limits --seeds auto: give both, or --seeds N"],
      [["--seeds", "auto", "--max-seeds", "0"], "--max-seeds must be an integer of at least 1, got 0"],
      [["--seeds", "auto", "--deviation", "1"], "--deviation states what the pilot of --seeds auto measures"],
      [["--effect", "0"], "--effect must be a number above 0, got 0"],
      [["--deviation", "-1"], "--deviation must be a number above 0, got -1"],
      [["--seeds", "many"], "--seeds must be an integer of at least 1, or auto, got many"],
    ] as const
  ) {
    const { options } = parseOptions(["made", ...args], { made });
    await assertRejects(async () => await made.prepare(options), UsageError, text);
  }
});
