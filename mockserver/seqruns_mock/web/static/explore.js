// Explore: ask the endpoint by a form, and see the answer in three ways. It shows the first runs, and asks when told to.

import { bodyText, brokenQuery, notesOf, outcomeOf } from "./answer.js";
import { ask, config, firstRuns, key, runsUrl } from "./api.js";
import { inQuotes, LANGUAGES } from "./code.js";
import { $, $$, h } from "./dom.js";
import { chooseZone, field, form, parameters, put, query, startFilters, zone } from "./filters.js";
import { showRuns } from "./runs.js";
import { drawTimeline, watchTimeline } from "./timeline.js";
import { instantText, wallAt } from "./zones.js";

const outcome = $("#outcome");
let answer = null;
let pending = null;
let asked = null;
let looked = false; // at the first runs, which were shown without being asked for
let search = location.search;

const view = () => $('[name="view"]:checked').value;
const pageSize = () => Number(field("limit").value || field("limit").placeholder);
const trouble = () => $("#request-trouble").value.trim();
const offset = () => Number(field("offset").value || 0);

/** The state of Explore, as it is in the address of the page. */
function state() {
  const more = { zone: [zone(), "UTC"], view: [view(), "table"], language: [$("#language").value, "curl"], trouble: [trouble(), ""] };
  const others = Object.entries(more).filter(([, [value, usual]]) => value !== usual).map(([name, [value]]) => [name, value]);
  return new URLSearchParams([["sequence_id", field("sequence_id").value], ...parameters(), ...others].filter(([, value]) => value));
}

/**
 * Put the state into the address. A question that was sent stays behind in the history, for Back, while the one
 * that is being made up has one place there, however long it takes. Opened again, only a sent one is asked.
 */
function remember({ sent }) {
  const address = `?${state()}`;
  const same = address === location.search;
  if (same && !sent) return;
  const wasSent = history.state?.sent ?? location.search !== "";
  history[wasSent && !same ? "pushState" : "replaceState"]({ sent }, "", `${address}${location.hash}`);
  search = location.search;
}

/** Put into the address how the question is looked at, which is no other question. */
function rememberLook() {
  history.replaceState(history.state ?? { sent: asked !== null && !looked }, "", `?${state()}${location.hash}`);
  search = location.search;
}

function restore(given) {
  const values = Object.fromEntries(given);
  chooseZone(values.zone);
  put(values);
  $("#request-trouble").value = values.trouble ?? "";
  $("#language").value = values.language in LANGUAGES ? values.language : "curl";
  const radios = $$('[name="view"]');
  (radios.find((radio) => radio.value === values.view) ?? radios[0]).checked = true;
  showView();
  // Only an address that asks something is asked when it is opened: opening the page must not use up a trouble.
  if (values.sequence_id && history.state?.sent !== false) send();
  else preview();
}

/** Show what would be asked: the URL, the code and the window; nothing is sent. */
export function preview() {
  const base = runsUrl(field("sequence_id").value, "");
  const url = runsUrl(field("sequence_id").value, query());
  $("#address").replaceChildren(base, ...(query() ? brokenQuery(query()) : []));
  $("#code").textContent = LANGUAGES[$("#language").value].render({ url, base, parameters: parameters(), trouble: trouble() });
  $("#environment").textContent = config.key && key() ? `Set the key first: export SEQRUNS_KEY=${inQuotes(key())}` : "Set SEQRUNS_KEY to a key of the mock first.";
  const stale = asked !== null && asked !== url;
  $(".answer").classList.toggle("stale", stale);
  $("#stale").hidden = !stale;
  drawTimeline({
    sequenceId: field("sequence_id").value, query: query(), zone: zone(), after: field("after").value,
    before: field("before").value, runs: (!stale && answer?.body?.data) || [],
  });
}

