/**
 * Writes what `experiment optimizers` says of each function, from the docstrings: `deno task docs`.
 *
 * @module
 */
import { formatted } from "./formatted.ts";
import { documentation } from "./function_docs.ts";

/** The file, for the command line, which does not read docstrings. */
export const PAPERS = new URL("../scripts/lab/optimizers/papers.json", import.meta.url);

/** Returns the file: the first sentences and the papers of each function, by name. */
export async function optimizerPapers(): Promise<string> {
  const functions = (await documentation()).flatMap((group) => group.functions);
  const papers = functions.map(({ name, text, see }) => [name, { about: text.split("\n\n")[0], paper: see }]);
  return formatted(JSON.stringify(Object.fromEntries(papers), null, 2), "json");
}

if (import.meta.main) await Deno.writeTextFile(PAPERS, await optimizerPapers());
