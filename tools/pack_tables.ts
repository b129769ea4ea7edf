/**
 * Writes the modules of embedded tables into `data/embedded/`, from the files that scikit-learn distributes:
 *
 *     deno run --allow-read --allow-write tools/pack_tables.ts FOLDER
 *
 * where FOLDER holds `digits.csv.gz`, `iris.csv` and `breast_cancer.csv`.
 *
 * @module
 */

/** Packs a table of decimals. @returns places and bits per column, and the table's bits in base 64. */
export function packTable(
  rows: readonly (readonly string[])[],
): { bits: number[]; places: number[]; base64: string } {
  const columns = (rows[0] ?? []).map((_, j) => rows.map((row) => row[j] ?? ""));
  const places = columns.map((column) => Math.max(...column.map((v) => (v.split(".")[1] ?? "").length)));
  const wholes = columns.map((column, j) =>
    column.map((v) => {
      const [units, fraction = ""] = v.split(".");
      return BigInt(`${units}${fraction.padEnd(places[j] ?? 0, "0")}`);
    })
  );
  const bits = wholes.map((column) => {
    const most = column.reduce((a, b) => (a > b ? a : b), 0n);
    return most === 0n ? 0 : most.toString(2).length;
  });
  const text = rows.map((_, i) =>
    wholes.map((
      column,
      j,
    ) => (bits[j] === 0 ? "" : (column[i] ?? 0n).toString(2).padStart(bits[j] ?? 0, "0"))).join("")
  ).join("");
  const bytes = (text.match(/.{1,8}/g) ?? []).map((b) => parseInt(b.padEnd(8, "0"), 2));
  return { bits, places, base64: btoa(bytes.map((b) => String.fromCharCode(b)).join("")) };
}

async function readLines(path: string): Promise<string[]> {
  const file = await Deno.open(path);
  const stream = path.endsWith(".gz")
    ? file.readable.pipeThrough(new DecompressionStream("gzip"))
    : file.readable;
  return (await new Response(stream).text()).trim().split(/\r?\n/);
}

if (import.meta.main) {
  const [folder] = Deno.args;
  if (folder === undefined) throw new Error("usage: deno run -RW tools/pack_tables.ts FOLDER");
  for (
    const [name, file, header] of [["DIGITS", "digits.csv.gz", 0], ["IRIS", "iris.csv", 1], [
      "BREAST_CANCER",
      "breast_cancer.csv",
      1,
    ]] as const
  ) {
    const rows = (await readLines(`${folder}/${file}`)).slice(header).map((line) => line.split(","));
    const { bits, places, base64 } = packTable(rows);
    const text =
      `// Written by tools/pack_tables.ts from scikit-learn's ${file}; see the module that reads it for source and license.
import type { PackedTable } from "./packed.ts";

export const ${name}: PackedTable = {
  rows: ${rows.length},
  bits: [${bits.join(", ")}],
  places: [${places.join(", ")}],
  base64: \`
${(base64.match(/.{1,108}/g) ?? []).join("\n")}
\`,
};
`;
    await Deno.writeTextFile(
      new URL(`../data/embedded/${name.toLowerCase()}_table.ts`, import.meta.url),
      text,
    );
  }
}
