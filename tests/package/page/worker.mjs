// Trains when it is asked to, and answers with the losses, or with an error.
import { fiftySteps } from "./fifty_steps.mjs";

self.onmessage = async ({ data: { settings = {}, options } }) => {
  try {
    const entries = ["/browser/descent.js", "/browser/optim.js", "/browser/web.js"];
    const [descent, { adam }, { setWebRuntime }] = await Promise.all(entries.map((entry) => import(entry)));
    setWebRuntime(settings);
    self.postMessage(await fiftySteps({ ...descent, adam }, options));
  } catch (error) {
    self.postMessage({ error: `${error?.name}: ${error?.message}` });
  }
};
