import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { stepsOf } from "../../bench/agree.ts";

const root = new URL("../../", import.meta.url);

async function bench(...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "bench", ...args],
    cwd: root,
    env: { NO_COLOR: "1" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

Deno.test("bench --json prints one document: a row per subject, compared with Descent", async () => {
  const { code, stdout, stderr } = await bench(
    ...["--quick", "--json", "--work", "logistic", "--subject", "Descent", "--threads", "1", "--rounds", "2"],
  );
  assertEquals(code, 0, stderr);
  const { rows, versions } = JSON.parse(stdout);
  assertEquals(rows.map((r: { subject: string }) => r.subject), [
    "Descent",
    "Descent, a run a step",
    "Descent, gradients only",
  ]);
  for (const { work, optimizer, stepMs, ratioToDescent, peakMiB } of rows) {
    assertEquals([work, optimizer], ["logistic 784-10 b128", "adam"]);
    assert(0 < stepMs.min && stepMs.min <= stepMs.median && stepMs.median <= stepMs.max);
    assert(ratioToDescent > 0 && peakMiB > 10);
  }
  assertEquals(rows[0].ratioToDescent, 1);
  assertEquals(versions.threads, 1);
});

Deno.test("bench times the products of a step alone, and reports their operations and the least memory traffic", async () => {
  const { code, stdout, stderr } = await bench(
    ...[
      "--quick",
      "--json",
      "--work",
      "logistic",
      "--subject",
      "products",
      "--threads",
      "1",
      "--rounds",
      "2",
    ],
  );
  assertEquals(code, 0, stderr);
  const { rows: [descent, products] } = JSON.parse(stdout);
  assertEquals([descent.subject, products.subject], ["Descent", "products alone"]);
  // One product forward, one backward; Adam keeps two numbers per parameter.
  assertEquals(products.floor, { flops: 2 * 2 * 128 * 784 * 10, bytes: 2 * 4 * 3 * 7850 });
  assert(products.stepMs.median > 0);
});

Deno.test("bench refuses unknown options with exit code 2", async () => {
  for (
    const [args, message] of [
      [["--quik"], 'Did you mean "quick"?'],
      [["--optimizer", "adm"], 'Did you mean "adam"?'],
      [["--threads", "0"], "--threads must be an integer from 1 to"],
      [["--threads", "100000"], "got 100000"],
      [["--work", "nothing"], "--work nothing is in no name of"],
      [["--subject", "nothing"], "--subject nothing is in no name of"],
      [["--rounds", "0"], "--rounds must be an integer from 1 to"],
      [["--device", "gpu"], "--device must be one of cpu, webgpu, cuda, got gpu"],
      [["--batch-size", "0"], "--batch-size must be an integer from 1 to"],
      [
        ["--write", "--batch-size", "8"],
        "--write writes the tables of the CPU and of each work's own batches",
      ],
    ] as const
  ) {
    const { code, stdout, stderr } = await bench(...args);
    assertEquals([code, stdout], [2, ""]);
    assertStringIncludes(stderr, message);
  }
});

Deno.test("stepsOf() gives whole runs of Descent's program if there are several, and at least one step", () => {
  assertEquals([0.02, 3.2, 64, 64.1, 200].map(stepsOf), [1, 4, 64, 128, 256]);
});
