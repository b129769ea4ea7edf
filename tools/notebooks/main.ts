/**
 * Writes `examples/*.ipynb` from the scripts of the same names: `deno task notebooks`. Outputs stay where nothing changed
 * before them; `python tools/notebooks.py` runs the notebooks in Jupyter and stores new ones.
 *
 * @module
 */
import { type Notebook, notebookOf } from "./cells.ts";

/** The scripts that are notebooks. */
export const NOTEBOOKS = ["first_steps", "compare_optimizers", "edge_of_stability", "finetune_onnx"] as const;

/** Their folder. */
export const EXAMPLES = new URL("../../examples/", import.meta.url);

/** Returns a notebook as it is stored; `undefined` if there is none. */
export async function storedNotebook(name: string): Promise<Notebook | undefined> {
  try {
    return JSON.parse(await Deno.readTextFile(new URL(`${name}.ipynb`, EXAMPLES)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Returns the script of a notebook. */
export function scriptOf(name: string): Promise<string> {
  return Deno.readTextFile(new URL(`${name}.ts`, EXAMPLES));
}

/** Returns a notebook as text: a line for each field, and one for each plot, which has thousands of numbers. */
function textOf(notebook: Notebook): string {
  const plots: string[] = [];
  const text = JSON.stringify(
    notebook,
    (name, value) => (/^application\/vnd\./.test(name) ? `plot ${plots.push(JSON.stringify(value))}` : value),
    1,
  );
  return `${text.replace(/"plot (\d+)"/g, (_, number) => plots[Number(number) - 1]!)}\n`;
}

if (import.meta.main) {
  for (const name of NOTEBOOKS) {
    const notebook = notebookOf(await scriptOf(name), await storedNotebook(name));
    await Deno.writeTextFile(new URL(`${name}.ipynb`, EXAMPLES), textOf(notebook));
  }
}
