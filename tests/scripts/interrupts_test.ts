import { assertEquals } from "@std/assert";

const SCRIPT = `
import { listenForInterrupts } from "${new URL("../../scripts/console/interrupts.ts", import.meta.url)}";
const interrupts = listenForInterrupts((why) => {
  console.log("left");
  Deno.exit(why.exitCode);
});
console.log("ready");
await interrupts.guard((signal) => {
  signal.addEventListener("abort", () => console.log("stopping"));
  return new Promise((resolve) => setTimeout(resolve, 60_000));
});
`;

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

Deno.test("two signals at once, as by Ctrl-C under deno task, let work finish; a later one does not", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/work.ts`, SCRIPT);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", `${folder}/work.ts`],
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let out = "";
  const says = async (text: string) => {
    while (!out.includes(text)) {
      const { done, value } = await reader.read();
      if (done) throw new Error(`it ended, and said ${JSON.stringify(out)}`);
      out += value;
    }
  };
  try {
    await says("ready");
    child.kill("SIGINT");
    await says("stopping");
    child.kill("SIGINT");
    await sleep(800);
    child.kill("SIGINT");
    await says("left");
    assertEquals(out, "ready\nstopping\nleft\n");
    assertEquals((await child.status).code, 130);
  } finally {
    await reader.cancel();
    await Deno.remove(folder, { recursive: true });
  }
});
