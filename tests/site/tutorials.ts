/**
 * Follows the tutorials, the cookbook and Getting started: saves their files and runs their commands as they are.
 *
 * It is no part of the ordinary tests, because the commands train for about two minutes; those check only the commands'
 * options.
 */
import { assert, assertEquals } from "@std/assert";
import { end, inFolder, startIn } from "../scripts/process.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

const PAGES = [
  "getting_started.md",
  "cookbook.md",
  ...[...Deno.readDirSync(`${ROOT}docs/tutorials`)].map(({ name }) => `tutorials/${name}`).sort(),
];

/** Commands that need what a machine may lack, or that serve until they are stopped. */
const LEFT_OUT =
  /--device webgpu|--executor slurm|python3|DESCENT_ONNX_RUNTIME_DIR|experiment watch|report runs\//;

/** Returns the commands of a page, one a line. */
function commandsOf(page: string): string[] {
  return [...page.matchAll(/^```sh\n([^]*?)^```$/gm)].flatMap(([, block]) => block!.trim().split("\n"));
}

for (const name of PAGES) {
  const page = Deno.readTextFileSync(`${ROOT}docs/${name}`);
  const commands = commandsOf(page).filter((command) => !LEFT_OUT.test(command));
  Deno.test({
    name: `docs/${name}: its ${commands.length} commands run`,
    ignore: commands.length === 0,
    fn: () =>
      inFolder(async (folder) => {
        const saved = [...page.matchAll(/<!-- ([\w.]+) -->\n\n```\w+(?: ignore)?\n([^]*?)^```$/gm)];
        for (const [, file, code] of saved) {
          await Deno.writeTextFile(`${folder}/${file}`, code!.replaceAll('"./mod.ts"', `"${ROOT}mod.ts"`));
        }
        const scripts = saved.map(([, file]) => file!).filter((file) =>
          page.includes(`\`deno run -A ${file}\``)
        );
        const lines = [...scripts.map((file) => `deno run -A ${file}`), ...commands];
        for (const line of lines) {
          const command = line.replace(/(npx -y deno@[\d.]+|deno) task -q experiment/, '"$@"')
            .replace(/^deno run/, `'${Deno.execPath()}' run --quiet --config '${ROOT}deno.json'`);
          const { code, out, err } = await end(startIn(command, folder));
          assertEquals(code, 0, `${line}\n${err}`);
          assert(out !== "" || scripts.some((file) => line.endsWith(file)), line);
        }
      }),
  });
}
