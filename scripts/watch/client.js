// What runs in the page of `watch`: asks for the runs, again and again, and draws them when they have changed.
(() => {
  const { themes } = JSON.parse(document.getElementById("data").textContent);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const byId = (id) => document.getElementById(id);
  const status = byId("status");
  const drawn = new Map();
  let state = { runs: [], plots: [] };
  let have = "";

  function element(name, { text, className } = {}) {
    const e = document.createElement(name);
    if (text !== undefined) e.textContent = text;
    if (className) e.className = className;
    return e;
  }

  function table() {
    const measured = [...new Set(state.runs.flatMap((r) => Object.keys(r.values)))];
    const notes = state.runs.some((r) => r.note) ? ["note"] : [];
    const header = ["run", "state", "training", "step", "epoch", ...measured, ...notes];
    const right = (i) => i > 2 && header[i] !== "note" ? "number" : "";
    const head = element("thead");
    const row = head.appendChild(element("tr"));
    header.forEach((h, i) => row.append(element("th", { text: h, className: right(i) })));
    const body = element("tbody");
    for (const r of state.runs) {
      const tr = body.appendChild(element("tr"));
      const cells = [r.run, r.state, r.training, r.step, r.epoch, ...measured.map((m) => r.values[m] ?? "")];
      if (notes.length > 0) cells.push(r.note);
      cells.forEach((c, i) => tr.append(element("td", { text: c, className: right(i) })));
    }
    const whole = element("table");
    whole.append(head, body);
    byId("table").replaceChildren(...(state.runs.length > 0 ? [whole] : []));
  }

  /** The place of a plot, which stays where it is while what it shows changes. */
  function figureOf(plot) {
    const id = `plot-${plot.name}`;
    let figure = byId(id);
    if (figure === null) {
      figure = element("figure");
      figure.id = id;
      figure.append(element("figcaption"), element("div", { className: "plot" }));
    }
    const caption = figure.firstChild;
    caption.replaceChildren(element("strong", { text: plot.title }));
    if (plot.caption) caption.append(element("span", { text: plot.caption, className: "soft" }));
    figure.lastChild.setAttribute("role", "img");
    figure.lastChild.setAttribute("aria-label", plot.title);
    return figure;
  }

  function draw(plot) {
    const container = byId(`plot-${plot.name}`).lastChild;
    const theme = dark.matches ? "dark" : "light";
    const { config, signals } = themes[theme];
    const before = drawn.get(plot.name);
    const chosen = before?.getState().data?.chosen_store;
    before?.finalize();
    const view = new vega.View(vega.parse(plot.spec, config), {
      renderer: "svg",
      container,
      hover: true,
      logLevel: vega.Warn,
    });
    for (const [name, value] of Object.entries(signals)) view.signal(name, value);
    view.tooltip(tooltip).width(Math.max(200, Math.min(container.clientWidth, plot.width))).run();
    // A line that was made to stand out still does.
    if (chosen?.length > 0) view.data("chosen_store", chosen).run();
    view.resize().run();
    drawn.set(plot.name, view);
    container.dataset.drawn = theme;
  }

  function show() {
    table();
    const figures = state.plots.map(figureOf);
    const names = new Set(state.plots.map((p) => p.name));
    for (const [name, view] of drawn) {
      if (names.has(name)) continue;
      view.finalize();
      drawn.delete(name);
    }
    const plots = byId("plots");
    if (figures.some((f, i) => plots.children[i] !== f) || plots.children.length !== figures.length) {
      plots.replaceChildren(...figures);
    }
    state.plots.forEach(draw);
  }

  async function ask() {
    try {
      const response = await fetch(`state?have=${encodeURIComponent(have)}`);
      if (response.status === 200) {
        state = await response.json();
        have = response.headers.get("etag");
        show();
      } else if (response.status !== 204) {
        throw new Error(await response.text());
      }
      const running = state.runs.filter((r) => r.state === "running").length;
      status.textContent = state.runs.length === 0
        ? "No run has written metrics yet."
        : `${state.runs.length} ${state.runs.length === 1 ? "run" : "runs"}, ${running} running`;
    } catch {
      status.textContent =
        "The watch has ended, or cannot read the folder: what stands here is no longer new.";
    }
    setTimeout(ask, 1000);
  }

  dark.addEventListener("change", () => state.plots.forEach(draw));
  let width = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth === width) return;
    width = innerWidth;
    state.plots.forEach(draw);
  });
  ask();
})();
