// Why an answer was given, in words.

import { h } from "./dom.js";
import { dollars, milliseconds, none, percent, similarity } from "./format.js";
import { facts } from "./tables.js";

export const reasons = {
  exact: "The same words as a stored question.",
  alias: "A wording that was confirmed before.",
  judged: "Near enough to a stored question, and nothing in the wording speaks against it.",
  confirmed: "The cheap model said that it asks the same as a stored question.",
  confirm: "The cheap model would be asked.",
  miss: "Nothing stored answers it.",
  bypass: "Not a request for the cache.",
};

export const verdicts = {
  same: "the same", different: "different", needs_context: "not to be understood by itself", stale: "the answer changes with time",
};

export function badge(outcome) {
  return h("span", { class: `badge of-${outcome}` }, outcome);
}

/** Differing parts: `number: 12 / 13`. */
export function conflicts(list) {
  return h("ul", { class: "conflicts" }, list.map((conflict) => h("li", {},
    h("span", { class: "kind" }, conflict.kind), " ", h("mark", {}, conflict.question.join(", ") || none), " against ",
    h("mark", {}, conflict.candidate.join(", ") || none))));
}

export function receipt(of) {
  const times = Object.entries(of.latency_ms).filter(([stage, value]) => value !== null && stage !== "total");
  return h("div", { class: "receipt" },
    h("p", {}, reasons[of.outcome] ?? of.outcome, of.collapsed && " It waited for an identical request under way.",
      of.stored && " The answer was stored.",
      of.shadow && ` Shadow mode: live it would have been ${of.shadow.outcome}${of.shadow.entry === null ? "" : `, entry ${of.shadow.entry}`}.`),
    facts([
      of.matched && [of.outcome === "miss" ? "Nearest question" : "Stored question", of.matched],
      of.similarity !== null && ["Similarity", similarity(of.similarity)],
      of.probability !== null && ["Probability that it asks the same", percent(of.probability)],
      of.verdict && ["The cheap model said", verdicts[of.verdict] ?? of.verdict],
      ["Cost", dollars(of.cost_usd)],
      ["Saved", dollars(of.saved_usd)],
      of.shadow?.would_save_usd != null && ["Would have saved", dollars(of.shadow.would_save_usd)],
      ["Time", [milliseconds(of.latency_ms.total), times.length > 0 && ` (${times.map(([stage, value]) => `${stage} ${milliseconds(value)}`).join(", ")})`]],
    ]),
    of.conflicts?.length > 0 && [h("h4", {}, "What differs"), conflicts(of.conflicts)]);
}
