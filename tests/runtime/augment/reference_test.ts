/** Steps on augmented batches beside steps on images that plain loops augmented by the same draws. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  type Augmentation,
  buildModel,
  cutout,
  type DataTensor,
  Graph,
  horizontalFlip,
  type Optimizer,
  randomBits,
  randomCrop,
  randomInt,
  sgd,
  tensor,
  trainingProgram,
  withLoss,
} from "../../../mod.ts";
import { sam } from "../../../optim/all.ts";
import { planAugment } from "../../../runtime/augment/mod.ts";

const [EXAMPLES, BATCH, SEED, SHIFT] = [11, 4, 9, -0.3];
type Size = readonly [channels: number, height: number, width: number];

/** Returns an augmented image; `pixel` gives that of the image before, and `of` says which draw belongs to it. */
function augmentedImage(
  list: readonly Augmentation[],
  { size: [channels, height, width], pixels, of }: {
    size: Size;
    pixels: readonly number[];
    of: { step: number; example: number };
  },
): number[] {
  let image = pixels;
  list.forEach((a, i) => {
    const key = (axis = "") => ({ seed: SEED, stream: `augment/x/${i}${axis}`, step: of.step });
    const int = (axis: string, high: number) => randomInt(key(axis), BATCH, { high })[of.example]!;
    const before = image;
    const at = (c: number, y: number, x: number) =>
      y >= 0 && y < height && x >= 0 && x < width ? before[(c * height + y) * width + x]! : SHIFT;
    let moved = at;
    if (a.kind === "randomCrop") {
      const [down, right] = ["/rows", "/columns"].map((axis) => int(axis, 2 * a.padding + 1) - a.padding);
      moved = (c, y, x) => at(c, y + down!, x + right!);
    } else if (a.kind === "horizontalFlip") {
      const turns = randomBits(key(), BATCH)[of.example]! / 2 ** 32 < a.probability;
      moved = (c, y, x) => at(c, y, turns ? width - 1 - x : x);
    } else if (a.kind === "cutout") {
      const [top, left] = [int("/rows", height), int("/columns", width)].map((c) =>
        c - Math.floor(a.size / 2)
      );
      const isIn = (place: number, from: number) => place >= from && place < from + a.size;
      moved = (c, y, x) => (isIn(y, top!) && isIn(x, left!) ? 0 : at(c, y, x));
    }
    image = Array.from({ length: channels * height * width }, (_, k) => {
      const rest = k % (height * width);
      return moved(Math.floor(k / (height * width)), Math.floor(rest / width), rest % width);
    });
  });
  return [...image];
}

/** A network with a convolution and a dropout. */
function network([channels, height, width]: Size) {
  const g = new Graph();
  const weight = (name: string, shape: number[]) =>
    g.initializer(
      name,
      tensor(
        Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(i + 1) / 3),
        shape,
      ),
    );
  const x = g.input("x", "float32", ["N", channels, height, width]);
  const h = g.relu(g.conv(x, weight("kernel", [2, channels, 3, 3]), null, { pads: [1, 1, 1, 1] }));
  const [d] = g.emit("Dropout", [h, 0.25], { name: "drop" });
  g.output(
    g.matMul(g.reshape(d!, [-1, 2 * height * width]), weight("out", [2 * height * width, 3])),
    "scores",
  );
  return withLoss(buildModel(g), { loss: "cross-entropy" });
}

const CASES: Readonly<Record<string, { size: Size; list: readonly Augmentation[]; rule?: Optimizer }>> = {
  "crop and flip of odd colored images": {
    size: [3, 5, 7],
    list: [randomCrop({ padding: 2 }), horizontalFlip()],
  },
  "all in turn, of a crop larger than the image": {
    size: [2, 4, 3],
    list: [
      cutout({ size: 2 }),
      randomCrop({ padding: 6 }),
      horizontalFlip({ probability: 0.7 }),
      cutout({ size: 1 }),
    ],
  },
  "two gradients of one gray batch": {
    size: [1, 4, 6],
    list: [randomCrop({ padding: 1 }), horizontalFlip()],
    rule: sam(sgd({ learningRate: 0.5 })),
  },
};

