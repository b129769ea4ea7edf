import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { UsageError } from "../../../scripts/console/mod.ts";
import { trialsOf } from "../../../scripts/sweep/space.ts";
import { sweepFrom } from "../../../scripts/sweep/sweep_file.ts";
import { inFolder, run } from "../process.ts";

/** Returns the optimizer of each trial of a grid. */
function optimizers(options: Record<string, unknown>, space: Record<string, unknown>): string[] {
  const sweep = sweepFrom({ experiment: "digits", options, space });
  const settings = Object.entries(sweep.space).reduce<Record<string, string | number | boolean>[]>(
    (all, [name, values]) =>
      all.flatMap((s) => (values as readonly string[]).map((v) => ({ ...s, [name]: v }))),
    [{}],
  );
  return settings.flatMap((setting) => trialsOf(sweep, setting)).map(({ args }) => {
    const [given] = args.filter((a) => a.startsWith("--optimizer="));
    assertEquals(args.some((a) => a.startsWith("--adam")), false);
    return given!.replace("--optimizer=", "");
  });
}

Deno.test("a hyper-parameter of a sweep is set in the optimizer of each trial", () => {
  assertEquals(optimizers({ optimizer: "adamw" }, { "adamw.beta1": [0.8, 0.9] }), [
    "adamw(beta1=0.8)",
    "adamw(beta1=0.9)",
  ]);
  assertEquals(
    optimizers({ optimizer: "adamw(beta1=0.5, beta2=0.9), sgd" }, {
      "adamw.beta1": [0.8],
      "sgd.nesterov": [true],
    }),
    ["adamw(beta1=0.8, beta2=0.9), sgd(nesterov=true)"],
  );
  // Inside another optimizer, in the library's spelling, of a file, and in options.
  assertEquals(optimizers({ optimizer: "lookahead(adam)" }, { "adam.beta1": [0.8] }), [
    "lookahead(adam(beta1=0.8))",
  ]);
  assertEquals(
    optimizers({ optimizer: "schedule-free-sgd" }, { "scheduleFreeSgd.beta1": [0.8] }),
    ["schedule-free-sgd(beta1=0.8)"],
  );
  assertEquals(optimizers({ optimizer: "./mine.ts" }, { "mine.beta": [0.8] }), ["./mine.ts(beta=0.8)"]);
  assertEquals(optimizers({ optimizer: "adam", "adam.beta1": 0.8 }, {}), ["adam(beta1=0.8)"]);
  // Texts: words, schedules, patterns.
  assertEquals(
    optimizers({ optimizer: "adam" }, {
      "adam.epsilonPlacement": ["inside"],
      "adam.beta1": ["linear(final=0.5)"],
    }),
    ["adam(beta1=linear(final=0.5), epsilonPlacement=inside)"],
  );
  assertEquals(optimizers({ optimizer: "adamw" }, { "adamw.exclude": ["*.bias"] }), [
    "adamw(exclude='*.bias')",
  ]);
  assertEquals(
    optimizers({}, { optimizer: ["adam", "adam(beta2=0.9)"], "adam.beta1": [0.8] }),
    ["adam(beta1=0.8)", "adam(beta2=0.9, beta1=0.8)"],
  );
});

Deno.test("a sweep without hyper-parameters has the same trials as before", () => {
  const sweep = sweepFrom({
    experiment: "digits",
    options: { optimizer: "sgd,adam" },
    space: { epochs: [1] },
  });
  assertEquals(trialsOf(sweep, { epochs: 1 })[0]!.args, ["digits", "--epochs=1", "--optimizer=sgd,adam"]);
});

Deno.test("a hyper-parameter without its function is refused", () => {
  const refused = (options: unknown, space: unknown, message: string) =>
    assertThrows(() => sweepFrom({ experiment: "digits", options, space }), UsageError, message);
  refused(
    {},
    { "adam.beta1": [0.8] },
    'space."adam.beta1" needs options.optimizer or space.optimizer with adam',
  );
  refused(
    { optimizer: "sgd" },
    { "adam.beta1": [0.8] },
    "no effect on the optimizer sgd, which does not name adam",
  );
  refused({}, { optimizer: ["adam", "sgd"], "adam.beta1": [0.8] }, "no effect on the optimizer sgd");
  refused({ optimizer: "adam" }, { "adam.beta1.x": [0.8] }, "names no option");
});

Deno.test("experiment sweep refuses a hyper-parameter out of its range before anything runs", () =>
  inFolder(async (folder) => {
    const sweep = {
      experiment: "digits",
      options: { optimizer: "adam", epochs: 1 },
      space: { "adam.beta1": [0.9, 1.5] },
    };
    await Deno.writeTextFile(`${folder}/sweep.json`, JSON.stringify(sweep));
    const { code, err } = await run(folder, "sweep", "sweep.json", "--out", "out", "--quiet");
    assertEquals(code, 2);
    assertStringIncludes(err, "sweep.json:1:93: --optimizer: adam: beta1 must be in [0, 1)");
    assertEquals(await Deno.stat(`${folder}/out`).catch(() => null), null);
    const right = { ...sweep, space: { "adam.beta1": [0.9, 0.5] } };
    await Deno.writeTextFile(`${folder}/right.json`, JSON.stringify(right));
    const { code: done, out, err: why } = await run(
      folder,
      "sweep",
      "right.json",
      "--out",
      "out",
      "--quiet",
      "--json",
      "--jobs",
      "1",
    );
    assertEquals([done, why], [0, ""]);
    const { trials } = JSON.parse(out) as { trials: { setting: Record<string, number>; score: number }[] };
    assertEquals(trials.map((t) => t.setting["adam.beta1"]), [0.9, 0.5]);
    assertEquals(new Set(trials.map((t) => t.score)).size, 2);
  }));
