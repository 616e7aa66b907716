// Stored questions: by their words, or by their meaning.

import { get, query } from "./api.js";
import { fill, h, problem } from "./dom.js";
import { ago, dollars, moment, similarity, times } from "./format.js";

const pageSize = 50;

export async function entries(room, members, signal) {
  const wanted = Object.fromEntries(["text", "tag", "scope"].map((name) => [name, members.get(name) ?? ""]));
  const byMeaning = members.get("by") === "meaning";
  const list = h("ol", { class: "list entries" });
  const more = h("div", { class: "row" });
  const note = h("p", { class: "empty", role: "status" });

  fill(room, h("h1", {}, "Entries"), form(wanted, byMeaning), note, list, more);
  const read = (after) => get(byMeaning && wanted.text
    ? query("/cache/entries", { like: wanted.text, scope: wanted.scope, limit: 30 })
    : query("/cache/entries", { ...wanted, order: "newest", limit: pageSize, after }));
  const next = async (after) => {
    const page = await read(after);
    if (signal.aborted) return;
    list.append(...page.entries.map(item));
    note.textContent = list.children.length ? "" : wanted.text || wanted.tag || wanted.scope ? "Nothing was found." : "Nothing is stored yet: refrain import faq.jsonl puts questions and answers in.";
    fill(more, page.next_after && h("button", { type: "button", onclick: () => next(page.next_after).catch((error) => more.append(problem(error))) }, "More"));
  };
  await next();
}

function form(wanted, byMeaning) {
  const search = (event) => {
    event.preventDefault();
    const given = [...new FormData(event.target)].filter(([name, value]) => value && !(name === "by" && value === "words"));
    location.hash = given.length ? `#entries?${new URLSearchParams(given)}` : "#entries";
  };
  const kind = (value, name, checked) => h("label", {}, h("input", { type: "radio", name: "by", value, checked }), name);
  return h("form", { class: "search", role: "search", onsubmit: search },
    h("label", { class: "wide" }, "Search ", h("input", { type: "search", name: "text", value: wanted.text, placeholder: "in questions and answers" })),
    h("fieldset", { class: "choices" }, h("legend", { class: "hidden" }, "Search by"), kind("words", "by words", !byMeaning), kind("meaning", "by meaning", byMeaning)),
    h("label", {}, "Tag ", h("input", { name: "tag", value: wanted.tag, size: 12 })),
    h("label", {}, "Scope ", h("input", { name: "scope", value: wanted.scope, size: 12 })),
    h("button", { type: "submit", class: "primary" }, "Search"));
}

function item(entry) {
  return h("li", {}, h("a", { href: `#entries/${entry.id}` },
    h("span", { class: "text" }, entry.question),
    h("span", { class: "answer soft" }, entry.answer),
    h("span", { class: "soft numbers" },
      entry.similarity !== undefined && h("span", { class: "strong" }, `similarity ${similarity(entry.similarity)}`),
      h("span", {}, `#${entry.id}`), h("span", {}, `served ${times(entry.hits)}`),
      entry.cost_usd !== null && h("span", {}, `${dollars(entry.cost_usd)} an answer`),
      h("time", { datetime: entry.created, title: moment(entry.created) }, ago(entry.created)),
      entry.scope && h("span", {}, `scope ${entry.scope}`),
      entry.tags.map((tag) => h("span", { class: "tag" }, tag)))));
}
