// What is tried on the traffic, and what came of it so far.

import { get, query } from "./api.js";
import { h } from "./dom.js";
import { count, dollars, none, percent } from "./format.js";
import { table } from "./tables.js";

const standings = { acceptable: "good enough", below: "too low", open: "not decided yet" };

/** A panel for each experiment; none where none is configured. */
export async function experiments(since) {
  const { experiments: list } = await get("/experiments");
  const reports = await Promise.all(list.map(({ name }) =>
    get(query(`/experiments/${encodeURIComponent(name)}`, { since_seconds: since }))));
  return reports.map(panel);
}

function panel(report) {
  return h("section", { class: "panel" }, h("h2", {}, "Experiment ", report.name),
    h("p", { class: "hint" }, `Each ${report.sticky.replace(/^label:/, "")} keeps its variant. A variant must surely reach ${percent(report.quality_floor, 0)} by ${report.quality}; `,
      report.cheapest_acceptable === null ? "none has yet." : h("span", { class: "strong" }, `${report.cheapest_acceptable} is the cheapest that does.`)),
    table(`Experiment ${report.name}`, [
      { name: "Variant", of: (row) => row.variant },
      { name: "Share", number: true, of: (row) => percent(row.share, 0) },
      { name: "Requests", number: true, of: (row) => count(row.requests) },
      { name: "Hit rate", number: true, of: (row) => percent(row.hit_rate) },
      { name: "Cost a request", number: true, of: (row) => dollars(row.cost_per_request_usd) + (row.cost_unknown_calls ? " *" : "") },
      { name: "Rated", number: true, of: (row) => count(row.rated) },
      { name: "Quality", number: true, of: quality },
      { name: "Standing", of: (row) => standings[row.standing] ?? row.standing },
    ], report.variants, "It has no variants."),
    report.variants.some((row) => row.cost_unknown_calls > 0) && h("p", { class: "hint" }, "* without calls of unknown cost"));
}

function quality(row) {
  if (row.quality === null) return none;
  return `${percent(row.quality)} (${percent(row.quality_low)} to ${percent(row.quality_high)})`;
}
