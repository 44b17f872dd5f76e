// Requests: the journal, live. Click one to see all of it, send it again, or take it to Explore.

import { bodyText, brokenQuery, notesOf, outcomeOf } from "./answer.js";
import { ask, config, control, encode, key } from "./api.js";
import { curl, inQuotes } from "./code.js";
import { $, copy, h, saying, statusPill } from "./dom.js";
import { explore } from "./explore.js";

const SHOWN = 200;
const BREATH = 2000; // milliseconds between two announcements to a screen reader
const MASK = "…"; // what the journal has in the place of a key
const TROUBLE = "X-Mock-Trouble";
const body = $("#journal tbody");
const panel = $("#request");
let entries = [];
let seen = { started: null, last: 0, held: 0 };
let paused = false;
let chosen = null;
let toExplore = () => {};
let unsaid = 0;
let speaking = false;

/** Bring the list up to date with the state of the mock; it asks only when something came or went. */
export async function followJournal(state) {
  const now = { started: state.started, last: state.journal.last, held: state.journal.held };
  if (paused || (now.started === seen.started && now.last === seen.last && now.held === seen.held)) return;
  const anew = now.started !== seen.started;
  const answer = await control("GET", `requests?limit=${SHOWN}${anew ? "" : `&after=${seen.last}`}`);
  entries = [...answer.requests.reverse(), ...(anew ? [] : entries)].filter(({ id }) => id >= answer.first).slice(0, SHOWN);
  seen = { started: now.started, last: answer.last, held: answer.last - answer.first + 1 };
  if (anew) body.replaceChildren();
  show(anew ? 0 : answer.requests.length);
  if (!anew) announce(answer.requests.length);
}

/** Say what came, to those who do not see it: politely, only in this tab, and not more often than one can listen. */
function announce(count) {
  const [latest] = entries;
  unsaid = latest ? unsaid + count : 0;
  if (speaking || !unsaid || $("#panel-requests").hidden) return;
  $("#news").textContent = `${unsaid === 1 ? "A new request" : `${unsaid} new requests, the latest`}: ${latest.method} ${latest.query_string || "without a query"}, ${latest.status ?? "no answer"}, ${matchWords(latest)}`;
  unsaid = 0;
  speaking = true;
  setTimeout(() => {
    speaking = false;
    announce(0);
  }, BREATH);
}

function show(fresh = 0) {
  const words = $("#containing").value.toLowerCase();
  const wanted = entries.filter((entry) => (!$("#which").value || amiss(entry)) && textOf(entry).includes(words));
  // Rows that stay are left where they are, with the focus that one of them may have.
  const ids = new Set(wanted.map(({ id }) => id));
  const focused = body.contains(document.activeElement) && document.activeElement.closest("tr");
  const [kept, gone] = [[], []];
  for (const line of body.children) (ids.has(Number(line.dataset.id)) ? kept : gone).push(line);
  for (const line of gone) line.remove();
  let next = body.firstChild;
  for (const [index, entry] of wanted.entries()) {
    if (Number(next?.dataset.id) === entry.id) next = next.nextSibling;
    else body.insertBefore(row(entry, index < fresh), next);
  }
  if (gone.includes(focused)) $("tr:last-child button", body)?.focus();
  $("#journal-empty").hidden = entries.length > 0;
  $("#journal-none").hidden = wanted.length > 0 || !entries.length;
}