/** Show the first runs once, where nothing is asked yet: the endpoint is not asked for them, which could use up a trouble. */
export async function showFirst() {
  const untouched = () => answer === null && pending === null && !parameters().length;
  const sequenceId = field("sequence_id").value;
  if (looked || !sequenceId || !untouched()) return;
  looked = true;
  const first = await firstRuns(sequenceId);
  if (first.status !== 200 || !untouched()) return;
  answer = first;
  asked = runsUrl(sequenceId, "");
  showAnswer();
  preview();
  outcome.replaceChildren(h("span", { class: "hint" }, "These are the newest runs. Nothing was sent yet: Send asks the endpoint, as your client would."));
}

async function send() {
  looked = false;
  pending?.abort();
  pending = new AbortController();
  remember({ sent: true });
  const url = runsUrl(field("sequence_id").value, query());
  const button = $(".primary", form);
  outcome.setAttribute("aria-busy", "true");
  button.textContent = "Waiting …";
  try {
    answer = await ask(url, { trouble: trouble(), signal: pending.signal });
  } catch {
    return; // another request took its place
  }
  button.textContent = "Send";
  outcome.removeAttribute("aria-busy");
  asked = url;
  showAnswer();
  preview();
  if (outcome.getBoundingClientRect().top > innerHeight) $(".answer").scrollIntoView();
}

function showAnswer() {
  const { body } = answer;
  const runs = Array.isArray(body?.data) ? body.data : [];
  outcome.replaceChildren(...outcomeOf(answer));
  $("#hints").replaceChildren(...notesOf(answer));
  $("#json").textContent = bodyText(answer);
  showRuns(runs, zone(), only);
  const [first, last] = [offset() + 1, offset() + runs.length];
  $("#range").textContent = runs.length ? `${first.toLocaleString("en")} to ${last.toLocaleString("en")} of ${Number(body.total).toLocaleString("en")}` : "";
  $("#previous").disabled = offset() === 0 || !body?.data;
  $("#next").disabled = !runs.length || last >= body.total;
}

/** Narrow the filters, from a run in the table. */
function only(values) {
  for (const [name, value] of Object.entries(values)) field(name).value = value;
  put(Object.fromEntries([...parameters(), ["offset", ""]]));
  send();
}

function turn(pages) {
  const next = Math.max(0, offset() + pages * pageSize());
  field("offset").value = next || "";
  send();
}

function showView() {
  for (const part of $$("[data-view]")) part.hidden = part.dataset.view !== view();
}

/** Take a request to Explore: its sequence, its parameters as they were read, and its trouble. */
export function explore(sequenceId, values, itsTrouble) {
  put({ ...values, sequence_id: sequenceId });
  $("#request-trouble").value = itsTrouble;
  send();
}

export function startExplore(given) {
  $("#language").append(...Object.entries(LANGUAGES).map(([id, { name }]) => h("option", { value: id }, name)));
  startFilters();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    put({});
    $("#request-trouble").value = "";
    remember({ sent: false });
    preview();
  });
  form.addEventListener("input", () => {
    remember({ sent: false });
    preview();
  });
  $("#key").addEventListener("input", () => preview());
  $("#language").addEventListener("input", () => {
    rememberLook();
    preview();
  });
  $("#zone").addEventListener("change", () => answer && showAnswer());
  $("#previous").addEventListener("click", () => turn(-1));
  $("#next").addEventListener("click", () => turn(1));
  for (const radio of $$('[name="view"]')) {
    radio.addEventListener("change", () => {
      showView();
      rememberLook();
    });
  }
  watchTimeline((from, to) => {
    field("after").value = instantText(wallAt(zone(), from), zone());
    field("before").value = instantText(wallAt(zone(), to), zone());
    put(Object.fromEntries([...parameters(), ["offset", ""]]));
    send();
  });
  addEventListener("popstate", () => {
    if (location.search === search) return; // only the tab is another one
    search = location.search;
    restore(new URLSearchParams(search));
  });
  restore(given);
}
