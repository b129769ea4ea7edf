/**
 * Bad input of every kind that the library reads: each of more than 20,000 malformed inputs has to give a clear error
 * or a right result, in little time, and leave nothing behind.
 */
import { assert, assertEquals } from "@std/assert";
import fc from "../deps/fast_check.ts";
import { parseCifar10 } from "../../data/cifar10.ts";
import { parseCifar100 } from "../../data/cifar100.ts";
import { DataError } from "../../data/data_error.ts";
import { type DataSet, sizeOfDataSet } from "../../data/data_set.ts";
import { parseIdx } from "../../data/idx.ts";
import { parseLibsvm } from "../../data/libsvm.ts";
import { encodeNpy, parseNpy } from "../../data/npy.ts";
import { parseSvhn } from "../../data/svhn.ts";
import { parseTable } from "../../data/table.ts";
import { bitsOf } from "../../onnx/tensor/dtype.ts";
import { encodeModel, parseModel, tensor } from "../../onnx/mod.ts";
import { sizeOf } from "../../onnx/tensor/shape.ts";
import { ModelError } from "../../onnx/proto/error.ts";
import { mlp } from "../../models/dense.ts";
import { CheckpointError, parseCheckpoint, writeCheckpoint } from "../../runtime/checkpoint/checkpoint.ts";
import {
  encodeSafetensors,
  parseSafetensors,
  SafetensorsError,
} from "../../runtime/checkpoint/safetensors.ts";
import { type FitState, NO_FAULTS } from "../../runtime/training/fit_state.ts";
import { parseOptions } from "../../scripts/cli/args.ts";
import { UsageError } from "../../scripts/console/errors.ts";
import { allCommands } from "../../scripts/experiments/registry.ts";
import { csvExperiment } from "../../scripts/experiments/networks/csv.ts";

const EXPERIMENTS = await allCommands();

/** The number of inputs of each kind. */
const RUNS = { idx: 4000, gzip: 600, cifar: 1500, csv: 5000, files: 500, libsvm: 2500 } as const;
const MORE = {
  npy: 3000,
  safetensors: 4000,
  checkpoint: 1500,
  model: 1500,
  options: 6000,
} as const;

Deno.test("at least 20,000 bad inputs are tried", () => {
  const all = [...Object.values(RUNS), ...Object.values(MORE)].reduce((a, b) => a + b, 0);
  assert(all >= 20_000, `${all}`);
});

type Bytes = Uint8Array<ArrayBuffer>;

/** A change of some bytes. Positions are fractions of the length, so they fit any input. */
const change = fc.oneof(
  fc.record({ cut: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    put: fc.uint8Array({ minLength: 1, maxLength: 8 }),
  }),
  // Headers are at the start: changes there matter most.
  fc.record({ near: fc.nat(40), put: fc.uint8Array({ minLength: 1, maxLength: 4 }) }),
  fc.record({
    near: fc.nat(24),
    put: fc.constantFrom([255, 255, 255, 255], [127, 255, 255, 255], [0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 128])
      .map((b) => Uint8Array.from(b)),
  }),
  fc.record({ more: fc.uint8Array({ minLength: 1, maxLength: 16 }) }),
  fc.record({ insertAt: fc.double({ min: 0, max: 1, noNaN: true }), put: fc.uint8Array({ maxLength: 4 }) }),
) as fc.Arbitrary<
  { cut?: number; at?: number; near?: number; insertAt?: number; put?: Uint8Array; more?: Uint8Array }
>;

/** Inputs that differ from `valid` by a few changes. */
function spoilt(valid: Bytes): fc.Arbitrary<Bytes> {
  return fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) => {
    let bytes: Bytes = valid.slice();
    for (const { cut, at, near, insertAt, put, more } of changes) {
      const length = bytes.length;
      if (cut !== undefined) bytes = bytes.slice(0, Math.floor(cut * length));
      else if (more !== undefined) bytes = joined(bytes, more);
      else if (insertAt !== undefined) {
        const i = Math.floor(insertAt * length);
        bytes = joined(bytes.subarray(0, i), put!, bytes.subarray(i));
      } else {
        const i = near ?? Math.floor(at! * length);
        if (i < length) bytes.set(put!.subarray(0, length - i), i);
      }
    }
    return bytes;
  });
}

