// Elements made by hand: what comes from the server becomes text, never markup.

const svgTags = new Set(["svg", "g", "path", "rect", "line", "circle", "text", "title"]);

/** Makes an element. Members of `props`: `on…` listens, `data` and `aria…` as they are, true and false as attributes. */
export function h(tag, props = {}, ...children) {
  const element = svgTags.has(tag) ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  add(element, children);
  return element;
}

function add(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false) continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/** Puts children in place of those that are there. */
export function fill(element, ...children) {
  element.replaceChildren();
  add(element, children);
  return element;
}

/** A text with some of its words marked, whichever case they are in. */
export function marked(text, words) {
  const wanted = words.filter((word) => word.trim()).sort((a, b) => b.length - a.length);
  if (!wanted.length) return [text];
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(${wanted.map(escaped).join("|")})(?![\\p{L}\\p{N}])`, "giu");
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    parts.push(text.slice(end, match.index), h("mark", {}, match[0]));
    end = match.index + match[0].length;
  }
  return [...parts, text.slice(end)];
}

function escaped(word) {
  return word.replace(/[.*+?^${}()|[\]\\\/]/g, "\\$&");
}

let hiding;

/** Says something for some seconds, with one thing to do about it. */
export function toast(message, action) {
  const element = document.getElementById("toast");
  const hide = () => { element.hidden = true; };
  clearTimeout(hiding);
  fill(element, h("span", {}, message),
    action && h("button", { type: "button", title: "u", "aria-keyshortcuts": "u", onclick: () => { hide(); action.run(); } }, action.label),
    h("button", { type: "button", class: "quiet", "aria-label": "Close", onclick: hide }, "×"));
  element.hidden = false;
  hiding = setTimeout(hide, action ? 20_000 : 5_000);
}

/** What is shown where something went wrong. */
export function problem(error) {
  return h("p", { class: "problem", role: "alert" }, error.message);
}
