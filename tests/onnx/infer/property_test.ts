import fc from "../../deps/fast_check.ts";
import { type Case, check, fed, known, node } from "./oracle.ts";

const RUNS = { numRuns: 100, seed: 7 };
const size = fc.integer({ min: 1, max: 5 });
const shape = fc.array(size, { minLength: 0, maxLength: 4 });

/** Draws cases and compares each with ONNX Runtime. */
const holds = (cases: fc.Arbitrary<Case>) => fc.assert(fc.asyncProperty(cases, check), RUNS);

/** Returns a shape that broadcasts with `full`: leading dimensions dropped, others set to 1. */
const partOf = (full: readonly number[]) =>
  fc.tuple(fc.integer({ min: 0, max: full.length }), fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }))
    .map(([drop, ones]) => full.slice(drop).map((d, i) => (ones[i] ? 1 : d)));

Deno.test("INFER.Add and INFER.Where broadcast like ONNX Runtime for any shapes", async () => {
  await holds(
    shape.chain((full) =>
      fc.tuple(partOf(full), partOf(full), partOf(full)).map(([a, b, c]) =>
        a.length % 2 ? node("Add", [fed(a), fed(b)]) : node("Where", [fed(c, "bool"), fed(a), fed(b)])
      )
    ),
  );
});

Deno.test("INFER.MatMul agrees with ONNX Runtime over ranks and batches", async () => {
  await holds(
    fc.array(size, { maxLength: 2 }).chain((batch) =>
      fc.tuple(partOf(batch), partOf(batch), size, size, size, fc.integer({ min: 0, max: 3 }))
    ).map(([a, b, m, k, n, vectors]) => {
      const left = vectors & 1 ? [k] : [...a, m, k];
      const right = vectors & 2 ? [k] : [...b, k, n];
      return node("MatMul", [fed(left), fed(right)]);
    }),
  );
});

Deno.test("INFER.Reshape agrees with ONNX Runtime over copied and left-over dimensions", async () => {
  await holds(
    fc.record({
      dims: fc.array(size, { minLength: 1, maxLength: 4 }),
      split: fc.nat(4),
      open: fc.nat(8),
      copies: fc.nat(2),
    }).map(({ dims, split, open, copies }) => {
      // The dimensions from `split` on are merged; some are copied by 0, and one is left open.
      const merged = [...dims.slice(0, split), dims.slice(split).reduce((a, b) => a * b, 1)];
      const target = merged.map((
        d,
        i,
      ) => (i === open ? -1 : i < Math.min(copies, split, dims.length) ? 0 : d));
      return node("Reshape", [fed(dims), known(target)]);
    }),
  );
});

Deno.test("INFER.Slice agrees with ONNX Runtime over bounds, steps and axes", async () => {
  const bound = fc.oneof(fc.integer({ min: -7, max: 7 }), fc.constantFrom(2 ** 31 - 1, 2 ** 40, -(2 ** 40)));
  const cut = fc.tuple(bound, bound, fc.constantFrom(1, 2, 3, -1, -2, -3));
  await holds(
    fc.tuple(fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 2, maxLength: 2 }), cut, cut, fc.boolean())
      .map(
        ([dims, a, b, back]) =>
          node("Slice", [
            fed(dims),
            known([a[0], b[0]]),
            known([a[1], b[1]]),
            known(back ? [-1, 0] : [0, 1]),
            known([a[2], b[2]]),
          ]),
      ),
  );
});

const window = fc.record({
  input: fc.integer({ min: 6, max: 12 }),
  kernel: fc.integer({ min: 1, max: 3 }),
  stride: fc.integer({ min: 1, max: 4 }),
  dilation: fc.integer({ min: 1, max: 2 }),
  pads: fc.tuple(fc.nat(2), fc.nat(2)),
  auto: fc.constantFrom("NOTSET", "NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"),
  ceil: fc.boolean(),
});
type Drawn = typeof window extends fc.Arbitrary<infer W> ? W : never;

const isSame = (w: Drawn) => w.auto.startsWith("SAME");

function attributesOf(w: Drawn): NonNullable<Case["attributes"]> {
  const explicit = w.auto === "NOTSET";
  // ONNX Runtime requires each pad to be smaller than the kernel.
  const pads = w.pads.map((p) => Math.min(p, w.kernel - 1));
  return {
    auto_pad: w.auto,
    kernel_shape: [w.kernel],
    strides: [w.stride],
    // ONNX Runtime supports no dilation with padding to the same size.
    dilations: [isSame(w) ? 1 : w.dilation],
    ...explicit ? { pads } : {},
  };
}

Deno.test("INFER.Conv agrees with ONNX Runtime over strides, dilations, pads and groups", async () => {
  await holds(window.map((w) => {
    const group = w.stride % 2 + 1;
    return node("Conv", [fed([2, 2 * group, w.input]), fed([2 * group, 2, w.kernel])], {
      attributes: { ...attributesOf(w), group },
    });
  }));
});

Deno.test("INFER.ConvTranspose agrees with ONNX Runtime over strides, dilations and pads", async () => {
  await holds(
    window.map((w) =>
      node("ConvTranspose", [fed([2, 3, w.input]), fed([3, 4, w.kernel])], { attributes: attributesOf(w) })
    ),
  );
});

Deno.test("INFER.MaxPool and INFER.AveragePool agree with ONNX Runtime, ceil_mode included", async () => {
  await holds(window.map((w) =>
    node(w.input % 2 ? "MaxPool" : "AveragePool", [fed([2, 3, w.input])], {
      // A pool padded to the same size must not stride past its kernel in ONNX Runtime.
      attributes: {
        ...attributesOf(w),
        strides: [isSame(w) ? Math.min(w.stride, w.kernel) : w.stride],
        ceil_mode: w.ceil,
      },
    })
  ));
});

Deno.test("INFER.Gather, INFER.Concat and INFER.Split agree with ONNX Runtime along any axis", async () => {
  const dims = fc.array(size, { minLength: 1, maxLength: 3 });
  await holds(
    fc.tuple(dims, fc.integer({ min: -3, max: 2 }), size, fc.nat(2)).map(([d, axis, other, op]) => {
      const at = ((axis % d.length) + d.length) % d.length;
      const signed = axis < 0 ? at - d.length : at;
      if (op === 0) {
        return node("Gather", [fed(d), known([0, d[at]! - 1, -1, 0], "int64", [2, 2])], {
          attributes: { axis: signed },
        });
      }
      if (op === 1) return node("Concat", [fed(d), fed(d.with(at, other))], { attributes: { axis: signed } });
      return node("Split", [fed(d.with(at, d[at]! + other)), known([d[at]!, other])], {
        outputs: 2,
        attributes: { axis: signed },
      });
    }),
  );
});