for (const [what, { size, list, rule = sgd({ learningRate: 0.5 }) }] of Object.entries(CASES)) {
  Deno.test(`a step on an augmented batch is one on images augmented by plain loops: ${what}`, async () => {
    const each = size.reduce((a, b) => a * b);
    const bytes = Uint8Array.from({ length: EXAMPLES * each }, (_, i) => (i * 37 + 11) % 251);
    const target = tensor(BigInt64Array.from({ length: EXAMPLES }, (_, i) => BigInt(i % 3)));
    const gradients = rule.rule.gradientsPerUpdate ?? 1;
    const options = { model: network(size), optimizer: rule, labelSmoothing: 0.2, seed: SEED, threads: 1 };
    const stored: DataTensor = { ...tensor(bytes, [EXAMPLES, ...size]), scale: 1 / 255, shift: SHIFT };
    await using program = await trainingProgram({
      ...options,
      data: { x: stored, target },
      augment: { x: list },
    });
    let state = program.init();
    for (let update = 0; update < 2; update++) {
      const step = update * gradients;
      const batch = Array.from({ length: BATCH }, (_, i) => (3 * i + 4 * update) % EXAMPLES);
      const rows = Array.from({ length: gradients }, () => batch).flat();
      const changed = new Float32Array(EXAMPLES * each);
      batch.forEach((row, example) => {
        const pixels = Array.from(bytes.subarray(row * each, (row + 1) * each), (v) => v / 255 + SHIFT);
        changed.set(augmentedImage(list, { size, pixels, of: { step, example } }), row * each);
      });
      const x = tensor(changed, [EXAMPLES, ...size]);
      await using plain = await trainingProgram({ ...options, data: { x, target } });
      const expected = await plain.run(state, { rows, batchSize: BATCH });
      const found = await program.run(state, { rows, batchSize: BATCH });
      found.reports.loss!.forEach((l, k) => assertAlmostEquals(l, expected.reports.loss![k]!, 1e-6));
      for (const [name, p] of Object.entries(expected.state.params)) {
        Array.from(p.data as Float32Array).forEach((v, i) =>
          assertAlmostEquals(Number(found.state.params[name]!.data[i]), v, 2e-6, name)
        );
      }
      state = found.state;
    }
  });
}

Deno.test("shifts and flips of one step, seed and axis say nothing of another's, and no batch repeats", () => {
  const image = [1, 12, 12];
  const [rows, columns] = planAugment({ x: [randomCrop({ padding: 4 }), horizontalFlip()] }, {
    x: { stored: image, read: image, dtype: "float32", black: 0 },
  }).draws;
  const [seeds, steps, batchSize] = [4, 60, 40];
  const drawn = Array.from({ length: seeds * steps }, (_, k) => {
    const of = { seed: Math.floor(k / steps), step: k % steps, batchSize };
    const [down, right] = [Array.from(rows!.draw(of)), Array.from(columns!.draw(of))];
    return Array.from({ length: batchSize }, (_, i) => {
      const [a, b] = [right[12 * i + 5]!, right[12 * i + 6]!];
      return { down: down[12 * i + 5]! - 13 * i - 6, right: a < b ? a - 6 : a - 7, flip: Number(a > b) };
    });
  });
  assertEquals(new Set(drawn.map((d) => JSON.stringify(d))).size, seeds * steps);
  /** Returns how far pairs are from independent: chi-square, as a share of its 99.99 % point; its cube root is near normal. */
  const dependence = (pairs: readonly (readonly [number, number])[]) => {
    const counts = (of: (p: readonly [number, number]) => string) =>
      pairs.reduce((all, p) => all.set(of(p), (all.get(of(p)) ?? 0) + 1), new Map<string, number>());
    const [left, right, both] = [counts(([a]) => `${a}`), counts(([, b]) => `${b}`), counts((p) => p.join())];
    let sum = 0;
    for (const [a, m] of left) {
      for (const [b, n] of right) {
        const expected = m * n / pairs.length;
        sum += ((both.get(`${a},${b}`) ?? 0) - expected) ** 2 / expected;
      }
    }
    const freedom = (left.size - 1) * (right.size - 1);
    return sum / (freedom * (1 - 2 / (9 * freedom) + 3.72 * Math.sqrt(2 / (9 * freedom))) ** 3);
  };
  const all = drawn.flat();
  assertEquals(new Set(all.map((d) => d.down)).size * new Set(all.map((d) => d.right)).size, 81);
  for (const [a, b] of [["down", "right"], ["down", "flip"], ["right", "flip"]] as const) {
    assert(dependence(all.map((d) => [d[a], d[b]])) < 1, `${a}, ${b}`);
  }
  for (const  of of["down", "right", "flip"] as const) {
    for (const [what, apart] of [["example", 1], ["step", batchSize], ["seed", steps * batchSize]] as const) {
      assert(dependence(all.slice(apart).map((d, i) => [d[of], all[i]![of]])) < 1, `${of}, next ${what}`);
    }
  }
});
