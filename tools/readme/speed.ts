/**
 * Writes README's table of speeds from the tables of `bench/README.md`: `deno task docs`.
 *
 * @module
 */
import { markdownTable, type Table, tablesOf } from "../../bench/merge.ts";
import { withMarked } from "./marked.ts";

const MARKS = {
  begin: "<!-- speed: written by deno task -q docs from bench/README.md -->",
  end: "<!-- end of speed -->",
};

/** The trainings of README's table, by their names in `bench/README.md`. */
const TRAININGS: Readonly<Record<string, string>> = {
  "mlp 784-256-10 b128, adam": "MLP 784-256-10, batch 128, Adam",
  "lenet b64, adam": "LeNet, batch 64, Adam",
  "resnet-8 digits b64, adam": "ResNet-8, 8x8 images, batch 64, Adam",
  "vgg block b64, adam": "a block of VGG, batch 64, Adam",
  "resnet-32 b64, adam": "ResNet-32, batch 64, Adam",
  "lstm 2x200 T35 b20, 10000 words, adam": "LSTM 2x200, batch 20 x 35, Adam",
  "transformer 4x128 T64 b16, adam": "transformer 4x128, batch 16 x 64, Adam",
};

/** The peers of README's table: the same for each training. */
const PEERS = ["PyTorch eager", "PyTorch compiled", "JAX jitted"];

const DESCENT = "Descent, ms";

/** Returns the median of a cell such as `×1.88 (1.65–2.10)`. */
const median = (cell: string) => cell.split(" ")[0] || "not measured";

function speedTable(bench: Table): Table {
  const column = (name: string) => {
    const at = bench.header.indexOf(name);
    if (at < 0) throw new Error(`bench/README.md has no column ${name}`);
    return at;
  };
  const rows = Object.entries(TRAININGS).map(([key, name]) => {
    const cells = bench.rows.find(([first]) => first === key);
    if (cells === undefined) throw new Error(`bench/README.md has no row ${key}`);
    return [
      name,
      `${median(cells[column(DESCENT)]!)} ms`,
      ...PEERS.map((peer) => median(cells[column(peer)]!)),
    ];
  });
  return { header: ["a training step", "Descent", ...PEERS], rows };
}

/** Returns README with the figures of `bench/README.md`. @throws {Error} if either lacks what is needed. */
export function withSpeed(readme: string, bench: string): string {
  const table = tablesOf(bench).find(({ header }) => header.includes(DESCENT));
  if (table === undefined) throw new Error(`bench/README.md has no table with the column ${DESCENT}`);
  const text =
    "The time of one step on two cores, and the time of others as a multiple of it (above 1, Descent is " +
    "faster):";
  return withMarked(readme, { ...MARKS, text: `${text}\n\n${markdownTable(speedTable(table))}` });
}

if (import.meta.main) {
  const [readme, bench] = ["README.md", "bench/README.md"].map((path) =>
    new URL(`../../${path}`, import.meta.url)
  );
  const text = withSpeed(await Deno.readTextFile(readme!), await Deno.readTextFile(bench!));
  await Deno.writeTextFile(readme!, text);
}
