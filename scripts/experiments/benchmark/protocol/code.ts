/**
 * The code of own optimizers, by which runs of another code under the same name are told apart.
 *
 * @module
 */
import { optimizerFiles, type Options } from "../../../cli/mod.ts";
import { codeFiles, digestText, INPUTS } from "../../../inputs/mod.ts";
import { nameOfFile } from "../../../lab/mod.ts";

/**
 * Returns, by the name of each own optimizer, the digests of its file and of what that imports. Folders are left out: they
 * differ between machines.
 */
export async function codeOf(
  { optimizer = [] }: Pick<Options, "optimizer">,
): Promise<Readonly<Record<string, string>>> {
  const { digests } = INPUTS;
  const code: [string, string][] = [];
  for (const file of optimizerFiles(optimizer)) {
    const texts = (await codeFiles(file)).map((path) => {
      const digest = digests[path];
      return `${path.slice(path.lastIndexOf("/") + 1)}: ${
        digest === undefined ? "missing" : digestText(digest)
      }`;
    });
    code.push([nameOfFile(file), texts.join("; ")]);
  }
  return Object.fromEntries(code);
}
