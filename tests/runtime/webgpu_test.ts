import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import {
  hasAdapter,
  type Numbers,
  OPTIMIZERS,
  runCase,
  script,
  sharedProcess,
  type Trained,
} from "./webgpu.ts";

const adapter = await hasAdapter();

/** Registers a test that needs an adapter. Without one it is ignored, and its name says why. */
function test(name: string, fn: () => Promise<void>): void {
  const suffix = adapter ? "" : " (skipped: no WebGPU adapter; set VK_DRIVER_FILES)";
  Deno.test({ name: `${name}${suffix}`, ignore: !adapter, fn });
}

/** Returns the largest difference of float32 results, relative for numbers above 1; `at` says where it is. */
function distance(a: Numbers, b: Numbers): { worst: number; at: string } {
  assertEquals(Object.keys(a), Object.keys(b));
  let found = { worst: 0, at: "" };
  for (const [name, values] of Object.entries(a)) {
    assertEquals(values.length, b[name]!.length, name);
    values.forEach((v, i) => {
      const d = Math.abs(v - b[name]![i]!) / Math.max(1, Math.abs(v));
      // Not `d > worst`: a NaN has to count.
      if (!(d <= found.worst)) found = { worst: d, at: `${name}[${i}]` };
    });
  }
  return found;
}

/**
 * The devices sum in different orders: rounding of float32 gives 2e-7 after seven steps on a software driver. A learning
 * rate that is off by a thousandth gives at least 5e-5.
 */
const BOUND = 5e-6;

const TRAININGS = [
  ...Object.keys(OPTIMIZERS).map((o) => `perceptron/${o}`),
  "normalized/adam",
  "lenet/momentum",
  "lenet/sophia",
  "augmented/sgd",
];

/** In one process, because a software driver spends most of its time on compiling kernels, which these share. */
const shared = sharedProcess([
  ...TRAININGS.map((name) => ["train", name] as const),
  ...["switched", "states", "chunks", "gathered", "evaluate"].map((name) => [name, ""] as const),
]);

for (const name of TRAININGS) {
  test(`trainingProgram() with ${name} on webgpu gives the results of cpu, in either form, step by step, and on the device`, async () => {
    const { start, cpu, webgpu, scan, steps, onDevice, left } = await shared("train", name) as Trained;
    const { worst, at } = distance(cpu, webgpu);
    assert(worst <= BOUND, `${at} differs by ${worst}`);
    assertEquals(scan, webgpu);
    assertEquals(steps, webgpu);
    assertEquals(onDevice, webgpu);
    assertEquals(left, 0);
    const weight = Object.keys(start)[0]!;
    assert(webgpu[weight]!.some((v, i) => Math.abs(v - start[weight]![i]!) > 1e-3));
  });
}

test("fit() on webgpu switches the optimizer and saves at the same steps as on cpu, in the middle of chunks", async () => {
  type Switched = { state: Numbers; switchedAtStep: number; saved: Record<string, Numbers> };
  const { cpu, webgpu } = await shared("switched") as Record<"cpu" | "webgpu", Switched>;
  assertEquals([cpu.switchedAtStep, webgpu.switchedAtStep], [11, 11]);
  assert(distance(cpu.state, webgpu.state).worst <= BOUND);
  assertEquals(Object.keys(webgpu.saved), ["7", "14", "21", "27"]);
  for (const [step, saved] of Object.entries(cpu.saved)) {
    assert(distance(saved, webgpu.saved[step]!).worst <= BOUND, `step ${step}`);
  }
});

test("TrainingProgram.run() on webgpu can run from an earlier state there until it is released", async () => {
  const r = await shared("states") as Record<string, unknown>;
  assertEquals(r.again, r.second);
  assertStringIncludes(
    String(r.unread),
    "on the device: read those of the state that `await program.fetch(state)`",
  );
  // Three states of four parameters with two moments each.
  assertEquals(r.living, [36, 0]);
  assertStringIncludes(String(r.released), "the tensor was released");
});

test("a released state leaves nothing on the device, over 200 chunks", async () => {
  assertEquals(new Set(await shared("chunks") as number[]), new Set([12]));
});

test("a data set too large for the device gives the same bits with batches gathered on the host", async () => {
  const { resident, gathered, used } = await shared("gathered") as Record<string, Numbers>;
  assertEquals(gathered, resident);
  assertEquals(used, resident);
});

