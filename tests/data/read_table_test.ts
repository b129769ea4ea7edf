import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { gzipSync } from "node:zlib";
import { DataError } from "../../data/data_error.ts";
import type { DataTensor } from "../../data/data_set.ts";
import { readLibsvm, readTable } from "../../data/read_table.ts";
import { parseTable } from "../../data/table.ts";

const FILES = new URL("files/", import.meta.url).pathname;

/** Returns the first numbers of a tensor. */
const numbers = ({ data }: DataTensor, count: number) => Array.from(data.subarray(0, count), Number);

/** Returns rows of numbers between -1 and 1 with a class of 0 or 1, whose fields `separated` writes. */
function rows(count: number, { between = ",", field = (v: number) => v.toFixed(3) } = {}): string {
  return Array.from(
    { length: count },
    (_, i) => `${[Math.sin(i + 1), Math.cos(3 * i + 2)].map(field).join(between)}${between}${i % 2}\n`,
  ).join("");
}

/** Parses a text with header and delimiter detected. */
const detected = (text: string) => parseTable(text, { name: "t.csv", header: "detect", delimiter: "detect" });

Deno.test("readTable() loses no row of a table without column names, quoted or plain", async () => {
  const plain = await readTable(`${FILES}csv/plain_no_header.csv`);
  const quoted = await readTable(`${FILES}csv/quoted_no_header.csv`);
  assertEquals(plain.inputs.x.shape, [40, 2]);
  assertEquals(quoted.inputs, plain.inputs);
  assertEquals(numbers(plain.inputs.x, 2), [0.844, 0.758].map(Math.fround));
  assertEquals(plain.featureNames, undefined);
});

Deno.test("readTable() refuses a missing number in the first row, instead of reading the row as names", async () => {
  await assertRejects(
    () => readTable(`${FILES}csv/first_row_missing.csv`),
    DataError,
    'first_row_missing.csv, line 1, column 1: expected a finite number, got "?"',
  );
});

for (const [file, names] of [["c_semi.csv", ["a", "b"]], ["c_tab.csv", ["a", "b"]]] as const) {
  Deno.test(`readTable() detects the delimiter of ${file}`, async () => {
    const set = await readTable(`${FILES}csv/${file}`);
    assertEquals([set.inputs.x.shape, set.featureNames, set.classes], [[40, 2], names, 2]);
    assertEquals(numbers(set.inputs.x, 2), [0.126, -0.132].map(Math.fround));
  });
}

Deno.test("readTable() reads quoted names and classes that span several lines", async () => {
  const set = await readTable(`${FILES}csv/c_quote.csv`);
  assertEquals([set.inputs.x.shape, set.featureNames], [[40, 2], ["a\nb", "b"]]);
  assertEquals(set.classNames, ["x\ny1", "x\ny0"]);
});

Deno.test("readTable() refuses a number beyond float32, and names line and column", async () => {
  await assertRejects(
    () => readTable(`${FILES}csv/c_overflow.csv`),
    DataError,
    'c_overflow.csv, line 5, column a: expected a number within float32 (up to 3.4e38 in size), got "1e39"',
  );
});

Deno.test("parseTable() accepts numbers that float32 rounds to its largest, and nothing above", () => {
  const text = (v: string) => `${v},0\n1,1\n`;
  // Halfway from the largest number to 2^128: the last one below rounds down.
  assertEquals(parseTable(text("3.40282356779733623e38")).inputs.x.data[0], 3.4028234663852886e38);
  for (const v of ["3.4028235677973366e38", "-1e39", "1e999"]) {
    assertThrows(
      () => parseTable(text(v)),
      DataError,
      "line 1, column 1: expected a number within float32",
    );
  }
  assertThrows(
    () => parseTable(`1,1e39\n`, { target: "number" }),
    DataError,
    "line 1, column 2: expected a number within float32",
  );
});

