/** `init`: its files run with the commands that it prints. */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { Options } from "../../../scripts/cli/mod.ts";
import { initCommand } from "../../../scripts/commands/init/mod.ts";
import { UsageError } from "../../../scripts/console/mod.ts";
import { shellWords } from "../cli/shell_words.ts";
import { filesIn, inFolder, run } from "../process.ts";

const CONFIG = new URL("../../../deno.json", import.meta.url).pathname;
const FILES = ["README.md", "my_rule.ts", "sweep.json", "train.ts"];

Deno.test("init DIR writes an optimizer, a sweep and a script, which run with the commands that it prints", () =>
  inFolder(async (folder) => {
    const { code, out, err } = await run(folder, "init", "a folder/mine/");
    assertEquals([code, err], [0, ""]);
    assertEquals(Object.keys(filesIn(`${folder}/a folder/mine`)).sort(), FILES);
    const readme = await Deno.readTextFile(`${folder}/a folder/mine/README.md`);
    assert(readme.trimEnd().split("\n").length <= 10, readme);
    const lines = [...out.matchAll(/^ {2}(deno .*)$/gm)].map(([, line]) => line!);
    assertEquals(lines.length, 3);
    for (const line of lines) assertStringIncludes(readme, line);
    const [digits, sweep, script] = lines.map(shellWords);

    assertEquals(digits!.slice(0, 4), ["deno", "task", "-q", "experiment"]);
    const trained = await run(folder, ...digits!.slice(4), "--quiet", "--json");
    assertEquals([trained.code, trained.err], [0, ""]);
    const { runs } = JSON.parse(trained.out) as { runs: { optimizer: string; testAccuracy: number }[] };
    assertEquals(runs.map((r) => r.optimizer), ["adam", "my_rule"]);
    for (const r of runs) assert(r.testAccuracy > 0.9, JSON.stringify(r));

    assertEquals(sweep!.slice(0, 5), ["deno", "task", "-q", "experiment", "sweep"]);
    const swept = await run(folder, ...sweep!.slice(4), "--quiet", "--json");
    assertEquals([swept.code, swept.err], [0, ""]);
    const { trials } = JSON.parse(swept.out) as { trials: { state: string }[] };
    assertEquals(trials.map((t) => t.state), Array(4).fill("finished"));

    // The script may only read, and load ONNX Runtime. `deno task check` checks the types of its template.
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-prompt", "--config", CONFIG, ...script!.slice(2)],
      cwd: folder,
      env: { NO_COLOR: "1" },
    }).output();
    assert(success, new TextDecoder().decode(stderr));
    const accuracy = /epoch 10: test accuracy ([\d.]+) %\n$/.exec(new TextDecoder().decode(stdout))?.[1];
    assert(Number(accuracy) > 90, accuracy);
  }));

Deno.test("init overwrites nothing, and refuses folders that --optimizer cannot name", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/full`);
    await Deno.writeTextFile(`${folder}/full/sweep.json`, "mine");
    await Deno.writeTextFile(`${folder}/file`, "");
    const refused: readonly (readonly [operands: readonly string[], message: string])[] = [
      [[`${folder}/full`], "full is not empty, it has sweep.json: init overwrites nothing"],
      [[`${folder}/file`], "file: a file is in the way"],
      [
        ["a,b"],
        'init cannot name files in "a,b" on the command line: choose a name without commas and brackets',
      ],
      [["a(b"], 'init cannot name files in "a(b"'],
      [[], "init needs one folder: init DIR"],
      [[`${folder}/a`, `${folder}/b`], "init needs one folder: init DIR"],
    ];
    for (const [operands, message] of refused) {
      const call = async () => await initCommand.run({ operands } as unknown as Options, { experiments: {} });
      await assertRejects(call, UsageError, message, operands.join(" "));
    }
    assertEquals(Object.keys(filesIn(folder)).sort(), ["file", "full/sweep.json"]);
  }));
