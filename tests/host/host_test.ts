import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { browserHost, NotInBrowser } from "../../host/browser.ts";
import { denoHost } from "../../host/deno.ts";
import type { Host } from "../../host/host.ts";
import { host } from "../../host/mod.ts";
import { nodeHost } from "../../host/node.ts";
import { nodeProcess } from "../../host/node_process.ts";
import { systemText } from "../../files/mod.ts";

// Deno has the modules of Node, so both hosts can be asked for the same here.
const HOSTS: Readonly<Record<string, Host>> = { deno: denoHost(), node: nodeHost(nodeProcess()!) };

/** Runs `test` for each host with access to files, in a folder of its own. */
function withFolder(name: string, test: (host: Host, folder: string) => Promise<void>): void {
  for (const [key, here] of Object.entries(HOSTS)) {
    Deno.test(`${key}: ${name}`, async () => {
      const folder = await Deno.makeTempDir();
      try {
        await test(here, folder);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    });
  }
}

Deno.test("the host of this process is Deno", () => {
  assertEquals([host.name, host.os, host.pid], ["deno", Deno.build.os, Deno.pid]);
});

withFolder("files are written anew, read at an offset, and end with 0 bytes", async ({ files }, folder) => {
  const path = `${folder}/a`;
  await Deno.writeTextFile(path, "what was there before");
  const written = await files.open(path, "write");
  for (const part of ["one ", "two"]) {
    const bytes = new TextEncoder().encode(part);
    for (let done = 0; done < bytes.length;) done += await written.write(bytes.subarray(done));
  }
  await written.sync();
  await written.close();
  assertEquals(await files.readFile(path), new TextEncoder().encode("one two"));
  const read = await files.open(path, "read");
  const into = new Uint8Array(3);
  assertEquals([await read.read(into, 4), new TextDecoder().decode(into)], [3, "two"]);
  assertEquals([await read.read(into, 6), await read.read(into, 7)], [1, 0]);
  await read.close();
  const sync = files.openSync(path);
  assertEquals([sync.read(into, 1), new TextDecoder().decode(into), sync.read(into, 7)], [3, "ne ", 0]);
  sync.close();
});

withFolder("a small file has memory of its own", async ({ files }, folder) => {
  await Deno.writeTextFile(`${folder}/a`, "abc");
  const bytes = await files.readFile(`${folder}/a`);
  assertEquals([bytes.byteOffset, bytes.buffer.byteLength], [0, 3]);
});

withFolder("files are described, renamed, linked, copied and removed", async ({ files }, folder) => {
  const [a, b, c, d] = ["a", "b", "c", "d"].map((name) => `${folder}/${name}`) as [
    string,
    string,
    string,
    string,
  ];
  await Deno.writeTextFile(a, "abc");
  await files.rename(a, b);
  await files.link(b, c);
  await files.copyFile(b, d);
  await Deno.writeTextFile(b, "of two names");
  assertEquals([await Deno.readTextFile(c), await Deno.readTextFile(d)], ["of two names", "abc"]);
  await files.remove(b);
  await Deno.symlink(c, a);
  assertEquals(await files.realPath(a), await Deno.realPath(c));
  assertEquals(files.namesInSync(folder).toSorted(), ["a", "c", "d"]);
  assertEquals([files.isFileSync(a), files.isFileSync(b), files.isFileSync(folder)], [true, false, false]);
  const { size, isFile, isDirectory, isFifo } = await files.stat(a);
  assertEquals([size, isFile, isDirectory, isFifo], [12, true, false, false]);
  assertEquals((await files.stat(folder)).isDirectory, true);
  assertEquals((await files.stat("/dev/null")).isCharDevice, true);
  await files.syncFolder(folder);
});

withFolder("an error says what is missing, without the paths", async ({ files }, folder) => {
  await Deno.writeTextFile(`${folder}/a`, "");
  const missing = await assertRejects(() => files.readFile(`${folder}/none`)) as Error;
  const through = await assertRejects(() => files.stat(`${folder}/a/b`)) as Error;
  assertEquals([missing, through].map((e) => files.isMissing(e)), [true, false]);
  assertEquals([missing, through].map((e) => files.isPathThroughFile(e)), [false, true]);
  assertEquals(systemText(missing.message).toLowerCase(), "no such file or directory");
});

withFolder("a thread answers", async ({ name, startThread }, folder) => {
  const module = new URL(`file://${folder}/thread.mjs`);
  const here = new URL("../../host/", import.meta.url);
  await Deno.writeTextFile(
    module,
    `import { denoHost } from "${here}deno.ts";
    import { nodeHost } from "${here}node.ts";
    import { nodeProcess } from "${here}node_process.ts";
    const host = "${name}" === "deno" ? denoHost() : nodeHost(nodeProcess());
    host.answer((n, reply) => reply({ twice: 2 * n }, []));`,
  );
  const answered = Promise.withResolvers<unknown>();
  const thread = startThread(module, {
    message: answered.resolve,
    error: (why) => answered.reject(new Error(why)),
  });
  thread.post(21);
  assertEquals(await answered.promise, { twice: 42 });
  thread.end();
});

Deno.test("node: variables are read, and are not set for native code", () => {
  const { environment, native } = HOSTS["node"]!;
  Deno.env.set("DESCENT_OF_TEST", "1");
  assertEquals([environment.get("DESCENT_OF_TEST"), environment.get("DESCENT_OF_NOBODY")], ["1", undefined]);
  Deno.env.delete("DESCENT_OF_TEST");
  assertEquals([environment.canSet("PATH"), native], [false, undefined]);
  assertThrows(() => environment.set("PATH", ""), Error, "PATH must be set before the process starts");
});

Deno.test("a browser refuses files and variables by name", async () => {
  const { files, environment, name } = browserHost();
  assertEquals([name, environment.get("HOME")], ["browser", undefined]);
  await assertRejects(
    () => files.readFile("a.onnx"),
    NotInBrowser,
    "a.onnx: a page reads and writes no files",
  );
  assertThrows(() => files.openSync("a.npy"), NotInBrowser, "a.npy: ");
  assertThrows(() => environment.set("HOME", ""), NotInBrowser, "HOME");
});

Deno.test("a page with a part of Node's process is a browser", () => {
  assertEquals(nodeProcess({ process: { env: {} } }), undefined);
  assertEquals(nodeProcess({}), undefined);
});

Deno.test("without Float16Array, arrays of 16-bit floats are refused by name, and fit no value", async () => {
  const { Float16Array } = globalThis;
  try {
    Reflect.deleteProperty(globalThis, "Float16Array");
    const { Float16Elements } = await import(
      `../../host/float16.ts?${crypto.randomUUID()}`
    ) as typeof import("../../host/float16.ts");
    assertThrows(() => new Float16Elements(2), Error, "float16 need Float16Array");
    assertThrows(() => Float16Elements.from([1]), Error, "Node 24 or newer, Bun or Deno");
    assertEquals(new Float32Array(1) instanceof Float16Elements, false);
  } finally {
    Object.assign(globalThis, { Float16Array });
  }
});
