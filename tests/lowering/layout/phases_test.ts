import { assertEquals } from "@std/assert";
import { fromBlocks, toBlocks } from "../../../lowering/blocks/mod.ts";
import { addedInPhases, coversPhases, entriesOfPhases } from "../../../lowering/layout/phases.ts";
import { axis, blockTest, random, run } from "../blocks/blocks.ts";

const [N, C, H, W] = [2, 12, 6, 6];
const x = random("x", [N, C, H, W]);
const WINDOWS = [
  axis(6, 3, { stride: 2, pads: [1, 0] }),
  axis(6, 5, { stride: 3, pads: [1, 1] }),
  axis(6, 2, { stride: 1, pads: [0, 1] }),
];

/** Returns the offset of an entry of an image of `[N, C, …]` whose place along an axis is replaced. */
function place(along: 2 | 3, sizes: readonly [number, number], i: number, at: number): number {
  const [rows, columns] = sizes;
  const image = Math.floor(i / (rows * columns));
  return along === 2
    ? (image * H + at) * W + i % columns
    : (image * H + Math.floor(i / columns) % rows) * W + at;
}

for (const along of [2, 3] as const) {
  for (const windows of WINDOWS) {
    const { kernel, stride, begin, count } = windows;
    const sizes = along === 2 ? [count, W] as const : [H, count] as const;
    const shape = [N, C, ...sizes];
    const window = (i: number) => along === 2 ? Math.floor(i / W) % count : i % count;
    const position = (i: number, at: number) => window(i) * stride + at - begin;
    const size = shape.reduce((a, b) => a * b, 1);

    blockTest(
      `entriesOfPhases(): ${kernel} entries every ${stride} along axis ${along}, beyond it minus infinity`,
      async (block) => {
        for (let at = 0; at < kernel; at++) {
          const got = await run({ x }, (g, { x }) => {
            const entry = entriesOfPhases(g, toBlocks(g, x!, block), { axis: along, windows, block });
            return fromBlocks(g, entry(at), C);
          });
          const expected = Array.from({ length: size }, (_, i) => {
            const p = position(i, at);
            return p < 0 || p >= 6 ? -Infinity : Number(x.data[place(along, sizes, i, p)]);
          });
          assertEquals(got.shape, shape);
          assertEquals([...got.data as Float32Array], expected, `entry ${at}`);
        }
      },
    );

    blockTest(
      `addedInPhases(): ${kernel} entries every ${stride} along axis ${along} are added up`,
      async (block) => {
        const parts = Object.fromEntries(
          Array.from({ length: kernel }, (_, at) => [`part${at}`, random(`part${at}`, shape)]),
        );
        const got = await run(parts, (g, values) => {
          const blocked = Object.keys(parts).map((name) => toBlocks(g, values[name]!, block));
          return fromBlocks(g, addedInPhases(g, blocked, { axis: along, windows, block }), C);
        });
        const expected = new Float64Array(N * C * H * W);
        Object.values(parts).forEach((part, at) => {
          for (let i = 0; i < size; i++) {
            const p = position(i, at);
            if (p >= 0 && p < 6) expected[place(along, sizes, i, p)]! += Number(part.data[i]);
          }
        });
        const apart = (got.data as Float32Array).map((v, i) => Math.abs(v - expected[i]!));
        assertEquals(apart.filter((d) => d > 1e-6).length, 0);
      },
    );
  }
}

Deno.test("coversPhases() takes overlapping windows, as many as each phase has entries", () => {
  assertEquals(WINDOWS.map(coversPhases), [true, true, true]);
  const not = [
    axis(6, 2, { stride: 2 }),
    axis(7, 3, { stride: 2, pads: [1, 1] }),
    axis(6, 3, { stride: 2 }),
    { ...WINDOWS[0]!, dilation: 2 },
    { ...WINDOWS[0]!, begin: -1 },
  ];
  assertEquals(not.map(coversPhases), [false, false, false, false, false]);
});
