/**
 * Pages in Chromium that import the package.
 *
 * @module
 */
import { openBrowser } from "../scripts/browser.ts";

/** Sends each message to a new worker of one empty page, one after the other. @returns the answers. */
export async function askWorkers<Answer>(
  url: string,
  { chromium, worker, messages }: {
    readonly chromium: string;
    readonly worker: string;
    readonly messages: readonly unknown[];
  },
): Promise<Answer[]> {
  const browser = await openBrowser(chromium, { webgpu: true });
  try {
    const page = await browser.newPage();
    await page.goto(`${url}/`);
    const ask = (path: string, message: unknown) =>
      new Promise((resolve, reject) => {
        const worker = new Worker(path, { type: "module" });
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message }) => reject(new Error(message));
        worker.postMessage(message);
      });
    const answers: Answer[] = [];
    for (const message of messages) answers.push(await page.evaluate(ask, worker, message) as Answer);
    return answers;
  } finally {
    await browser.close();
  }
}
