import { assertEquals, assertRejects } from "@std/assert";
import { parseCifar100, readCifar100 } from "../../data/cifar100.ts";
import { DataError } from "../../data/data_error.ts";

/** Returns records of groups and classes, whose pixels count up modulo 251. */
function records(labels: readonly (readonly [number, number])[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(
    labels.flatMap((label, i) => [...label, ...Array.from({ length: 3072 }, (_, j) => (3072 * i + j) % 251)]),
  );
}

Deno.test("parseCifar100() separates groups, classes and pixels, plain and compressed", async () => {
  const plain = records([[3, 99], [19, 0]]);
  const set = await parseCifar100(plain);
  assertEquals(set.inputs.coarse!.data, new BigInt64Array([3n, 19n]));
  assertEquals(set.inputs.y, { dtype: "int64", shape: [2], data: new BigInt64Array([99n, 0n]) });
  assertEquals(set.inputs.x, {
    dtype: "uint8",
    shape: [2, 3, 32, 32],
    data: new Uint8Array(2 * 3072).map((_, i) => i % 251),
  });
  const zipped = new Blob([plain]).stream().pipeThrough(new CompressionStream("gzip"));
  assertEquals(await parseCifar100(new Uint8Array(await new Response(zipped).arrayBuffer())), set);
});

Deno.test("parseCifar100() names the offset of a truncated record and of a wrong label", async () => {
  const cases: [Uint8Array<ArrayBuffer>, string][] = [
    [
      records([[1, 2], [1, 2]]).slice(0, 5000),
      "c.bin: truncated at offset 5000: must hold records of 3074 bytes",
    ],
    [new Uint8Array(0), "c.bin: truncated at offset 0"],
    [records([[1, 2], [20, 2]]), "c.bin: group at offset 3074 must be in [0, 19], got 20"],
    [records([[1, 2], [1, 100]]), "c.bin: class at offset 3075 must be in [0, 99], got 100"],
  ];
  for (const [bytes, message] of cases) {
    await assertRejects(() => parseCifar100(bytes, { name: "c.bin" }), DataError, message);
  }
});

Deno.test("readCifar100() reads both files, in each of the three places, and says where it looked", async () => {
  const folder = await Deno.makeTempDir();
  try {
    for (const place of [folder, `${folder}/cifar-100`, `${folder}/cifar-100-binary`]) {
      await Deno.mkdir(place, { recursive: true });
      await Deno.writeFile(`${place}/train.bin`, records([[1, 2], [3, 4]]));
      await assertRejects(() => readCifar100(folder), DataError, "test.bin(.gz) must be in it, in ");
      await Deno.writeFile(`${place}/test.bin`, records([[5, 6]]));
      const seen: string[] = [];
      const { train, test } = await readCifar100(`${folder}/`, { onFile: (path) => void seen.push(path) });
      assertEquals([train.inputs.y.data, test.inputs.y.data], [
        new BigInt64Array([2n, 4n]),
        new BigInt64Array([6n]),
      ]);
      assertEquals(seen, [`${place}/train.bin`, `${place}/test.bin`]);
      await Deno.remove(`${place}/train.bin`);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
