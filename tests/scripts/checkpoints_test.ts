import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { tensor } from "../../onnx/mod.ts";
import { type FitState, NO_FAULTS } from "../../runtime/training/fit_state.ts";
import {
  Checkpoints,
  DamagedCheckpoints,
  hasCheckpoints,
  type RunCheckpoint,
} from "../../scripts/run/checkpoints.ts";
import { fileName } from "../../scripts/console/file_name.ts";
import { openMetrics } from "../../scripts/metrics/metrics_file.ts";
import { filesIn, inFolder } from "./process.ts";

const at = (step: number): RunCheckpoint => {
  const state = {
    train: {
      params: { w: tensor(Float32Array.of(step)) },
      optimizer: { count: step, slots: {} },
      buffers: {},
      step,
    },
    step,
    epoch: 1,
    batch: step,
    lossSum: 0,
    epochs: [],
    plateau: null,
    switching: null,
    faults: NO_FAULTS,
    epochStart: null,
    order: { seed: 0, examples: 8, batchSize: 1 },
  } satisfies FitState;
  return { state, extra: { metricsLength: 0, epochLength: 0, seconds: 0 } };
};

const path = (step: number) => `checkpoints/a/${String(step).padStart(12, "0")}.safetensors`;

Deno.test("Checkpoints keep the newest by number of steps, and drop those of an attempt that was rolled back", () =>
  inFolder(async (folder) => {
    const checkpoints = new Checkpoints(folder, { name: "a", keep: 2 });
    assertEquals([await checkpoints.newest(), await hasCheckpoints(folder)], [null, false]);
    for (const step of [9, 10, 100]) await checkpoints.save(at(step));
    assertEquals(Object.keys(filesIn(folder)).sort(), [path(10), path(100)]);
    assertEquals(await checkpoints.newest(), at(100));
    await checkpoints.save(at(50));
    assertEquals(Object.keys(filesIn(folder)).sort(), [path(10), path(50)]);
    assertEquals([(await checkpoints.newest())!.state.step, await hasCheckpoints(folder)], [50, true]);
  }));

Deno.test("Checkpoints.newest() skips a damaged file, and removes half-written ones", () =>
  inFolder(async (folder) => {
    const checkpoints = new Checkpoints(folder, { name: "a", keep: 2 });
    for (const step of [1, 2]) await checkpoints.save(at(step));
    await Deno.writeTextFile(`${folder}/${path(3)}.tmp`, "half");
    await Deno.truncate(`${folder}/${path(2)}`, 100);
    const warnings: string[] = [];
    assertEquals((await checkpoints.newest((text) => warnings.push(text)))!.state.step, 1);
    assertEquals(warnings.length, 1);
    assertStringIncludes(warnings[0]!, `${folder}/${path(2)}: `);
    assertStringIncludes(warnings[0]!, `; going on from ${folder}/${path(1)}`);
    assertEquals(Object.keys(filesIn(folder)).sort(), [path(1), path(2)]);
    await Deno.truncate(`${folder}/${path(1)}`, 100);
    const error = await assertRejects(() => checkpoints.newest(), DamagedCheckpoints, path(2));
    assertStringIncludes(error.message, `to begin this training again, remove ${folder}/checkpoints/a`);
  }));

Deno.test("Checkpoints refuse a file under the name of another step", () =>
  inFolder(async (folder) => {
    const checkpoints = new Checkpoints(folder, { name: "a", keep: 2, identity: "the run" });
    for (const step of [1, 2]) await checkpoints.save(at(step));
    await Deno.copyFile(`${folder}/${path(1)}`, `${folder}/${path(2)}`);
    const message = `${folder}/${path(2)}: is the checkpoint of step 1`;
    await assertRejects(() => checkpoints.at(2), Error, message);
    const warnings: string[] = [];
    assertEquals((await checkpoints.newest((text) => warnings.push(text)))!.state.step, 1);
    assertEquals(warnings, [`${message}; going on from ${folder}/${path(1)}`]);
  }));

Deno.test("Checkpoints.newest() removes files that a killed process did not get to remove", () =>
  inFolder(async (folder) => {
    for (const step of [1, 2, 3]) await new Checkpoints(folder, { name: "a", keep: 3 }).save(at(step));
    assertEquals((await new Checkpoints(folder, { name: "a", keep: 2 }).newest())!.state.step, 3);
    assertEquals(Object.keys(filesIn(folder)).sort(), [path(2), path(3)]);
  }));

Deno.test("Checkpoints stay within the folder of the run", () => {
  assertThrows(
    () => new Checkpoints("run", { name: "", keep: 1 }),
    RangeError,
    "must not be empty",
  );
  for (const name of ["..", ".", "a/b", "/a", "a\0", "a/../../b"]) {
    assertMatch(fileName(name), /^[\w%][\w%. ]*$/);
    assert(!fileName(name).startsWith("."), name);
  }
});

Deno.test("fileName() keeps plain names, and turns each other name into a different one that any file system accepts", () => {
  const plain = ["adam", "resnet-32-adam", "a b", "swats-1e-5", "a.b,c=d+e@(f)", "_x", "7"];
  for (const name of plain) assertEquals(fileName(name), name);
  const odd = [
    "é",
    "e\u0301",
    "..",
    "...",
    "a.",
    "a ",
    " a",
    "-a",
    "a/b",
    "a\\b",
    "a'b",
    '"',
    "%C3%A9",
    "%",
    "日本",
    "😀",
    "\n",
  ];
  const names = odd.map(fileName);
  assertEquals(new Set([...names, ...plain]).size, odd.length + plain.length);
  for (const name of names) {
    assertMatch(name, /^(\w|%[0-9A-F]{2})((\w|%[0-9A-F]{2}|[ .,=+@()-])*(\w|%[0-9A-F]{2}|[,=+@()-]))?$/);
  }
  // By hand: é is C3 A9 in UTF-8.
  assertEquals([fileName("é"), fileName(".."), fileName("a'b")], ["%C3%A9", "%2E%2E", "a%27b"]);
  for (const name of odd) assertEquals(decodeURIComponent(fileName(name)), name);
});

Deno.test("openMetrics() truncates a file to its valid length, and locks other processes out", () =>
  inFolder(async (folder) => {
    const file = `${folder}/metrics.csv`;
    const columns = ["a", "b"];
    const metrics = openMetrics(file, { columns, length: 0 });
    metrics.append([{ a: 1, b: 2 }]);
    const { length } = metrics;
    metrics.append([{ a: 3 }]);
    assertThrows(
      () => openMetrics(file, { columns, length: 0 }),
      Error,
      "is being written by another process",
    );
    metrics[Symbol.dispose]();
    assertThrows(() => openMetrics(file, { columns, length: 99 }), Error, "the last checkpoint expects 99");
    const again = openMetrics(file, { columns, length });
    again.append([{ a: NaN, b: "x,y" }]);
    again[Symbol.dispose]();
    assertEquals(await Deno.readTextFile(file), 'a,b\r\n1,2\r\nNaN,"x,y"\r\n');
  }));
