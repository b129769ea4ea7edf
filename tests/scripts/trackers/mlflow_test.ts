import { assert, assertEquals, assertMatch } from "@std/assert";
import { mlflowTracker } from "../../../scripts/trackers/mlflow.ts";
import type { TrackedRow } from "../../../scripts/trackers/tracker.ts";
import { inFolder } from "../process.ts";
import { serveMlflow, type Trouble } from "./mlflow_server.ts";

const ROWS: readonly TrackedRow[] = [1, 2, 3].map((step) => ({
  training: "adam,seed=0",
  settings: { optimizer: "adam", seed: "0" },
  step,
  values: { loss: 1 / step },
}));

const page = (status: number, headers = {}) => () =>
  new Response("<html><h1>Bad Gateway</h1></html>", {
    status,
    headers: { "content-type": "text/html", ...headers },
  });
const said = (status: number, error_code: string) => () =>
  Response.json({ error_code, message: `no: ${error_code}\nmore` }, { status });

/** The result of tracking with a faulty server. */
interface Tracked {
  readonly server: ReturnType<typeof serveMlflow>;
  readonly warnings: readonly string[];
  readonly milliseconds: number;
}

/** Tracks rows, one call per row. */
async function track(
  trouble: (path: string, number: number) => Trouble | undefined,
  { timeout = 10_000, rows = ROWS } = {},
): Promise<Tracked> {
  const warnings: string[] = [];
  const { error } = console;
  const started = performance.now();
  await using server = serveMlflow({ trouble });
  await inFolder(async (run) => {
    console.error = (text: string) => warnings.push(text);
    try {
      const tracker = mlflowTracker({ run, uri: server.uri, experiment: "digits", timeout });
      for (const row of rows) tracker.append([row]);
      await tracker.finish("finished");
    } finally {
      console.error = error;
    }
  });
  return { server, warnings, milliseconds: performance.now() - started };
}

/** Asserts that one run has each row once, and is over. */
function assertWhole({ server, warnings }: Tracked): void {
  assertEquals(warnings, []);
  assertEquals(
    server.runs.map(({ experiment, name, status, params, metrics }) => [
      experiment,
      name,
      status,
      params,
      metrics.map(({ key, value, step }) => [key, value, step]),
    ]),
    [[
      "digits",
      "adam,seed=0",
      "FINISHED",
      ROWS[0]!.settings,
      ROWS.map((r) => ["loss", r.values.loss, r.step]),
    ]],
  );
}

for (
  const [name, answer] of [
    ["429 with a time to wait", page(429, { "retry-after": "1" })],
    ["500 of MLflow's own", said(500, "INTERNAL_ERROR")],
    ["502 in HTML", page(502)],
    ["503 without a body", () => new Response(null, { status: 503 })],
    ["504 with a list of JSON", () => Response.json([], { status: 504 })],
  ] as const
) {
  Deno.test(`mlflowTracker() sends a request again after ${name}`, async () => {
    // Every third request, whatever it asks for.
    const tracked = await track((_, n) => (n % 3 === 2 ? { answer } : undefined), { rows: ROWS });
    assertWhole(tracked);
    if (name.startsWith("429")) assert(tracked.milliseconds >= 1000, `${tracked.milliseconds} ms`);
  });
}

for (const path of ["experiments/create", "runs/create", "runs/log-batch", "runs/update"]) {
  Deno.test(`mlflowTracker() does not do ${path} twice if the answer to the first was lost`, async () => {
    let lost = false;
    const tracked = await track((asked) => {
      if (lost || asked !== path) return undefined;
      lost = true;
      return { answer: page(502), done: true };
    });
    assert(lost);
    assertEquals(tracked.warnings, []);
    // MLflow stores a metric with the same step and time only once.
    const { metrics, ...run } = tracked.server.runs[0]!;
    const distinct = new Set(metrics.map((m) => JSON.stringify(m)));
    assertEquals([tracked.server.runs.length, distinct.size, run.status], [1, ROWS.length, "FINISHED"]);
  });
}

for (
  const [name, answer, message] of [
    ["400", said(400, "INVALID_PARAMETER_VALUE"), "answered 400: no: INVALID_PARAMETER_VALUE"],
    ["401 in HTML", page(401), "answered 401: Unauthorized, in no JSON: is MLflow at http://127.0.0.1:"],
    ["403", said(403, "PERMISSION_DENIED"), "answered 403: no: PERMISSION_DENIED"],
    ["404 in HTML", page(404), "answered 404: Not Found, in no JSON"],
    ["501", said(501, "NOT_IMPLEMENTED"), "answered 501: no: NOT_IMPLEMENTED"],
    ["200 in HTML", page(200), "answered 200: OK, in no JSON: is MLflow at"],
  ] as const
) {
  Deno.test(`mlflowTracker() gives up at ${name} at once, and names the status`, async () => {
    const { server, warnings } = await track((_, n) => (n > 3 ? { answer } : undefined));
    assertEquals([server.asked.length, warnings.length], [4, 1]);
    assertMatch(warnings[0]!, /^warning: stopped sending this run to mlflow: [\w/-]+ answered/);
    assert(warnings[0]!.includes(message), warnings[0]);
    assert(!warnings[0]!.includes("\n"));
  });
}

Deno.test("mlflowTracker() sends again until the timeout, and names status and tries", async () => {
  const { server, warnings, milliseconds } = await track(
    (_, n) => (n > 3 ? { answer: page(503) } : undefined),
    { timeout: 1500 },
  );
  assertMatch(warnings.join(), /answered 503: Service Unavailable, in no JSON: .* \(tried 3 times\)$/);
  assertEquals(server.asked.length, 6);
  assert(milliseconds < 4000, `${milliseconds} ms`);
  const patient = await track((_, n) => (n > 3 ? { answer: page(429, { "retry-after": "60" }) } : undefined));
  assertEquals(patient.server.asked.length, 4);
  assertMatch(patient.warnings.join(), /answered 429: Too Many Requests/);
});
