// The page: which section the address names, and the keys.

import { answers } from "./answers.js";
import { get } from "./api.js";
import { fill, problem } from "./dom.js";
import { entries } from "./entries.js";
import { entry } from "./entry.js";
import { count } from "./format.js";
import { overview } from "./overview.js";
import { question } from "./question.js";

const main = document.getElementById("main");
const titles = { overview: "Overview", answers: "Answers", entries: "Entries", question: "Question" };
let leave;
let first = true;

/** `#entries/7?x=y` as section, number and members. */
function place() {
  const [, path, search] = /^#?([^?]*)\??(.*)$/s.exec(location.hash);
  const [section, id] = path.split("/");
  return { section: titles[section] ? section : "overview", id, members: new URLSearchParams(search) };
}

async function show() {
  if (location.hash === "#main") return;
  leave?.abort();
  leave = new AbortController();
  const { section, id, members } = place();
  const { signal } = leave;
  document.title = `${titles[section]} · Refrain`;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash === `#${section}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  const room = document.createElement("div");
  fill(main, room);
  if (!first) {
    scrollTo(0, 0);
    main.focus({ preventScroll: true });
  }
  first = false;
  try {
    if (section === "entries" && id) await entry(room, id, signal);
    else await { overview, answers, entries, question }[section](room, members, signal);
  } catch (error) {
    if (!signal.aborted) fill(room, problem(error));
  }
}

async function status() {
  try {
    const stats = await get("/cache/stats");
    const models = stats.models ? "models answer misses" : "cache only";
    document.getElementById("status").textContent = `${stats.version} · ${count(stats.store.entries)} entries · ${models}`;
  } catch (error) {
    document.getElementById("status").textContent = error.status === 0 ? "no answer" : "";
  }
}

addEventListener("hashchange", show);
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, textarea, select, dialog *")) return;
  if (event.key === "/") {
    event.preventDefault();
    const field = main.querySelector("input[type=search], textarea");
    if (field) field.focus();
    else location.hash = "#entries";
  }
  if (event.key === "u") document.querySelector("#toast:not([hidden]) [aria-keyshortcuts]")?.click();
  const section = { 1: "overview", 2: "answers", 3: "entries", 4: "question" }[event.key];
  if (section) location.hash = `#${section}`;
});
await show();
await status();
