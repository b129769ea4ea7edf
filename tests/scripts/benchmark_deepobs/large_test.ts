import { assertEquals, assertRejects } from "@std/assert";
import { type Data, DataError, type DataTensor } from "../../../mod.ts";
import { DEEPOBS } from "../../../scripts/benchmark/deepobs/mod.ts";
import { UsageError } from "../../../scripts/console/mod.ts";
import { inFolder } from "../process.ts";

const load = (name: string, dataDir: string | undefined, published = false) =>
  DEEPOBS.find((p) => p.name === name)!.load({ dataDir, published });

/** The shape and the type of each input. */
const shapes = (data: Data) =>
  Object.fromEntries(Object.entries(data).map(([name, { dtype, shape }]) => [name, `${dtype} ${shape}`]));

Deno.test("cifar10_3c3d and cifar100_allcnnc load pixels as bytes, and the fine labels", () =>
  inFolder(async (folder) => {
    const record = (labels: number[], i: number) => [...labels, i, ...new Array(3071).fill(7)];
    const records = (count: number, labels: (i: number) => number[]) =>
      Uint8Array.from(Array.from({ length: count }, (_, i) => record(labels(i), i)).flat());
    for (const [name, count] of [["data_batch_1", 20], ["test_batch", 5]] as const) {
      await Deno.writeFile(`${folder}/${name}.bin`, records(count, (i) => [i % 10]));
    }
    for (const [name, count] of [["train", 20], ["test", 5]] as const) {
      await Deno.writeFile(`${folder}/${name}.bin`, records(count, (i) => [i % 5, 90 + i % 10]));
    }
    for (const [name, first] of [["cifar10_3c3d", 0], ["cifar100_allcnnc", 90]] as const) {
      const { train, evaluate, trainer } = await load(name, folder);
      assertEquals(trainer?.augment?.x?.map((a) => a.kind), ["randomCrop", "horizontalFlip"]);
      assertEquals(shapes(train), { x: "uint8 16,3,32,32", target: "int64 16" });
      const all = await load(name, folder, true);
      assertEquals(shapes(all.train), { x: "uint8 20,3,32,32", target: "int64 20" });
      const targets = Array.from((all.train.target as DataTensor).data as BigInt64Array, Number);
      assertEquals(targets, Array.from({ length: 20 }, (_, i) => first + i % 10));
      const pixels = (all.train.x as DataTensor).data;
      assertEquals([pixels[0], pixels[1], pixels[19 * 3072]], [0, 7, 19]);
      assertEquals([evaluate.train, evaluate.validation, evaluate.test].map((d) => d!.x!.shape[0]), [
        5,
        4,
        5,
      ]);
    }
  }));

Deno.test("svhn_wrn164 loads SciPy's files in the form of SVHN's", () =>
  inFolder(async (folder) => {
    const file = (name: string) => new URL(`../../golden/mat/${name}.mat`, import.meta.url);
    await Deno.copyFile(file("svhn"), `${folder}/train_32x32.mat`);
    await Deno.copyFile(file("svhn_plain"), `${folder}/test_32x32.mat`);
    const { train, evaluate, trainer } = await load("svhn_wrn164", folder);
    // House numbers are not mirrored.
    assertEquals(trainer?.augment?.x?.map((a) => a.kind), ["randomCrop"]);
    assertEquals(shapes(train), { x: "uint8 4,3,32,32", target: "int64 4" });
    assertEquals([evaluate.validation, evaluate.test].map((d) => d!.x!.shape[0]), [2, 1]);
  }));

/** A text of 83 characters, of which character `i` is number `i` of the next text by how often it comes. */
const ALPHABET = Array.from({ length: 83 }, (_, i) => String.fromCodePoint(i < 80 ? 33 + i : 0x1f600 + i));

Deno.test("tolstoi_char_rnn numbers characters by frequency, and cuts windows with the next characters as targets", () =>
  inFolder(async (folder) => {
    // Character i comes 200 - i times: 13,197 in all; the first 10,558 train.
    const text = ALPHABET.toReversed().map((c, i) => c.repeat(200 - (82 - i))).join("");
    await Deno.writeTextFile(`${folder}/input.txt`, text);
    const { train, evaluate } = await load("tolstoi_char_rnn", folder);
    // 4 batches of 50 windows, of which a fifth is held out, and 1.
    assertEquals(shapes(train), { tokens: "uint8 160,50", target: "uint8 160,50" });
    assertEquals([evaluate.train, evaluate.validation, evaluate.test].map((d) => d!.tokens!.shape[0]), [
      50,
      40,
      50,
    ]);
    const numbers = Array.from([...text], (c) => ALPHABET.indexOf(c));
    const data = (d: Data, name: string) => Array.from((d[name] as DataTensor).data as Uint8Array);
    assertEquals(data(train, "tokens"), numbers.slice(0, 8000));
    assertEquals(data(train, "target"), numbers.slice(1, 8001));
    assertEquals(data(evaluate.validation!, "tokens"), numbers.slice(8000, 10_000));
    assertEquals(data(evaluate.test!, "tokens"), numbers.slice(10_558, 10_558 + 2500));
    assertEquals(data(evaluate.test!, "target"), numbers.slice(10_559, 10_559 + 2500));
    const all = await load("tolstoi_char_rnn", folder, true);
    assertEquals(all.train.tokens!.shape, [200, 50]);
    assertEquals(all.evaluate.validation!.tokens!.shape, [40, 50]);
  }));

Deno.test("tolstoi_char_rnn refuses a text with other characters, and text that is not UTF-8", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/input.txt`, "war and peace ".repeat(1000));
    const few = "input.txt: must hold 83 different characters, as DeepOBS's preparation leaves them, got 9";
    await assertRejects(() => load("tolstoi_char_rnn", folder), DataError, few);
    await Deno.writeFile(`${folder}/input.txt`, Uint8Array.of(0xff, 0xfe));
    await assertRejects(
      () => load("tolstoi_char_rnn", folder),
      DataError,
      "input.txt: must be text in UTF-8",
    );
    await Deno.writeTextFile(`${folder}/input.txt`, ALPHABET.join(""));
    const short = "War and Peace, train: must have more than 2500 characters, has 67";
    await assertRejects(() => load("tolstoi_char_rnn", folder), DataError, short);
  }));

Deno.test("DeepOBS's problems whose data no command fetches say which files they need", async () => {
  for (
    const [name, files] of [
      ["cifar100_allcnnc", "train.bin and test.bin of CIFAR-100's binary version"],
      ["svhn_wrn164", "train_32x32.mat and test_32x32.mat of SVHN"],
      ["tolstoi_char_rnn", "train.npy and test.npy, or input.txt, of DeepOBS's War and Peace"],
    ] as const
  ) {
    const message = `${name} needs the folder that holds ${files}: --data-dir DIR`;
    await assertRejects(() => load(name, undefined), UsageError, message);
    await assertRejects(() => load(name, "no/such/folder"), DataError, "no/such/folder: ");
  }
});
