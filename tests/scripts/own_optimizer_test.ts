import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { inFolder, run } from "./process.ts";

const PAGE = new URL("../../docs/your_own_optimizer.md", import.meta.url);
const MOD = new URL("../../mod.ts", import.meta.url).href;

/** A piece of code of the tutorial, made to import the library from another folder. */
function piece(name: string): string {
  const [, code] = Deno.readTextFileSync(PAGE).match(
    new RegExp(`<!-- ${name} -->\\n\\n\`\`\`ts ignore\\n(.*?)\`\`\``, "s"),
  )!;
  return code!.replaceAll("../mod.ts", MOD);
}

/** Writes the tutorial's rule and another of its pieces beside it, and runs that one. */
async function runPiece(folder: string, name: string): Promise<void> {
  await Deno.writeTextFile(`${folder}/soft_signum.ts`, piece("soft_signum.ts"));
  const file = `${folder}/${name}.ts`;
  const assertUrl = new URL("../../scripts/std/assert.ts", import.meta.url).href;
  await Deno.writeTextFile(file, piece(name).replaceAll("@std/assert", assertUrl));
  await import(`file://${file}`);
}

Deno.test("the tutorial's optimiser has ten lines, and runs on the host and on the graph", () =>
  inFolder(async (folder) => {
    assertEquals(piece("soft_signum.ts").trim().split("\n").length, 10);
    await runPiece(folder, "host");
    await runPiece(folder, "graph");
  }));

Deno.test("experiments take the tutorial's optimiser as a file, beside those of the table", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/soft_signum.ts`, piece("soft_signum.ts"));
    const args = ["digits", "--epochs", "3", "--quiet", "--json", "--out", "run"];
    const { code, out, err } = await run(folder, ...args, "--optimizer", "scheduleFreeSgd,./soft_signum.ts");
    assertEquals([code, err], [0, ""]);
    const { runs } = JSON.parse(out) as { runs: { optimizer: string; testAccuracy: number }[] };
    assertEquals(runs.map((r) => r.optimizer), ["schedule-free-sgd", "soft_signum"]);
    for (const r of runs) assert(r.testAccuracy > 0.8, JSON.stringify(r));
  }));

Deno.test("experiments name what is wrong with a file given for --optimizer", () =>
  inFolder(async (folder) => {
    const asked = async (optimizer: string) => {
      const { code, err } = await run(folder, "digits", "--quiet", "--optimizer", optimizer);
      assertEquals(code, 2);
      return err;
    };
    assertStringIncludes(await asked("./none.ts"), "--optimizer ./none.ts cannot be loaded");
    await Deno.writeTextFile(`${folder}/wrong.ts`, "export default 3;");
    assertStringIncludes(
      await asked("./wrong.ts"),
      "--optimizer ./wrong.ts must export by default a function from a learning rate to an Optimizer",
    );
    assertStringIncludes(await asked("adamm"), 'unknown optimizer "adamm". Did you mean "adam"?');
    assertStringIncludes(await asked("adam,adam"), '--optimizer names "adam" twice');
  }));
