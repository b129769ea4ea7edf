/** Follows the pages of docs/how_to/ step by step in a copy of the repository. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { end, inFolder, startIn } from "../scripts/process.ts";
import { copyTo, deno, type Step, stepsOf, take } from "./how_to.ts";

/** Follows a page in a copy, and checks that it touches three files. */
async function following(
  page: string,
  check: (folder: string, follow: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const steps = await stepsOf(page);
  assertEquals(new Set(steps.map((s: Step) => s.file)).size, 3, page);
  const folder = await Deno.makeTempDir();
  try {
    await copyTo(folder);
    await check(folder, () => take(steps, folder));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const RUN = ["run", "-A", "--quiet", "--no-lock", "--no-check"];
const TEST = ["test", "-A", "--no-lock", "--no-check"];

Deno.test("add_an_optimizer.md: the optimizer is exported, tested, documented and trained by name", () =>
  following("add_an_optimizer.md", async (folder, follow) => {
    const args = ["scripts/experiment.ts", "digits", "--optimizer", "soft-signum", "--epochs", "2", "--json"];
    const before = await deno(folder, ...RUN, ...args);
    assertStringIncludes(before.out, 'unknown optimizer "soft-signum"');
    await follow();
    const after = await deno(folder, ...RUN, ...args, "--quiet");
    assertEquals(after.code, 0, after.out);
    const [run] = JSON.parse(after.out).runs;
    assert(run.learningRate === 1e-3 && run.testAccuracy > 0.8, after.out);
    const [contract, types, docs] = await Promise.all([
      deno(folder, ...TEST, "tests/optim/contract_test.ts", "--filter", "/softSignum|every/"),
      deno(folder, "check", "--no-lock", "scripts/lab/optimizers/table.ts"),
      deno(folder, ...RUN, "tools/optimizer_docs.ts"),
    ]);
    for (const { code, out } of [contract, types, docs]) assertEquals(code, 0, out);
    assertStringIncludes(contract.out, "softSignum() follows its transcription to 1e-12");
    assertStringIncludes(await Deno.readTextFile(`${folder}/docs/optimizers.md`), "### softSignum");
  }));

Deno.test("add_an_operator_rule.md: the rule agrees with central differences", () =>
  following("add_an_operator_rule.md", async (folder, follow) => {
    const edit = async (file: string, from: RegExp, to: string) => {
      const text = await Deno.readTextFile(`${folder}/${file}`);
      assert(from.test(text), `${file} lacks ${from}`);
      await Deno.writeTextFile(`${folder}/${file}`, text.replace(from, to));
    };
    await edit("autodiff/rules/unary.ts", /\/\*\* y = x \/ \(1 \+ \|x\|\)[^]*?\n};\n/, "");
    await edit("autodiff/rules/table.ts", / *Softsign: .*\n/, "");
    await edit("tests/autodiff/single_cases.ts", /Softsign /, "");
    const args = ["tests/autodiff/rules_test.ts", "--filter", "/Softsign|every rule/"];
    const before = await deno(folder, ...TEST, ...args);
    assert(!before.out.includes("the rule of Softsign"), before.out);
    await follow();
    const after = await deno(folder, ...TEST, ...args);
    assertEquals(after.code, 0, after.out);
    assertStringIncludes(after.out, "the rule of Softsign agrees with central differences");
    await edit("autodiff/rules/unary.ts", /s\.g\.mul\(d, d\)/, "d");
    assertEquals((await deno(folder, ...TEST, ...args)).code, 1, "a wrong rule passes");
  }));

Deno.test("add_an_experiment.md: the experiment is listed, run, tested and in the table of the docs", () =>
  following("add_an_experiment.md", async (folder, follow) => {
    await follow();
    const list = await deno(folder, ...RUN, "scripts/experiment.ts");
    assertStringIncludes(list.out, "gradient descent and momentum in a long, narrow valley");
    const run = await deno(
      folder,
      ...RUN,
      "scripts/experiment.ts",
      "valley",
      "--json",
      "--quiet",
      "--out",
      "run",
    );
    assertEquals(run.code, 0, run.out);
    const { runs: [steps], claims: [claim] } = JSON.parse(run.out);
    // The factors of a step, 99/101 and 9/11, reach 1e-6 after log(1e-6) / log(99/101) steps, and about as many.
    assertEquals([steps.descent, claim.holds], [Math.ceil(Math.log(1e-6) / Math.log(99 / 101)), true]);
    const tested = await deno(folder, ...TEST, "tests/scripts/experiments/claims/valley_test.ts");
    assertEquals(tested.code, 0, tested.out);
    const docs = await deno(folder, ...RUN, "tools/experiment_docs.ts");
    assertEquals(docs.code, 0, docs.out);
    assertStringIncludes(await Deno.readTextFile(`${folder}/docs/experiments.md`), "| `valley` ");
  }));

Deno.test("set_hyper_parameters.md: its commands run, and the wrong one is refused as the page says", () =>
  inFolder(async (folder) => {
    const root = new URL("../../", import.meta.url);
    const page = await Deno.readTextFile(new URL("docs/how_to/set_hyper_parameters.md", root));
    const [, own] = page.match(/<!-- mine.ts -->\n\n```ts ignore\n(.*?)```/s)!;
    await Deno.writeTextFile(
      `${folder}/mine.ts`,
      own!.replaceAll("../../mod.ts", new URL("mod.ts", root).href),
    );
    const [, refusal] = page.match(/```text\n(error: .*?)```/s)!;
    const commands = [...page.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, block]) =>
      block!.trim().split("\n")
    );
    assert(commands.length > 12);
    for (const command of commands) {
      const wrong = command.includes("beta3");
      const line = command.replace("deno task -q experiment", '"$@"');
      const { code, out, err } = await end(
        startIn(`${line}${line.includes("digits") ? " --quiet" : ""}`, folder),
      );
      assertEquals([code, err], wrong ? [2, refusal] : [0, ""], command);
      assertEquals(out === "", wrong);
    }
  }));