function joined(...parts: Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** How many of the inputs were refused. */
interface Tally {
  refused: number;
  all: number;
}

/** Checks an outcome: soon an error of the right kind with a one-line message, or a result that `right` accepts. */
async function expectClear<T>(
  tally: Tally,
  read: () => T | Promise<T>,
  { errors, right }: { errors: readonly (new (...args: never[]) => Error)[]; right: (value: T) => void },
): Promise<void> {
  const started = performance.now();
  tally.all++;
  let value: T;
  try {
    value = await read();
  } catch (error) {
    tally.refused++;
    if (!errors.some((type) => error instanceof type)) throw error;
    const { message } = error as Error;
    assert(message.length > 10 && message.length < 2000, message);
    return;
  } finally {
    assert(performance.now() - started < 5000, "took more than 5 s");
  }
  right(value);
}

/** Checks a property of `runs` inputs. Most have to be refused; otherwise they are not malformed. */
async function every<T>(
  inputs: fc.Arbitrary<T>,
  { runs, least = 0.3, check }: {
    runs: number;
    least?: number;
    check: (input: T, tally: Tally) => Promise<void>;
  },
): Promise<void> {
  const tally: Tally = { refused: 0, all: 0 };
  await fc.assert(fc.asyncProperty(inputs, (input) => check(input, tally)), { numRuns: runs, seed: 11 });
  assert(tally.refused >= least * tally.all, `only ${tally.refused} of ${tally.all} were refused`);
}

function sound(set: DataSet): void {
  const size = sizeOfDataSet(set);
  assert(size > 0);
  const { x, y } = set.inputs;
  assert((x.data as Float32Array).every((v) => !Number.isNaN(v)));
  if (set.classes !== undefined) {
    assert(Array.from(y.data as BigInt64Array).every((v) => v >= 0n && v < BigInt(set.classes!)));
  }
}

const IDX = joined(Uint8Array.of(0, 0, 0x0b, 2, 0, 0, 0, 3, 0, 0, 0, 4), new Uint8Array(24).fill(7));

const idxIsRight = (t: Awaited<ReturnType<typeof parseIdx>>) => assertEquals(t.data.length, sizeOf(t.shape));

Deno.test("parseIdx() refuses malformed files clearly", () =>
  every(fc.oneof(spoilt(IDX), fc.uint8Array({ maxLength: 64 }) as fc.Arbitrary<Bytes>), {
    runs: RUNS.idx,
    check: (bytes, tally) =>
      expectClear(tally, () => parseIdx(bytes), { errors: [DataError], right: idxIsRight }),
  }));

Deno.test("parseIdx() refuses malformed compressed files clearly, and those that decompress to too much", async () => {
  const zip = async (bytes: Bytes) =>
    new Uint8Array(
      await new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer(),
    );
  const [valid, bomb] = [await zip(IDX), await zip(joined(IDX, new Uint8Array(2 ** 20)))];
  await every(fc.oneof(spoilt(valid), spoilt(bomb)), {
    runs: RUNS.gzip,
    check: (bytes, tally) =>
      expectClear(tally, () => parseIdx(bytes, { maxBytes: 1000 }), {
        errors: [DataError],
        right: idxIsRight,
      }),
  });
});

Deno.test("parseNpy() refuses malformed files clearly", () => {
  const valid = encodeNpy({ dtype: "int16", shape: [3, 4], data: new Int16Array(12).fill(7) });
  return every(spoilt(valid), {
    runs: MORE.npy,
    check: (bytes, tally) =>
      expectClear(tally, () => parseNpy(bytes), {
        errors: [DataError],
        right: ({ shape, data }) => assertEquals(data.length, sizeOf(shape)),
      }),
  });
});

Deno.test("parseCifar10() refuses malformed files clearly", () =>
  every(spoilt(new Uint8Array(2 * 3073)), {
    runs: RUNS.cifar,
    check: (bytes, tally) =>
      expectClear(tally, () => parseCifar10(bytes), { errors: [DataError], right: sound }),
  }));

Deno.test("parseCifar100() refuses malformed files clearly", () =>
  every(spoilt(new Uint8Array(2 * 3074)), {
    runs: RUNS.cifar,
    check: (bytes, tally) =>
      expectClear(tally, () => parseCifar100(bytes), { errors: [DataError], right: sound }),
  }));

const matFile = Deno.readFileSync(new URL("../golden/mat/svhn_plain.mat", import.meta.url));
Deno.test("parseSvhn() refuses malformed files clearly", () =>
  every(spoilt(matFile), {
    runs: RUNS.cifar,
    check: (bytes, tally) =>
      expectClear(tally, () => parseSvhn(bytes), { errors: [DataError], right: sound }),
  }));

const utf8 = new TextEncoder();
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** Tables with anything that a table may contain by mistake. */
const tables = fc.oneof(
  spoilt(utf8.encode('a,b,"class, of"\n1,2.5,x\n-3e2,"4",y\n\n5,6,x\n')).map(text),
  fc.array(
    fc.array(
      fc.oneof(
        fc.constantFrom(
          "",
          "1",
          "-0",
          "NaN",
          "Infinity",
          "1e999",
          "0x10",
          "1_000",
          '"',
          '""',
          '"a',
          "a b",
          "\t",
          "٣",
        ),
        fc.double().map(String),
        fc.string({ unit: "grapheme", maxLength: 4 }),
      ),
      { maxLength: 4 },
    ).map((fields) => fields.join(",")),
    { maxLength: 6 },
  ).map((lines) => lines.join("\n")),
);

Deno.test("parseTable() refuses malformed tables clearly", () =>
  every(fc.tuple(tables, fc.boolean(), fc.constantFrom("class", "number" as const)), {
    runs: RUNS.csv,
    check: ([table, header, target], tally) =>
      expectClear(tally, () => parseTable(table, { header, target: target as "class" }), {
        errors: [DataError, RangeError],
        right: sound,
      }),
  }));

Deno.test("experiment csv refuses malformed files clearly, before anything is written", async () => {
  const folder = await Deno.makeTempDir();
  const [file, out] = [`${folder}/t.csv`, `${folder}/out`];
  const { options } = parseOptions(["csv", "--data-file", file, "--out", out], EXPERIMENTS);
  try {
    await every(tables, {
      runs: RUNS.files,
      async check(table, tally) {
        await Deno.writeTextFile(file, table);
        const errors = [DataError, RangeError, UsageError];
        await expectClear(tally, () => csvExperiment.prepare(options), { errors, right: () => {} });
        assertEquals([...Deno.readDirSync(folder)].map((e) => e.name), ["t.csv"]);
      },
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("parseLibsvm() refuses malformed files clearly", () => {
  const valid = utf8.encode("+1 1:0.5 3:2\n-1 2:1e-3\n+1 1:1 4:-2\n");
  const huge = fc.constantFrom(
    "1 99999999999:1",
    "1 2147483647:1",
    "1 1:1 1:1",
    "1 0:1",
    "1 -1:1",
    "1:1",
    "1 1:",
    "1 :1",
  );
  return every(fc.oneof(spoilt(valid).map(text), huge), {
    runs: RUNS.libsvm,
    check: (lines, tally) =>
      expectClear(tally, () => parseLibsvm(lines), { errors: [DataError, RangeError], right: sound }),
  });
});

const WEIGHTS = {
  "layers.0.weight": tensor(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]),
  half: tensor(new Float16Array(3)),
  steps: tensor(BigInt64Array.of(4n), []),
};

Deno.test("parseSafetensors() refuses malformed files clearly", () => {
  const valid = encodeSafetensors(WEIGHTS, { metadata: { format: "pt" } });
  const { length } = valid;
  const header = text(valid.subarray(8, length - 38));
  // Replaces numbers, names and brackets of the header, and corrects its length.
  const inJson = fc.tuple(
    fc.nat(header.length - 1),
    fc.nat(6),
    fc.constantFrom("", "0", "9", "-1", "1e3", "[", "{", '"', "null", "F64", ","),
  )
    .map(([at, drop, put]) => {
      const json = utf8.encode(header.slice(0, at) + put + header.slice(at + drop));
      const size = new Uint8Array(8);
      new DataView(size.buffer).setBigUint64(0, BigInt(json.length), true);
      return joined(size, json, valid.subarray(length - 38));
    });
  return every(fc.oneof(spoilt(valid), inJson), {
    runs: MORE.safetensors,
    check: (bytes, tally) =>
      expectClear(tally, () => parseSafetensors(bytes), {
        errors: [SafetensorsError],
        right({ tensors }) {
          const all = Object.values(tensors).map((t) => (t.data as Uint8Array).byteLength);
          const header = Number(new DataView(bytes.buffer).getBigUint64(0, true));
          assertEquals(all.reduce((a, b) => a + b, 8 + header), bytes.length);
          for (const { dtype, shape, data } of Object.values(tensors)) {
            assertEquals((data as Uint8Array).byteLength * 8, sizeOf(shape) * bitsOf(dtype));
          }
        },
      }),
  });
});

Deno.test("parseCheckpoint() refuses malformed files clearly", async () => {
  const state: FitState = {
    train: {
      params: { w: WEIGHTS["layers.0.weight"] },
      optimizer: { count: 3, slots: {} },
      buffers: {},
      step: 3,
    },
    step: 3,
    epoch: 1,
    batch: 3,
    lossSum: NaN,
    epochs: [],
    plateau: null,
    switching: null,
    faults: NO_FAULTS,
    epochStart: null,
    order: { seed: 1, examples: 50, batchSize: 8 },
  };
  const file = await Deno.makeTempFile();
  await writeCheckpoint(file, { state, extra: {} });
  const valid = await Deno.readFile(file);
  await Deno.remove(file);
  const errors = [SafetensorsError, CheckpointError];
  await every(spoilt(valid), {
    runs: MORE.checkpoint,
    least: 0.9,
    check: (bytes, tally) =>
      // The bytes read have to equal the bytes written.
      expectClear(tally, () => parseCheckpoint(bytes, "c"), {
        errors,
        right: () => assertEquals(bytes, valid),
      }),
  });
  // Checkpoints of earlier versions have no digest.
  const { tensors, metadata: { digest: _, ...rest } } = parseSafetensors(valid);
  const older = encodeSafetensors(tensors, { metadata: { ...rest, format: "descent checkpoint 1" } });
  assertEquals(parseCheckpoint(older, "c"), parseCheckpoint(valid, "c"));
  await every(spoilt(older), {
    runs: MORE.checkpoint,
    check: (bytes, tally) =>
      expectClear(tally, () => parseCheckpoint(bytes, "c"), {
        errors,
        right: ({ state }) => assert(Number.isSafeInteger(state.step) && state.epochs.length >= 0),
      }),
  });
});

Deno.test("parseModel() refuses malformed files clearly", () => {
  const valid = encodeModel(mlp({ inputs: 3, hidden: [2], outputs: 2, seed: 1 })) as Bytes;
  return every(spoilt(valid), {
    runs: MORE.model,
    least: 0.2,
    check: (bytes, tally) =>
      expectClear(tally, () => parseModel(bytes), {
        errors: [ModelError],
        right: (m) => assert(m.graph !== undefined),
      }),
  });
});

Deno.test("parseOptions() refuses malformed command lines clearly", () => {
  const flags = [
    "optimizer",
    "learning-rate",
    "epochs",
    "batch-size",
    "chunk",
    "seed",
    "device",
    "out",
    "data-dir",
  ];
  const more = [
    "checkpoint-every",
    "keep",
    "resume",
    "on-nan",
    "json",
    "quiet",
    "help",
    "data-file",
    "data-fil",
    "",
    "-",
  ];
  const value = fc.oneof(
    fc.constantFrom(
      "",
      " ",
      "0",
      "-1",
      "1.5",
      "1e3",
      "1e999",
      "NaN",
      "Infinity",
      "0x10",
      "4294967296",
      "9007199254740993",
    ),
    fc.constantFrom("adam", "adam,", ",", "cpu", "tpu", "__proto__", "constructor", "--", "-", "=", "--json"),
    fc.string({ maxLength: 6 }),
    fc.integer().map(String),
  );
  const words = fc.oneof(
    fc.constantFrom("digits", "mnist", "csv", "digit", "toString"),
    fc.constantFrom(...flags, ...more).map((f) => `--${f}`),
    fc.tuple(fc.constantFrom(...flags, ...more), value).map(([f, v]) => `--${f}=${v}`),
    value,
  );
  return every(fc.array(words, { maxLength: 6 }), {
    runs: MORE.options,
    check: (args, tally) =>
      expectClear(tally, () => parseOptions(args, EXPERIMENTS), {
        errors: [UsageError],
        right({ options: o }) {
          for (const n of [o.epochs, o.batchSize, o.chunk, o.checkpointEvery, o.keep]) {
            assert(n === undefined || (Number.isSafeInteger(n) && n >= 1), `${n}`);
          }
          assert(o.learningRate === undefined || (Number.isFinite(o.learningRate) && o.learningRate > 0));
          assert(Number.isSafeInteger(o.seed) && o.seed >= 0);
          assert(["cpu", "webgpu", "cuda"].includes(o.device));
        },
      }),
  });
});
