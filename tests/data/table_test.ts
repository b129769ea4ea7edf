import { assertEquals, assertThrows } from "@std/assert";
import { DataError } from "../../data/data_error.ts";
import { parseTable, type TableOptions } from "../../data/table.ts";

Deno.test("parseTable() uses the last column as the label, and keeps integers as classes", () => {
  const set = parseTable("1,2,0\n3,4.5,2\n-5e1,6,0\n");
  assertEquals(set.inputs.x, {
    dtype: "float32",
    shape: [3, 2],
    data: new Float32Array([1, 2, 3, 4.5, -50, 6]),
  });
  assertEquals(set.inputs.y, { dtype: "int64", shape: [3], data: new BigInt64Array([0n, 2n, 0n]) });
  assertEquals([set.classes, set.classNames], [3, undefined]);
});

Deno.test("parseTable() numbers other labels, such as -1 and +1, in order of first appearance", () => {
  const words = parseTable("1,b\n2,a\n3,b\n");
  assertEquals([words.inputs.y.data, words.classes], [new BigInt64Array([0n, 1n, 0n]), 2]);
  assertEquals(words.classNames, ["b", "a"]);
  assertEquals(parseTable("1,-1\n2,+1\n").classNames, ["-1", "+1"]);
});

Deno.test("parseTable() finds the label by name, by index and from the end", () => {
  const text = "kind,a,b\n1,10,20\n0,30,40\n";
  const wanted = parseTable(text, { header: true, label: "kind" });
  assertEquals(wanted.inputs.x.data, new Float32Array([10, 20, 30, 40]));
  assertEquals(wanted.featureNames, ["a", "b"]);
  assertEquals(parseTable(text, { header: true, label: 0 }), wanted);
  assertEquals(parseTable(text, { header: true, label: -3 }), wanted);
});

Deno.test("parseTable() gives numbers to predict as float32", () => {
  const set = parseTable("1,2.5\n2,-3\n", { target: "number" });
  assertEquals(set.inputs.y, { dtype: "float32", shape: [2], data: new Float32Array([2.5, -3]) });
  assertEquals(set.classes, undefined);
});

Deno.test("parseTable() ignores a byte order mark, CRLF, blank lines, quotes and spaces", () => {
  const set = parseTable('\ufeff"x";"the kind"\r\n\r\n 1 ;"a; ""b"""\r\n', { header: true, delimiter: ";" });
  assertEquals([set.inputs.x.data, set.classNames], [new Float32Array([1]), ['a; "b"']]);
});

const refusals: readonly [string, TableOptions, string][] = [
  ["1,2,3\n4,5\n", {}, "t.csv, line 2: expected 3 fields as in the first row, got 2"],
  ["1,2\n\n\n4,5,6\n", {}, "t.csv, line 4: expected 2 fields as in the first row, got 3"],
  ["a,b\n1,2\n3\n", { header: true }, "t.csv, line 3: expected 2 fields"],
  ["1,x,0\n", {}, 't.csv, line 1, column 2: expected a finite number, got "x"'],
  [
    "k,a,b\n0,1,2\n0,1,NaN\n",
    { header: true, label: "k" },
    't.csv, line 3, column b: expected a finite number, got "NaN"',
  ],
  ["1,,0\n", {}, 't.csv, line 1, column 2: expected a finite number, got ""'],
  ["1,2\n3,\n", {}, "t.csv, line 2: expected a label in column 2, got none"],
  ["1,2\n3,x\n", { target: "number" }, 't.csv, line 2, column 2: expected a finite number, got "x"'],
  ["", {}, "t.csv: expected at least one row of data, got none"],
  ["a,b\n", { header: true }, "t.csv: expected at least one row of data, got none"],
  ['1,"2\n', {}, "t.csv: Quote Not Closed"],
];
for (const [text, options, message] of refusals) {
  Deno.test(`parseTable() refuses with "${message}"`, () => {
    assertThrows(() => parseTable(text, { ...options, name: "t.csv" }), DataError, message);
  });
}

Deno.test("parseTable() lists the columns if the label's column is missing", () => {
  assertThrows(
    () => parseTable("a,b\n1,2\n", { header: true, label: "c" }),
    RangeError,
    'label must be one of a, b, got "c"',
  );
  assertThrows(() => parseTable("1,2\n", { label: "c" }), RangeError, "label must be an index");
  assertThrows(
    () => parseTable("1,2\n", { label: 2 }),
    RangeError,
    "label must be an integer from -2 to 1, got 2",
  );
});
