import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { parse } from "@std/csv";
import { crc32c } from "../../../scripts/trackers/crc32c.ts";
import { end, filesIn, inFolder, run, start } from "../process.ts";
import { serveMlflow } from "./mlflow_server.ts";
import { readEvents } from "./tfevents.ts";

const TRAINING = ["digits", "--optimizer", "adam,swats", "--epochs", "4", "--quiet"];
const MEASURED = [
  "epoch",
  "batchLoss",
  "trainLoss",
  "validationLoss",
  "validationAccuracy",
  "testLoss",
  "testAccuracy",
];

/** Returns the rows of a run's metrics.csv for an optimizer: step and metrics. */
function rowsOf(out: string, optimizer: string): [step: number, values: [string, number][]][] {
  return parse(Deno.readTextFileSync(`${out}/metrics.csv`), { skipFirstRow: true })
    .filter((r) => r.optimizer === optimizer)
    .map((r) => [
      Number(r.step),
      MEASURED.filter((m) => r[m] !== "").map((m): [string, number] => [m, Number(r[m])]),
    ]);
}

/** Asserts that TensorBoard and JSONL files have the steps and values of metrics.csv, each step once. */
function assertTracked(out: string): void {
  for (const optimizer of ["adam", "swats"]) {
    const rows = rowsOf(out, optimizer);
    assertEquals(rows.length, 4 * 34);
    const events = Object.entries(filesIn(`${out}/tensorboard/${optimizer},seed=0`));
    assertEquals(events.length, 1);
    assertMatch(events[0]![0], /^events\.out\.tfevents\.\d+\.descent$/);
    const [head, ...more] = readEvents(events[0]![1]);
    assertEquals([head!.version, head!.scalars], ["brain.Event:2", []]);
    assert(more.every((e) => Math.abs(e.wallTime - Date.now() / 1000) < 600));
    assertEquals(
      more.map((e): unknown => [e.step, e.scalars]),
      rows.map(([step, values]): unknown => [step, values.map(([k, v]) => [k, Math.fround(v)])]),
    );
    const lines = Deno.readTextFileSync(`${out}/jsonl/${optimizer},seed=0.jsonl`).trimEnd().split("\n");
    assertEquals(
      lines.map((l) => JSON.parse(l)),
      rows.map(([step, values]) => ({ _step: step, optimizer, seed: "0", ...Object.fromEntries(values) })),
    );
  }
}

Deno.test("CRC-32C is that of RFC 3720", () => {
  assertEquals(crc32c(new TextEncoder().encode("123456789")), 0xe3069283);
  assertEquals(crc32c(new Uint8Array(32)), 0x8a9136aa);
  assertEquals(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i)), 0x46dd794e);
});

Deno.test("--tracker tensorboard,jsonl writes the values of metrics.csv, even after kills", () =>
  inFolder(async (folder) => {
    const trackers = ["--tracker", "tensorboard,jsonl"];
    const args = [...TRAINING, ...trackers, "--checkpoint-every", "7"];
    let [kills, size] = [0, 0];
    const metrics = `${folder}/out/metrics.csv`;
    while (kills < 6) {
      const child = kills === 0
        ? start(folder, ...args, "--out", "out")
        : start(folder, "--resume", "out", "--quiet");
      while (sizeOf(metrics) <= size + 500) await sleep(2);
      size = sizeOf(metrics);
      await sleep(7 * kills++);
      try {
        child.kill("SIGKILL");
      } catch {
        // The process has ended already.
      }
      await end(child);
      if (sizeOf(`${folder}/out/summary.json`) > 0) break;
    }
    assertEquals((await run(folder, "--resume", "out", "--quiet")).code, 0);
    assertTracked(`${folder}/out`);
  }));

Deno.test("a tracker that is added to a resumed run receives the earlier steps too", () =>
  inFolder(async (folder) => {
    const child = start(folder, ...TRAINING, "--checkpoint-every", "7", "--out", "out");
    while (sizeOf(`${folder}/out/metrics.csv`) < 9000) await sleep(2);
    child.kill("SIGINT");
    const stopped = await end(child);
    assertEquals(stopped.code, 130, stopped.err);
    const { code, err } = await run(folder, "--resume", "out", "--quiet", "--tracker", "jsonl,tensorboard");
    assertEquals([code, err], [0, ""]);
    assertTracked(`${folder}/out`);
  }));

