// Reads single points: a crosshair at the point nearest to the pointer, or at the one that arrow keys chose.
charts.readout = (chart) => {
  const { hideTip, showTip } = charts;
  if (chart.plot.lines?.x === undefined) return;
  const NS = "http://www.w3.org/2000/svg";
  const cross = document.createElementNS(NS, "svg");
  cross.setAttribute("class", "cross");
  cross.setAttribute("aria-hidden", "true");
  const parts = ["line", "line", "circle"].map((name) =>
    cross.appendChild(document.createElementNS(NS, name))
  );
  parts[2].setAttribute("r", 5);
  chart.overlay.append(cross);
  /** The point that is read; its place may be old. */
  let point = null;

  const number = (value) => Number(value.toPrecision(5)).toString();

  function text({ line, x, y, low, high, style }) {
    const { x: ofX, y: ofY } = chart.plot.lines;
    const band = low === undefined || high === undefined ? "" : ` (${number(low)} to ${number(high)})`;
    return `${line}${style === undefined ? "" : `, ${style}`}\n${ofX.title}: ${number(x)}\n${ofY.title}: ${
      number(y)
    }${band}`;
  }

  function show(next) {
    point = next;
    const area = chart.area();
    const origin = chart.overlay.getBoundingClientRect();
    const [left, top] = [area.left - origin.left, area.top - origin.top];
    const set = (part, attributes) => {
      for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, value);
    };
    const [x, y] = [left + point.px, top + point.py];
    set(parts[0], { x1: x, x2: x, y1: top, y2: top + area.height });
    set(parts[1], { x1: left, x2: left + area.width, y1: y, y2: y });
    set(parts[2], { cx: x, cy: y });
    cross.dataset.line = point.line;
    cross.style.display = "block";
    showTip(text(point), { x: area.left + point.px, y: area.top + point.py });
  }

  function clear() {
    if (point === null) return;
    point = null;
    cross.style.display = "none";
    hideTip();
  }

  function nearest({ x, y }) {
    let [best, least] = [null, Infinity];
    for (const p of chart.points()) {
      const distance = Math.hypot(p.px - x, p.py - y);
      if (distance < least) [best, least] = [p, distance];
    }
    return best;
  }

  function read(event) {
    if (chart.dragging) return clear();
    // Markers have a tip of their own.
    if (event.target.closest?.('[class*=" markers_"]') instanceof Element) {
      point = null;
      cross.style.display = "none";
      return;
    }
    const area = chart.area();
    const at = { x: event.clientX - area.left, y: event.clientY - area.top };
    const inside = at.x >= -8 && at.y >= -8 && at.x <= area.width + 8 && at.y <= area.height + 8;
    const found = inside ? nearest(at) : null;
    if (found === null) clear();
    else show(found);
  }
  chart.overlay.addEventListener("pointermove", read);
  // A finger points by touching, and has left when it is lifted: what it read stays.
  chart.overlay.addEventListener("pointerdown", (event) => event.pointerType === "touch" && read(event));
  chart.overlay.addEventListener("pointerleave", (event) => event.pointerType === "touch" || clear());
  chart.place.addEventListener("blur", clear);

  /** Returns the point beside the one that is read: on its line, or at the same place of the next line. */
  function beside(key) {
    const all = chart.points();
    if (all.length === 0) return null;
    const names = chart.plot.lines.names.filter((n) => all.some((p) => p.line === n));
    if (point === null || !names.includes(point.line)) {
      return all.filter((p) => p.line === names[0]).reduce((a, b) => (b.px < a.px ? b : a));
    }
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1 }[key];
    if (key === "ArrowRight" || key === "ArrowLeft" || key === "Home" || key === "End") {
      const own = all.filter((p) => p.line === point.line && p.style === point.style)
        .toSorted((a, b) => a.x - b.x);
      const at = own.findIndex((p) => p.x >= point.x);
      const to = key === "Home" ? 0 : key === "End" ? own.length - 1 : (at < 0 ? own.length : at) + step;
      return own[Math.max(0, Math.min(own.length - 1, to))];
    }
    const line = names[(names.indexOf(point.line) + step + names.length) % names.length];
    return all.filter((p) => p.line === line)
      .reduce((a, b) => (Math.abs(b.x - point.x) < Math.abs(a.x - point.x) ? b : a));
  }

  chart.place.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.key === "Escape") clear();
    if (!/^(Arrow|Home|End)/.test(event.key)) return;
    event.preventDefault();
    const next = beside(event.key);
    if (next !== null) show(next);
  });
  // After a change of the plot the same point is elsewhere, or gone.
  chart.changed(() => {
    if (point === null) return;
    const same = chart.points().find((p) =>
      p.line === point.line && p.style === point.style && p.x === point.x
    );
    if (same === undefined) clear();
    else show(same);
  });
  chart.reading = () => point;
};
