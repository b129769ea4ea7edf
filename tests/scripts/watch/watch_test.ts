import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { WatchedRuns } from "../../../scripts/watch/runs.ts";
import { type WatchState, watchState } from "../../../scripts/watch/state.ts";
import { Tail } from "../../../scripts/watch/tail.ts";
import { inFolder, run } from "../process.ts";
import { HEADER, rows, watch, writeRun } from "./watched.ts";

Deno.test("a growing file is read on, and a truncated one is read again", () =>
  inFolder(async (folder) => {
    const path = `${folder}/metrics.csv`;
    const tail = new Tail(path);
    const steps = async () => (await tail.rows()).map((r) => `${r.optimizer}${r.step}`);
    await Deno.writeTextFile(path, HEADER.slice(0, 9));
    assertEquals(await steps(), []);
    await Deno.writeTextFile(path, HEADER + rows("a", { to: 2 }) + "a,0,3,1,0.");
    assertEquals(await steps(), ["a1", "a2"]);
    await Deno.writeTextFile(path, HEADER + rows("a", { to: 3 }));
    assertEquals(await steps(), ["a1", "a2", "a3"]);
    assertEquals(await steps(), ["a1", "a2", "a3"]);
    await Deno.writeTextFile(path, HEADER + rows("a", { to: 1 }));
    assertEquals(await steps(), ["a1"]);
    // As long as before or longer, but with other contents.
    await Deno.writeTextFile(path, HEADER + rows("b", { to: 2 }));
    assertEquals(await steps(), ["b1", "b2"]);
  }));

Deno.test("runs are found below a folder, newest first, without following links", () =>
  inFolder(async (folder) => {
    const watched = `${folder}/runs`;
    await writeRun(`${watched}/digits/old`, rows("sgd", { to: 20 }));
    await new Promise((resolve) => setTimeout(resolve, 20));
    await writeRun(`${watched}/digits/new`, rows("adam", { to: 5 }));
    // A run that is written to later keeps its place.
    await Deno.utime(`${watched}/digits/new/metrics.csv`, Date.now() / 1000 - 10, Date.now() / 1000 - 10);
    await Deno.writeTextFile(`${watched}/digits/old/summary.json`, "{}");
    await writeRun(`${folder}/elsewhere`, rows("away", { to: 5 }));
    await Deno.symlink(`${folder}/elsewhere`, `${watched}/link`);
    const runs = new WatchedRuns(watched);
    const before = await runs.signature();
    const found = await runs.now();
    assertEquals(found.map((r) => [r.name, r.finished, r.metrics.length]), [
      ["digits/new", false, 5],
      ["digits/old", true, 20],
    ]);
    assertEquals(await runs.signature(), before);
    const state = await watchState(found, { now: Date.now() });
    assertEquals(state.runs.map((r) => [r.state, r.training, r.step, r.epoch]), [
      ["running", "adam 0", "5", "1"],
      ["finished", "sgd 0", "20", "2"],
    ]);
    assertEquals(state.runs[1]!.values, { "loss of the batch": "0.1000", "training loss": "0.05000" });
    assertEquals(state.plots.map((p) => p.name), ["batch-loss", "train-loss"]);
    const trial = { ...found[0]!, name: "sweep/a/trials/0123/run", metrics: [{ step: "1", batchLoss: "0" }] };
    const [shown] = (await watchState([trial], { now: Date.now() })).runs;
    assertEquals([shown!.run, shown!.values["loss of the batch"]], ["sweep/a/0123", "0"]);
    const later = await watchState(found, { now: Date.now() + 3_600_000 });
    assertEquals(later.runs.map((r) => r.state), ["silent", "finished"]);
    await writeRun(`${watched}/digits/new`, rows("adam", { to: 6 }));
    assert(await runs.signature() !== before);
  }));

