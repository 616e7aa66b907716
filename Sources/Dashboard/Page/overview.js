// What was saved, and by what: the ledger's report, the latency of each stage, what to change.

import { get, query } from "./api.js";
import { bars, drawn, shares } from "./chart.js";
import { fill, h } from "./dom.js";
import { experiments } from "./experiments.js";
import { count, dollars, duration, none, percent, times } from "./format.js";
import { stages } from "./stages.js";
import { facts, table } from "./tables.js";

const periods = [[7, "7 days"], [30, "30 days"], [90, "90 days"], [365, "a year"]];
const kinds = ["exact", "alias", "judged", "confirmed", "miss", "bypass", "error"];
const hits = ["exact", "alias", "judged", "confirmed"];
const measures = [
  ["Dollars saved", (row) => row.saved_usd, dollars],
  ["Answers from the cache", (row) => hitsOf(row), count],
  ["Waiting spared", (row) => row.saved_seconds, duration],
];

function hitsOf(row) {
  return hits.reduce((sum, kind) => sum + row[kind], 0);
}

export async function overview(room, members, signal) {
  const days = Number(members.get("days")) || 30;
  const since = days * 86_400;
  const report = (by) => get(query("/report", { since_seconds: since, by }));
  const byDay = await report("day").catch((error) => { if (error.code === "no_ledger") return null; throw error; });
  if (byDay === null) return void fill(room, h("h1", {}, "Overview"), h("p", { class: "empty" }, "No ledger is kept: the setting ledger.enabled is false."));
  const [byModel, byPlan, metrics, { advice }, trials] = await Promise.all([
    report("model"), report("plan"), get("/metrics").catch((error) => { if (error.status === 403) return null; throw error; }), get(query("/report/advice", { since_seconds: since })), experiments(since),
  ]);
  if (signal.aborted) return;
  const { total } = byDay;
  fill(room,
    h("div", { class: "head" }, h("h1", {}, "Overview"), period(days)),
    total.requests === 0 && h("p", { class: "notice" }, "Nothing was asked in this time. ", h("a", { href: "#question" }, "Ask a question"), " or point an OpenAI client at this address."),
    tiles(total),
    chart(byDay, days),
    total.shadow_requests > 0 && shadow(total),
    h("div", { class: "columns" }, outcomes(total), confirmations(total)),
    metrics !== null && latencies(stages(metrics)),
    h("div", { class: "columns" }, costs("Cost by model", "Model", byModel), costs("Cost by plan", "Plan", byPlan)),
    trials,
    advice.length > 0 && proposals(advice));
}

function period(days) {
  return h("label", { class: "inline" }, "The last ", h("select", {
    onchange: (event) => { location.hash = `#overview?days=${event.target.value}`; },
  }, periods.map(([value, name]) => h("option", { value, selected: value === days }, name))));
}

function tiles(total) {
  const estimated = total.full_only_estimated_requests;
  const unknown = total.cost_unknown_calls + total.full_only_unknown_requests;
  const tile = (name, value, note) => h("div", { class: "tile" }, h("h2", {}, name), h("p", { class: "figure" }, value), h("p", { class: "hint" }, note));
  return h("section", { class: "tiles", "aria-label": "What was saved" },
    tile("Saved", dollars(total.saved_usd), [
      total.saved_share === null ? "against the full model only" : `${percent(total.saved_share)} of ${dollars(total.full_only_usd)}`,
      estimated > 0 && `; estimated for ${count(estimated)} of ${count(total.requests)}`, unknown > 0 && `; unknown for ${count(unknown)}`]),
    tile("Answered from the cache", count(hitsOf(total)), `of ${count(total.requests)} requests`),
    tile("Waiting spared", duration(total.saved_seconds), total.saved_seconds === null ? "no model's answer was timed yet" : "at the models' mean time for an answer"),
    tile("Spent on models", dollars(total.cost_usd), `${count(total.calls)} calls`));
}

/** Every day of the time, those without a request too. */
function filled(report, days) {
  const rows = new Map(report.rows.map((row) => [row.group, row]));
  const first = report.rows.length ? Date.parse(report.rows[0].group) : Date.now();
  const last = Date.parse(report.until) - 1;
  const start = Math.max(Date.parse(report.since), Math.min(first, last - 6 * 86_400_000));
  const found = [];
  for (let time = Math.floor(start / 86_400_000) * 86_400_000; time <= last && found.length <= days + 1; time += 86_400_000) {
    const day = new Date(time).toISOString().slice(0, 10);
    found.push({ day, row: rows.get(day) });
  }
  return found;
}

