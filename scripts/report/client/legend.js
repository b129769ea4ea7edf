// The legend of a plot: a button for each line, which hides or shows it. For reports and `watch`.
charts.legend = (chart) => {
  const { element, roving } = charts;
  const { lines } = chart.plot;
  chart.figure.querySelector(".legend")?.remove();
  chart.refreshLegend = undefined;
  if (lines === undefined || lines.names.length < 2) return;

  /** The number of names up to which all are in the legend; of more, those of hidden lines on request. */
  const FEW = 24;

  /** Shows a line alone; if it is alone already, all. */
  function alone(name) {
    const isAlone = !chart.hidden.has(name) && chart.hidden.size === lines.names.length - 1;
    chart.showOnly(isAlone ? lines.names : [name]);
  }

  function toggle(name) {
    chart.wanted.set(name, chart.hidden.has(name));
    chart.strong = null;
    chart.apply();
  }

  function stress(name) {
    if (chart.hidden.has(name) || chart.strong === name) return;
    chart.strong = name;
    chart.apply();
  }

  function calm() {
    if (chart.strong === null) return;
    chart.strong = null;
    chart.apply();
  }

  /** Returns a picture of a line: its color and its dash. */
  function sample(i) {
    const { color, dash } = lines.styles[i];
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", "sample");
    svg.setAttribute("aria-hidden", "true");
    const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
    const attributes = {
      x1: 0,
      x2: 28,
      y1: 5,
      y2: 5,
      "stroke-width": 2.5,
      "stroke-dasharray": dash.join(" "),
    };
    for (const [key, value] of Object.entries(attributes)) line.setAttribute(key, value);
    line.style.stroke = `var(--line${color})`;
    svg.append(line);
    return svg;
  }

  const buttons = lines.names.map((name, i) =>
    element(
      "button",
      {
        type: "button",
        title: `${name}: hide or show; with Shift, show it alone`,
        on: {
          click: (event) => event.shiftKey ? alone(name) : toggle(name),
          pointerenter: () => stress(name),
          pointerleave: calm,
          focus: (event) => event.target.matches(":focus-visible") && stress(name),
          blur: calm,
        },
      },
      sample(i),
      element("span", { text: name }),
    )
  );
  const all = element("button", {
    type: "button",
    class: "plain",
    text: "show all",
    on: {
      click: () => {
        chart.showOnly(lines.names);
        buttons[0].focus();
      },
    },
  });
  const more = element("button", {
    type: "button",
    class: "plain",
    "aria-expanded": "false",
    on: {
      click: () => {
        more.setAttribute("aria-expanded", String(more.getAttribute("aria-expanded") === "false"));
        chart.refreshLegend();
      },
    },
  });
  const group = element(
    "div",
    {
      class: "legend",
      role: "group",
      "aria-label": "Lines: press to hide or show, with Shift to show alone",
    },
    ...buttons,
    more,
    all,
  );
  chart.overlay.before(group);
  function refresh() {
    const { hidden } = chart;
    const whole = lines.names.length <= FEW || more.getAttribute("aria-expanded") === "true";
    for (const [i, name] of lines.names.entries()) {
      buttons[i].setAttribute("aria-pressed", String(!hidden.has(name)));
      // A name that was just pressed stays, to be pressed again.
      buttons[i].hidden = !whole && hidden.has(name) && document.activeElement !== buttons[i];
    }
    more.hidden = lines.names.length <= FEW;
    more.textContent = whole ? "fewer names" : `all ${lines.names.length} names`;
    all.hidden = hidden.size === 0;
  }
  const keepStop = roving(group);
  chart.refreshLegend = () => keepStop(refresh);
  chart.refreshLegend();
};
