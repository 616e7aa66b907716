// The latest questions, and why each was answered as it was.

import { get, post, query } from "./api.js";
import { fill, h, problem, toast } from "./dom.js";
import { ago, dollars, milliseconds, moment, similarity } from "./format.js";
import { badge, receipt } from "./receipt.js";

const outcomes = ["exact", "alias", "judged", "confirmed", "miss"];
const refreshMilliseconds = 5000;

export async function answers(room, members, signal) {
  const outcome = members.get("outcome") ?? "";
  const list = h("ol", { class: "list answers" });
  const more = h("div", { class: "row" });
  const note = h("p", { class: "empty", hidden: true }, "Nothing was asked yet, or not since the server’s start: this list is in memory only.");
  let newest = 0;
  let oldest;

  const read = async (before) => get(query("/cache/answers", { limit: 50, outcome, before }));
  const older = async () => {
    const page = await read(oldest);
    list.append(...page.answers.map(item));
    newest ||= page.answers[0]?.number ?? 0;
    oldest = page.next_before;
    fill(more, oldest && h("button", { type: "button", onclick: older }, "Older ones"));
    note.hidden = list.children.length > 0;
  };
  const newer = async () => {
    const page = await read();
    const fresh = page.answers.filter((answer) => answer.number > newest);
    list.prepend(...fresh.map(item));
    newest = fresh[0]?.number ?? newest;
    note.hidden = list.children.length > 0;
  };

  fill(room, h("div", { class: "head" }, h("h1", {}, "Latest answers"),
    h("label", { class: "inline" }, "Show ", h("select", {
      onchange: (event) => { location.hash = event.target.value ? `#answers?outcome=${event.target.value}` : "#answers"; },
    }, h("option", { value: "" }, "all"), outcomes.map((name) => h("option", { value: name, selected: name === outcome }, name))))),
  note,
  h("p", { class: "heading", "aria-hidden": "true" }, ["Kind", "Question", "Similarity", "Time", "Saved", "Asked"].map((name) => h("span", {}, name))),
  list, more);
  await older();
  const timer = setInterval(() => newer().catch(() => {}), refreshMilliseconds);
  signal.addEventListener("abort", () => clearInterval(timer));
}

function item(answer) {
  const of = answer.receipt;
  return h("li", {}, h("details", {},
    h("summary", {},
      of ? badge(of.outcome) : h("span", { class: "badge" }, "no answer"),
      h("span", { class: "text" }, answer.question),
      h("span", { class: "soft figures" }, [
        ["similarity ", of && similarity(of.similarity)], ["", of && milliseconds(of.latency_ms.total)],
        ["saved ", of && dollars(of.saved_usd)],
      ].map(([name, value]) => h("span", {}, h("span", { class: "name" }, name), value)),
      h("time", { datetime: answer.time, title: moment(answer.time) }, ago(answer.time)))),
    of ? receipt(of) : h("p", {}, "The answer is being made, or failed."),
    h("p", { class: "hint" }, answer.route, answer.scope && ` · scope ${answer.scope}`, ` · request ${answer.request}`),
    of && actions(answer, of)));
}

function actions(answer, of) {
  const rate = (verdict) => async (event) => {
    const { target } = event;
    try {
      await post("/cache/feedback", { request: answer.request, verdict });
      for (const button of target.parentElement.querySelectorAll("[aria-pressed]")) button.setAttribute("aria-pressed", button === target);
      toast(verdict === "bad" ? "Marked bad: the entry is not served unasked any more." : "Marked good.");
    } catch (error) {
      target.closest("li").append(problem(error));
    }
  };
  return h("div", { class: "row" },
    of.entry !== null && h("a", { class: "button", href: `#entries/${of.entry}` }, `Entry ${of.entry}`),
    h("a", { class: "button", href: `#question?${new URLSearchParams({ q: answer.question, scope: answer.scope })}` }, "Decide it again"),
    h("button", { type: "button", "aria-pressed": "false", onclick: rate("good") }, "Good"),
    h("button", { type: "button", "aria-pressed": "false", onclick: rate("bad") }, "Bad"));
}
