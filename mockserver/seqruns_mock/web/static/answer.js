// An answer of the endpoint in words: how it went, what it says, and its body as text.

import { h, statusPill } from "./dom.js";

/** How it went, in one line. */
export function outcomeOf({ status, body, problem, milliseconds }) {
  return [
    status === null ? h("span", { class: "pill bad" }, "no answer") : statusPill(status),
    h("strong", {}, problem ?? (status !== 200 ? "refused" : body ? `${(body.total ?? 0).toLocaleString("en")} runs match` : "no body")),
    h("span", { class: "hint" }, `${milliseconds.toFixed(1)} ms`),
  ];
}

/** What was refused, and what the mock hints at. */
export function notesOf({ body, hint }) {
  const errors = (body?.errors ?? []).map((error) => error.description);
  return [...errors.map((words) => h("li", { class: "bad" }, words)), hint && h("li", {}, hint)].filter(Boolean);
}

export const bodyText = ({ body, problem, text }) => (problem || body === null ? text : JSON.stringify(body, null, 2));

/** A query, to be broken between its parameters where it can. */
export const brokenQuery = (query) => query.split("&").map((pair, index) => h("span", { class: "part" }, `${index ? "&" : "?"}${pair}`));
