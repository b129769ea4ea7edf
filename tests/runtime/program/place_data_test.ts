import { assertEquals } from "@std/assert";
import { adam } from "../../../optim/rules/adam.ts";
import { sam } from "../../../optim/transforms/sam.ts";
import type { Tensor } from "../../../onnx/mod.ts";
import { NAMES } from "../../../runtime/session/mod.ts";
import { openProgram } from "../../../runtime/program/program.ts";
import { placeData, type PlacedData, placementOf } from "../../../runtime/program/place_data.ts";
import type { ProgramForm } from "../../../runtime/program/mod.ts";
import { data, model, SIZE } from "../problem.ts";

const MIB = 2 ** 20;

Deno.test("placementOf(): a CPU reads the data in place, WebGPU keeps it for steps, others are sent what a run uses", () => {
  const facts = { inMemory: true, largest: MIB, mostBytes: 128 * MIB };
  const at = (device: "cpu" | "webgpu" | "cuda", form: ProgramForm, more: Partial<typeof facts> = {}) =>
    placementOf({ ...facts, ...more, device, form });
  assertEquals([at("cpu", "scan"), at("cpu", "steps")], ["whole", "whole"]);
  assertEquals([at("cuda", "scan"), at("cuda", "steps")], ["used", "used"]);
  assertEquals([at("webgpu", "scan"), at("webgpu", "steps")], ["used", "device"]);
  assertEquals(at("webgpu", "steps", { largest: 0 }), "whole");
  assertEquals(at("webgpu", "steps", { largest: 128 * MIB }), "device");
  assertEquals(at("webgpu", "steps", { largest: 128 * MIB + 1 }), "rows");
  // The limit is that of WebGPU alone.
  assertEquals(at("cuda", "scan", { largest: 4096 * MIB }), "used");
  for (const device of ["cpu", "webgpu", "cuda"] as const) {
    assertEquals(at(device, "scan", { inMemory: false }), "rows");
    assertEquals(at(device, "steps", { inMemory: false }), "rows");
  }
});

/** Keeps how many rows of the data set each run or step was sent. */
function counted(placed: PlacedData): { placed: PlacedData; sent: number[] } {
  const sent: number[] = [];
  const withData = async (inputs: Readonly<Record<string, Tensor>>) => {
    const all = await placed.withData(inputs);
    sent.push(all[NAMES.data("x")]!.shape[0]!);
    assertEquals(all[NAMES.data("target")]!.shape[0], sent.at(-1));
    return all;
  };
  return {
    placed: { ...placed, prefetch: (rows) => placed.prefetch(rows), withData, close: () => placed.close() },
    sent,
  };
}

const all = Array.from({ length: SIZE.examples }, (_, i) => (7 * i) % SIZE.examples);

/** Batches of five: all rows, some, some several times, and all of them twice. */
const RUNS = [all, all.slice(0, 20), [...all.slice(0, 5), ...all.slice(0, 5)], [...all, ...all]];

async function trained(placement: "whole" | "used", form: ProgramForm) {
  const { placed, sent } = counted(await placeData(data(), { form, placement }));
  const optimizer = sam(adam({ learningRate: 0.01 }));
  await using program = await openProgram({ model: model(), optimizer, data: data(), form }, { placed });
  let state = program.init();
  const reports = [];
  for (const [i, rows] of RUNS.entries()) {
    const run = await program.run(state, { rows, batchSize: 5 });
    const next = RUNS[i + 1];
    if (next !== undefined) program.prefetch({ rows: next, batchSize: 5 });
    state = run.state;
    reports.push(run.reports);
  }
  return { state, reports, sent };
}

Deno.test("runs that are sent only the rows they use give the same bits as with the whole data set", async () => {
  const [whole, used] = [await trained("whole", "scan"), await trained("used", "scan")];
  assertEquals(used.state, whole.state);
  assertEquals(used.reports, whole.reports);
  assertEquals(whole.sent, [50, 50, 50, 50]);
  assertEquals(used.sent, [50, 20, 5, 50]);
});

Deno.test("so do single steps, each of which is sent its batch", async () => {
  const [whole, used] = [await trained("whole", "steps"), await trained("used", "steps")];
  assertEquals(used.state, whole.state);
  assertEquals(used.reports, whole.reports);
  assertEquals(new Set(whole.sent), new Set([50]));
  assertEquals(new Set(used.sent), new Set([5]));
});