Deno.test("--tracker mlflow sends every step once, even across an interruption", () =>
  inFolder(async (folder) => {
    await using server = serveMlflow({ authorization: `Basic ${btoa("me:secret")}` });
    const env = {
      MLFLOW_TRACKING_URI: server.uri,
      MLFLOW_EXPERIMENT_NAME: "digits",
      MLFLOW_TRACKING_USERNAME: "me",
      MLFLOW_TRACKING_PASSWORD: "secret",
    };
    const args = [...TRAINING, "--tracker", "mlflow", "--checkpoint-every", "7", "--out", "out"];
    const child = start(folder, { env }, ...args);
    while (!server.runs.some((r) => r.name === "swats,seed=0" && r.metrics.length > 20)) await sleep(2);
    child.kill("SIGKILL");
    await end(child);
    const resumed = await run(folder, { env }, "--resume", "out", "--quiet");
    assertEquals([resumed.code, resumed.err], [0, ""]);
    assertEquals(server.runs.map((r) => [r.experiment, r.name, r.status, r.params]), [
      ["digits", "adam,seed=0", "FINISHED", { optimizer: "adam", seed: "0" }],
      ["digits", "swats,seed=0", "FINISHED", { optimizer: "swats", seed: "0" }],
    ]);
    for (const { name, metrics } of server.runs) {
      const rows = rowsOf(`${folder}/out`, name.split(",")[0]!);
      const expected = rows.flatMap(([step, values]) => values.map(([key, value]) => ({ key, value, step })));
      assertEquals(metrics.map(({ key, value, step }) => ({ key, value, step })), expected);
    }
  }));

Deno.test("a tracker that fails causes one warning, and the run continues", () =>
  inFolder(async (folder) => {
    await using server = serveMlflow({ failAfter: 5 });
    const env = { MLFLOW_TRACKING_URI: server.uri };
    const args = [...TRAINING, "--tracker"];
    const failing = await run(folder, { env }, ...args, "mlflow,jsonl", "--out", "a");
    assertEquals(failing.code, 0, failing.err);
    assertMatch(
      failing.err,
      /^warning: stopped sending this run to mlflow: [\w/-]+ answered 403: no: PERMISSION_DENIED\n$/,
    );
    assertEquals(server.asked.length, 6);
    assertEquals(Object.keys(filesIn(`${folder}/a/jsonl`)).length, 2);
    const port = freePort();
    const absent = await run(
      folder,
      { env: { MLFLOW_TRACKING_URI: `http://127.0.0.1:${port}` } },
      ...args,
      "mlflow",
      "--out",
      "b",
    );
    assertEquals(absent.code, 0);
    assertMatch(absent.err, /^warning: stopped sending this run to mlflow: .*[Rr]efused.*\n$/);
    const away = { MLFLOW_TRACKING_URI: "http://example.org:5000" };
    const denied = await run(folder, { env: away }, ...args, "mlflow", "--out", "c");
    assertEquals(denied.code, 0);
    assertStringIncludes(denied.err, "DESCENT_PERMISSIONS=--allow-net=example.org:5000 allows it");
  }));

Deno.test("an invalid tracker is refused before anything is written", () =>
  inFolder(async (folder) => {
    const none = await run(folder, ...TRAINING, "--tracker", "mlflow");
    assertEquals(none.code, 2);
    assertStringIncludes(none.err, "--tracker mlflow needs MLFLOW_TRACKING_URI");
    const other = await run(folder, ...TRAINING, "--tracker", "tensorbord");
    assertEquals(other.code, 2);
    assertStringIncludes(other.err, 'got tensorbord. Did you mean "tensorboard"?');
    assertEquals(filesIn(folder), {});
  }));

/** Returns a port that nobody listens on. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

function sizeOf(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch {
    return -1;
  }
}

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
