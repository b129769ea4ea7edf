/**
 * The worker of the playground: trains what the page orders, and reports on the way.
 *
 * @module
 */
import { descendAll } from "./descend.ts";
import type { Order, Report } from "./messages.ts";
import { trainAll } from "./train.ts";

/** The members that a worker's scope has, and a page's has not. */
const scope = globalThis as unknown as {
  postMessage(report: Report): void;
  onmessage: (event: MessageEvent<Order>) => Promise<void>;
};

const report = (report: Report) => scope.postMessage(report);

scope.onmessage = async ({ data: order }) => {
  try {
    await (order.config.problem === "function" ? descendAll(order.config, report) : trainAll(order, report));
    report({ type: "end" });
  } catch (error) {
    report({ type: "error", message: error instanceof Error ? error.message : String(error) });
  }
};