/** First rows that are examples: first valid ones, then refused ones, with the field that the error names. */
const EXAMPLES: readonly [first: string, field?: string][] = [
  ['"0.1","0.2","1"'],
  ["0.1,0.2,1"],
  ["1e-3,+.5,1"],
  ["NaN,0.2,1", "NaN"],
  ["0.1,nan,1", "nan"],
  [",0.2,1", ""],
  ["0.1,,1", ""],
  ["?,?,1", "?"],
  ["NA,0.2,1", "NA"],
  ["-inf,0.2,1", "-inf"],
  ["#DIV/0!,#N/A,1", "#DIV/0!"],
  ["null,None,1", "null"],
  ["'0.1','0.2',1", "'0.1'"],
  ["0.1x,0.2,1", "0.1x"],
  ["$0.1,$0.2,1", "$0.1"],
  ["0.1 cm,0.2 cm,1", "0.1 cm"],
  ["−0.1,0.2,1", "−0.1"],
  ["red,0.2,1", "red"],
];
for (const [first, field] of EXAMPLES) {
  Deno.test(`parseTable() reads the first row ${first} as an example`, () => {
    for (
      const text of [`${first}\n${rows(5)}`, `\ufeff\r\n${first}\r\n${rows(5).replaceAll("\n", "\r\n")}`]
    ) {
      if (field === undefined) {
        const set = detected(text);
        assertEquals([set.inputs.x.shape, set.featureNames], [[6, 2], undefined]);
      } else {
        const got = `column ${
          first.split(",")[0] === field || field === "red" ? 1 : 2
        }: expected a finite number`;
        assertThrows(() => detected(text), DataError, `${got}, got ${JSON.stringify(field)}`);
      }
    }
  });
}

for (
  const [first, names] of [
    ["a,b,class", ["a", "b"]],
    ['"a","b","class"', ["a", "b"]],
    ["a,,class", ["a", ""]],
    ["age,2019,class", ["age", "2019"]],
    ["0,1,class", ["0", "1"]],
    ["1st,2nd,class", ["1st", "2nd"]],
    ["x1,x2,y", ["x1", "x2"]],
    ["NaN,x2,y", ["NaN", "x2"]],
    ["größe,höhe,art", ["größe", "höhe"]],
    ["_0,#1,class", ["_0", "#1"]],
  ] as const
) {
  Deno.test(`parseTable() reads the first row ${first} as names`, () => {
    const set = detected(`${first}\n${rows(5)}`);
    assertEquals([set.inputs.x.shape, set.featureNames, set.classes], [[5, 2], names, 2]);
  });
}

Deno.test("parseTable() refuses a first row that could be names or an example", () => {
  const text = (first: string) => `${first}\n${rows(6).replaceAll(/,([01])\n/g, ",kind$1\n")}`;
  assertThrows(
    () => detected(text("0,1,species")),
    DataError,
    "t.csv, line 1: 0, 1, species may name the columns or be an example: name the columns by words",
  );
  assertEquals(detected(text("0,1,kind1")).inputs.x.shape, [7, 2]);
  assertEquals(detected(text("0.3,1,species")).inputs.x.shape, [7, 2]);
  assertThrows(() => detected("x,2020\n1,2\n3,4\n"), DataError, "may name the columns or be an example");
});

for (
  const [between, name] of [[";", "semicolons"], ["\t", "tabs"], ["|", "bars"], [" ; ", "spaced semicolons"]]
) {
  Deno.test(`parseTable() reads fields separated by ${name}, whatever the classes contain`, () => {
    const wanted = detected(rows(9));
    for (
      const text of [
        rows(9, { between: between! }),
        `a${between}b${between}c\n${rows(9, { between: between! })}`,
      ]
    ) {
      assertEquals(detected(text).inputs, wanted.inputs);
    }
    const classes = rows(9, { between: between! }).replaceAll(/1\n/g, '"a, b"\n').replaceAll(
      /0\n/g,
      "c|d;e, f\n",
    );
    const quoted = classes.replaceAll("c|d;e, f", '"c|d;e, f"');
    assertEquals(detected(quoted).classNames, ["c|d;e, f", "a, b"]);
  });
}

