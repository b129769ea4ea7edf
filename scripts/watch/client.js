// What runs in the page of `watch`: asks for the runs, again and again, and draws them when they have changed.
(() => {
  const { themes } = charts.read("data");
  const byId = (id) => document.getElementById(id);
  const status = byId("status");
  /** The charts by the names of their plots. */
  const drawn = new Map();
  const chooser = charts.choose(byId("choose"), { drawn: () => [...drawn.values()] });
  let state = { runs: [], plots: [] };
  let have = "";

  /** Returns the runs as the chooser shows them: a column for each measure that some run has, and for its best value. */
  function choice() {
    const names = (of) => [...new Set(state.runs.flatMap((r) => Object.keys(r[of])))];
    const [measured, best] = [names("values"), names("best")];
    const columns = measured.flatMap((m) =>
      best.includes(m) ? [[m, "values"], [m, "best"]] : [[m, "values"]]
    );
    const notes = state.runs.some((r) => r.note) ? ["note"] : [];
    return {
      header: [
        "state",
        "training",
        "step",
        "epoch",
        ...columns.map(([m, of]) => of === "best" ? `best ${m}` : m),
        ...notes,
      ],
      runs: state.runs.map((r) => ({
        name: r.run,
        report: r.report,
        facts: r.facts,
        cells: [
          r.state,
          r.training,
          r.step,
          r.epoch,
          ...columns.map(([m, of]) => r[of][m] ?? ""),
          ...(notes.length > 0 ? [r.note] : []),
        ],
      })),
    };
  }

  /** Returns the chart of a plot: it stays where it is, with what the reader chose, while what it shows changes. */
  function chartOf(plot) {
    const before = drawn.get(plot.name);
    if (before === undefined) {
      const figure = charts.figure(plot);
      byId("plots").append(figure);
      const chart = charts.create(figure, plot, { themes });
      chart.changed(chooser.refresh);
      drawn.set(plot.name, chart);
      return chart;
    }
    const names = JSON.stringify(before.plot.lines.names);
    before.take(plot);
    if (JSON.stringify(plot.lines.names) !== names) charts.legend(before);
    return before;
  }

  function show() {
    const names = new Set(state.plots.map((p) => p.name));
    for (const [name, chart] of drawn) {
      if (names.has(name)) continue;
      chart.view?.finalize();
      chart.figure.remove();
      drawn.delete(name);
    }
    byId("help").hidden = state.plots.length === 0;
    const shown = state.plots.map((plot) => [chartOf(plot), plot]);
    const plots = byId("plots");
    const figures = shown.map(([chart]) => chart.figure);
    if (figures.some((f, i) => plots.children[i] !== f)) plots.replaceChildren(...figures);
    for (const [chart, { caption, text }] of shown) {
      chart.figure.querySelector("figcaption .soft").textContent = caption;
      chart.figure.querySelector(".unseen").textContent = text;
      chart.draw();
    }
    byId("choose").hidden = state.runs.length === 0;
    chooser.update(choice());
  }

  async function ask() {
    const response = await fetch(`state?have=${encodeURIComponent(have)}`).catch(() => undefined);
    if (response?.status === 200) {
      const { sets, ...now } = await response.json();
      state = charts.restored(now, sets);
      have = response.headers.get("etag");
      show();
    }
    const running = state.runs.filter((r) => r.state === "running").length;
    say(
      response?.status !== 200 && response?.status !== 204
        ? "The watch has ended, or cannot read the folder: what stands here is no longer new."
        : state.runs.length === 0
        ? "No run has written metrics yet."
        : `${state.runs.length} ${state.runs.length === 1 ? "run" : "runs"}, ${running} running`,
    );
    setTimeout(ask, 1000);
  }

  /** Writes the status. A screen reader would read it aloud each time that it is set. */
  function say(text) {
    if (status.textContent !== text) status.textContent = text;
  }

  charts.dark.addEventListener("change", () => {
    for (const chart of drawn.values()) chart.draw();
  });
  new ResizeObserver(() => {
    for (const chart of drawn.values()) chart.fit();
  }).observe(byId("plots"));
  ask();
})();
