// Requests: the journal, live. Click one to see all of it, send it again, or take it to Explore.

import { ask, config, control, key } from "./api.js";
import { $, copy, h, say, saying, statusPill } from "./dom.js";
import { explore } from "./explore.js";

const SHOWN = 200;
const body = $("#journal tbody");
const panel = $("#request");
let entries = [];
let seen = { started: null, last: 0, held: 0 };
let paused = false;
let chosen = null;
let toExplore = () => {};

/** Bring the list up to date with the state of the mock; it asks only when something came or went. */
export async function followJournal(state) {
  const now = { started: state.started, last: state.journal.last, held: state.journal.held };
  if (paused || (now.started === seen.started && now.last === seen.last && now.held === seen.held)) return;
  const anew = now.started !== seen.started;
  const answer = await control("GET", `requests?limit=${SHOWN}${anew ? "" : `&after=${seen.last}`}`);
  entries = [...answer.requests.reverse(), ...(anew ? [] : entries)].filter(({ id }) => id > answer.dropped).slice(0, SHOWN);
  seen = { started: now.started, last: answer.last, held: answer.last - answer.dropped };
  show(anew ? 0 : answer.requests.length);
}

function show(fresh = 0) {
  const words = $("#containing").value.toLowerCase();
  const wanted = entries.filter((entry) => (!$("#which").value || amiss(entry)) && textOf(entry).includes(words));
  body.replaceChildren(...wanted.map((entry, index) => row(entry, index < fresh)));
  $("#journal-empty").hidden = wanted.length > 0;
}

const amiss = (entry) => entry.status !== 200 || entry.total === 0 || entry.trouble !== null || entry.hints.length > 0;
const agent = (entry) => entry.headers["User-Agent"] ?? "";
const target = (entry) => entry.path + (entry.query_string ? `?${entry.query_string}` : "");
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
  const id = entry.sequence_id ?? "";
  const short = id.length > 12 ? entry.path.replace(id, `${id.slice(0, 8)}…`) : entry.path;
  return [h("span", { class: "faint" }, short), entry.query_string ? h("span", {}, `?${entry.query_string}`) : null];
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
      h("button", { type: "button", onclick: () => copy(curl(entry)) }, "Copy as curl"),
    ),
    h("p", {}, statusPill(entry.status), ` ${matchWords(entry)}`),
    ...part("When", [["time", entry.time], ["took", `${entry.duration_ms} ms`]]),
    ...part("Parameters, as they were read", Object.entries(entry.parameters)),
    ...part("Headers", Object.entries(entry.headers)),
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
  const answer = await ask(target(entry), { method: entry.method });
  say(`Sent again: ${answer.problem ?? `${answer.status}${answer.body?.total === undefined ? "" : `, ${answer.body.total} runs match`}`}`, answer.status === 200 ? "" : "bad");
}

function take(entry) {
  toExplore();
  explore(entry.sequence_id, entry.parameters);
}

function curl(entry) {
  const url = (location.origin + target(entry)).replaceAll("'", "%27");
  const method = entry.method === "GET" ? "" : entry.method === "HEAD" ? "--head " : `--request ${entry.method} `;
  return `curl ${method}--header "${config.keyHeader}: ${key() ? "$SEQRUNS_KEY" : "KEY"}" '${url}'`;
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
