import { assert, assertThrows } from "@std/assert";
import { averagePool, fromBlocks, maxPool, toBlocks } from "../../../lowering/blocks/mod.ts";
import { axis, blockGraph, blockTest, distance, LEVELS, random, run } from "./blocks.ts";

const C = 12;
const x = random("x", [3, C, 7, 8]);
const AXES = [
  [axis(7, 3, { stride: 2, pads: [1, 1] }), axis(8, 3, { stride: 2, pads: [1, 1] })],
  [axis(7, 2, { stride: 2 }), axis(8, 2, { stride: 3 })],
  [axis(7, 3), axis(8, 2, { pads: [0, 1] })],
] as const;

/** Returns the entries of each window of a channel of an example, and how many lie in the padding. */
function windows([h, w]: typeof AXES[number]): { inside: number[]; outside: number }[] {
  const found = [];
  for (let image = 0; image < 3 * C; image++) {
    for (let oy = 0; oy < h.count; oy++) {
      for (let ox = 0; ox < w.count; ox++) {
        const inside: number[] = [];
        for (let k = 0; k < h.kernel * w.kernel; k++) {
          const y = oy * h.stride + Math.floor(k / w.kernel) - h.begin;
          const column = ox * w.stride + k % w.kernel - w.begin;
          if (y >= 0 && y < 7 && column >= 0 && column < 8) {
            inside.push(Number(x.data[(image * 7 + y) * 8 + column]));
          }
        }
        found.push({ inside, outside: h.kernel * w.kernel - inside.length });
      }
    }
  }
  return found;
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

for (const optimization of LEVELS) {
  blockTest(`pools: those of ai.onnx, sessions at level ${optimization}`, async (block) => {
    for (const axes of AXES) {
      const shape = [3, C, axes[0].count, axes[1].count];
      const all = windows(axes);
      const kinds = [
        [maxPool, all.map((w) => Math.max(...w.inside))],
        [averagePool, all.map((w) => sum(w.inside) / w.inside.length)],
        [
          (...[g, x, axes]: Parameters<typeof averagePool>) =>
            averagePool(g, x, axes, { countsPadding: true }),
          all.map((w) => sum(w.inside) / (w.inside.length + w.outside)),
        ],
      ] as const;
      for (const [pool, data] of kinds) {
        const y = await run(
          { x },
          (g, v) => fromBlocks(g, pool(g, toBlocks(g, v.x!, block), axes), C),
          { optimization, symbolic: true },
        );
        const d = distance(y, { data, shape });
        assert(d < 1e-6, `${pool.name} ${JSON.stringify(axes)}: ${d}`);
      }
    }
  });
}

Deno.test("pools refuse padding as large as a window", () => {
  const g = blockGraph();
  const image = g.input("x", "float32", [1, 16, 7, 8]);
  const axes = [axis(7, 1, { pads: [1, 0] }), axis(8, 1)];
  assertThrows(() => maxPool(g, image, axes), RangeError, "from 0 to less than a window");
});
