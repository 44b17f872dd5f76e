// Controls: troubles, faults, runs, clock, live mode, rate limit, reset. What others change shows up here too.

import { control, encode } from "./api.js";
import { $, $$, h, say, saying } from "./dom.js";

let faults = null;
let pending = 0;
let inTurn;
let look;

/** Do what a switch says, then look at the state again. Until it is done, an older state must not put it back. */
const doing = (action, words = "") => saying(async (event) => {
  pending += 1;
  try {
    await inTurn(() => action(event));
    if (words) say(words);
  } finally {
    pending -= 1;
  }
  await look();
});

export async function showControls(state) {
  showTroubles(state.troubles);
  showSequenceList(state.sequences);
  await showFaults(state.faults.active);
  $("#clock").textContent = `It is ${state.clock.now}; the clock ${state.clock.fixed ? "stands" : "runs"}.`;
  for (const button of $$("[data-advance], #clock-run")) button.disabled = !state.clock.fixed;
  showValue($('#live-form [name="rate"]'), state.live.rate);
  showValue($('#limit-form [name="per_second"]'), state.rate_limit.per_second ?? "");
}

/** Show a value that may have changed elsewhere, unless somebody is typing another one. */
function showValue(input, value) {
  if (input.dataset.shown === String(value) || document.activeElement === input) return;
  input.value = input.dataset.shown = String(value);
}

/** Replace the items of a list only where they changed, so that no button vanishes from under a pointer. */
function showList(list, values, item, empty) {
  const text = JSON.stringify(values);
  if (list.dataset.shown === text) return;
  list.dataset.shown = text;
  list.replaceChildren(...(values.length ? values.map(item) : [h("li", { class: "hint" }, empty)]));
}

function showTroubles(troubles) {
  showList($("#troubles"), troubles, ({ id, kind, happened, ...options }) => h("li", {},
    h("strong", {}, kind),
    h("span", {}, Object.entries(options).filter(([name, value]) => name !== "probability" || value < 1).filter(([name, value]) => name !== "skip" || value).map(([name, value]) => `${name.replaceAll("_", " ")} ${value}`).join(", ")),
    h("span", { class: "hint" }, `happened ${happened} ${happened === 1 ? "time" : "times"}`),
    h("button", { type: "button", "aria-label": `Remove ${kind}`, onclick: doing(() => control("DELETE", `troubles/${id}`)) }, "Remove"),
  ), "No trouble: every request is answered as the contract says.");
}

function showSequenceList(sequences) {
  showList($("#sequences"), sequences, ({ id, runs }) => h("li", {}, h("code", {}, id), h("span", { class: "hint" }, `${runs.toLocaleString("en")} runs`)), "No sequence.");
}

async function showFaults(active) {
  if (faults === null) {
    faults = (await control("GET", "faults")).available ?? [];
    $("#faults").append(...faults.map(({ name, description }) => h("li", {}, h("label", {},
      h("input", { type: "checkbox", value: name, onchange: doing(putFaults) }), h("span", {}, h("code", {}, name), " ", description)))));
    searchFaults();
  }
  if (pending) return;
  for (const box of $$("#faults input")) box.checked = active.includes(box.value);
  const words = active.length ? `On: ${active.join(", ")}. ` : "None is on: the endpoint is honest.";
  const line = $("#active-faults");
  if (line.dataset.shown === words) return;
  line.dataset.shown = words;
  line.replaceChildren(words, active.length ? h("button", { type: "button", onclick: doing(() => control("PUT", "faults", { active: [] })) }, "Be honest again") : "");
}

async function putFaults() {
  const active = $$("#faults input:checked").map((box) => box.value);
  await control("PUT", "faults", { active });
}

function searchFaults() {
  const words = $("#fault-search").value.toLowerCase();
  for (const item of $$("#faults li")) item.hidden = !item.textContent.toLowerCase().includes(words);
}

/** The trouble that the form describes; what was left empty is left out. */
function troubleOf(form) {
  const trouble = { kind: form.elements.kind.value };
  for (const input of $$("fieldset:not([disabled]) [name]", form)) {
    if (input.value !== "") trouble[input.name] = input.type === "number" ? Number(input.value) : input.value;
  }
  return trouble;
}

function showKind(form) {
  for (const group of $$("[data-kind]", form)) group.hidden = group.disabled = group.dataset.kind !== form.elements.kind.value;
}

function given(form) {
  return Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ""));
}

export function startControls(oneAfterTheOther, lookAgain) {
  [inTurn, look] = [oneAfterTheOther, lookAgain];
  const on = (selector, event, handler) => $(selector).addEventListener(event, handler);
  const troubleForm = $("#trouble-form");
  showKind(troubleForm);
  troubleForm.elements.kind.addEventListener("change", () => showKind(troubleForm));
  on("#trouble-form", "submit", doing(() => control("POST", "troubles", troubleOf(troubleForm)), "The trouble is on."));
  for (const button of $$("[data-trouble]")) button.addEventListener("click", doing(() => control("POST", "troubles", JSON.parse(button.dataset.trouble)), "The trouble is on."));
  on("#fault-search", "input", searchFaults);
  on("#run-form", "submit", doing(async ({ target }) => {
    const { sequence_id, ...run } = given(target);
    await control("POST", `sequences/${encode(sequence_id)}/runs`, run);
  }, "The run is there."));
  on("#clock-form", "submit", doing(({ target }) => control("PUT", "clock", { now: target.elements.now.value || new Date().toISOString() })));
  on("#clock-run", "click", doing(() => control("PUT", "clock", { now: null })));
  for (const button of $$("[data-advance]")) button.addEventListener("click", doing(() => control("POST", "clock/advance", { seconds: Number(button.dataset.advance) })));
  on("#live-form", "submit", doing(({ target }) => control("PUT", "live", { rate: Number(target.elements.rate.value) }), "Set."));
  const limit = (number) => control("PUT", "rate-limit", { per_second: number });
  on("#limit-form", "submit", doing(({ target }) => limit(target.elements.per_second.value ? Number(target.elements.per_second.value) : null), "Set."));
  on("#limit-documented", "click", doing(async () => {
    document.activeElement.blur();
    await limit(25);
  }, "Set."));
  on("#reset", "click", doing(() => control("POST", "reset"), "All is as it was at the start."));
}
