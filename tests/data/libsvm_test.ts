import { assertEquals, assertThrows } from "@std/assert";
import { DataError } from "../../data/data_error.ts";
import { type LibsvmOptions, parseLibsvm } from "../../data/libsvm.ts";
import { sharedFile, sharedText } from "./shared.ts";

Deno.test("parseLibsvm() fills in zeros and numbers labels in ascending order", () => {
  const set = parseLibsvm("+1 2:1.5 4:-1\r\n\n-1\n+1 1:3e-1 \n");
  assertEquals(set.inputs.x, {
    dtype: "float32",
    shape: [3, 4],
    data: new Float32Array([0, 1.5, 0, -1, 0, 0, 0, 0, 0.3, 0, 0, 0]),
  });
  assertEquals(set.inputs.y.data, new BigInt64Array([1n, 0n, 1n]));
  assertEquals(set.classNames, ["-1", "1"]);
});

Deno.test("parseLibsvm() applies the training part's features and labels to a test part", () => {
  const set = parseLibsvm("1 1:2\n", { features: 3, labels: [-1, 1] });
  assertEquals([set.inputs.x.shape, set.inputs.y.data, set.classes], [[1, 3], new BigInt64Array([1n]), 2]);
});

const refusals: readonly [string, LibsvmOptions, string][] = [
  ["1 1:2\nx 1:2\n", {}, 'a.txt, line 2: expected a finite number as label, got "x"'],
  ["1 1:\n", {}, 'a.txt, line 1, index 1: expected a finite number, got ""'],
  ["1 2:1 2:1\n", {}, "a.txt, line 1: expected index:value with an index above 2, got 2:1"],
  ["1 0:1\n", {}, "line 1: expected index:value with an index above 0, got 0:1"],
  ["1 1e0:1\n", {}, "line 1: expected index:value with an index above 0, got 1e0:1"],
  ["1 3:1 2:1\n", {}, "line 1: expected index:value with an index above 3, got 2:1"],
  ["1 qid:3 1:1\n", {}, "line 1: expected index:value with an index above 0, got qid:3"],
  ["1 9007199254740993:1\n", {}, "with an index above 0, got 9007199254740993:1"],
  [
    "1 1:-3.5e38\n",
    {},
    'line 1, index 1: expected a number within float32 (up to 3.4e38 in size), got "-3.5e38"',
  ],
  ["1,2 1:1\n", {}, 'line 1: expected a finite number as label, got "1,2"'],
  ["1 1.5:1\n", {}, "got 1.5:1"],
  ["1 1:2:3\n", {}, "got 1:2:3"],
  ["1 4:1\n", { features: 3 }, "with an index above 0 and at most 3, got 4:1"],
  ["1 1:1\n\n2 1:1\n", { labels: [1, -1] }, "a.txt, line 3: label must be one of 1, -1, got 2"],
  ["\n", {}, "a.txt: expected at least one example, got none"],
  ["1 4000000000:1\n", {}, "1 examples of 4000000000 features are more than 268435456 elements"],
];
for (const [text, options, message] of refusals) {
  Deno.test(`parseLibsvm() refuses with "${message}"`, () => {
    assertThrows(() => parseLibsvm(text, { ...options, name: "a.txt" }), DataError, message);
  });
}

Deno.test("parseLibsvm() refuses files of labels only, and values that are not decimals", () => {
  assertThrows(() => parseLibsvm("1\n0\n"), DataError, "expected index:value in at least one example");
  assertEquals(parseLibsvm("1\n0\n", { features: 2 }).inputs.x.shape, [2, 2]);
  assertThrows(
    () => parseLibsvm("1 1:0x10\n"),
    DataError,
    'line 1, index 1: expected a finite number, got "0x10"',
  );
});

Deno.test("parseLibsvm() refuses an invalid number of features", () => {
  assertThrows(
    () => parseLibsvm("1 1:1", { features: 0 }),
    RangeError,
    "features must be an integer of at least 1, got 0",
  );
});

Deno.test({
  name: "parseLibsvm() reads a9a with its published counts",
  ignore: sharedFile("a9a/a9a.gz") === undefined,
  fn: async () => {
    const train = parseLibsvm(await sharedText("a9a/a9a.gz"));
    const test = parseLibsvm(await sharedText("a9a/a9a.t.gz"), { features: 123, labels: [-1, 1] });
    const positives = [train, test].map((set) =>
      Array.from(set.inputs.y.data, Number).filter((label) => label === 1).length
    );
    assertEquals([train.inputs.x.shape, test.inputs.x.shape, positives], [[32561, 123], [16281, 123], [
      7841,
      3846,
    ]]);
    const nonZero = [train, test].map((set) =>
      set.inputs.x.data.filter((v: number | bigint) => v !== 0).length
    );
    assertEquals(nonZero, [451592, 225731]);
  },
});
