// Shows what differs between the configurations of two runs that the reader chooses.
charts.differences = () => {
  const { element } = charts;
  const selects = ["first run", "second run"].map((label) =>
    element("select", { "aria-label": `What differs: ${label}`, on: { change: () => show() } })
  );
  const result = element("div", { class: "scroll", role: "region", "aria-live": "polite" });
  result.setAttribute("aria-label", "What differs");
  const details = element(
    "details",
    { class: "differences" },
    element("summary", { text: "What differs between two configurations" }),
    element(
      "p",
      { class: "tools" },
      selects[0],
      element("span", { text: "and" }),
      selects[1],
    ),
    result,
  );
  let runs = [];

  function show() {
    const [a, b] = selects.map(({ value }) => runs.find((r) => r.name === value));
    if (a === undefined || b === undefined) return result.replaceChildren();
    const [ofA, ofB] = [a, b].map(({ facts }) => new Map(facts));
    const names = [...new Set([...ofA.keys(), ...ofB.keys()])];
    const different = names.filter((name) => ofA.get(name) !== ofB.get(name));
    if (different.length === 0) {
      const text = a === b
        ? "This is one run: choose two."
        : names.length === 0
        ? "These runs have no stored configuration."
        : "The configurations are equal.";
      return result.replaceChildren(element("p", { text }));
    }
    const equal = names.length - different.length;
    result.replaceChildren(
      element(
        "table",
        { class: "facts" },
        element("thead", {}, row("th", ["", a.name, b.name])),
        element(
          "tbody",
          {},
          ...different.map((name) => row("td", [name, ofA.get(name) ?? "none", ofB.get(name) ?? "none"])),
        ),
      ),
      element("p", { class: "soft", text: `${equal} ${equal === 1 ? "entry is" : "entries are"} equal.` }),
    );
  }

  function row(kind, cells) {
    return element("tr", {}, ...cells.map((text) => element(kind, { text })));
  }

  /** Takes the runs, and keeps the two that are chosen. */
  function update(now) {
    const names = (all) => JSON.stringify(all.map((r) => r.name));
    const changed = JSON.stringify(runs) !== JSON.stringify(now);
    const other = names(runs) !== names(now);
    runs = now;
    details.hidden = runs.length < 2;
    if (other) {
      for (const [i, select] of selects.entries()) {
        const before = select.value;
        select.replaceChildren(...runs.map(({ name }) => element("option", { value: name, text: name })));
        select.value = runs.some((r) => r.name === before)
          ? before
          : runs[Math.min(i, runs.length - 1)]?.name ?? "";
      }
    }
    if (changed) show();
  }

  return { element: details, update };
};
