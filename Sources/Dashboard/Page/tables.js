// Tables whose wide ones scroll by themselves, so that the page does not.

import { h } from "./dom.js";

/** `columns`: `{name, of: row → cell, number?}`. */
export function table(caption, columns, rows, empty) {
  if (!rows.length) return h("p", { class: "empty" }, empty);
  return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": caption },
    h("table", {},
      h("caption", { class: "hidden" }, caption),
      h("thead", {}, h("tr", {}, columns.map((column) => h("th", { scope: "col", class: column.number && "number" }, column.name)))),
      h("tbody", {}, rows.map((row) => h("tr", {}, columns.map((column, index) =>
        h(index ? "td" : "th", { scope: index ? undefined : "row", class: column.number && "number" }, column.of(row))))))));
}

/** Names and values below each other. */
export function facts(pairs) {
  return h("dl", { class: "facts" }, pairs.filter(Boolean).map(([name, value]) =>
    h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}