Deno.test("parseTable() refuses rows that it cannot split into features and a label", () => {
  for (
    const [text, message] of [
      ["1 2 0\n3 4 1\n", 't.csv, line 1: expected a feature and a label, with "," between them, got 1 2 0'],
      ["0,1;-0,2;1\n0,3;0,4;0\n", 't.csv, line 1, column 1: expected a finite number, got "0,1"'],
      ["1;2;0\n3;4\n", "t.csv, line 2: expected 3 fields as in the first row, got 2"],
      [
        "# of mine\n1,2,0\n",
        't.csv, line 2: comments are not supported: remove the lines that begin with "#"',
      ],
      [
        "1,2,0\n# of mine\n",
        't.csv, line 2: comments are not supported: remove the lines that begin with "#"',
      ],
    ] as const
  ) assertThrows(() => detected(text), DataError, message);
  assertThrows(() => parseTable("1;2;0\n", { name: "t.csv" }), DataError, 'with "," between them, got 1;2;0');
});

Deno.test("parseTable() refuses decimal commas with any delimiter, instead of splitting numbers", () => {
  const remedy = ": use a decimal point, and no separator of thousands";
  for (const between of [";", "\t", "|"]) {
    // One comma per row splits each into two fields: a number, and a rest that could be a class.
    for (const row of [["0,5", "3", "0"], ["2", "1,5", "1"], ["1", "2,25", "a"]]) {
      const text = `${row.join(between)}\n`.repeat(3);
      const message = `expected a finite number, got "${row.find((f) => f.includes(","))}"${remedy}`;
      assertThrows(() => detected(text), DataError, message);
      assertThrows(() => detected(`a${between}b${between}c\n${text}`), DataError, message);
    }
  }
  assertThrows(() => detected('"1,000",2,a\n"3,000",4,b\n'), DataError, `got "1,000"${remedy}`);
  assertEquals(detected("0.5,1,3|4\n0.7,1,1|2\n").classNames, ["3|4", "1|2"]);
});

Deno.test("parseTable() refuses a first row of column numbers as names and as an example", () => {
  for (const text of ["0,1,2\n0.5,1.5,0\n", "0;1;2;3\n1;2;3;4\n", '"0"\t"1"\t"2"\n1\t2\t0\n']) {
    assertThrows(() => detected(text), DataError, "may name the columns or be an example");
  }
  assertEquals(detected("0,1\n1,0\n").inputs.x.shape, [2, 1]);
  assertEquals(detected("0,1,3\n1,0,2\n").inputs.x.shape, [2, 2]);
});

Deno.test("parseTable() refuses the unnamed column of row numbers that pandas and R write", () => {
  for (const start of [0, 1]) {
    const numbered = rows(4).split("\n").slice(0, 4).map((row, i) => `${start + i},${row}\n`);
    const named = (first: string) => `${first},a,b,c\n${numbered.join("")}`;
    for (const first of ["", '""']) {
      assertThrows(
        () => detected(named(first)),
        DataError,
        "t.csv: column 1 has no name and numbers the rows",
      );
    }
    assertEquals(detected(named("n")).featureNames, ["n", "a", "b"]);
    assertEquals(detected(named("").replace("\n1,", "\n7,")).featureNames, ["", "a", "b"]);
  }
});

Deno.test("parseTable() reads lines with different line ends", () => {
  const ends = ["\r\n", "\n", "\r"];
  const mixed = rows(9).split("\n").slice(0, 9).map((row, i) => row + ends[i % 3]).join("");
  for (const text of [mixed, `a,b,c\r\n${rows(9)}`, `a,b,c\n${rows(9).replaceAll("\n", "\r\n")}`]) {
    assertEquals(detected(text).inputs, detected(rows(9)).inputs);
  }
});

Deno.test("parseTable() refuses numbers that are not decimals, and a label whose name occurs twice", () => {
  for (const field of ["0x10", "0b11", "0o7", "1_000", "1e", "e1", ".", "+-1"]) {
    assertThrows(
      () => parseTable(`1,2\n${field},2\n`),
      DataError,
      "line 2, column 1: expected a finite number",
    );
  }
  const numbers = parseTable(".5,1.,1e3,+2,-3E-2,0\n").inputs.x.data;
  assertEquals(numbers, Float32Array.of(0.5, 1, 1000, 2, -0.03));
  assertThrows(
    () => parseTable("a,b,a\n1,2,3\n", { header: true, label: "a" }),
    RangeError,
    'label "a" names more than one column: give an index',
  );
});

