import { assert } from "@std/assert";

/**
 * The most that a training with Adam may add to the peak memory of the process, in bytes of its parameters. It adds 13.5:
 * the model's weights, the state (3), the loop's second state (3), the copy of the outputs that the runtime's binding
 * makes (3), and the gradient with what an update computes on the way. It adds 16.8 if runs do not take over the memory
 * of the state before, and 22.8 if states left behind wait for the garbage collector.
 */
const MOST = 15;

const linux = Deno.build.os === "linux";

Deno.test({
  name: `a training of a large model with Adam takes less than ${MOST} times the memory of its parameters` +
    (linux ? "" : " (skipped: only Linux has /proc)"),
  ignore: !linux,
  fn: async () => {
    const script = new URL("./peak_memory.ts", import.meta.url).pathname;
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-check", "--allow-all", script],
    }).output();
    assert(code === 0, new TextDecoder().decode(stderr));
    const { before, after, parameters } = JSON.parse(new TextDecoder().decode(stdout));
    const times = (after - before) / parameters;
    assert(times < MOST, `${times.toFixed(1)} times the parameters`);
  },
});
