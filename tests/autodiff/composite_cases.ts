/**
 * Cases of operators that are composed of others.
 *
 * @module
 */
import { tensor } from "../../onnx/mod.ts";
import { Cases } from "./cases.ts";

/** The cases, by operator. */
export const COMPOSITE = new Cases();

type Attributes = Record<string, number | string>;

const known = { known: true, range: [-1, 1] as [number, number] };
const ints = (values: number[], shape: number[]) => tensor(BigInt64Array.from(values, BigInt), shape);
const bools = (text: string, shape: number[]) =>
  tensor(Uint8Array.from(text.replaceAll(" ", ""), Number), shape, "bool");

/** B, H, T, T', D, D of the values. */
const [B, H, T, S, D, V] = [2, 4, 3, 4, 2, 3];
const four = [[B, H, T, D], [B, H, S, D], [B, H, S, V]];
const three = [[B, T, H * D], [B, S, H * D], [B, S, H * V]];

function attention(shapes: number[][], attributes: Attributes = {}, outputs = 1): void {
  COMPOSITE.add("Attention", shapes, (g, [q, k, v, ...rest]) => {
    const [mask, ...past] = rest.length === 2 ? [null, ...rest] : rest;
    return g.emit("Attention", [q!, k!, v!, mask, ...past], { attributes, outputs });
  }, { ...known, opset: 23 });
}

attention(four);
attention(four, { scale: 0.3, softcap: 2, is_causal: 1 });
attention([...four, [T, S]]);
attention([...four, [B, 1, T, S]], { is_causal: 1 }, 4);
attention([...four, [B, H, 2, D], [B, H, 2, V]], { is_causal: 1 }, 3);
attention(four, { qk_matmul_output_mode: 3 }, 4);
attention(three, { q_num_heads: H, kv_num_heads: H });
attention([[B, T, H * D], [B, S, 2 * D], [B, S, 2 * V]], { q_num_heads: H, kv_num_heads: 2 });
attention([[B, H, T, D], [B, 2, S, D], [B, 2, S, V]], { is_causal: 1 });
COMPOSITE.add(
  "Attention",
  four,
  (g, [q, k, v]) => g.emit("Attention", [q!, k!, v!, g.constant(bools("1101 1111 0110", [T, S]))]),
  { ...known, opset: 23 },
);
COMPOSITE.add(
  "Attention",
  four,
  (g, [q, k, v]) =>
    g.emit("Attention", [q!, k!, v!, null, null, null, g.constant(ints([3, 4], [B]))], {
      attributes: { is_causal: 1 },
    }),
  { ...known, opset: 24 },
);
// Queries without any key: by a boolean mask, by -infinities, by a mask together with causality, by a length of 0.
const hidden = "1101 0000 0110";
const minusInfinity = tensor(
  Float32Array.from(hidden.replaceAll(" ", ""), (c) => (c === "1" ? 0.5 : -Infinity)),
  [T, S],
);
for (const mask of [bools(hidden, [T, S]), minusInfinity]) {
  for (const [attributes, outputs] of [[{}, 1], [{ qk_matmul_output_mode: 3, softcap: 2 }, 4]] as const) {
    COMPOSITE.add("Attention", four, (g, [q, k, v]) => {
      const typed = mask.dtype === "bool" ? g.constant(mask) : g.cast(g.constant(mask), { to: q!.dtype });
      return g.emit("Attention", [q!, k!, v!, typed], { attributes, outputs });
    }, { ...known, opset: 23 });
  }
}
COMPOSITE.add(
  "Attention",
  four,
  (g, [q, k, v]) => {
    const mask = g.constant(bools("0111 0101 1111", [T, S]));
    return g.emit("Attention", [q!, k!, v!, mask], { attributes: { is_causal: 1 } });
  },
  { ...known, opset: 23 },
);
for (const is_causal of [0, 1]) {
  COMPOSITE.add(
    "Attention",
    four,
    (g, [q, k, v]) =>
      g.emit("Attention", [q!, k!, v!, null, null, null, g.constant(ints([is_causal, 4], [B]))], {
        attributes: { is_causal },
      }),
    { ...known, opset: 24 },
  );
}
// Keys and values that depend on the queries, and on each other.
COMPOSITE.add("Attention", [[B, H, T, D]], (g, [q]) => {
  const k = g.sin(q!);
  return g.emit("Attention", [q!, k, g.mul(k, q!)]);
}, { ...known, opset: 23 });

for (const interleaved of [0, 1]) {
  // The runtime has it only in float32.
  const options = { ...known, opset: 23, single: true };
  const attributes = { interleaved };
  COMPOSITE.add(
    "RotaryEmbedding",
    [[B, H, T, 6], [B, T, 3], [B, T, 3]],
    (g, x) => g.emit("RotaryEmbedding", x, { attributes }),
    options,
  );
  COMPOSITE.add(
    "RotaryEmbedding",
    [[B, T, 2 * 6], [5, 2], [5, 2]],
    (g, x) =>
      g.emit("RotaryEmbedding", [...x, g.constant(ints([0, 1, 4, 2, 2, 0], [B, T]))], {
        attributes: { ...attributes, num_heads: 2, rotary_embedding_dim: 4 },
      }),
    options,
  );
}
COMPOSITE.add("Compress", [[3, 2]], (g, [x]) => g.compress(x!, g.constant(bools("101", [3])), { axis: 0 }));
COMPOSITE.add("Compress", [[2, 3]], (g, [x]) => g.compress(x!, g.constant(bools("01001", [5]))));
COMPOSITE.add("Range", [[], []], (g, [start, delta]) => {
  const whole = g.add(g.abs(delta!), 0.5);
  return g.range(start!, g.add(start!, g.mul(whole, 3.5)), whole);
});
