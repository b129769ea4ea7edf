import { assert, assertEquals, assertRejects } from "@std/assert";
import { DataError } from "../../data/data_error.ts";
import { readTable } from "../../data/read_table.ts";

const FOLDER = new URL("../golden/parquet/", import.meta.url).pathname;
const golden: { columns: Record<string, (number | string)[]> } = JSON.parse(
  Deno.readTextFileSync(`${FOLDER}golden.json`),
);
const features = Object.entries(golden.columns).filter(([name]) => name !== "kind");
const kinds = golden.columns.kind!.map(String);

/** The files that hold the whole table, by codec, encoding or page layout. */
const WHOLE = [
  "snappy",
  "zstd",
  "gzip",
  "brotli",
  "plain",
  "dictionary",
  "groups",
  "pages",
  "page_v2",
  "version_1",
  "delta",
];

for (const file of WHOLE) {
  Deno.test(`readTable() reads from ${file}.parquet what PyArrow wrote`, async () => {
    const { inputs: { x, y }, featureNames, classNames, classes } = await readTable(
      `${FOLDER}${file}.parquet`,
    );
    assertEquals(featureNames, features.map(([name]) => name));
    assertEquals(x.shape, [60, features.length]);
    const wanted = kinds.flatMap((_, row) => features.map(([, column]) => Math.fround(Number(column[row]))));
    assertEquals(Array.from(x.data as Float32Array), wanted);
    assertEquals([classes, y.dtype], [3, "int64"]);
    assertEquals(Array.from(y.data as BigInt64Array, (c) => classNames![Number(c)]), kinds);
  });
}

Deno.test("readTable() takes any column of a Parquet file as the label: a class, or a number", async () => {
  const byName = await readTable(`${FOLDER}null_class.parquet`, { label: "a", target: "number" }).catch((e) =>
    e
  );
  assert(byName instanceof DataError, String(byName));
  const set = await readTable(`${FOLDER}pandas_range.parquet`, { label: "a", target: "number" });
  assertEquals(set.inputs.y, { dtype: "float32", shape: [2], data: Float32Array.of(1, 2) });
  assertEquals([set.featureNames, set.inputs.x.data], [["class"], Float32Array.of(0, 1)]);
  const first = await readTable(`${FOLDER}float_class.parquet`, { label: 0 });
  assertEquals([first.classes, first.inputs.y.data], [4, BigInt64Array.of(1n, 2n, 3n)]);
});

for (const file of ["float_class", "boolean_class"]) {
  Deno.test(`readTable() reads the classes 0 and 1 of ${file}.parquet`, async () => {
    const { inputs: { y }, classes, classNames } = await readTable(`${FOLDER}${file}.parquet`);
    assertEquals([y.data, classes, classNames], [BigInt64Array.of(1n, 0n, 1n), 2, undefined]);
  });
}

/** What is wrong with a file, and how it is said. */
const REFUSED = {
  null: 'row 2, column "a": expected a number, got a missing value (null)',
  nan: 'row 1, column "a": expected a finite number, got NaN',
  large_integer: 'row 1, column "a": expected an integer of at most 2^53 in size, got 9007199254740993',
  beyond_float32: 'row 1, column "a": expected a number within float32 (up to 3.4e38 in size), got 1e+39',
  date: 'column "a" must hold numbers, booleans or, for classes, texts, holds DATE',
  list: 'column "a" must hold numbers, booleans or, for classes, texts, holds lists or records',
  text: 'column "a" must hold numbers, holds texts',
  empty: "expected at least one row of data, got none",
  null_class: 'row 1, column "class": expected a label, got a missing value (null)',
  fraction_class: 'row 0, column "class": expected a class as a whole number or a text, got 0.5',
  not_utf8: "its texts must be UTF-8",
  lz4: "compressed by LZ4_RAW, which cannot be read: write it with snappy, gzip, zstd or brotli",
  pandas_index: 'column "__index_level_0__" is an index of pandas: write the file with index=False',
};

for (const [file, message] of Object.entries(REFUSED)) {
  Deno.test(`readTable() refuses ${file}.parquet`, async () => {
    await assertRejects(() => readTable(`${FOLDER}${file}.parquet`), DataError, message);
  });
}

Deno.test("readTable() refuses what is damaged, and text under the name of a Parquet file", async () => {
  const whole = await Deno.readFile(`${FOLDER}snappy.parquet`);
  const folder = await Deno.makeTempDir();
  const refused = async (bytes: Uint8Array) => {
    await Deno.writeFile(`${folder}/t.parquet`, bytes);
    await assertRejects(
      () => readTable(`${folder}/t.parquet`),
      DataError,
      `${folder}/t.parquet: not a Parquet file`,
    );
  };
  for (const size of [0, 3, 4, 12, 100, whole.length >> 1, whole.length - 1]) {
    await refused(whole.slice(0, size));
  }
  await refused(new TextEncoder().encode("a,b,class\n1,2,0\n3,4,1\n"));
  const zeros = whole.slice();
  zeros.fill(0, 4, 2000);
  await refused(zeros);
  // A length of the metadata that does not fit the file.
  const long = whole.slice();
  long.fill(255, long.length - 8, long.length - 4);
  await refused(long);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("readTable() refuses options of text for a Parquet file", async () => {
  await assertRejects(
    () => readTable(`${FOLDER}snappy.parquet`, { header: true }),
    RangeError,
    "header and delimiter belong to text tables",
  );
});