test("trainingProgram() on webgpu does its arithmetic on the device", async () => {
  const { WebGpuExecutionProvider: gpu = [], CPUExecutionProvider: cpu = [] } = await runCase(
    "placement",
  ) as Record<string, string[]>;
  for (const op of ["Gemm", "Tanh", "Exp", "Mul", "Add", "Div", "Sqrt", "Gather"]) {
    assert(gpu.includes(op), `${op} is not among ${gpu}`);
  }
  // int64 indices and sizes, and operators without WebGPU kernels in ONNX Runtime 1.30.
  const known = ["Cast", "Gather", "OneHot", "Size", "Unsqueeze"];
  assertEquals(cpu.filter((op) => !known.includes(op)), []);
});

test("openSession() on webgpu gives the results of cpu for ONNX Runtime's wrong kernels", async () => {
  const found = Object.entries(await runCase("kernels") as Record<string, number>);
  assert(found.length > 20);
  // Results are of the order of 10: rounding is 1e-5, a wrong channel or element is 0.1 at least.
  for (const [name, difference] of found) {
    assert(difference !== null && difference <= 1e-4, `${name} differs by ${difference}`);
  }
});

test("evaluator() on webgpu gives the loss and the accuracy of cpu", async () => {
  const { cpu, webgpu } = await shared("evaluate") as Record<string, Record<string, number>>;
  assert(cpu!.loss! > 0.5);
  assertAlmostEquals(webgpu!.loss!, cpu!.loss!, 1e-6);
  assertAlmostEquals(webgpu!.accuracy!, cpu!.accuracy!, 1e-6);
});

test("openSession() on webgpu refuses float64, which the runtime would compute on the CPU", async () => {
  assertStringIncludes(
    String(await runCase("open", "float64")),
    "DeviceError: device 'webgpu' has no kernels for float64, which 'x' is",
  );
});

test("a process that leaves a session on webgpu open exits without an error", async () => {
  assertEquals(await runCase("leave"), [14, 32, 32, 77]);
});

test("a session on webgpu leaves one open, which keeps the kernels that were compiled", async () => {
  // The one that stays is opened before the first of two.
  assertEquals(await runCase("kept"), { opened: 3, closed: 2 });
});

test("Session.close() on webgpu waits for runs, accepts a second call, and lets another session open", async () => {
  assertEquals(await runCase("close"), {
    products: [14, 14, 14],
    after: "Error: the session is closed: open another one to run the model",
  });
});

test("experiment digits --device webgpu trains, and says so", async () => {
  const out = await Deno.makeTempDir();
  try {
    const args = ["digits", "--optimizer", "adam", "--epochs", "1", "--json", "--quiet"];
    const on = async (device: string) => {
      const folder = ["--out", `${out}/${device}`];
      const r = await script("scripts/experiment.ts", [...args, "--device", device, ...folder]);
      assertEquals(r.code, 0, r.err);
      return JSON.parse(r.out);
    };
    const [cpu, webgpu] = [await on("cpu"), await on("webgpu")];
    assertEquals(webgpu.device, "webgpu");
    assertEquals(webgpu.runs.length, 1);
    const [a, b] = [cpu.runs[0], webgpu.runs[0]];
    assertEquals(b.steps, a.steps);
    assertAlmostEquals(b.trainLoss, a.trainLoss, 1e-5);
    assertAlmostEquals(b.testLoss, a.testLoss, 1e-5);
    // One example of the 359 in the test set may be close to the decision boundary.
    assertAlmostEquals(b.testAccuracy, a.testAccuracy, 1 / 350);
  } finally {
    await Deno.remove(out, { recursive: true });
  }
});

/** On Linux an environment variable can hide all drivers from the Vulkan loader. */
const BLIND = { VK_DRIVER_FILES: "/dev/null", VK_ICD_FILENAMES: "/dev/null" };
const ignore = Deno.build.os !== "linux";

Deno.test({
  name: "openSession() on webgpu without an adapter throws, and does not fall back to another device",
  ignore,
  async fn() {
    const error = await runCase("open", "float32", BLIND);
    assertStringIncludes(String(error), "DeviceError: device 'webgpu' is not available here");
  },
});

Deno.test({
  name: "experiment --device webgpu without an adapter fails with a remedy, and writes nothing",
  ignore,
  async fn() {
    const out = await Deno.makeTempDir();
    try {
      const args = ["digits", "--epochs", "1", "--device", "webgpu", "--quiet", "--out", `${out}/run`];
      const { code, signal, out: text, err } = await script("scripts/experiment.ts", args, BLIND);
      assertEquals([code, signal, text], [1, null, ""]);
      // The messages of the driver's loader come first.
      const last = err.trimEnd().split("\n").at(-1)!;
      assertStringIncludes(last, "error: device 'webgpu' is not available here");
      for (const remedy of ["Vulkan", "VK_DRIVER_FILES", "--device cpu"]) assertStringIncludes(last, remedy);
      assertEquals([...Deno.readDirSync(out)], []);
    } finally {
      await Deno.remove(out, { recursive: true });
    }
  },
});
