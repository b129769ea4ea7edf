// Shows in the page's tip what lies under the pointer: a text, or names with values. What Vega calls; for reports and `watch`.
globalThis.tooltip = (_handler, event, _item, value) => {
  const tip = document.getElementById("tip");
  tip.hidden = value === null || value === undefined || value === "";
  if (tip.hidden) return;
  tip.textContent = typeof value === "object"
    ? Object.entries(value).map(([name, v]) => `${name}: ${v}`).join("\n")
    : String(value);
  const { width, height } = tip.getBoundingClientRect();
  tip.style.left = `${Math.max(4, Math.min(event.clientX + 12, innerWidth - width - 4))}px`;
  tip.style.top = `${Math.max(4, Math.min(event.clientY + 12, innerHeight - height - 4))}px`;
};
