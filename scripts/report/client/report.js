// What runs in a report when it is opened: draws the plots, again when the page's width or theme changes.
(() => {
  const { plots, themes, choice } = charts.read("data");
  const drawn = new Map();
  for (const figure of document.querySelectorAll("figure[data-plot]")) {
    drawn.set(figure, charts.create(figure, plots[figure.dataset.plot], { themes }));
  }
  /** Whether a plot is in a closed section: it is drawn when that opens. */
  const hidden = (figure) => figure.closest("details:not([open])") !== null;
  const shown = () => [...drawn].flatMap(([figure, chart]) => (hidden(figure) ? [] : [chart]));
  /** Draws the plots that are to be seen, and forgets the others, whose colors may be those of another theme. */
  const drawAll = () => {
    for (const { place } of drawn.values()) delete place.dataset.drawn;
    for (const chart of shown()) chart.draw();
  };
  drawAll();
  charts.dark.addEventListener("change", drawAll);
  for (const section of document.querySelectorAll("details")) {
    section.addEventListener("toggle", () => {
      for (const chart of shown()) {
        if (chart.place.dataset.drawn) chart.fit();
        else chart.draw();
      }
    });
  }
  // On paper nobody can open a section, and the ground is white.
  const closed = [];
  const print = (printing) => {
    for (const chart of drawn.values()) chart.printing = printing;
    drawAll();
  };
  addEventListener("beforeprint", () => {
    closed.push(...document.querySelectorAll("details:not([open])"));
    for (const section of closed) section.open = true;
    print(true);
  });
  addEventListener("afterprint", () => {
    for (const section of closed.splice(0)) section.open = false;
    print(false);
  });
  const resized = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const chart = drawn.get(target.closest("figure"));
      if (chart.place.dataset.drawn) chart.fit();
    }
  });
  for (const { place } of drawn.values()) resized.observe(place);
  if (choice !== undefined) {
    const chooser = charts.choose(document.getElementById("choose"), { drawn: () => [...drawn.values()] });
    chooser.update(choice);
    for (const chart of drawn.values()) chart.changed(chooser.refresh);
  }
})();
