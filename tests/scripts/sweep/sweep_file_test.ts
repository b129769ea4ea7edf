import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import type { Options } from "../../../scripts/cli/mod.ts";
import { sweepExperiment } from "../../../scripts/commands/sweep.ts";
import { digitsExperiment } from "../../../scripts/experiments/networks/digits.ts";
import { UsageError } from "../../../scripts/console/mod.ts";
import { quasiRandomSettings } from "../../../scripts/sweep/space.ts";
import { choosesByTest, sweepFrom } from "../../../scripts/sweep/sweep_file.ts";
import { inFolder, run } from "../process.ts";

const experiments = { digits: digitsExperiment };

const DIGITS = { experiment: "digits", options: { optimizer: "sgd", epochs: 1 } };

Deno.test("sweepFrom() ranks by the validation loss by default, and knows which goal a metric has", () => {
  const ranks = (metric?: string, goal?: string) => {
    const { metric: name, goal: found } = sweepFrom({ ...DIGITS, metric, goal });
    return `${found} ${name}`;
  };
  assertEquals(ranks(), "min validationLoss");
  assertEquals(ranks("validationAccuracy"), "max validationAccuracy");
  assertEquals(ranks("runs.1.testLoss"), "min runs.1.testLoss");
  assertEquals(ranks("spread.optimizer"), "max spread.optimizer");
  assertEquals(ranks("validationLoss", "max"), "max validationLoss");
});

Deno.test("sweepFrom() checks the scale one-minus-log", () => {
  const space = (more: object) => () =>
    sweepFrom({ ...DIGITS, space: { x: { min: 0.5, max: 0.9, scale: "one-minus-log", ...more } } });
  const refused: [object, string][] = [
    [{ max: 1 }, "space.x.max must be below 1 on the scale one-minus-log, got 1"],
    [{ min: -1, max: 0, integer: true }, "space.x.integer must be false on the scale one-minus-log"],
    [{ scale: "one-minus" }, "space.x.scale must be one of linear, log, one-minus-log"],
  ];
  for (const [more, message] of refused) assertThrows(space(more), UsageError, message);
});

/** A sweep file with a place for a line of its own. */
const FILE = (line: string) => `{\n  "experiment": "digits",\n  ${line}\n}`;

/** Wrong lines of a sweep file, with the place and the message. */
const WRONG: readonly (readonly [line: string, place: string, message: string])[] = [
  ['"space": { "epochs": [1, 2 }', "3:30", 'cannot be read as a sweep, it is not JSON: expected "," or "]"'],
  ['"spaces": {}', "3:3", 'a sweep has no field "spaces". Did you mean "space"?'],
  ['"space": 3', "3:3", "space must be an object, got 3"],
  ['"space": { "Epochs": [1] }', "3:14", 'space "Epochs" names no option'],
  ['"space": { "epochs": [1, 1] }', "3:14", "space.epochs holds 1 twice"],
  ['"space": { "epochs": [1, null] }', "3:28", "space.epochs[1] must be a text, a number, true or false"],
  ['"space": { "epochs": [1, 0] }', "3:28", "--epochs must be an integer of at least 1, got 0"],
  ['"space": { "epoch": [1] }', "3:14", "unknown option --epoch"],
  ['"options": { "epochs": 0 }', "3:16", "--epochs must be an integer of at least 1, got 0"],
  ['"search": { "method": "random" }', "3:3", "search.count must be an integer from 1"],
  ['"search": { "method": "grid", "count": 3 }', "3:33", 'search has no field "count"'],
  ['"seeds": [0, 1, -1]', "3:19", "seeds[2] must be"],
  [
    '"options": { "optimizer": "sgd" }, "space": { "adam.beta1": [0.1] }',
    "3:49",
    "has no effect on the optimizer",
  ],
];

Deno.test("experiment sweep names line and column of what is wrong in its file", () =>
  inFolder(async (folder) => {
    for (const [line, place, message] of WRONG) {
      const file = `${folder}/sweep.json`;
      await Deno.writeTextFile(file, FILE(line));
      const call = async () =>
        await sweepExperiment.run({ operands: [file], given: {} } as unknown as Options, { experiments });
      const error = await assertRejects(call, UsageError, message, line);
      assert(error.message.startsWith(`${file}:${place}: `), error.message);
    }
    await Deno.writeTextFile(`${folder}/sweep.ts`, 'export default { experiment: "digits", seeds: "x" };');
    const { code, err } = await run(folder, "sweep", "sweep.ts");
    assertEquals([code, err.split(" must")[0]], [2, "error: sweep.ts: seeds"]);
  }));

Deno.test("choosesByTest() finds metrics of the test set, also in a path", () => {
  for (const metric of ["testLoss", "testAccuracy", "runs.0.testLoss", "test.loss"]) {
    assert(choosesByTest({ metric }), metric);
  }
  for (const metric of ["validationLoss", "runs.0.trainLoss", "tested", "latestLoss"]) {
    assert(!choosesByTest({ metric }), metric);
  }
});

Deno.test("experiment sweep ranks by the test set only with a warning, in words, in the document and in the report", () =>
  inFolder(async (folder) => {
    const outcome = async (name: string, more: object) => {
      await Deno.writeTextFile(`${folder}/${name}.json`, JSON.stringify({ ...DIGITS, ...more }));
      const { code, out, err } = await run(folder, "sweep", `${name}.json`, "--json", "--quiet");
      assertEquals(code, 0, err);
      const report = await Deno.readTextFile(`${folder}/runs/sweep/${name}/report.html`);
      return { document: JSON.parse(out), err, report };
    };
    const test = await outcome("test", { metric: "testAccuracy" });
    assertMatch(test.err, /^warning: test\.json: metric testAccuracy is of the test set\..*\n$/);
    assertEquals(test.document.choosesByTest, true);
    assertStringIncludes(test.report, "Ranked by the test set");
    const validation = await outcome("validation", {});
    assertEquals(validation.err, "");
    assertEquals([validation.document.metric, validation.document.goal], ["validationLoss", "min"]);
    assertEquals("choosesByTest" in validation.document, false);
    assert(!validation.report.includes("Ranked by the test set"));
  }));

Deno.test("quasiRandomSettings() fills a space more evenly than random draws, and begins with the same settings", () => {
  const space = {
    rate: { min: 1e-4, max: 1, scale: "log", integer: false },
    size: { min: 1, max: 4, scale: "linear", integer: true },
    optimizer: ["sgd", "adam", "adamw"],
  } as const;
  const settings = quasiRandomSettings(space, { count: 48, seed: 3 });
  const count = (test: (s: typeof settings[number]) => boolean) => settings.filter(test).length;
  // Halton's first three bases are 2, 3 and 5: any 16, 9 or 5 points put one into each part.
  for (const low of [1e-4, 1e-3, 1e-2, 1e-1]) {
    const inside = count((s) => Number(s.rate) >= low && Number(s.rate) < 10 * low);
    assertEquals(inside, 12);
  }
  for (const size of [1, 2, 3, 4]) assert(Math.abs(count((s) => s.size === size) - 12) <= 2);
  for (const optimizer of space.optimizer) {
    assert(Math.abs(count((s) => s.optimizer === optimizer) - 16) <= 2);
  }
  assertEquals(quasiRandomSettings(space, { count: 10, seed: 3 }), settings.slice(0, 10));
  assertEquals(quasiRandomSettings({}, { count: 2, seed: 3 }), [{}, {}]);
  assertEquals(
    sweepFrom({ ...DIGITS, search: { method: "quasi-random", count: 4 } }).search,
    { method: "quasi-random", count: 4, seed: 0 },
  );
});
