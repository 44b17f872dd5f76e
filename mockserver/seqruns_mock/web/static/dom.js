// Elements, always made node by node: nothing that is shown is ever read as HTML.

export const $ = (selector, within = document) => within.querySelector(selector);
export const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];

export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.flat(2).filter((child) => child != null && child !== false));
  return element;
}

export function say(words, kind = "") {
  const toast = h("p", { class: `toast ${kind}` }, words);
  $("#toasts").append(toast);
  setTimeout(() => toast.remove(), kind === "bad" ? 9000 : 4000);
}

/** A handler that says what went wrong instead of dropping it. */
export function saying(action) {
  return async (event) => {
    event.preventDefault?.();
    try {
      await action(event);
    } catch (problem) {
      say(problem.message, "bad");
    }
  };
}

export function statusPill(status) {
  if (status === null) return h("span", { class: "pill bad" }, "no answer");
  const kind = status < 300 ? "good" : status < 500 ? "warn" : "bad";
  return h("span", { class: `pill ${kind}` }, String(status));
}

export function watchCopying() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await copy($(button.dataset.copy).textContent);
  });
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    say("Copied.");
  } catch {
    say("The browser did not allow copying; select the text instead.", "bad");
  }
}
