// Makes the figures and the charts of a page from its data.

/** Reads the data of the page, in which equal sets of numbers are stored once. */
charts.read = (id) => {
  const { sets = [], ...data } = JSON.parse(document.getElementById(id).textContent);
  return charts.restored(data, sets);
};

/** Puts the sets of numbers back where they belong. */
charts.restored = (value, sets) => {
  const restore = (v) => {
    if (Array.isArray(v)) return v.map(restore);
    if (v === null || typeof v !== "object") return v;
    if ("$set" in v) return sets[v.$set];
    return Object.fromEntries(Object.entries(v).map(([k, inner]) => [k, restore(inner)]));
  };
  return restore(value);
};

/** Makes the chart of a figure, with all its tools. */
charts.create = (figure, plot, { themes }) => {
  const chart = new charts.Chart(figure, plot, { themes });
  chart.overlay = figure.querySelector(".stage");
  charts.readout(chart);
  charts.zoom(chart);
  charts.toolbar(chart);
  charts.legend(chart);
  chart.changed(() => {
    chart.refreshLegend?.();
    chart.refreshTools?.();
  });
  return chart;
};

/** Makes the figure of a plot, as a report's page has it. */
charts.figure = ({ name, title, text, lines }) => {
  const { element } = charts;
  const reads = lines?.x === undefined
    ? { role: "img" }
    : { role: "application", "aria-roledescription": "plot", tabindex: 0 };
  return element(
    "figure",
    { "data-plot": name },
    element("figcaption", {}, element("strong", { text: title }), element("span", { class: "soft" })),
    element(
      "div",
      { class: "stage" },
      element("div", { class: "plot", ...reads, "aria-label": title, "aria-describedby": `${name}-text` }),
    ),
    element("p", { class: "unseen", id: `${name}-text`, text }),
  );
};
