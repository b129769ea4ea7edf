import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "../deps/fast_check.ts";
import { crc32 } from "node:zlib";
import { DataError } from "../../data/data_error.ts";
import { parseIdx } from "../../data/idx.ts";
import { readMnist } from "../../data/mnist.ts";
import { sharedFile } from "./shared.ts";

const CODES = { uint8: 8, int8: 9, int16: 11, int32: 12, float32: 13, float64: 14 } as const;
const ARRAYS = {
  uint8: Uint8Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

/** Returns an IDX file written by hand: header, then the elements with their bytes reversed. */
function idxFile(
  dtype: keyof typeof CODES,
  shape: readonly number[],
  values: readonly number[],
): Uint8Array<ArrayBuffer> {
  const body = ARRAYS[dtype].from(values);
  const bytes = new Uint8Array(body.buffer);
  const width = body.BYTES_PER_ELEMENT;
  const swapped = Array.from(bytes, (_, i) => bytes[i - i % width + (width - 1 - i % width)] ?? 0);
  const dims = shape.flatMap((d) => [d >>> 24, (d >>> 16) & 255, (d >>> 8) & 255, d & 255]);
  return new Uint8Array([0, 0, CODES[dtype], shape.length, ...dims, ...swapped]);
}

async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

for (const dtype of Object.keys(CODES) as (keyof typeof CODES)[]) {
  Deno.test(`parseIdx() reads ${dtype} of any rank, plain and compressed`, async () => {
    const shape = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(
        shape,
        fc.infiniteStream(fc.integer({ min: -128, max: 255 })),
        async (dims, stream) => {
          const n = dims.reduce((a, b) => a * b, 1);
          const values = [...stream.take(n)].map((
            v,
          ) => (dtype === "uint8" ? Math.abs(v) : dtype === "int8" ? v >> 1 : v * 1.5));
          const file = idxFile(dtype, dims, values);
          const wanted = { dtype, shape: dims, data: ARRAYS[dtype].from(values) };
          assertEquals(await parseIdx(file), wanted);
          assertEquals(await parseIdx(await gzip(file)), wanted);
        },
      ),
      { numRuns: 30 },
    );
  });
}

Deno.test("parseIdx() reads a view that does not begin at its buffer's start", async () => {
  const file = idxFile("int32", [2], [1, -2]);
  const padded = new Uint8Array(file.length + 9);
  padded.set(file, 5);
  assertEquals((await parseIdx(padded.subarray(5, 5 + file.length))).data, new Int32Array([1, -2]));
});

Deno.test("parseIdx() returns a copy of the file's bytes", async () => {
  const file = idxFile("uint8", [1], [7]);
  (await parseIdx(file)).data[0] = 1;
  assertEquals(file.at(-1), 7);
});

const file = idxFile("int16", [2, 3], [1, 2, 3, 4, 5, 6]);
const refusals: readonly [string, Uint8Array<ArrayBuffer>, string][] = [
  ["no bytes", new Uint8Array(0), "f.idx: truncated at offset 0 within the magic number"],
  ["a cut magic number", file.slice(0, 3), "truncated at offset 3 within the magic number"],
  ["cut dimensions", file.slice(0, 9), "truncated at offset 9 within the dimensions, which end at 12"],
  ["cut elements", file.slice(0, 20), "truncated at offset 20: [2, 3] int16 take 24 bytes, got 20"],
  [
    "bytes left over",
    new Uint8Array([...file, 0]),
    "left over from at offset 24: [2, 3] int16 take 24 bytes, got 25",
  ],
  ["a PNG", new Uint8Array([0x89, 0x50, 0x4e, 0x47]), "wrong magic number 0x89504e47 at offset 0"],
  [
    "an unknown type",
    new Uint8Array([0, 0, 10, 1, 0, 0, 0, 0]),
    "wrong magic number 0x00000a01: the type at offset 2",
  ],
  ["rank 0", new Uint8Array([0, 0, 8, 0, 1]), "wrong magic number 0x00000800: the rank at offset 3"],
];
for (const [what, bytes, message] of refusals) {
  Deno.test(`parseIdx() names file and offset for ${what}`, async () => {
    const error = await assertRejects(() => parseIdx(bytes, { name: "f.idx" }), DataError, message);
    assert(error.message.startsWith("f.idx: ") && !error.message.includes("\n"));
  });
}