/** Ways to damage the `metrics.csv` of a run, and the message for each. */
const DAMAGES: Readonly<Record<string, [(path: string) => Promise<void>, RegExp]>> = {
  "a row that is too long": [
    (path) => Deno.copyFile(new URL("damaged/metrics.csv", import.meta.url), path),
    /^metrics\.csv: .*line 3/,
  ],
  "a quote that is not closed": [
    (path) => Deno.writeTextFile(path, `${HEADER}"a,0,1,1,2,\n`),
    /^metrics\.csv: .*quote/i,
  ],
  "a text in place of a number": [
    (path) => Deno.writeTextFile(path, `${HEADER}a,0,1,1,2,\na,0,2,1,two,\n`),
    /^metrics\.csv: line 3: batchLoss must be a number, got "two"$/,
  ],
  "a repeated column": [
    (path) => Deno.writeTextFile(path, "step,loss,loss\n1,2,3\n"),
    /^metrics\.csv: line 1: column "loss" occurs twice$/,
  ],
  "more bytes than memory": [
    async (path) => {
      using file = await Deno.create(path);
      await file.truncate(2 ** 40);
    },
    /1099511627776 bytes are more than can be shown$/,
  ],
  "a pipe": [
    async (path) => void await new Deno.Command("mkfifo", { args: [path] }).output(),
    /^metrics\.csv: is a pipe \(FIFO\)/,
  ],
  "a link to a pipe": [
    async (path) => {
      await new Deno.Command("mkfifo", { args: [`${path}.pipe`] }).output();
      await Deno.symlink(`${path}.pipe`, path);
    },
    /^metrics\.csv: is a link/,
  ],
  "a link to another file": [(path) => Deno.symlink("/etc/hostname", path), /^metrics\.csv: is a link/],
  "a folder": [(path) => Deno.mkdir(path), /^metrics\.csv: is a folder/],
};

Deno.test("runs with a damaged metrics.csv are named, and the page still shows the others", () =>
  inFolder(async (folder) => {
    for (const [name, [damage]] of Object.entries(DAMAGES)) {
      await writeRun(`${folder}/runs/${name}`, "");
      await Deno.remove(`${folder}/runs/${name}/metrics.csv`);
      await damage(`${folder}/runs/${name}/metrics.csv`);
    }
    await writeRun(`${folder}/runs/sound`, rows("adam", { to: 20 }));
    await using served = await watch(folder);
    const state = async () => {
      const response = await fetch(`${served.url}state`, { signal: AbortSignal.timeout(20_000) });
      assertEquals(response.status, 200);
      const { runs, plots } = await response.json() as WatchState;
      return { plots, runs: new Map(runs.map((r) => [r.run, r])) };
    };
    const first = await state();
    assertEquals(first.plots.map((p) => p.name), ["batch-loss", "train-loss"]);
    assertEquals([...first.runs.keys()].sort(), [...Object.keys(DAMAGES), "sound"].sort());
    for (const [name, [, message]] of Object.entries(DAMAGES)) {
      const { state, note } = first.runs.get(name)!;
      assertEquals(state, "damaged", name);
      assertMatch(note, message);
    }
    const sound = first.runs.get("sound")!;
    assertEquals([sound.state, sound.step, sound.note], ["running", "20", ""]);
    // Rows from before the damage stay; a repaired file is read again.
    const path = `${folder}/runs/sound/metrics.csv`;
    await Deno.writeTextFile(path, "adam,0,21,3,much,\n", { append: true });
    const hurt = (await state()).runs.get("sound")!;
    assertEquals([hurt.state, hurt.step], ["damaged", "20"]);
    assertEquals(hurt.note, 'metrics.csv: line 22: batchLoss must be a number, got "much"');
    await Deno.writeTextFile(path, HEADER + rows("adam", { to: 22 }));
    const mended = (await state()).runs.get("sound")!;
    assertEquals([mended.state, mended.step], ["running", "22"]);
  }));

