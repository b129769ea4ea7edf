import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { sessionPlan } from "../../../mod.ts";
import { type DeviceRecord, tableOf } from "../../../scripts/commands/devices.ts";
import { outcomeText } from "../../../scripts/cli/mod.ts";
import { LOADABLE } from "../../runtime/session/elf.ts";
import { withStandIns } from "../../runtime/session/stand_ins.ts";
import { inFolder, run } from "../process.ts";

Deno.test("experiment devices lists cpu, webgpu and cuda, writes nothing, and exits with 0", () =>
  inFolder(async (folder) => {
    const { code, out, err } = await run(folder, "devices", "--json", { env: { DESCENT_THREADS: "1" } });
    assertEquals(code, 0, err);
    const document = JSON.parse(out);
    assertEquals(Object.keys(document), ["devices"]);
    const devices = document.devices as DeviceRecord[];
    assertEquals(devices.map((d) => d.name), ["cpu", "webgpu", "cuda"]);
    for (const d of devices) {
      assertEquals(Object.keys(d), ["name", "available", "missing", "details"]);
      assertEquals(d.available, d.missing.length === 0);
      for (const part of d.missing) {
        assertEquals(Object.keys(part), ["what", "remedy"]);
        assert(part.what !== "" && part.remedy !== "");
      }
    }
    const { available, details: { processor: _, ...details } } = devices[0]!;
    assertEquals(available, true);
    assertEquals(details, { threads: 1, block: (await sessionPlan()).block, float16: false });
    assertEquals([...Deno.readDirSync(folder)], []);
  }));

Deno.test(
  {
    name: `experiment devices tells of a driver and of libraries, with their files${
      LOADABLE ? "" : " (skipped: no Linux on x86-64)"
    }`,
    ignore: !LOADABLE,
  },
  () =>
    withStandIns({ driver: { version: 12080 } }, (standIns) =>
      inFolder(async (folder) => {
        // There is no runtime in this folder, which no device can do without.
        const env = { DESCENT_ONNX_RUNTIME_DIR: standIns.build, DESCENT_LIBRARY_PATH: standIns.driver };
        const { code, out } = await run(folder, "devices", "--json", { env });
        assertEquals(code, 0);
        const { devices } = JSON.parse(out) as { devices: DeviceRecord[] };
        for (const { available, missing, details } of devices) {
          assertEquals(available, false);
          assertStringIncludes(missing[0]!.what, "holds no libonnxruntime.so");
          assertStringIncludes(missing[0]!.remedy, "DESCENT_ONNX_RUNTIME_DIR");
          assertEquals(details.runtime, standIns.build);
        }
        const { driver, gpus, libraries } = devices[2]!.details;
        assertEquals([driver, gpus], ["12.8", [{ name: "StandIn", computeCapability: "9.10" }]]);
        const paths = Object.fromEntries(libraries!.map(({ name, path }) => [name, path]));
        assertEquals(paths["libcurand.so.10"], standIns.file("libcurand.so.10"));
        assertEquals(paths["libcuda.so.1"], `${standIns.driver}/libcuda.so.1`);
      })),
);

Deno.test("the table of devices keeps within 80 columns, remedies included", () => {
  const words = "word ".repeat(40).trim();
  const text = outcomeText({
    tables: [tableOf([
      {
        name: "cpu",
        available: true,
        missing: [],
        details: { processor: "P", threads: 2, block: "none", float16: false },
      },
      { name: "webgpu", available: true, missing: [], details: { adapters: ["A", words], float16: true } },
      {
        name: "cuda",
        available: false,
        missing: [{ what: words, remedy: words }],
        details: { driver: "13.0", gpus: [{ name: "G", computeCapability: "9.0" }] },
      },
    ])],
  });
  for (const line of text.split("\n")) assert(line.length <= 80, line);
  assertMatch(text, /^cpu {5}yes {8}P$/m);
  assertStringIncludes(text, "threads: 2, no blocks of channels");
  assertStringIncludes(text, "G, compute capability 9.0");
  assertStringIncludes(text, "cuda lacks word word");
  assertStringIncludes(text, "\n  remedy: word word");
});
