/// <reference lib="dom" />
/**
 * The page of the playground: the form, and what the worker reports.
 *
 * @module
 */
import { PALETTE } from "../plots/style/mod.ts";
import { defaultConfig, fromLink, toLink } from "./config.ts";
import { pointAt, SIZE } from "./contour.ts";
import { Form } from "./form.ts";
import { FUNCTIONS } from "./functions.ts";
import type { Order, Report } from "./messages.ts";
import { Results } from "./results.ts";

const element = <Kind extends HTMLElement>(id: string) => document.getElementById(id) as Kind;

const [status, plots, table] = [element("status"), element("plots"), element("table")];
const [train, stop] = [element<HTMLButtonElement>("train"), element<HTMLButtonElement>("stop")];

let results = new Results(defaultConfig("digits"));
let worker: Worker | undefined;
let file: Order["table"];
let isDrawing = false;

const form = new Form(element("form"), preview);

/** Shows what a training would begin with, unless one is under way. */
function preview(): void {
  if (worker !== undefined) return;
  try {
    results = new Results(form.read());
    draw();
  } catch {
    // The button tells what is wrong.
  }
}

/** Draws at most once a frame. */
function draw(): void {
  if (isDrawing) return;
  isDrawing = true;
  requestAnimationFrame(() => {
    isDrawing = false;
    results.draw({ plots, table });
  });
}

function say(text: string, isWrong = false): void {
  status.textContent = text;
  status.classList.toggle("wrong", isWrong);
}

function begin(): void {
  end();
  try {
    const config = form.read();
    results = new Results(config);
    history.replaceState(null, "", `#${toLink(config)}`);
    say(config.problem === "function" ? "Descending in a worker, in float64." : "Loading ONNX Runtime.");
    worker = new Worker("worker.js", { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<Report>) => take(data);
    worker.onerror = ({ message }) => take({ type: "error", message });
    worker.postMessage({ config, ...(file === undefined ? {} : { table: file }) } satisfies Order);
    [train.disabled, stop.disabled] = [true, false];
    draw();
  } catch (error) {
    say((error as Error).message, true);
  }
}

function end(): void {
  worker?.terminate();
  worker = undefined;
  [train.disabled, stop.disabled] = [false, true];
}

function take(report: Report): void {
  results.add(report);
  draw();
  if (report.type === "runtime") say(described(report));
  if (report.type === "end") status.textContent += " Done.";
  if (report.type === "error") say(report.message, true);
  if (report.type === "end" || report.type === "error") end();
}

/** Says where the training runs, and whether it has threads. */
function described({ device, threads, isolated }: Extract<Report, { type: "runtime" }>): string {
  const where = `Training in a worker on ${device === "webgpu" ? "WebGPU" : "WebAssembly"}`;
  if (threads > 1) return `${where}, with ${threads} threads.`;
  if (isolated) return `${where}, with one thread.`;
  return `${where}, with one thread: this page is not isolated from others, which threads need.`;
}

async function open(chosen: File | undefined): Promise<void> {
  if (chosen === undefined) return;
  file = { name: chosen.name, text: await chosen.text() };
  if (form.problem !== "csv") form.fill(defaultConfig("csv"));
  element("file-name").textContent = chosen.name;
  preview();
}

function followLink(): void {
  try {
    form.fill(fromLink(location.hash.slice(1)));
    say("");
  } catch (error) {
    form.fill(defaultConfig("digits"));
    say((error as Error).message, true);
  }
  preview();
}

const colors = (theme: "light" | "dark") => PALETTE[theme].map((color, i) => `--line${i}:${color};`).join("");
const style = document.createElement("style");
style.textContent = `:root{${colors("light")}}@media(prefers-color-scheme:dark){:root{${colors("dark")}}}` +
  PALETTE.light.map((_, i) => `.line${i}{stroke:var(--line${i})}.fill${i}{fill:var(--line${i})}`).join("");
document.head.append(style);

element<HTMLFormElement>("form").onsubmit = (event) => {
  event.preventDefault();
  begin();
};
stop.onclick = () => {
  end();
  status.textContent += " Stopped.";
};
element<HTMLInputElement>("file").onchange = ({ target }) =>
  void open((target as HTMLInputElement).files?.[0]);
document.ondragover = (event) => event.preventDefault();
document.ondrop = (event) => {
  event.preventDefault();
  void open(event.dataTransfer?.files[0]);
};
plots.onclick = ({ target, clientX, clientY }) => {
  const svg = (target as Element).closest(".contour svg");
  if (svg === null || worker !== undefined) return;
  const { left, top, width } = svg.getBoundingClientRect();
  const { of } = FUNCTIONS[results.config.function];
  const start = pointAt(of, [(clientX - left) * SIZE / width, (clientY - top) * SIZE / width]);
  if (start === undefined) return;
  form.start = start;
  begin();
};
addEventListener("hashchange", followLink);
followLink();
