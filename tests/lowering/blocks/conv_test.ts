import { assert } from "@std/assert";
import { conv, fromBlocks, toBlocks } from "../../../lowering/blocks/mod.ts";
import { axis, blockTest, distance, LEVELS, operands, random, reference, run, type Sizes } from "./blocks.ts";

const pads = [1, 1] as const;
const sizes = (s: Partial<Sizes>): Sizes => ({
  n: 2,
  c: 16,
  m: 16,
  axes: [axis(6, 3, { pads }), axis(7, 3, { pads })],
  group: 1,
  ...s,
});

for (const optimization of LEVELS) {
  blockTest(`conv: that of ai.onnx, sessions at level ${optimization}`, async (block) => {
    const cases = [
      sizes({}),
      sizes({ c: 32, m: 48 }),
      sizes({ n: 3, m: 24, c: 20 }),
      sizes({ c: 3 }),
      sizes({ c: 16, m: 16, group: 16 }),
      sizes({ c: 20, m: 20, group: 20 }),
    ];
    for (const s of cases) {
      const { x, w } = operands(s);
      const bias = random("bias", [s.m]);
      const y = await run({ x, w, bias }, (g, v) => {
        const image = s.c < block && s.group === 1 ? v.x! : toBlocks(g, v.x!, block);
        const y = conv(g, { x: image, w: v.w!, bias: v.bias!, axes: s.axes, group: s.group, block });
        return fromBlocks(g, y, s.m);
      }, { optimization, symbolic: true });
      const wanted = reference(s).y;
      const places = s.axes[0].count * s.axes[1].count;
      wanted.data.forEach((v, i) => {
        wanted.data[i] = v + Number(bias.data[Math.floor(i / places) % s.m]);
      });
      const d = distance(y, wanted);
      assert(d < 1e-5, `${JSON.stringify(s)}: ${d}`);
    }
  });
}
