// Controls: troubles, faults, runs, clock, live mode, rate limit, reset. What others change shows up here too.

import { config, control, encode } from "./api.js";
import { $, $$, h, say, saying } from "./dom.js";

let faults = null;
let pending = 0;
let inTurn;
let look;

/** Do what a switch says, then look at the state again. Until it is done, an older state must not put it back. */
const doing = (action, words = "") => saying(async (event) => {
  const form = event.type === "submit" ? event.target : null;
  if (form && isRefused(form)) return;
  pending += 1;
  try {
    await inTurn(() => action(event));
    if (words) say(words);
  } catch (problem) {
    if (!form || !problem.descriptions) throw problem;
    showRefusals(form, problem.descriptions);
  } finally {
    pending -= 1;
  }
  await look();
});

const fieldsOf = (form) => $$("[name]", form).filter((input) => input.matches("input:enabled, select:enabled"));

/** Whether the browser itself cannot read a field, such as letters for a number; what it can, the mock judges. */
function isRefused(form) {
  clearRefusals(form);
  const wrong = fieldsOf(form).filter(({ validity }) => validity.badInput || validity.valueMissing || validity.stepMismatch);
  for (const input of wrong) refuse(input, input.validationMessage);
  wrong[0]?.focus();
  return wrong.length > 0;
}

/** Show each refusal beside the field that it is about: the one it names, or whose value it quotes; else at the end. */
function showRefusals(form, descriptions) {
  const fields = fieldsOf(form);
  for (const words of descriptions) {
    const [, name, rest] = /^(?:run \d+: )?(?:(\w+): )?(.*)$/s.exec(words);
    const about = fields.find((input) => input.name === name) ?? fields.find(({ value }) => value && words.includes(`'${value}'`));
    refuse(about ?? (fields.length === 1 ? fields[0] : form), about?.name === name ? rest : words);
  }
  $("[aria-invalid]", form)?.focus();
}

function refuse(place, words) {
  const line = h("small", { class: "refusal", role: "alert" }, words);
  if (place.form) {
    place.setAttribute("aria-invalid", "true");
    place.after(line);
  } else place.append(line);
}

function clearRefusals(form) {
  for (const line of $$(".refusal", form)) line.remove();
  for (const input of $$("[aria-invalid]", form)) input.removeAttribute("aria-invalid");
}

export async function showControls(state) {
  showTroubles(state.troubles);
  showSequenceList(state.sequences);
  showDialect(state.dialect);
  showSessions(state.sessions);
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

/** What a trouble was told, without what goes without saying. */
const optionWords = ({ id, kind, happened, ...options }) => Object.entries(options)
  .filter(([name, value]) => !(name === "probability" && value === 1) && !(name === "skip" && !value))
  .map(([name, value]) => `${name.replaceAll("_", " ")} ${value}`).join(", ");
const isUsedUp = ({ times, happened }) => happened >= (times ?? Infinity);
const NAMED = 3; // faults that the banner names

/** Say on every tab what is amiss on purpose, and return how many things are. */
export function showMisbehaving({ troubles, faults, rate_limit: { per_second: limit } }) {
  const standing = troubles.filter((trouble) => !isUsedUp(trouble));
  const { active } = faults;
  const parts = [
    ...standing.map((trouble) => (optionWords(trouble) ? `${trouble.kind} (${optionWords(trouble)})` : trouble.kind)),
    ...active.slice(0, NAMED).map((name) => `fault ${name}`),
    active.length > NAMED && `${active.length - NAMED} more faults`,
    limit !== null && `no more than ${limit} ${limit === 1 ? "request" : "requests"} a second`,
  ].filter(Boolean);
  const banner = $("#misbehaving");
  const words = parts.join("; ");
  banner.hidden = !words;
  if ($("span", banner).textContent !== words) $("span", banner).textContent = words;
  return standing.length + active.length + (limit !== null);
}

function showTroubles(troubles) {
  showList($("#troubles"), troubles, (trouble) => h("li", {},
    h("strong", {}, trouble.kind),
    h("span", {}, optionWords(trouble)),
    h("span", { class: "hint" }, `happened ${trouble.happened} ${trouble.happened === 1 ? "time" : "times"}${isUsedUp(trouble) ? ", used up" : ""}`),
    h("button", { type: "button", "aria-label": `Remove ${trouble.kind}`, onclick: doing(() => control("DELETE", `troubles/${trouble.id}`)) }, "Remove"),
  ), "No trouble: every request is answered as the contract says.");
}

/** The sessions of the mock; the page of a session has none to show. */
function showSessions(sessions = []) {
  const values = sessions.map(({ name, requests, troubles }) => ({ name, requests, troubles }));
  const count = (number, word) => `${number.toLocaleString("en")} ${word}${number === 1 ? "" : "s"}`;
  showList($("#sessions"), values, ({ name, requests, troubles }) => h("li", {},
    h("a", { href: `${config.root}/sessions/${name}/` }, name),
    h("span", { class: "hint" }, `${count(requests, "request")}, ${count(troubles, "trouble")}`),
    h("button", { type: "button", "aria-label": `End ${name}`, onclick: doing(() => control("DELETE", `sessions/${name}`)) }, "End"),
  ), "No session.");
}

function showSequenceList(sequences) {
  showList($("#sequences"), sequences, ({ id, runs }) => h("li", {}, h("code", {}, id), h("span", { class: "hint" }, `${runs.toLocaleString("en")} runs`)), "No sequence.");
}

/** What the contract would do otherwise comes first; what a whole file says of all the rest is folded away. */
function showDialect({ in_words: inWords, otherwise }) {
  const item = ([name, words]) => {
    const [, says, value] = /^(.*?): (.*)$/s.exec(words);
    return h("li", {}, h("code", {}, name), h("span", {}, withCode(says)), h("strong", {}, withCode(value)));
  };
  const traits = Object.entries(inWords);
  const [unlike, like] = [true, false].map((is) => traits.filter(([name]) => otherwise.includes(name) === is));
  showList($("#dialect"), unlike, item, traits.length ? "The file says nothing that the contract does not choose as well." : "None: what the contract leaves open is as it chooses.");
  showList($("#dialect-like"), like, item, "");
  $("#dialect-more").hidden = !like.length;
  $("#dialect-more summary").textContent = `${like.length} ${unlike.length ? "more " : ""}as the contract chooses, too`;
  $("#dialect-clear").hidden = !traits.length;
}

const withCode = (text) => text.split("`").map((part, place) => (place % 2 ? h("code", {}, part) : part));

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
  const words = $("#fault-search").value.toLowerCase().split(/\s+/);
  const items = $$("#faults li");
  for (const item of items) item.hidden = !words.every((word) => item.textContent.toLowerCase().includes(word));
  const found = items.filter((item) => !item.hidden).length;
  $("#faults-found").textContent = found ? `${found} of ${items.length} faults` : "No fault has these words.";
}

/** The trouble that the form describes; what was left empty is left out. */
function troubleOf(form) {
  const trouble = { kind: form.elements.kind.value };
  for (const input of fieldsOf(form)) {
    if (input.value !== "" && input.name !== "kind") trouble[input.name] = input.type === "number" ? Number(input.value) : input.value;
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
  troubleForm.elements.kind.addEventListener("change", () => {
    clearRefusals(troubleForm);
    showKind(troubleForm);
  });
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
  on("#dialect-clear", "click", doing(() => control("PUT", "dialect", { values: {} }), "Set."));
  on("#reset", "click", doing(() => control("POST", "reset"), "All is as it was at the start."));
}
