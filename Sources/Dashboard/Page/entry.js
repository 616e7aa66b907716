// One entry: read it, change it, judge it, forget it, and take any of that back.

import { call, get, post } from "./api.js";
import { fill, h, problem, toast } from "./dom.js";
import { ago, count, dollars, moment, none, span, times } from "./format.js";
import { facts } from "./tables.js";

export async function entry(room, id, signal) {
  const shown = await get(`/cache/entries/${encodeURIComponent(id)}`);
  if (!signal.aborted) draw(room, shown);
}

function draw(room, entry) {
  const path = `/cache/entries/${entry.id}`;
  const trouble = h("div", {});
  const again = async () => draw(room, await get(path));
  /** Does something, says so, and offers to take it back. */
  const change = async (done, work, then = again) => {
    fill(trouble);
    try {
      const { undo } = await work();
      await then();
      toast(done, undo && { label: "Undo", run: () => takeBack(undo, entry.id) });
    } catch (error) {
      fill(trouble, problem(error));
    }
  };
  const judge = (verdict) => () => change(
    verdict === "bad" ? "Marked bad: confirmed wordings are revoked, and it is not served unasked any more." : "Marked good.",
    () => post("/cache/feedback?undoable=true", { entry: entry.id, verdict }));
  const forget = () => change(`Entry ${entry.id} is forgotten.`,
    () => call("DELETE", `${path}?undoable=true`), () => { location.hash = "#entries"; });

  fill(room,
    h("p", { class: "crumb" }, h("a", { href: "#entries" }, "Entries"), ` / ${entry.id}`),
    h("h1", { class: "question" }, entry.question),
    trouble,
    form(entry, (members) => change("Saved.", () => call("PATCH", `${path}?undoable=true`, members)), trouble),
    h("div", { class: "row actions" },
      h("button", { type: "button", onclick: judge("good") }, "Mark good"),
      h("button", { type: "button", onclick: judge("bad") }, "Mark bad"),
      h("a", { class: "button", href: `#question?${new URLSearchParams({ q: entry.question, scope: entry.scope, context: entry.context ?? "" })}` }, "Try a question against it"),
      h("button", { type: "button", class: "danger", onclick: forget }, "Forget")),
    h("div", { class: "columns" },
      h("section", { class: "panel" }, h("h2", {}, "About it"), about(entry)),
      h("section", { class: "panel" }, h("h2", {}, "Wordings that lead here"),
        wordings(entry.aliases, "None but its own."),
        h("h2", {}, "Wordings that were refused"),
        wordings(entry.refused, "None."),
        h("h2", {}, "What people said"),
        entry.feedback.length ? h("ul", { class: "plain" }, entry.feedback.map((said) => h("li", {},
          h("span", { class: `verdict ${said.verdict}` }, said.verdict), " ", said.comment, " ", when(said.time)))) : h("p", { class: "empty" }, "Nothing."))));
}

async function takeBack(undo, id) {
  try {
    await post("/cache/undo", { undo });
    toast("Taken back.");
    if (location.hash === `#entries/${id}`) dispatchEvent(new HashChangeEvent("hashchange"));
    else location.hash = `#entries/${id}`;
  } catch (error) {
    toast(error.message);
  }
}

function form(entry, save, trouble) {
  const expiry = lifetime(entry.ttl_seconds);
  const submit = (event) => {
    event.preventDefault();
    const { answer, tags, ttl } = event.target.elements;
    try {
      const members = {};
      const list = tags.value.split(",").map((tag) => tag.trim()).filter(Boolean);
      if (answer.value !== entry.answer) members.answer = answer.value;
      if (list.join() !== entry.tags.join()) members.tags = list;
      if (ttl.value.trim() !== expiry) members.ttl_seconds = span(ttl.value);
      if (Object.keys(members).length) save(members);
      else toast("Nothing was changed.");
    } catch (error) {
      fill(trouble, problem(error));
    }
  };
  return h("form", { class: "panel edit", onsubmit: submit },
    h("label", { class: "wide" }, "Answer", h("textarea", { name: "answer", rows: Math.min(16, Math.max(4, entry.answer.split("\n").length + 1)), value: entry.answer })),
    h("label", {}, "Tags, with commas between", h("input", { name: "tags", value: entry.tags.join(", ") })),
    h("label", {}, "Served for", h("input", { name: "ttl", value: expiry, placeholder: "ever; or 15m, 12h, 30d", "aria-describedby": "ttl-hint" }),
      h("span", { class: "hint", id: "ttl-hint" }, entry.expires ? `until ${moment(entry.expires)}` : "for ever; 15m, 12h or 30d sets an end")),
    h("button", { type: "submit", class: "primary" }, "Save"));
}

/** Seconds left, in the largest unit that loses little. */
function lifetime(seconds) {
  if (seconds === null) return "";
  const [size, unit] = [[86_400, "d"], [3600, "h"], [60, "m"]].find(([size]) => seconds >= 2 * size) ?? [1, "s"];
  return `${Math.round(seconds / size)}${unit}`;
}

function about(entry) {
  return facts([
    ["Served", `${times(entry.hits)}${entry.last_hit ? `, last ${ago(entry.last_hit)}` : ""}`],
    ["Made", [when(entry.created), ` · ${{ imported: "imported", model: "by a model", client: "by hand" }[entry.origin] ?? entry.origin}`]],
    ["Model", entry.model ?? none],
    ["An answer costs", dollars(entry.cost_usd)],
    entry.completion_tokens > 0 && ["Tokens", `${count(entry.prompt_tokens)} in, ${count(entry.completion_tokens)} out`],
    ["Served unasked", entry.boundary === null ? "as the judge decides" : entry.boundary > 1 ? "never, but to its own words" : `above similarity ${entry.boundary}`],
    ["Scope", entry.scope || "none by name"],
    entry.context && ["Context", h("code", { title: entry.context }, `${entry.context.slice(0, 12)}…`)],
  ]);
}

function wordings(list, empty) {
  if (!list.length) return h("p", { class: "empty" }, empty);
  return h("ul", { class: "plain" }, list.map((wording) => h("li", {}, wording.question ?? h("span", { class: "soft" }, "(its words were not kept)"), " ", when(wording.created))));
}

function when(time) {
  return h("time", { class: "soft", datetime: time, title: moment(time) }, ago(time));
}