Deno.test("watch answers on loopback only under its own host names", () =>
  inFolder(async (folder) => {
    await writeRun(`${folder}/runs/a`, rows("adam", { to: 20 }));
    await using served = await watch(folder);
    assertMatch(served.url, /^http:\/\/127\.0\.0\.1:\d+\/$/);
    const { hostname, port } = new URL(served.url);
    const state = await fetch(`${served.url}state`);
    assertEquals((await state.json()).runs.length, 1);
    const again = await fetch(`${served.url}state?have=${state.headers.get("etag")}`);
    assertEquals([again.status, await again.text()], [204, ""]);
    const status = async (path: string, init?: RequestInit) => {
      const response = await fetch(`${served.url}${path}`, init);
      await response.body?.cancel();
      return response.status;
    };
    assertEquals(await status("../../etc/passwd"), 404);
    assertEquals(await status("", { method: "POST" }), 405);
    // A request by a foreign host name that resolves to this address.
    using connection = await Deno.connect({ hostname, port: Number(port) });
    await connection.write(new TextEncoder().encode("GET /state HTTP/1.1\r\nHost: evil.example\r\n\r\n"));
    const answer = new Uint8Array(100);
    await connection.read(answer);
    assertStringIncludes(new TextDecoder().decode(answer), "HTTP/1.1 403");
    const taken = await run(folder, "watch", "runs", "--port", port);
    assertEquals(taken.code, 2);
    assertStringIncludes(taken.err, `port ${port} is in use: name another with --port`);
  }));

Deno.test("watch shows a run's report, in a sandbox, and its configuration", () =>
  inFolder(async (folder) => {
    const [plain, odd] = ["digits/one", "digits/ä%2F ?"];
    const configuration = { models: [{ name: "MLP", parameters: 10 }] };
    for (const name of [plain, odd]) {
      await writeRun(`${folder}/runs/${name}`, rows("adam", { to: 20 }));
      await Deno.writeTextFile(`${folder}/runs/${name}/report.html`, `<p>${name}</p>`);
    }
    const config = { command: ["experiment", "digits"], configuration };
    await Deno.writeTextFile(`${folder}/runs/${plain}/config.json`, JSON.stringify(config));
    await Deno.writeTextFile(`${folder}/runs/${odd}/config.json`, "{");
    await writeRun(`${folder}/runs/linked`, rows("adam", { to: 20 }));
    await Deno.symlink("/etc/hostname", `${folder}/runs/linked/report.html`);
    await writeRun(`${folder}/runs/bare`, rows("adam", { to: 20 }));
    await using served = await watch(folder);
    const { runs } = await (await fetch(`${served.url}state`)).json() as WatchState;
    const byName = new Map(runs.map((r) => [r.run, r]));
    assertEquals(byName.get(plain)!.facts, [["command", "experiment digits"], [
      "model: MLP",
      "10 parameters",
    ]]);
    assertEquals(byName.get(odd)!.facts, []);
    assertEquals(byName.get(plain)!.best, { "training loss": "0.05000 (adam, epoch 2)" });
    assertEquals(byName.get("bare")!.report, undefined);
    for (const name of [plain, odd]) {
      const response = await fetch(`${served.url}${byName.get(name)!.report}`);
      assertEquals(await response.text(), `<p>${name}</p>`);
      // It can neither read the page of watch nor load anything.
      assertMatch(
        response.headers.get("content-security-policy")!,
        /^sandbox allow-scripts .*default-src 'none'/,
      );
    }
    for (const path of ["linked", "bare", "none", "%ff", encodeURIComponent("../elsewhere"), "digits/one"]) {
      const response = await fetch(`${served.url}report/${path}`);
      await response.body?.cancel();
      assertEquals(response.status, 404, path);
    }
  }));

Deno.test("watch says what it needs", () =>
  inFolder(async (folder) => {
    for (
      const [args, err] of [
        [[], "watch needs one folder: watch DIR, got 0"],
        [["none"], "watch needs a folder: none is not one"],
        [[".", "--port", "99999"], "--port must be an integer from 0 to 65535, got 99999"],
      ] as const
    ) {
      const result = await run(folder, "watch", ...args);
      assertEquals(result.code, 2);
      assertStringIncludes(result.err, err);
    }
  }));
