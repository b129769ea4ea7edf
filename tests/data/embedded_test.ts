import { assertEquals } from "@std/assert";
import { breastCancer } from "../../data/breast_cancer.ts";
import type { DataSet, DataTensor } from "../../data/data_set.ts";
import { digits } from "../../data/digits.ts";
import { packTable } from "../../tools/pack_tables.ts";
import { iris } from "../../data/iris.ts";
import { unpackTable } from "../../data/embedded/packed.ts";
import type { Tensor } from "../../onnx/tensor/tensor.ts";
import { sharedFile, sharedText } from "./shared.ts";

const labelCounts = (set: DataSet) => {
  const counts = new Array(set.classes).fill(0);
  for (const label of set.inputs.y.data) counts[Number(label)] += 1;
  return counts;
};

/** Compares `x` and `y` with the rows of the file from which they were packed. */
function assertRows(set: DataSet, rows: readonly string[]): void {
  const table = rows.map((row) => row.split(",").map(Number));
  assertEquals(set.inputs.y.data, BigInt64Array.from(table, (row) => BigInt(row.at(-1) ?? -1)));
  const features = table.flatMap((row) => row.slice(0, -1));
  assertEquals(Array.from(set.inputs.x.data, Number), features.map(Math.fround));
}

Deno.test("digits() has the published label counts and values from 0 to 16", () => {
  const set = digits();
  assertEquals(labelCounts(set), [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
  assertEquals(set.inputs.x.shape, [1797, 8, 8]);
  const pixels = set.inputs.x.data as Uint8Array;
  assertEquals([Math.min(...pixels.subarray(0, 9999)), pixels.reduce((a, b) => Math.max(a, b))], [0, 16]);
  // The first image of scikit-learn's table, and the sum of all pixels, by NumPy.
  assertEquals([...pixels.subarray(0, 16)], [0, 0, 5, 13, 9, 1, 0, 0, 0, 0, 13, 15, 10, 15, 5, 0]);
  assertEquals(pixels.reduce((a, b) => a + b, 0), 561718);
});

Deno.test("iris() and breastCancer() have the published label counts", () => {
  assertEquals(labelCounts(iris()), [50, 50, 50]);
  assertEquals(labelCounts(breastCancer()), [212, 357]);
  assertEquals([...iris().inputs.x.data.slice(0, 4)], [5.1, 3.5, 1.4, 0.2].map(Math.fround));
  assertEquals([...breastCancer().inputs.x.data.slice(0, 3)], [17.99, 10.38, 122.8].map(Math.fround));
  assertEquals(breastCancer().featureNames?.length, 30);
});

Deno.test("digits(), iris() and breastCancer() return fresh arrays at each call", () => {
  for (const load of [digits, iris, breastCancer]) {
    load().inputs.x.data.fill(0 as never);
    assertEquals(load().inputs.x.data.some((v) => Number(v) > 0), true);
  }
});

Deno.test({
  name: "digits() equals the table that scikit-learn distributes",
  ignore: sharedFile("digits/digits.csv.gz") === undefined,
  fn: async () => assertRows(digits(), (await sharedText("digits/digits.csv.gz")).trim().split("\n")),
});

for (const [file, load] of [["iris.csv", iris], ["breast_cancer.csv", breastCancer]] as const) {
  Deno.test({
    name: `${load.name}() equals the table that scikit-learn distributes`,
    ignore: sharedFile(`sklearn/${file}`) === undefined,
    fn: async () => assertRows(load(), (await sharedText(`sklearn/${file}`)).trim().split("\n").slice(1)),
  });
}

Deno.test("unpackTable() gives the same float64 as parsing each decimal", () => {
  const rows = [["0.1", "0", "123.45", "4294967295"], ["17", "0", "0.3", "0"], ["2.999", "0", "99", "7"]];
  const packed = packTable(rows);
  assertEquals(packed.bits, [15, 0, 14, 32]);
  assertEquals([...unpackTable({ rows: 3, ...packed })], rows.flat().map(Number));
});

Deno.test("DataTensor is a Tensor of the graph layer", () => {
  const tensor: DataTensor = iris().inputs.x;
  const same: Tensor = tensor;
  assertEquals(same.dtype, "float32");
});
