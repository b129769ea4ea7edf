/**
 * The address that the library is served from, and README's lines about it: `deno task docs`.
 *
 * @module
 */
import { withMarked } from "./marked.ts";

/**
 * The folder that holds `mod.ts`, as scripts import it by URL. TO BE SET BY THE OWNER when the project has an address; until
 * then a host that exists nowhere.
 */
export const ADDRESS = "https://descent.example/";

const MARKS = {
  begin: "<!-- address: written by deno task -q docs from tools/readme/address.ts -->",
  end: "<!-- end of address -->",
};

/** An example, with the permissions that it needs besides importing. */
const EXAMPLE = {
  file: "examples/bandit.ts",
  permissions: "--allow-ffi --allow-read --allow-env --allow-sys",
};

/** Returns the command that runs an example from an address. */
export function commandAt(address: string): string {
  const { file, permissions } = EXAMPLE;
  return `deno run --allow-import=${new URL(address).host} ${permissions} ${address}${file}`;
}

/** Returns README with the lines about imports by URL. */
export function withAddress(readme: string): string {
  const text = [
    "Without a clone, import the library by URL. Deno then needs `--allow-import=HOST` too, and `--allow-read` to",
    `find ONNX Runtime. An example (\`${ADDRESS}\` stands for the address of this folder):`,
    `\`${commandAt(ADDRESS)}\``,
  ];
  return withMarked(readme, { ...MARKS, text: text.join("\n") });
}

if (import.meta.main) {
  const page = new URL("../../README.md", import.meta.url);
  await Deno.writeTextFile(page, withAddress(await Deno.readTextFile(page)));
}