Deno.test("parseTable() refuses labels for missing values, and one number as two classes", () => {
  for (const label of ["?", "NaN", "nan", "NA", "N/A", "null"]) {
    const message = `line 2, column 2: expected a label, got ${
      JSON.stringify(label)
    }, which marks a missing value`;
    assertThrows(() => parseTable(`1,a\n2,${label}\n3,b\n`), DataError, message);
  }
  const message = "line 3, column 2: the labels 1 and 1.0 are the same number: write each class in one way";
  assertThrows(() => parseTable("1,1\n2,0\n3,1.0\n"), DataError, message);
  assertEquals(parseTable("1,none\n2,1\n").classNames, ["none", "1"]);
});

/** Writes a temporary file, and reads it. */
async function written<T>(content: string | Uint8Array, read: (path: string) => Promise<T>): Promise<T> {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeFile(path, typeof content === "string" ? new TextEncoder().encode(content) : content);
    return await read(path);
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("readTable() reads compressed tables, even with several members and padding", async () => {
  const wanted = detected(rows(9)).inputs;
  const half = rows(9).indexOf("\n") + 1;
  const members = [rows(9).slice(0, half), rows(9).slice(half)].map((t) => gzipSync(t));
  const zipped = Uint8Array.from([...members.flatMap((m) => [...m]), ...new Array(512).fill(0)]);
  assertEquals((await written(zipped, readTable)).inputs, wanted);
});

Deno.test("readTable() refuses text that is not UTF-8, because classes would become equal", async () => {
  const latin = Uint8Array.from([...new TextEncoder().encode("1,caf"), 0xe9, 10]);
  await assertRejects(() => written(latin, readTable), DataError, "must be text in UTF-8");
  const utf16 = Uint8Array.from([0xff, 0xfe, ...[..."1,2\n"].flatMap((c) => [c.charCodeAt(0), 0])]);
  await assertRejects(() => written(utf16, readTable), DataError, "must be text in UTF-8");
  await assertRejects(() => readTable(`${FILES}none.csv`), DataError, "none.csv: no such file");
  await assertRejects(() => readTable(FILES), DataError, "is a folder, not a file");
});

Deno.test("readLibsvm() reads comments, and refuses a number beyond float32 with line and index", async () => {
  const set = await readLibsvm(`${FILES}libsvm/l_com.txt`);
  assertEquals([set.inputs.x, set.classNames], [
    { dtype: "float32", shape: [1, 1], data: Float32Array.of(0.5) },
    ["1"],
  ]);
  await assertRejects(
    () => readLibsvm(`${FILES}libsvm/l_over.txt`),
    DataError,
    'l_over.txt, line 1, index 1: expected a number within float32 (up to 3.4e38 in size), got "1e39"',
  );
  const zipped = gzipSync("# one\n+1 1:1 2:2 # 3:3\n   # two\n-1#\n-1 2:5#4:4\n");
  const more = await written(zipped, (path) => readLibsvm(path, { features: 3 }));
  assertEquals(more.inputs.x.data, Float32Array.of(1, 2, 0, 0, 0, 0, 0, 5, 0));
  assertEquals(more.inputs.y.data, BigInt64Array.of(1n, 0n, 0n));
});

Deno.test("readTable() never opens a pipe or a device", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const pipe = `${folder}/t.csv`;
    await new Deno.Command("mkfifo", { args: [pipe] }).output();
    await Deno.symlink(pipe, `${folder}/link.csv`);
    for (const path of [pipe, `${folder}/link.csv`, "/dev/zero"]) {
      const what = path === "/dev/zero" ? "a device" : "a pipe (FIFO)";
      const { message } = await assertRejects(() => readTable(path), DataError);
      assert(message === `${path}: is ${what}, not a file: write its content to a file first`, message);
      await assertRejects(() => readLibsvm(path), DataError, what);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
