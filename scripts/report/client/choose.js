// Chooses the runs whose lines are drawn: a table with a box for each run, a search, and the best line of each.
charts.choose = (place, { drawn }) => {
  const { element } = charts;
  const rows = new Map();
  let bestOnly = false;

  const search = element("input", {
    type: "search",
    placeholder: "name, optimizer, device …",
    on: { input: () => filter() },
  });
  const count = element("span", { class: "soft", role: "status" });
  const best = element("button", {
    type: "button",
    text: "only the best of each",
    title: "Draw only the best line of each run: the lowest loss, or the highest accuracy",
    "aria-pressed": "false",
    on: {
      click: () => {
        bestOnly = !bestOnly;
        best.setAttribute("aria-pressed", String(bestOnly));
        apply();
      },
    },
  });
  const set = (checked) => {
    for (const { box } of found()) box.checked = checked && !box.disabled;
    apply();
  };
  const tools = element(
    "div",
    { class: "tools" },
    element("label", {}, element("span", { text: "Search " }), search),
    element("button", { type: "button", text: "draw all found", on: { click: () => set(true) } }),
    element("button", { type: "button", text: "draw none of them", on: { click: () => set(false) } }),
    best,
    count,
  );
  const head = element("tr");
  const body = element("tbody");
  const table = element("table", {}, element("thead", {}, head), body);
  const differences = charts.differences();
  place.replaceChildren(
    element("h3", { text: "Runs" }),
    tools,
    element("div", { class: "scroll runs", role: "region", "aria-label": "Runs" }, table),
    differences.element,
  );

  /** Returns the rows that the search finds: those that hold all of its words. */
  function found() {
    const words = search.value.toLowerCase().split(/\s+/).filter((w) => w !== "");
    return [...rows.values()].filter(({ text }) => words.every((w) => text.includes(w)));
  }

  function filter() {
    const kept = new Set(found());
    for (const row of rows.values()) row.tr.hidden = !kept.has(row);
    count.textContent = search.value.trim() === "" ? "" : `${kept.size} of ${rows.size} found`;
  }

  /** The plots that show runs. */
  const ofRuns = () => drawn().filter(({ plot }) => plot.lines?.runs !== undefined);

  /** Draws the lines of the runs whose boxes are checked; if the reader wants so, only the best of each. */
  function apply() {
    for (const chart of ofRuns()) {
      const { names, runs, best } = chart.plot.lines;
      const isChosen = (name, i) => rows.get(runs[i])?.box.checked && (!bestOnly || best.includes(name));
      chart.showOnly(names.filter(isChosen));
    }
    refresh();
  }

  /** Sets each box by what is drawn: a reader can also hide single lines. */
  function refresh() {
    const some = new Set();
    const all = new Set();
    for (const { plot: { lines }, hidden } of ofRuns()) {
      for (const [i, name] of lines.names.entries()) {
        all.add(lines.runs[i]);
        if (!hidden.has(name)) some.add(lines.runs[i]);
      }
    }
    for (const [name, { box }] of rows) {
      box.disabled = !all.has(name);
      box.checked = some.has(name);
    }
  }

  function rowOf({ name }) {
    const box = element("input", { type: "checkbox", on: { change: apply } });
    const first = element(
      "td",
      {},
      element("label", {}, box, element("span", { text: name })),
    );
    return { box, first, tr: element("tr", {}, first) };
  }

  /** Writes the cells of a row, and the link to its report. */
  function fill(row, { report, cells, name, facts }) {
    row.text = [name, ...cells, ...facts.flat()].join("\n").toLowerCase();
    const link = row.first.querySelector("a");
    if (report === undefined) link?.remove();
    else if (link === null) {
      const label = `report of ${name}`;
      row.first.append(" ", element("a", { href: report, text: "report", "aria-label": label }));
    }
    const tds = cells.map((text, i) => element("td", { text, class: numeric[i] ? "number" : "" }));
    row.tr.replaceChildren(row.first, ...tds);
  }

  let numeric = [];
  /** Shows these runs; those that were there before keep their boxes. */
  function update({ header, runs }) {
    numeric = header.map((_, i) => {
      const cells = runs.map((r) => r.cells[i]).filter((cell) => cell !== "");
      return cells.length > 0 && cells.every((cell) => /^(-?[\d.]+(e[+-]?\d+)?%?|NaN)$/.test(cell));
    });
    head.replaceChildren(
      ...["run", ...header].map((text, i) =>
        element("th", { text, scope: "col", class: i > 0 && numeric[i - 1] ? "number" : "" })
      ),
    );
    const names = new Set(runs.map((r) => r.name));
    for (const name of rows.keys()) if (!names.has(name)) rows.delete(name);
    for (const run of runs) {
      if (!rows.has(run.name)) rows.set(run.name, rowOf(run));
      fill(rows.get(run.name), run);
    }
    const order = runs.map((r) => rows.get(r.name).tr);
    if (order.length !== body.children.length || order.some((tr, i) => body.children[i] !== tr)) {
      body.replaceChildren(...order);
    }
    differences.update(runs);
    filter();
    if (bestOnly) apply();
    else refresh();
  }

  return { update, refresh };
};
