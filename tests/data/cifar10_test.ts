import { assertEquals, assertRejects } from "@std/assert";
import { parseCifar10 } from "../../data/cifar10.ts";
import { DataError } from "../../data/data_error.ts";
import { sharedFile } from "./shared.ts";

/** Returns records whose pixels count up modulo 251. */
function records(labels: readonly number[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(
    labels.flatMap((label, i) => [label, ...Array.from({ length: 3072 }, (_, j) => (3072 * i + j) % 251)]),
  );
}

Deno.test("parseCifar10() separates labels and pixels, plain and compressed", async () => {
  const plain = records([3, 9, 0]);
  const zipped = new Blob([plain]).stream().pipeThrough(new CompressionStream("gzip"));
  const set = await parseCifar10(plain);
  assertEquals(set.inputs.y.data, new BigInt64Array([3n, 9n, 0n]));
  assertEquals(set.inputs.x, {
    dtype: "uint8",
    shape: [3, 3, 32, 32],
    data: new Uint8Array(3 * 3072).map((_, i) => i % 251),
  });
  assertEquals(await parseCifar10(new Uint8Array(await new Response(zipped).arrayBuffer())), set);
});

Deno.test("parseCifar10() names the offset of a truncated record and of a wrong label", async () => {
  const cut = records([1, 2]).slice(0, 5000);
  await assertRejects(
    () => parseCifar10(cut, { name: "b.bin" }),
    DataError,
    "b.bin: truncated at offset 5000",
  );
  await assertRejects(() => parseCifar10(cut), DataError, "the last one begins at 3073");
  await assertRejects(() => parseCifar10(new Uint8Array(0)), DataError, "truncated at offset 0");
  await assertRejects(
    () => parseCifar10(records([1, 10])),
    DataError,
    "label at offset 3073 must be in [0, 9], got 10",
  );
});

Deno.test({
  name: "parseCifar10() reads a full batch with its counts of labels",
  ignore: sharedFile("cifar-10/data_batch_1.bin.gz") === undefined,
  fn: async () => {
    const set = await parseCifar10(await Deno.readFile(sharedFile("cifar-10/data_batch_1.bin.gz") ?? ""));
    const counts = new Array(10).fill(0);
    for (const label of set.inputs.y.data) counts[Number(label)] += 1;
    assertEquals(counts, [998, 988, 1024, 966, 985, 987, 1030, 1061, 1037, 924]);
  },
});
