// A question, and the whole decision about it, step by step.

import { post } from "./api.js";
import { gauge } from "./chart.js";
import { fill, h, marked, problem } from "./dom.js";
import { count, dollars, milliseconds, none, percent, similarity } from "./format.js";
import { badge, conflicts, reasons, receipt, verdicts } from "./receipt.js";

const obstacles = {
  refused: "refused before by the cheap model", conflict: "its wording differs in something that matters",
  probability: "not probable enough to be served unasked", wording: "shares too few words to be served unasked",
  boundary: "below its own boundary, which feedback has set",
};

export async function question(room, members, signal) {
  const result = h("div", { class: "decision", "aria-live": "polite" });
  const field = h("textarea", { name: "question", rows: 2, required: true, placeholder: "How do I …?", value: members.get("q") ?? "" });
  const scope = h("input", { name: "scope", size: 14, value: members.get("scope") ?? "" });
  const context = members.get("context") || undefined;
  const body = (more) => ({ question: field.value, scope: scope.value || undefined, context, ...more });

  const run = async (work) => {
    if (!field.value.trim()) return void field.focus();
    fill(result, h("p", { class: "soft" }, "Deciding …"));
    try {
      const drawn = await work();
      if (!signal.aborted) fill(result, drawn);
    } catch (error) {
      if (!signal.aborted) fill(result, problem(error));
    }
  };
  const explain = (confirm) => run(async () => decision(await post("/cache/explain", body({ confirm })), () => explain(true)));
  const ask = () => run(async () => answer(await post("/cache/ask", body({}))));

  fill(room, h("h1", {}, "Question"),
    h("form", {
      class: "panel ask",
      onsubmit: (event) => { event.preventDefault(); explain(false); },
      onkeydown: (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); explain(false); } },
    },
    h("label", { class: "wide" }, "What would be decided about", field),
    h("label", {}, "Scope ", scope),
    h("div", { class: "row" },
      h("button", { type: "submit", class: "primary", title: "Ctrl+Enter" }, "Show the decision"),
      h("button", { type: "button", onclick: ask }, "Ask it")),
    h("p", { class: "hint" }, "Showing the decision serves, stores and costs nothing. Asking is a real request: on a miss the model is called and its answer stored.",
      context && " The entry’s own context is used: whose system message and settings count.")),
    result);
  if (field.value) await explain(false);
  else field.focus();
}

function decision(of, confirm) {
  return [
    h("section", { class: "panel conclusion" }, h("h2", {}, badge(of.conclusion), " ", reasons[of.conclusion]),
      of.matched && h("p", {}, "Served: ", h("a", { href: `#entries/${of.entry}` }, of.matched)),
      of.conclusion === "confirm" && h("div", { class: "row" },
        h("button", { type: "button", onclick: confirm }, `Ask ${of.mini_model ?? "the cheap model"} now (about ${dollars(of.confirmation.expected_cost_usd)})`)),
      of.conclusion === "miss" && h("p", { class: "soft" }, missReason(of))),
    h("ol", { class: "steps" },
      step("Words", [h("code", {}, of.canonical), h("p", { class: "hint" }, ["exact", "alias"].includes(of.conclusion)
        ? "This wording is known: no search is needed." : "Not a known wording.")]),
      of.candidates.length > 0 || of.latency_ms.embed !== null
        ? step("Meaning", h("p", {}, `Embedded in ${milliseconds(of.latency_ms.embed)}, compared with ${count(of.vectors)} stored questions in ${milliseconds(of.latency_ms.search)}.`))
        : of.vectors === 0 && step("Meaning", h("p", {}, "Nothing is stored in this scope to compare it with.")),
      of.candidates.length > 0 && step("Candidates", [
        h("p", { class: "hint" }, `Looked at: similarity ${of.floor} and more. `, of.bound_to_serve === null
          ? "None is served unasked at this error target."
          : `Served unasked: probability ${percent(of.bound_to_serve)} at the least, without a difference.`),
        h("ol", { class: "list candidates" }, of.candidates.map((candidate) => shown(candidate, of)))]),
      of.latency_ms.embed !== null && of.candidates.length === 0 && step("Candidates", h("p", {}, `Nothing of similarity ${of.floor} and more.`)),
      of.confirmation && step("Confirmation", confirmation(of))),
    h("p", { class: "hint" }, `Decided in ${milliseconds(of.latency_ms.total)}; error target ${percent(of.error_target)}.`),
  ];
}

function step(name, content) {
  return h("li", {}, h("h3", {}, name), content);
}

function missReason(of) {
  if (!of.candidates.length) return "No stored question is near.";
  if (of.confirmation?.verdict) return `The cheap model said: ${verdicts[of.confirmation.verdict]}.`;
  if (!of.mini) return "There are candidates, but no cheap model to ask about them.";
  return of.candidates.every((candidate) => candidate.refused) ? "Every candidate was refused before."
    : "Asking about a candidate would cost more than it is likely to save.";
}

function shown(candidate, of) {
  const words = (side) => candidate.conflicts.flatMap((conflict) => conflict[side]);
  return h("li", { class: candidate.served ? "served" : undefined },
    h("p", { class: "pair" }, h("a", { href: `#entries/${candidate.entry}` }, marked(candidate.question, words("candidate"))),
      candidate.served && h("span", { class: "badge of-judged" }, "served"), candidate.asked && h("span", { class: "badge of-confirmed" }, of.confirmation.verdict ? "asked about" : "to be asked about")),
    candidate.conflicts.length > 0 && h("p", { class: "pair soft" }, marked(of.question, words("question"))),
    h("div", { class: "measure" }, gauge(candidate.lower_bound, of.bound_to_serve),
      h("span", {}, `similarity ${similarity(candidate.similarity)}`),
      h("span", {}, `probability ${percent(candidate.probability)}, ${percent(candidate.lower_bound)} at the least`),
      h("span", {}, `would save ${dollars(candidate.expected_saving_usd)}`),
      h("span", {}, `asking costs ${dollars(candidate.cost_of_asking_usd)}`)),
    candidate.conflicts.length > 0 && conflicts(candidate.conflicts),
    candidate.obstacles.length > 0 && h("ul", { class: "obstacles" }, candidate.obstacles.map((name) => h("li", {}, obstacles[name] ?? name))));
}

function confirmation(of) {
  const { entries, expected_cost_usd: expected, verdict, cost_usd: cost } = of.confirmation;
  const asked = `${of.mini_model ?? "The cheap model"} ${verdict ? "was" : "would be"} asked about ${entries.length} of them`;
  return verdict
    ? h("p", {}, `${asked}: `, h("strong", {}, verdicts[verdict] ?? verdict), `. It took ${milliseconds(of.latency_ms.confirm)} and cost ${dollars(cost)}.`)
    : h("p", {}, `${asked}, for about ${expected === null ? none : dollars(expected)}.`);
}

function answer(of) {
  return h("section", { class: "panel conclusion" },
    h("h2", {}, badge(of.outcome), " ", reasons[of.outcome]),
    h("div", { class: "answer-text" }, of.answer ?? "No answer."),
    receipt(of.receipt),
    of.entry !== undefined && h("p", {}, h("a", { href: `#entries/${of.entry}` }, `Entry ${of.entry}`)));
}
