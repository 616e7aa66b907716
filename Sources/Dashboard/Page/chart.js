// Charts as SVG, by hand: bars over days, and shares of a whole.

import { h } from "./dom.js";

const height = 220;
const left = 60;
const bottom = 26;
const top = 12;

/** Steps of an axis that end in 1, 2 or 5. */
function ticks(low, high) {
  const rough = (high - low) / 4 || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= rough);
  const found = [];
  for (let value = Math.floor(low / step) * step; value < high + step; value += step) found.push(Math.abs(value) < step / 1e6 ? 0 : value);
  return found;
}

/** Draws into a place anew whenever its width changes, so that letters keep their size; `draw` gets the width. */
export function drawn(place, draw) {
  let last = 0;
  const again = () => {
    const width = Math.round(place.clientWidth);
    if (width && width !== last) place.replaceChildren(draw(width));
    last = width;
  };
  new ResizeObserver(again).observe(place);
  return () => { last = 0; again(); };
}

/**
 * Bars, one a point of time. `bars`: `{label, value}`; `format` writes a value with its unit. What a bar says stands in
 * `caption` while it is pointed at or has the focus.
 */
export function bars(bars, { width, name, format, caption }) {
  const values = bars.map((bar) => bar.value ?? 0);
  const axis = ticks(Math.min(0, ...values), Math.max(0, ...values) || 1);
  const [low, high] = [axis[0], axis.at(-1)];
  const y = (value) => top + (height - top - bottom) * (high - value) / (high - low);
  const step = (width - left) / bars.length;
  const wide = Math.max(1, Math.min(36, step * 0.72));
  const every = Math.ceil(bars.length * 58 / (width - left));
  const say = (bar) => () => { caption.textContent = bar ? `${bar.label}: ${format(bar.value)}` : " "; };
  return h("svg", { class: "chart", width, height, viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": `${name}, by day` },
    axis.map((value) => [
      h("line", { class: value === 0 ? "zero" : "grid", x1: left, x2: width, y1: y(value), y2: y(value) }),
      h("text", { class: "tick", x: left - 8, y: y(value) + 4, "text-anchor": "end" }, format(value, axis[1] - axis[0])),
    ]),
    bars.map((bar, index) => {
      const x = left + step * (index + 0.5);
      const value = bar.value ?? 0;
      return h("g", {
        class: "bar-of-chart", tabindex: 0, role: "img", "aria-label": `${bar.label}: ${format(bar.value)}`,
        onpointerenter: say(bar), onpointerleave: say(), onfocus: say(bar), onblur: say(),
      },
      h("rect", { class: "reach", x: x - step / 2, y: top, width: step, height: height - top - bottom }),
      h("rect", {
        class: value < 0 ? "value below" : "value", x: x - wide / 2, width: wide, rx: Math.min(3, wide / 4),
        y: Math.min(y(value), y(0)), height: Math.abs(y(value) - y(0)),
      }),
      index % every === 0 && h("text", { class: "tick", x, y: height - 8, "text-anchor": "middle" }, bar.short ?? bar.label));
    }));
}

/** Shares of a whole in one line. `parts`: `{name, value}`; the name is also the colour's. */
export function shares(parts) {
  const whole = parts.reduce((sum, part) => sum + part.value, 0) || 1;
  let x = 0;
  return h("svg", { class: "shares", viewBox: "0 0 1000 14", preserveAspectRatio: "none", "aria-hidden": "true" },
    parts.filter((part) => part.value).map((part) => {
      const wide = 1000 * part.value / whole;
      const rect = h("rect", { class: `of-${part.name}`, x, y: 0, width: Math.max(1, wide - 2), height: 14 });
      x += wide;
      return rect;
    }));
}

/** Where a value lies between 0 and 1, with a mark for a limit; null: there is none. */
export function gauge(value, limit) {
  return h("svg", { class: "gauge", viewBox: "0 0 200 12", preserveAspectRatio: "none", "aria-hidden": "true" },
    h("rect", { class: "track", x: 0, y: 4, width: 200, height: 4, rx: 2 }),
    h("rect", { class: "value", x: 0, y: 4, width: 200 * Math.max(0, value), height: 4, rx: 2 }),
    limit !== null && h("rect", { class: "limit", x: 200 * limit - 1, y: 0, width: 2, height: 12 }));
}
