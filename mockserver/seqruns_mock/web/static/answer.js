// An answer of the endpoint in words: how it went, what it says, and its body as text.

import { h, statusPill } from "./dom.js";

/** How it went, in one line. */
export function outcomeOf({ status, body, problem, milliseconds }) {
  return [
    statusPill(status),
    h("strong", {}, problem ?? (status !== 200 ? "refused" : body ? matching(body.total ?? 0) : "no body")),
    h("span", { class: "hint" }, `${milliseconds.toFixed(1)} ms`),
  ];
}

const matching = (total) => (total === 1 ? "1 run matches" : `${total.toLocaleString("en")} runs match`);

/** What was refused, and what the mock hints at. */
export function notesOf({ body, hints }) {
  const errors = (body?.errors ?? []).map((error) => error.description);
  return [...errors.map((words) => h("li", { class: "bad" }, words)), ...hints.map((words) => h("li", {}, words))];
}

export const bodyText = ({ body, problem, text }) => (problem || body === null ? text : JSON.stringify(body, null, 2));

/** A query, to be broken between its parameters where it can. */
export const brokenQuery = (query) => query.split("&").map((pair, index) => h("span", { class: "part" }, `${index ? "&" : "?"}${pair}`));
