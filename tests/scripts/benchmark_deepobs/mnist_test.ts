import { assertEquals, assertRejects } from "@std/assert";
import type { Data, DataTensor } from "../../../mod.ts";
import { DEEPOBS } from "../../../scripts/benchmark/deepobs/mod.ts";
import { UsageError } from "../../../scripts/console/mod.ts";
import { inFolder } from "../process.ts";
import { mnistFiles } from "./mnist_files.ts";

const problem = (name: string) => DEEPOBS.find((p) => p.name === name)!;

/** The first pixel of each image, by which the images are told apart. */
function images({ x }: Data): number[] {
  const { data, shape } = x as DataTensor;
  const size = data.length / shape[0]!;
  return Array.from({ length: shape[0]! }, (_, i) => Number(data[i * size]));
}

const sorted = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b);

Deno.test("DeepOBS's problems hold out a fifth of a small set, by class, and evaluate as many training as test images", () =>
  inFolder(async (folder) => {
    await mnistFiles(folder, { train: 50, t10k: 20 });
    const { train, evaluate } = await problem("fmnist_2c2d").load({ dataDir: folder });
    const all = Array.from({ length: 50 }, (_, i) => i);
    const validation = images(evaluate.validation!);
    assertEquals(sorted([...images(train), ...validation]), all);
    assertEquals(sorted(validation.map((i) => i % 10)), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assertEquals(images(evaluate.train!), images(train).slice(0, 20));
    assertEquals(images(evaluate.test!), all.slice(0, 20));
    assertEquals((train.x as DataTensor).scale, 1 / 255);
  }));

Deno.test("DeepOBS's problems train on every image with 'published', and take the last ones as validation", () =>
  inFolder(async (folder) => {
    await mnistFiles(folder, { train: 50, t10k: 20 });
    const { train, evaluate } = await problem("fmnist_2c2d").load({ dataDir: folder, published: true });
    assertEquals(images(train), Array.from({ length: 50 }, (_, i) => i));
    assertEquals(images(evaluate.validation!), Array.from({ length: 10 }, (_, i) => 40 + i));
    assertEquals(images(evaluate.train!).length, 20);
  }));

Deno.test("DeepOBS's problems say which files they need", async () => {
  const former = Deno.env.get("DESCENT_CACHE_DIR");
  Deno.env.set("DESCENT_CACHE_DIR", "no/such/folder");
  try {
    await assertRejects(
      () => problem("fmnist_2c2d").load({ dataDir: undefined }),
      UsageError,
      "fmnist_2c2d needs the folder that holds its four IDX files: --data-dir DIR, or deno task experiment fetch",
    );
  } finally {
    if (former === undefined) Deno.env.delete("DESCENT_CACHE_DIR");
    else Deno.env.set("DESCENT_CACHE_DIR", former);
  }
});