Deno.test("parseIdx() allocates nothing for dimensions larger than the file", async () => {
  const huge = new Uint8Array([0, 0, 14, 3, ...new Array(12).fill(255), 1, 2, 3]);
  await assertRejects(
    () => parseIdx(huge),
    DataError,
    "truncated at offset 19: [4294967295, 4294967295, 4294967295]",
  );
});

Deno.test("parseIdx() stops at a compressed file that decompresses to more than maxBytes", async () => {
  const bomb = await gzip(new Uint8Array(10_000_000));
  assert(bomb.length < 20_000);
  await assertRejects(() => parseIdx(bomb, { maxBytes: 1000 }), DataError, "more than the 1000 bytes");
  await assertRejects(() => parseIdx(bomb, { maxBytes: 0 }), RangeError, "maxBytes must be above 0, got 0");
});

Deno.test("parseIdx() refuses a truncated or damaged compressed file", async () => {
  const zipped = await gzip(idxFile("uint8", [200], Array.from({ length: 200 }, (_, i) => (i * i) % 251)));
  await assertRejects(
    () => parseIdx(zipped.slice(0, 60), { name: "a.gz" }),
    DataError,
    "a.gz: gzip stream damaged or truncated",
  );
  const flipped = zipped.slice();
  flipped[zipped.length - 6] = (flipped[zipped.length - 6] ?? 0) ^ 1;
  await assertRejects(() => parseIdx(flipped, { name: "a.gz" }), DataError, "gzip stream damaged");
});

for (const name of ["i_multi.gz", "i_trailz.gz"]) {
  Deno.test(`parseIdx() reads ${name}: all members, without the zeros after them`, async () => {
    const bytes = await Deno.readFile(new URL(`files/gz/${name}`, import.meta.url));
    const data = Uint8Array.from({ length: 16 }, (_, i) => i);
    assertEquals(await parseIdx(bytes), { dtype: "uint8", shape: [4, 2, 2], data });
  });
}

/** Returns a member with all optional header fields: extra bytes, a name, a comment and a checksum. */
function withFields(zipped: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const text = (t: string) => [...new TextEncoder().encode(t), 0];
  const fields = [3, 0, 0x1f, 0x8b, 0, ...text("a.idx"), ...text("mine")];
  const header = [...zipped.subarray(0, 3), 2 | 4 | 8 | 16, ...zipped.subarray(4, 10), ...fields];
  const sum = crc32(Uint8Array.from(header)) & 0xffff;
  return Uint8Array.from([...header, sum & 255, sum >> 8, ...zipped.subarray(10)]);
}

Deno.test("parseIdx() reads blocks of any number and size, even empty ones and headers with all fields", async () => {
  const file = idxFile("uint8", [90, 1000], Array.from({ length: 90_000 }, (_, i) => (i * i) % 251));
  const cuts = [0, 0, 1, 4, 65_536, 65_536, file.length];
  const members = await Promise.all(cuts.slice(1).map((end, i) => gzip(file.slice(cuts[i], end))));
  const joined = (parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((p) => [...p]));
  const wanted = await parseIdx(file);
  for (const padding of [0, 1, 512]) {
    const blocks = joined([
      ...members.map((m, i) => (i % 2 === 0 ? m : withFields(m))),
      new Uint8Array(padding),
    ]);
    assertEquals(await parseIdx(blocks), wanted);
  }
  await assertRejects(
    () => parseIdx(joined([...members, Uint8Array.of(0, 0, 7)]), { name: "a.gz" }),
    DataError,
    `a.gz: 3 bytes left over from offset ${joined(members).length}, neither gzip nor zeros`,
  );
  const cut = joined(members).slice(0, -1);
  await assertRejects(() => parseIdx(cut), DataError, "gzip stream damaged or truncated after 65536 bytes");
  const swollen = () => parseIdx(joined(members), { maxBytes: 65_537 });
  await assertRejects(swollen, DataError, "more than the 65537 bytes");
  const unsound = joined(members);
  // The size that the second member claims.
  unsound[members[0]!.length + members[1]!.length - 4]! ^= 1;
  await assertRejects(() => parseIdx(unsound), DataError, "gzip stream damaged or truncated");
});

