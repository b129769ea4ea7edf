import { assert } from "@std/assert";
import {
  affine,
  type AffineTerms,
  fromBlocks,
  meansOverPlaces,
  toBlocks,
} from "../../../lowering/blocks/mod.ts";
import type { Value } from "../../../onnx/mod.ts";
import { blockTest, distance, LEVELS, random, run } from "./blocks.ts";

const C = 20;
const x = random("x", [3, C, 4, 5]);
const sum = random("sum", [3, C, 4, 5]);
const [scale, shift] = [random("scale", [C]), random("shift", [C])];
const at = (t: { data: unknown }, i: number) => (t.data as Float32Array)[i]!;

for (const optimization of LEVELS) {
  blockTest(`affine: each combination of its terms, sessions at level ${optimization}`, async (block) => {
    for (let choice = 0; choice < 16; choice++) {
      const [a, b, c, relu] = [1, 2, 4, 8].map((bit) => (choice & bit) !== 0);
      const y = await run({ x, sum, scale, shift }, (g, v) => {
        const terms: AffineTerms = {
          scale: a ? v.scale : undefined,
          shift: b ? v.shift : undefined,
          sum: c ? toBlocks(g, v.sum!, block) : undefined,
          relu,
        };
        // An operator that runs in place would spoil x for the sum behind it.
        const image = toBlocks(g, v.x!, block);
        return fromBlocks(g, g.add(affine(g, image, terms), image), C);
      }, { optimization, symbolic: !c });
      const wanted = Array.from(x.data as Float32Array, (value, i) => {
        const channel = Math.floor(i / 20) % C;
        const linear = value * (a ? at(scale, channel) : 1) + (b ? at(shift, channel) : 0) +
          (c ? at(sum, i) : 0);
        return (relu ? Math.max(0, linear) : linear) + value;
      });
      const d = distance(y, { data: wanted, shape: x.shape });
      assert(d < 1e-6, `terms ${choice}: ${d}`);
    }
  });

  blockTest(`meansOverPlaces: those of each channel, sessions at level ${optimization}`, async (block) => {
    for (const symbolic of [false, true]) {
      const blocked = (g: Parameters<typeof toBlocks>[0], v: Record<string, Value>) =>
        meansOverPlaces(g, toBlocks(g, v.x!, block), C);
      const y = await run({ x }, blocked, { optimization, symbolic });
      const wanted = Array.from({ length: 3 * C }, (_, i) => {
        let total = 0;
        for (let k = 0; k < 20; k++) total += at(x, i * 20 + k);
        return total / 20;
      });
      const d = distance(y, { data: wanted, shape: [3, C] });
      assert(d < 1e-6, `${d}`);
    }
  });
}
