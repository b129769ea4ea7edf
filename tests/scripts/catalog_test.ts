// The misspellings of the tests: cspell:ignore bais cosin fina globalnorm insid nrom
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { optimizerDescriptions, optimizerOf, scheduleDescriptions } from "../../scripts/lab/mod.ts";
import { inFolder, run } from "./process.ts";

Deno.test("experiment optimizers lists all optimizers with their defaults, and writes nothing", () =>
  inFolder(async (folder) => {
    const { code, out, err } = await run(folder, "optimizers");
    assertEquals([code, err], [0, ""]);
    const line = out.split("\n").find((l) => l.startsWith("adamw "))!;
    assertStringIncludes(line, "learningRate=0.001, weightDecay=0.01, beta1=0.9");
    assertStringIncludes(out, "lookahead(adam)");
    assertEquals(out.split("\n").filter((l) => l.length > 80), []);
    assertEquals([...Deno.readDirSync(folder)], []);
    const json = JSON.parse((await run(folder, "optimizers", "--json")).out);
    assertEquals(json.optimizers, JSON.parse(JSON.stringify(optimizerDescriptions())));
  }));

Deno.test("experiment optimizers NAME shows the options of one: ranges, defaults, search intervals", () =>
  inFolder(async (folder) => {
    const { code, out } = await run(folder, "optimizers", "scheduleFreeSgd", "--json");
    assertEquals(code, 0);
    const { name, function: fn, learningRate, options } = JSON.parse(out);
    assertEquals([name, fn, learningRate], ["schedule-free-sgd", "scheduleFreeSgd", 0.5]);
    assertEquals(options[0].name, "learningRate");
    const text = (await run(folder, "optimizers", "adamw")).out;
    assertStringIncludes(text, "AdamW: Adam with weight decay outside the gradient");
    assertStringIncludes(text, "Loshchilov, Hutter: Decoupled weight decay regularization, 2019");
    const row = (option: string) => text.split("\n").find((l) => l.startsWith(`${option} `))!.split(/ {2,}/);
    assertEquals(row("beta1"), ["beta1", "0.9", "in [0, 1)", "yes", "0.5 to 0.98,"]);
    assertEquals(row("exclude"), ["exclude", "a pattern of names, such"]);
    assertStringIncludes((await run(folder, "schedules", "cosine")).out, "or a share of the training");
  }));

Deno.test("experiment optimizers and schedules refuse unknown names and more than one", () =>
  inFolder(async (folder) => {
    const refused = async (...args: string[]) => {
      const { code, out, err } = await run(folder, ...args);
      assertEquals([code, out], [2, ""]);
      return err;
    };
    assertStringIncludes(
      await refused("optimizers", "adamm"),
      'unknown optimizer "adamm". Did you mean "adam"?',
    );
    assertStringIncludes(
      await refused("schedules", "cosin"),
      'unknown schedule "cosin". Did you mean "cosine"?',
    );
    assertStringIncludes(await refused("schedules", "cosine", "linear"), "schedules takes one name");
    assertStringIncludes(await refused("optimizers", "--epochs", "3"), "unknown option --epochs");
  }));

Deno.test("every description has a paper or the function of another library, and its defaults are those that run", () => {
  const all = optimizerDescriptions();
  assert(all.length > 60);
  for (const { name, kind, about, paper, options, learningRate } of all) {
    assert(about !== "" && (paper !== "" || ["masked", "scale", "chain"].includes(name)), name);
    if (kind !== "rule") continue;
    const { hyperparameters, entry } = optimizerOf(name);
    assertEquals(entry.learningRate, learningRate, name);
    const shown = options.filter((o) => o.default !== undefined && o.name !== "learningRate");
    assertEquals(Object.fromEntries(shown.map((o) => [o.name, o.default])), hyperparameters, name);
  }
  for (const { name, paper } of scheduleDescriptions()) assert(paper !== "" || name === "constant", name);
});