/** Writes a folder with a tiny data set in MNIST's layout; `change` may damage a file. */
async function mnistFolder(
  change: (name: string, bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer> | undefined,
) {
  const root = await Deno.makeTempDir();
  await Deno.mkdir(`${root}/mnist`);
  for (const [part, n] of [["train", 3], ["t10k", 2]] as const) {
    const pixels = Array.from({ length: n * 4 }, (_, i) => i);
    const files = {
      [`${part}-images-idx3-ubyte`]: idxFile("uint8", [n, 2, 2], pixels),
      [`${part}-labels-idx1-ubyte`]: idxFile("uint8", [n], pixels.slice(0, n)),
    };
    for (const [name, bytes] of Object.entries(files)) {
      const changed = change(name, bytes);
      if (changed !== undefined) await Deno.writeFile(`${root}/mnist/${name}`, changed);
    }
  }
  return { root, [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }) };
}

Deno.test("readMnist() accepts the folder itself or its parent", async () => {
  await using folder = await mnistFolder((_, bytes) => bytes);
  for (const path of [folder.root, `${folder.root}/`, `${folder.root}/mnist`]) {
    const { train, test } = await readMnist(path);
    assertEquals([train.inputs.x.shape, test.inputs.x.shape], [[3, 2, 2], [2, 2, 2]]);
    assertEquals(train.inputs.y.data, new BigInt64Array([0n, 1n, 2n]));
    assertEquals(test.inputs.x.data, new Uint8Array([0, 1, 2, 3, 4, 5, 6, 7]));
  }
});

Deno.test("readMnist() names the missing file, the folders tried and the expected files", async () => {
  await using folder = await mnistFolder((
    name,
    bytes,
  ) => (name.startsWith("t10k-labels") ? undefined : bytes));
  const error = await assertRejects(
    () => readMnist(folder.root),
    DataError,
    "no t10k-labels-idx1-ubyte(.gz) there nor in",
  );
  assert(error.message.startsWith(`${folder.root}: `) && error.message.includes("train-images-idx3-ubyte"));
  await assertRejects(
    () => readMnist(`${folder.root}/none`),
    DataError,
    `${folder.root}/none: no train-images-idx3-ubyte(.gz)`,
  );
  await assertRejects(
    () => readMnist(folder.root, { name: "fashion-mnist" }),
    DataError,
    `${folder.root}/fashion-mnist`,
  );
});

Deno.test("readMnist() names the file that is truncated, mislabeled, of the wrong rank, or does not match the other file", async () => {
  const spoil = (prefix: string, bytes: Uint8Array<ArrayBuffer>) =>
    mnistFolder((name, original) => (name.startsWith(prefix) ? bytes : original));
  const cases = [
    [
      "train-images",
      idxFile("uint8", [3, 2, 2], new Array(12).fill(0)).slice(0, -1),
      "train-images-idx3-ubyte: truncated at offset 27",
    ],
    [
      "train-labels",
      idxFile("uint8", [3], [1, 10, 2]),
      "train-labels-idx1-ubyte: label 1 must be in [0, 9], got 10",
    ],
    [
      "t10k-images",
      idxFile("uint8", [8], new Array(8).fill(0)),
      "t10k-images-idx3-ubyte: must hold uint8 of rank 3, got uint8 [8]",
    ],
    ["t10k-labels", idxFile("uint8", [1], [0]), "2 images, but 1 labels in"],
  ] as const;
  for (const [prefix, bytes, message] of cases) {
    await using folder = await spoil(prefix, bytes);
    await assertRejects(() => readMnist(folder.root), DataError, message);
  }
});

for (
  const [name, trainCounts, sum] of [
    ["mnist", [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949], 0.1307],
    ["fashion-mnist", new Array(10).fill(6000), 0.286],
  ] as const
) {
  Deno.test({
    name: `readMnist() reads ${name} with its published label counts and mean`,
    ignore: sharedFile(`${name}/train-images-idx3-ubyte.gz`) === undefined,
    fn: async () => {
      const folder = sharedFile(`${name}/train-images-idx3-ubyte.gz`)?.replace(
        `/${name}/train-images-idx3-ubyte.gz`,
        "",
      );
      const { train, test } = await readMnist(folder ?? "", { name });
      const counts = new Array(10).fill(0);
      for (const label of train.inputs.y.data) counts[Number(label)] += 1;
      assertEquals(counts, [...trainCounts]);
      assertEquals([train.inputs.x.shape, test.inputs.x.shape], [[60000, 28, 28], [10000, 28, 28]]);
      const mean = (train.inputs.x.data as Uint8Array).reduce((a, b) => a + b, 0) / (60000 * 784 * 255);
      assert(Math.abs(mean - sum) < 5e-5, `mean ${mean}`);
    },
  });
}