function chart(report, days) {
  const all = filled(report, days);
  const caption = h("p", { class: "caption", "aria-hidden": "true" }, " ");
  const place = h("div", { class: "place" });
  let shown = measures[0];
  const draw = drawn(place, (width) => {
    const [name, of, format] = shown;
    return bars(all.map(({ day, row }) => ({ label: day, short: day.slice(5), value: row ? of(row) : 0 })), { width, name, format, caption });
  });
  return h("section", { class: "panel" },
    h("div", { class: "head" }, h("h2", {}, "Over time"),
      h("div", { class: "choices", role: "radiogroup", "aria-label": "What the chart shows" }, measures.map((measure, index) =>
        h("label", {}, h("input", { type: "radio", name: "measure", checked: index === 0, onchange: () => { shown = measure; draw(); } }), measure[0])))),
    place, caption,
    h("details", {}, h("summary", {}, "As a table"), table("Savings by day", [
      { name: "Day (UTC)", of: ({ day }) => day },
      ...measures.map(([name, of, format]) => ({ name, number: true, of: ({ row }) => (row ? format(of(row)) : format(0)) })),
      { name: "Requests", number: true, of: ({ row }) => count(row?.requests ?? 0) },
    ], all, "Nothing yet.")));
}

function outcomes(total) {
  const parts = kinds.map((name) => ({ name, value: total[name] }));
  return h("section", { class: "panel" }, h("h2", {}, "Hit rate ", h("strong", {}, percent(total.hit_rate))), shares(parts),
    table("Requests by what became of them", [
      { name: "Kind", of: ({ name }) => [h("span", { class: `dot of-${name}` }), name] },
      { name: "Requests", number: true, of: ({ value }) => count(value) },
      { name: "Share", number: true, of: ({ value }) => percent(total.requests ? value / total.requests : null) },
    ], parts.filter(({ name, value }) => value > 0 || hits.includes(name)), "Nothing yet."));
}

/** What shadow mode would have served: no saving, and no hit. */
function shadow(total) {
  const wrong = total.shadow_false_accept_low === null ? none : `${percent(total.shadow_false_accept_low, 2)} to ${percent(total.shadow_false_accept_high, 2)}`;
  return h("section", { class: "panel" }, h("h2", {}, "Shadow mode: would have been hits ", h("strong", {}, percent(total.shadow_hit_rate))),
    facts([
      ["Requests in shadow mode", count(total.shadow_requests)],
      ...hits.map((kind) => [`Would have been ${kind}`, count(total[`shadow_${kind}`])]),
      ["Would have saved", dollars(total.shadow_would_save_usd)],
      ["Compared with the model’s answer", count(total.shadow_audited)],
      ["Of them wrong", count(total.shadow_false_accepts)],
      ["95 % interval of wrong ones", wrong],
    ]));
}

function confirmations(total) {
  const interval = total.false_accept_low === null ? none : `${percent(total.false_accept_low, 2)} to ${percent(total.false_accept_high, 2)}`;
  return h("section", { class: "panel" }, h("h2", {}, "Confirmations"),
    facts([
      ["The cheap model was asked", times(total.confirmations)],
      ["It said “the same”", total.confirmations ? `${times(total.accepted)} (${percent(total.accept_rate)})` : none],
      ["Served answers audited", count(total.audited)],
      ["Of them wrong", total.audited ? `${count(total.false_accepts)} (${percent(total.false_accept_rate, 2)})` : none],
      ["95 % interval of wrong ones", interval],
      ["People said good / bad", `${count(total.good)} / ${count(total.bad)}`],
    ]));
}

function latencies(rows) {
  return h("section", { class: "panel" }, h("h2", {}, "Latency per stage"),
    table("Latency per stage since the start of the server", [
      { name: "Stage", of: (row) => row.stage },
      { name: "Times", number: true, of: (row) => count(row.count) },
      { name: "Mean", number: true, of: (row) => duration(row.mean) },
      { name: "Half below", number: true, of: (row) => bound(row.p50) },
      { name: "99 % below", number: true, of: (row) => bound(row.p99) },
    ], rows, "Nothing was asked since the start of the server."),
    h("p", { class: "hint" }, "Since the start of the server. A bound is that of its histogram’s bucket."));
}

function bound(seconds) {
  return seconds === Infinity ? "over 5 min" : duration(seconds);
}

function costs(title, name, report) {
  return h("section", { class: "panel" }, h("h2", {}, title),
    table(title, [
      { name, of: (row) => row.group || h("span", { class: "soft" }, "none") },
      { name: "Calls", number: true, of: (row) => count(row.calls) },
      { name: "Tokens in", number: true, of: (row) => count(row.input_tokens) },
      { name: "Tokens out", number: true, of: (row) => count(row.output_tokens) },
      { name: "Cost", number: true, of: (row) => dollars(row.cost_usd) + (row.cost_unknown_calls ? " *" : "") },
    ], report.rows.filter((row) => row.calls > 0), "No model was called."),
    report.rows.some((row) => row.cost_unknown_calls > 0) && h("p", { class: "hint" }, "* without calls of unknown cost"));
}

function proposals(advice) {
  return h("section", { class: "panel" }, h("h2", {}, "What to change"),
    h("ul", { class: "plain" }, advice.map((item) => h("li", {}, h("p", {}, item.finding), h("p", { class: "soft" }, item.proposal)))));
}
