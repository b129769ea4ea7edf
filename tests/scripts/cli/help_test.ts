import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { COMMON_OPTIONS, helpText, listText, ownOptions, parseOptions } from "../../../scripts/cli/mod.ts";
import { allCommands, commandGroups, GROUPS } from "../../../scripts/experiments/registry.ts";
import type { Command } from "../../../scripts/run/mod.ts";
import denoJson from "../../../deno.json" with { type: "json" };
import { inFolder, run } from "../process.ts";
import { shellWords } from "./shell_words.ts";

const COMMANDS = await allCommands();

/** Returns the help of a command. */
function help(name: string, command: Command): string {
  return helpText(name, command, { trains: true });
}

Deno.test("the help of every command fits 80 columns, and has each of its options once", () => {
  for (const [name, command] of Object.entries(COMMANDS)) {
    const text = help(name, command);
    assertEquals(text.split("\n").filter((line) => line.length > 80), [], name);
    const shown = [...text.matchAll(/^ {2}--([\w-]+)/gm)].map(([, option]) => option!);
    assertEquals(new Set(shown).size, shown.length, `${name}: ${shown}`);
    const own = [
      ...(command.common ?? COMMON_OPTIONS),
      ...Object.keys(command.options ?? {}),
      "json",
      "help",
    ];
    for (const option of own) assert(shown.includes(option), `${name}: --${option}`);
  }
});

Deno.test("options that several commands have stand under a topic, not under one command's own", () => {
  const holders = new Map<string, number>();
  for (const command of Object.values(COMMANDS)) {
    for (const option of Object.keys(command.options ?? {})) {
      holders.set(option, (holders.get(option) ?? 0) + 1);
    }
  }
  for (const [name, command] of Object.entries(COMMANDS)) {
    const own = help(name, command).split("\nOptions:\n")[1]?.split("\n\n")[0] ?? "";
    for (const [, option] of own.matchAll(/^ {2}--([\w-]+)/gm)) {
      // A few names mean another thing to each command that has them.
      const unlike = ["scale", "task", "every", "grid", "layers"].includes(option!);
      assert(unlike || holders.get(option!)! < 3, `--${option} of ${name} needs a topic`);
    }
  }
});

Deno.test("the list of commands fits 80 columns, begins with where to start, and has each command once", async () => {
  const text = listText(await commandGroups());
  assertEquals(text.split("\n").filter((line) => line.length > 80), []);
  assertMatch(text, /^Usage: .*\n\nStart here:\n {2}digits /);
  for (const { title } of GROUPS) assertStringIncludes(text, `\n\n${title}:\n`);
  const listed = [...text.split("\nMore:")[0]!.matchAll(/^ {2}([a-z][\w-]*) {2}/gm)].map(([, name]) => name!);
  assertEquals(listed, Object.keys(COMMANDS));
});

/** Returns whether an example needs files that only its reader has. */
function needsFiles(args: readonly string[]): boolean {
  return args.some((a) =>
    /\.(onnx|npy|ts|csv|parquet|json)\b|^(data|runs)\b|^--(data-dir|baselines)/.test(a)
  );
}

/** Commands that need a data set, which their examples leave to the user's cache. */
const WITH_DATA = ["mnist", "lenet", "cifar10"];

for (const [name, command] of Object.entries(COMMANDS)) {
  Deno.test(`${name}: each example of its help parses, and one without files is accepted`, async () => {
    const { examples = [] } = command;
    assert(examples.length > 0, "it has no example");
    for (const [line, does] of examples) {
      const args = [name, ...shellWords(line)];
      assert(does !== "", line);
      const { names, options } = parseOptions(args, COMMANDS);
      assertEquals(names[0], name);
      assert(command.operands !== undefined || names.length === 1, `${line}: ${names}`);
      const { seeds, ...given } = options.given;
      // The number of seeds that auto means is chosen later.
      ownOptions(command.options ?? {}, { given: seeds === "auto" ? given : options.given });
      if ("prepare" in command && !needsFiles(args) && !WITH_DATA.includes(name)) {
        await command.prepare(options);
      }
    }
  });
}

/** Examples that end in a second or two; the test of README runs that of digits. */
const CHEAP: readonly string[] = [
  "momentum --decades 2",
  "schedules cosine",
  "optimizers",
  "init mine",
];

Deno.test("examples of the help run", () =>
  inFolder(async (folder) => {
    const all = Object.entries(COMMANDS).flatMap(([name, { examples = [] }]) =>
      examples.map(([line]) => `${name} ${line}`.trim())
    );
    for (const line of CHEAP) {
      assert(all.includes(line), `${line} is no example`);
      const { code, out, err } = await run(folder, ...shellWords(line), "--quiet");
      assertEquals([code, err], [0, ""], line);
      assertEquals(out.split("\n").filter((l) => l.length > 80), [], line);
    }
  }));

Deno.test("help NAME, NAME --help and NAME -h print the same; help alone lists the commands", () =>
  inFolder(async (folder) => {
    const { code, out, err } = await run(folder, "help", "digits");
    assertEquals([code, err], [0, ""]);
    assertMatch(out, /^Usage: deno task -q experiment digits \[OPTIONS\]\n/);
    assertMatch(out, /\nExamples:\n[^]*\nOptimizers:\n[^]*\nTraining:\n[^]*\nDevice:\n/);
    assertEquals((await run(folder, "digits", "-h")).out, out);
    const list = await run(folder, "help");
    assertMatch(list.out, /\nStart here:\n/);
    assertEquals((await run(folder, "help", "help")).out, list.out);
    const wrong = await run(folder, "help", "digit");
    assertEquals(wrong.code, 2);
    assertStringIncludes(wrong.err, 'unknown experiment "digit". Did you mean "digits"?');
  }));

Deno.test("--version prints the versions, with --json as a document", () =>
  inFolder(async (folder) => {
    const { code, out, err } = await run(folder, "--version");
    assertEquals([code, err], [0, ""]);
    assertStringIncludes(out, `Descent ${denoJson.version} (ONNX Runtime 1.`);
    assertStringIncludes(out, `Deno ${Deno.version.deno}`);
    const { versions } = JSON.parse((await run(folder, "digits", "--version", "--json")).out);
    assertEquals([versions.descent, versions.deno], [denoJson.version, Deno.version.deno]);
    assertEquals([...Deno.readDirSync(folder)], []);
  }));
