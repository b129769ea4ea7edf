import { assert, assertEquals, assertThrows } from "@std/assert";
import { tensorboardTracker } from "../../../scripts/trackers/tensorboard.ts";
import { filesIn, inFolder } from "../process.ts";
import { readEvents } from "./tfevents.ts";
import golden from "../../golden/trackers/tfevents.json" with { type: "json" };

/** The file that TensorFlow wrote. */
const FILE = Uint8Array.from(atob(golden.file), (c) => c.charCodeAt(0));

const ROWS = golden.rows.map(({ step, values }) => ({
  step,
  values: Object.fromEntries(Object.entries(values).map(([tag, v]) => [tag, Number(v)])),
}));

/** Returns the bytes that a tracker writes at the time of the golden file, with one call for each of `parts`. */
async function written(parts: readonly (typeof ROWS)[]): Promise<Uint8Array> {
  const { now } = Date;
  let file = new Uint8Array();
  await inFolder(async (folder) => {
    Date.now = () => 1000 * golden.time;
    try {
      const tracker = tensorboardTracker(folder);
      for (const rows of parts) {
        tracker.append(rows.map((row) => ({ training: "adam,seed=0", settings: {}, ...row })));
      }
      await tracker.finish("finished");
    } finally {
      Date.now = now;
    }
    const files = filesIn(`${folder}/tensorboard`);
    assertEquals(Object.keys(files), [`adam,seed=0/events.out.tfevents.${Math.floor(golden.time)}.descent`]);
    file = Object.values(files)[0]!.slice();
  });
  return file;
}

Deno.test("tensorboardTracker() writes the bytes that TensorFlow writes", async () => {
  assertEquals(await written([ROWS]), FILE);
  assertEquals(await written(ROWS.map((row) => [row])), FILE);
});

Deno.test("the tests' reader of events reads TensorFlow's file, and detects any damaged bit", () => {
  const [head, ...events] = readEvents(FILE);
  assertEquals([head!.version, head!.wallTime], ["brain.Event:2", golden.time]);
  assertEquals(
    events.map((e): unknown => [e.step, e.scalars]),
    ROWS.map((r): unknown => [r.step, Object.entries(r.values).map(([k, v]) => [k, Math.fround(v)])]),
  );
  for (let at = 0; at < FILE.length; at++) {
    const damaged = FILE.slice();
    damaged[at]! ^= 1 << at % 8;
    assertThrows(() => readEvents(damaged));
  }
  assert(FILE.length > 1000);
});
