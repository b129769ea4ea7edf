import { assertEquals, assertThrows } from "@std/assert";

/** Loads the module anew: a page's number of threads is chosen once. */
async function inPage(
  { isolated }: { isolated: boolean },
  use: (threads: typeof import("../../host/page_threads.ts")) => void,
): Promise<void> {
  Object.defineProperty(globalThis, "crossOriginIsolated", { value: isolated, configurable: true });
  try {
    use(await import(`${import.meta.resolve("../../host/page_threads.ts")}?${crypto.randomUUID()}`));
  } finally {
    Reflect.deleteProperty(globalThis, "crossOriginIsolated");
  }
}

const processors = navigator.hardwareConcurrency;

Deno.test("a page that is not isolated has one thread, and refuses more with the remedy", () =>
  inPage({ isolated: false }, ({ choosePageThreads, mostPageThreads, pageThreads }) => {
    assertEquals(mostPageThreads(), 1);
    const remedy =
      "threads must be an integer from 1 to 1, got 2: this page has no threads; serve it with the headers";
    assertThrows(() => choosePageThreads(2), RangeError, remedy);
    assertThrows(() => choosePageThreads(0), RangeError, "from 1 to 1, got 0");
    choosePageThreads(1);
    assertEquals(pageThreads(), 1);
  }));

Deno.test("an isolated page takes half the processors, at most 4, unless it chooses before the first use", async () => {
  await inPage({ isolated: true }, ({ choosePageThreads, mostPageThreads, pageThreads }) => {
    assertEquals(mostPageThreads(), processors);
    const taken = pageThreads();
    assertEquals(taken, Math.min(4, Math.ceil(processors / 2)));
    choosePageThreads(taken);
    const other = taken === 1 ? processors : 1;
    if (other === taken) return;
    assertThrows(
      () => choosePageThreads(other),
      Error,
      `this page already uses ${taken}: choose ${other} before`,
    );
  });
  await inPage({ isolated: true }, ({ choosePageThreads, pageThreads }) => {
    choosePageThreads(processors);
    assertEquals(pageThreads(), processors);
  });
});
