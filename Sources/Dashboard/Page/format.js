// Numbers as people read them, each with its unit.

const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
export const none = "–";

export function count(value) {
  return value === null || value === undefined ? none : whole.format(value);
}

export function times(value) {
  return value === 1 ? "once" : `${count(value)} times`;
}

/** Dollars; small ones with two digits that say something, or as many as steps of `step` need. */
export function dollars(value, step) {
  if (value === null || value === undefined) return none;
  const size = Math.abs(value);
  const digits = (size === 0 || size >= 1) && !step ? 2
    : Math.min(9, Math.max(2, step ? Math.ceil(-Math.log10(step)) : 1 - Math.floor(Math.log10(size))));
  return (value < 0 ? "−$" : "$") + size.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export function percent(value, digits = 1) {
  return value === null || value === undefined ? none : `${(100 * value).toFixed(digits)} %`;
}

/** A length of time in the unit that suits it. */
export function duration(seconds) {
  if (seconds === null || seconds === undefined) return none;
  const size = Math.abs(seconds);
  const [unit, factor] = size >= 3600 ? ["h", 1 / 3600] : size >= 60 ? ["min", 1 / 60] : size >= 1 ? ["s", 1]
    : size >= 0.001 || size === 0 ? ["ms", 1e3] : ["µs", 1e6];
  const value = seconds * factor;
  return `${value.toFixed(Math.abs(value) >= 100 || value === 0 ? 0 : 1).replace("-", "−")} ${unit}`;
}

export function milliseconds(value) {
  return value === null || value === undefined ? none : duration(value / 1000);
}

export function similarity(value) {
  return value === null || value === undefined ? none : value.toFixed(3);
}

/** A moment, in the reader's own zone. */
export function moment(text) {
  return new Date(text).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}

/** How long ago a moment was, or how far it is. */
export function ago(text) {
  const seconds = (Date.now() - Date.parse(text)) / 1000;
  const size = Math.abs(seconds);
  const span = size < 60 ? `${Math.round(size)} s` : size < 3600 ? `${Math.round(size / 60)} min`
    : size < 172_800 ? `${Math.round(size / 3600)} h` : `${Math.round(size / 86_400)} days`;
  return seconds < 0 ? `in ${span}` : `${span} ago`;
}

/** Seconds from what a person types: 90, 15m, 12h, 30d; null for nothing. */
export function span(text) {
  const trimmed = text.trim();
  if (!trimmed) return null;
  const match = /^(\d+)\s*(s|m|h|d|w)?$/.exec(trimmed);
  if (!match) throw new Error(`"${trimmed}" is no length of time: type 90s, 15m, 12h, 30d or nothing for ever`);
  return Number(match[1]) * { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }[match[2] ?? "s"];
}
