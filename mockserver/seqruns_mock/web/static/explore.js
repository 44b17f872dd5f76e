// Explore: ask the endpoint by a form, and see the answer in three ways. It asks only when it is told to.

import { ask, key, runsUrl } from "./api.js";
import { LANGUAGES } from "./code.js";
import { $, $$, h, statusPill } from "./dom.js";
import { field, form, parameters, put, query, startFilters, zone } from "./filters.js";
import { showRuns } from "./runs.js";
import { drawTimeline, watchTimeline } from "./timeline.js";
import { instantText, wallAt } from "./zones.js";

const outcome = $("#outcome");
let answer = null;
let pending = null;
let asked = null;

const view = () => $('[name="view"]:checked').value;
const pageSize = () => Number(field("limit").value || field("limit").placeholder);
const offset = () => Number(field("offset").value || 0);

/** The state of Explore, as it is in the address of the page. */
function state() {
  const pairs = [["sequence_id", field("sequence_id").value], ...parameters()];
  if (zone() !== "UTC") pairs.push(["zone", zone()]);
  if (view() !== "table") pairs.push(["view", view()]);
  return new URLSearchParams(pairs);
}

/** Show what would be asked: the URL, the code and the window; nothing is sent. */
export function preview() {
  const base = runsUrl(field("sequence_id").value, "");
  const url = runsUrl(field("sequence_id").value, query());
  $("#address").textContent = url;
  $("#code").textContent = LANGUAGES[$("#language").value].render({ url, base, parameters: parameters() });
  $("#environment").textContent = key() ? `Set the key first: export SEQRUNS_KEY='${key()}'` : "Set SEQRUNS_KEY to a key of the mock first.";
  const stale = asked !== null && asked !== url;
  $(".answer").classList.toggle("stale", stale);
  $("#stale").hidden = !stale;
  drawTimeline({
    sequenceId: field("sequence_id").value, query: query(), zone: zone(), after: field("after").value,
    before: field("before").value, runs: (!stale && answer?.body?.data) || [],
  });
}

async function send() {
  pending?.abort();
  pending = new AbortController();
  history.replaceState(null, "", `?${state()}${location.hash}`);
  const url = runsUrl(field("sequence_id").value, query());
  const button = $(".primary", form);
  outcome.setAttribute("aria-busy", "true");
  button.textContent = "Waiting …";
  try {
    answer = await ask(url, { trouble: $("#request-trouble").value, signal: pending.signal });
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
  const { status, body, problem, hint, milliseconds, text } = answer;
  const runs = Array.isArray(body?.data) ? body.data : [];
  const errors = (body?.errors ?? []).map((error) => error.description);
  outcome.replaceChildren(
    status === null ? h("span", { class: "pill bad" }, "no answer") : statusPill(status),
    h("strong", {}, problem ?? (status === 200 ? `${(body?.total ?? 0).toLocaleString("en")} runs match` : "refused")),
    h("span", { class: "hint" }, `${milliseconds.toFixed(1)} ms`),
  );
  $("#hints").replaceChildren(...errors.map((words) => h("li", { class: "bad" }, words)), ...[hint].filter(Boolean).map((words) => h("li", {}, words)));
  $("#json").textContent = problem || body === null ? text : JSON.stringify(body, null, 2);
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

/** Take a request to Explore: its sequence and its parameters as they were read. */
export function explore(sequenceId, values) {
  put({ ...values, sequence_id: sequenceId });
  send();
}

export function startExplore(given) {
  const values = Object.fromEntries(given);
  $("#language").append(...Object.entries(LANGUAGES).map(([id, { name }]) => h("option", { value: id }, name)));
  startFilters({ zone: values.zone, values });
  const wanted = $$('[name="view"]').find((radio) => radio.value === values.view);
  if (wanted) wanted.checked = true;
  showView();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    put({});
    $("#request-trouble").value = "";
    preview();
  });
  form.addEventListener("input", () => preview());
  $("#key").addEventListener("input", () => preview());
  $("#language").addEventListener("input", () => preview());
  $("#zone").addEventListener("change", () => answer && showAnswer());
  $("#previous").addEventListener("click", () => turn(-1));
  $("#next").addEventListener("click", () => turn(1));
  for (const radio of $$('[name="view"]')) {
    radio.addEventListener("change", () => {
      showView();
      history.replaceState(null, "", `?${state()}${location.hash}`);
    });
  }
  watchTimeline((from, to) => {
    field("after").value = instantText(wallAt(zone(), from), zone());
    field("before").value = instantText(wallAt(zone(), to), zone());
    put(Object.fromEntries([...parameters(), ["offset", ""]]));
    send();
  });
  // Only an address that asks something is asked when the page opens: opening it must not use up a trouble.
  if (values.sequence_id) send();
  else preview();
}
