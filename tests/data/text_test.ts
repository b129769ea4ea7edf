import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "../deps/fast_check.ts";
import { readCorpus } from "../../data/corpora.ts";
import { DataError } from "../../data/data_error.ts";
import { GETTYSBURG_ADDRESS } from "../../data/gettysburg.ts";
import { characterTokens, encodeTokens, tokenWindows, vocabularyOf, wordTokens } from "../../data/text.ts";
import { sharedFile } from "./shared.ts";

Deno.test("wordTokens() ends each line that has words with <eos>, with any spaces", () => {
  assertEquals(wordTokens(" a  b \r\n\n\tc"), ["a", "b", "<eos>", "c", "<eos>"]);
  assertEquals(wordTokens("\n \n"), []);
});

Deno.test("characterTokens() keeps line breaks, and characters outside the basic plane whole", () => {
  assertEquals(characterTokens("a\n𝄞"), ["a", "\n", "𝄞"]);
});

Deno.test("vocabularyOf() and encodeTokens() number each token, and the number gives the token again", () => {
  fc.assert(fc.property(fc.array(fc.string({ maxLength: 2 }), { minLength: 1 }), (tokens) => {
    const vocabulary = vocabularyOf(tokens);
    assertEquals(Array.from(encodeTokens(tokens, vocabulary), (n) => vocabulary.tokens[n]), tokens);
    assertEquals(vocabulary.tokens.length, new Set(tokens).size);
  }));
});

Deno.test("vocabularyOf() keeps the most frequent tokens, and those of equal frequency by first appearance", () => {
  const tokens = [..."ccbbbaad"];
  assertEquals(vocabularyOf(tokens).tokens, ["b", "c", "a", "d"]);
  assertEquals(vocabularyOf(tokens, { size: 3 }).tokens, ["b", "c", "<unk>"]);
  assertEquals(vocabularyOf(tokens, { minCount: 2 }).tokens, ["b", "c", "a", "<unk>"]);
  assertEquals(vocabularyOf(["<unk>", "<unk>", "a", "b"], { size: 2 }).tokens, ["<unk>", "a"]);
});

Deno.test("encodeTokens() names the token that is not in a vocabulary without <unk>", () => {
  assertThrows(() => encodeTokens(["a", "b"], vocabularyOf(["a"])), DataError, 'token 1, "b", is not in');
});

Deno.test("tokenWindows() contains each token and its successor, in order, without gaps or overlaps", () => {
  const sizes = fc.record({ n: fc.integer({ min: 2, max: 40 }), length: fc.integer({ min: 1, max: 12 }) });
  fc.assert(fc.property(sizes, fc.integer({ min: 1, max: 12 }), ({ n, length }, stride) => {
    fc.pre(length < n);
    const tokens = Int32Array.from({ length: n }, (_, i) => 7 * i);
    const { x, y } = tokenWindows(tokens, { length, stride }).inputs;
    const starts = Array.from({ length: n }, (_, i) => i * stride).filter((s) => s + length < n);
    assertEquals(x.shape, [starts.length, length]);
    const at = (shift: number) => starts.flatMap((s) => [...tokens.subarray(s + shift, s + shift + length)]);
    assertEquals([...x.data as Int32Array], at(0));
    assertEquals([...y.data as Int32Array], at(1));
  }));
});

Deno.test("the functions of text name the option that is out of range", () => {
  const tokens = Int32Array.of(1, 2, 3);
  assertThrows(() => tokenWindows(tokens, { length: 3 }), RangeError, "length must be below 3");
  assertThrows(
    () => tokenWindows(tokens, { length: 0 }),
    RangeError,
    "length must be an integer of at least 1",
  );
  assertThrows(
    () => tokenWindows(tokens, { length: 1, stride: 0.5 }),
    RangeError,
    "stride must be an integer",
  );
  assertThrows(
    () => vocabularyOf(["a"], { size: 0 }),
    RangeError,
    "size must be an integer of at least 1, got 0",
  );
  assertThrows(() => vocabularyOf(["a"], { minCount: 0 }), RangeError, "minCount must be an integer");
  assertThrows(() => vocabularyOf([]), RangeError, "at least one token");
});

Deno.test("the Gettysburg Address has its 271 words", () => {
  const words = wordTokens(GETTYSBURG_ADDRESS).filter((w) => w !== "--" && w !== "<eos>");
  assertEquals([words.length, words[0], words.at(-1)], [271, "Four", "earth."]);
});

async function corpusFolder(files: Record<string, Uint8Array<ArrayBuffer>>) {
  const root = await Deno.makeTempDir();
  await Deno.mkdir(`${root}/ptb`);
  for (const [name, bytes] of Object.entries(files)) await Deno.writeFile(`${root}/${name}`, bytes);
  return { root, [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }) };
}

const text = (t: string) => new TextEncoder().encode(t);

Deno.test("readCorpus() accepts the folder itself or its parent, plain or compressed", async () => {
  const stream = new Blob([text("b")]).stream().pipeThrough(new CompressionStream("gzip"));
  const zipped = new Uint8Array(await new Response(stream).arrayBuffer());
  await using folder = await corpusFolder({
    "ptb/ptb.train.txt": text("a"),
    "ptb/ptb.valid.txt.gz": zipped,
    "ptb/ptb.test.txt": text("c"),
  });
  for (const path of [folder.root, `${folder.root}/`, `${folder.root}/ptb`]) {
    assertEquals(await readCorpus(path, "ptb"), { train: "a", valid: "b", test: "c" });
  }
});

Deno.test("readCorpus() names the missing part and the paths tried, and a file that is not text", async () => {
  await using folder = await corpusFolder({
    "ptb.train.txt": text("a"),
    "ptb.valid.txt": new Uint8Array([255, 254]),
    "ptb.test.txt": text("c"),
  });
  await assertRejects(
    () => readCorpus(folder.root, "ptb"),
    DataError,
    "ptb.valid.txt: must be text in UTF-8",
  );
  await assertRejects(
    () => readCorpus(folder.root, "wikitext-2"),
    DataError,
    `${folder.root}: no train.txt(.gz) or wiki.train.tokens(.gz) there nor in ${folder.root}/wikitext-2`,
  );
});

for (
  const [name, words] of [
    ["ptb", [887521, 70390, 78669]],
    ["wikitext-2", [2051910, 213886, 241211]],
  ] as const
) {
  const file = name === "ptb" ? "ptb/ptb.train.txt" : "wikitext-2/train.txt.gz";
  Deno.test({
    name: `readCorpus() reads ${name} with its published numbers of words`,
    ignore: sharedFile(file) === undefined,
    fn: async () => {
      const corpus = await readCorpus(sharedFile(file)!.replace(`/${file}`, ""), name);
      const counts = Object.values(corpus).map((t) => wordTokens(t).filter((w) => w !== "<eos>").length);
      assertEquals(counts, [...words]);
      if (name === "ptb") assert(vocabularyOf(wordTokens(corpus.train)).tokens.length === 10000);
    },
  });
}
