import { assertEquals, assertRejects } from "@std/assert";
import { DataError } from "../../data/data_error.ts";
import { parseSvhn, readSvhn } from "../../data/svhn.ts";

const file = (name: string) => Deno.readFile(new URL(`../golden/mat/${name}.mat`, import.meta.url));

/** The pixels of `tools/golden/mat.py`, image by image, plane by plane, row by row. */
function pixels(count: number): Uint8Array {
  return Uint8Array.from({ length: count * 3072 }, (_, i) => {
    const [n, channel, r, c] = [i / 3072, (i / 1024) % 3, (i / 32) % 32, i % 32].map(Math.floor);
    return (7 * r! + 13 * c! + 50 * channel! + 101 * n!) % 256;
  });
}

Deno.test("parseSvhn() reads images as planes of rows, and 10 as the digit 0", async () => {
  const { name, inputs: { x, y }, classes } = await parseSvhn(await file("svhn"));
  assertEquals([name, classes], ["svhn", 10]);
  assertEquals(x, { dtype: "uint8", shape: [6, 3, 32, 32], data: pixels(6) });
  assertEquals(y, { dtype: "int64", shape: [6], data: BigInt64Array.of(8n, 9n, 0n, 1n, 2n, 3n) });
});

Deno.test("parseSvhn() reads a single image, whose file has three dimensions or four", async () => {
  const { inputs: { x } } = await parseSvhn(await file("svhn_plain"));
  assertEquals(x, { dtype: "uint8", shape: [1, 3, 32, 32], data: pixels(1) });
});

Deno.test("parseSvhn() names a missing array, and a label out of range", async () => {
  const numbers = await file("numbers");
  await assertRejects(
    () => parseSvhn(numbers, { name: "n.mat" }),
    DataError,
    "n.mat: must hold images 'X', uint8 [32, 32, 3, N], got no array of that name",
  );
  const plain = await file("svhn_plain");
  // The last eight bytes hold the label: a small element of one byte.
  const at = plain.length - 4;
  assertEquals(plain[at], 8);
  plain[at] = 11;
  await assertRejects(
    () => parseSvhn(plain),
    DataError,
    "label 0 of 'y' must be an integer in [1, 10], got 11",
  );
  const short = (await file("svhn_plain")).slice(0, -56);
  await assertRejects(
    () => parseSvhn(short),
    DataError,
    "must hold labels 'y' [1, 1], one for each image, got no",
  );
});

Deno.test("readSvhn() reads both files, in either place, and says where it looked", async () => {
  const folder = await Deno.makeTempDir();
  try {
    for (const place of [folder, `${folder}/svhn`]) {
      await Deno.mkdir(place, { recursive: true });
      await Deno.writeFile(`${place}/train_32x32.mat`, await file("svhn"));
      await assertRejects(
        () => readSvhn(folder),
        DataError,
        "train_32x32.mat and test_32x32.mat must be in it",
      );
      await Deno.writeFile(`${place}/test_32x32.mat`, await file("svhn_plain"));
      const seen: string[] = [];
      const { train, test } = await readSvhn(folder, { onFile: (path) => void seen.push(path) });
      assertEquals([train.inputs.y.shape, test.inputs.y.shape], [[6], [1]]);
      assertEquals(seen, [`${place}/train_32x32.mat`, `${place}/test_32x32.mat`]);
      await Deno.remove(`${place}/train_32x32.mat`);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