const amiss = (entry) => entry.status !== 200 || entry.total === 0 || entry.trouble !== null || entry.hints.length > 0;
const agent = (entry) => entry.headers["User-Agent"] ?? "";
const percent = (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
/** A path as it was sent: the journal has it decoded. */
const sentPath = (path) => path.replace(/[^\w/.~!$&'()*+,;=:@-]+/g, encodeURIComponent);
/** What was asked, as it came: the query is never decoded, only a masked key in it takes a new one. */
const target = (entry, secret = MASK) => config.root + sentPath(entry.path) + (entry.query_string ? `?${entry.query_string.replaceAll(MASK, secret)}` : "");
const textOf = (entry) => `${entry.method} ${target(entry)} ${agent(entry)} ${matchWords(entry)}`.toLowerCase();

function matchWords(entry) {
  const found = entry.total === null ? [] : [entry.total === 0 ? "no run" : `${entry.returned} of ${entry.total} runs`];
  const trouble = entry.trouble ? [`trouble: ${entry.trouble}`] : [];
  return [...trouble, ...found, ...entry.errors, ...entry.hints].join(" · ");
}

function row(entry, fresh) {
  const open = h("button", { type: "button", class: "plain mono", onclick: () => choose(entry) }, ...path(entry));
  const line = h("tr", { class: `${fresh ? "fresh" : ""} ${chosen === entry.id ? "chosen" : ""}`, "data-id": entry.id },
    h("td", { class: "time", title: entry.time }, new Date(entry.time).toLocaleTimeString("en-GB")),
    h("td", { class: "mono" }, entry.method),
    h("td", {}, open),
    h("td", {}, statusPill(entry.status)),
    h("td", { class: "number" }, `${entry.duration_ms.toFixed(1)} ms`),
    h("td", { class: "client", title: agent(entry) }, agentName(agent(entry))),
    h("td", { class: "words" }, matchWords(entry)),
  );
  line.addEventListener("click", (event) => event.target.closest("button") ?? (String(getSelection()) || choose(entry)));
  return line;
}

/** The path with a long sequence id cut, and the query as it came. */
function path(entry) {
  const [whole, id] = [entry.path, entry.sequence_id ?? ""].map(sentPath);
  const short = id.length > 12 ? whole.replace(id, `${id.slice(0, 8)}…`) : whole;
  return [h("span", { class: "faint" }, short), entry.query_string ? h("span", {}, brokenQuery(entry.query_string)) : null];
}

function agentName(text) {
  if (!text) return "none";
  const browser = /(Edg|Firefox|Chrome|Safari)\/(\d+)/.exec(text.startsWith("Mozilla/") ? text : "");
  return browser ? `${browser[1]} ${browser[2]}` : text.split(" ")[0].slice(0, 40);
}

function choose(entry) {
  chosen = entry.id;
  for (const line of body.children) line.classList.toggle("chosen", Number(line.dataset.id) === chosen);
  const table = (pairs) => h("table", { class: "pairs" }, h("tbody", {}, pairs.map(([name, value]) => h("tr", {}, h("th", { scope: "row" }, name), h("td", { class: "mono" }, value)))));
  const part = (title, pairs) => (pairs.length ? [h("h3", {}, title), table(pairs)] : []);
  panel.replaceChildren(
    h("div", { class: "bar" }, h("h2", { tabindex: "-1" }, `Request ${entry.id}`), h("button", { type: "button", "aria-label": "Close", onclick: close }, "✕")),
    h("p", { class: "mono wrap" }, h("strong", {}, entry.method), " ", target(entry)),
    h("div", { class: "presets" },
      h("button", { type: "button", class: "primary", onclick: saying(() => again(entry)) }, "Send again"),
      entry.sequence_id !== null && h("button", { type: "button", onclick: () => take(entry) }, "Take to Explore"),
      h("button", { type: "button", onclick: () => copy(asCurl(entry)) }, "Copy as curl"),
    ),
    h("p", {}, statusPill(entry.status), ` ${matchWords(entry)}`),
    h("div", { id: "again" }, h("p", { role: "status" }), h("div")),
    ...part("When", [["time", entry.time], ["took", `${entry.duration_ms} ms`]]),
    ...part("Parameters, as they were read", Object.entries(entry.parameters)),
    ...part("Headers of the request", Object.entries(entry.headers)),
    ...part("Headers of the answer", entry.answer_headers),
  );
  panel.hidden = false;
  $("h2", panel).focus();
}

function close() {
  const line = $(`[data-id="${chosen}"] button`, body);
  chosen = null;
  panel.hidden = true;
  $(".chosen", body)?.classList.remove("chosen");
  line?.focus();
}

async function again(entry) {
  const url = target(entry, encode(key())).replace(/[\x80-\xff]/g, percent);
  const [line, rest] = $("#again", panel).children;
  line.textContent = "Sent again …";
  rest.replaceChildren();
  const answer = await ask(url, { method: entry.method, trouble: entry.headers[TROUBLE] ?? "" });
  const respelled = !new URL(url, location).href.endsWith(url);
  line.replaceChildren("Sent again: ", ...outcomeOf(answer).flatMap((part) => [part, " "]));
  rest.replaceChildren(
    h("ul", { class: "notes" }, notesOf(answer), respelled && h("li", {}, "The browser wrote some signs of the address in another way, which means the same; curl sends it exactly as it came.")),
    ...(bodyText(answer) ? [h("pre", { tabindex: 0, "aria-label": "The body of the answer" }, bodyText(answer))] : []),
  );
}

function take(entry) {
  toExplore();
  explore(entry.sequence_id, entry.parameters, entry.headers[TROUBLE] ?? "");
}

function asCurl(entry) {
  const method = entry.method === "GET" ? "" : entry.method === "HEAD" ? "--head " : `--request ${inQuotes(entry.method)} `;
  return curl({ url: location.origin + target(entry), trouble: entry.headers[TROUBLE], options: `${method}--globoff ` });
}

export function startJournal(openExplore) {
  toExplore = openExplore;
  $("#which").addEventListener("change", () => show());
  $("#containing").addEventListener("input", () => show());
  $("#clear-journal").addEventListener("click", saying(() => control("DELETE", "requests")));
  panel.addEventListener("keydown", (event) => event.key === "Escape" && close());
  $("#pause").addEventListener("click", (event) => {
    paused = !paused;
    event.target.setAttribute("aria-pressed", String(paused));
    event.target.textContent = paused ? "Go on" : "Pause";
    $("#live-words").textContent = paused ? "Paused: what comes meanwhile shows up later." : "Live: requests show up as they come.";
    $(".live").classList.toggle("paused", paused);
  });
}
