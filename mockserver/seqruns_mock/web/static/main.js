// The page: its tabs, and the one look at the state of the mock that all of them live on.

import { config, control, keepKey, key } from "./api.js";
import { showControls, showMisbehaving, startControls } from "./controls.js";
import { $, $$, say, watchCopying } from "./dom.js";
import { preview, showFirst, startExplore } from "./explore.js";
import { showSequences } from "./filters.js";
import { followJournal, startJournal } from "./journal.js";
import { showReference, startReference } from "./reference.js";

const PAUSE = 500; // milliseconds between two looks
const tabs = $$('[role="tab"]');
let known = JSON.stringify(config.sequences);
let turn = Promise.resolve();

/** Do one thing after the other: what is done to the mock, and the looks at its state. */
function inTurn(task) {
  const done = turn.then(task);
  turn = done.catch(() => {});
  return done;
}

function openTab(name, { focus = false } = {}) {
  if ($(`#panel-${name}`).hidden) scrollTo(0, 0);
  for (const tab of tabs) {
    const chosen = tab.id === `tab-${name}`;
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
    $(`#${tab.getAttribute("aria-controls")}`).hidden = !chosen;
    if (chosen && focus) tab.focus();
  }
  document.title = `${$(`#panel-${name} h2`).textContent} · seqruns mock`;
  history.replaceState(history.state, "", `${location.pathname}${location.search}#${name}`);
  if (name === "reference") showReference().catch((problem) => say(problem.message, "bad"));
}

function startTabs() {
  for (const tab of tabs) tab.addEventListener("click", () => openTab(tab.id.slice(4)));
  $('[role="tablist"]').addEventListener("keydown", (event) => {
    const place = tabs.indexOf(event.target);
    const next = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (place < 0 || next === undefined) return;
    event.preventDefault();
    openTab(tabs[(next + tabs.length) % tabs.length].id.slice(4), { focus: true });
  });
  const open = () => openTab(tabs.some((tab) => tab.id === `tab-${location.hash.slice(1)}`) ? location.hash.slice(1) : "explore");
  addEventListener("hashchange", open);
  $(".skip").addEventListener("click", (event) => {
    event.preventDefault(); // the fragment of the address is the tab
    $("main").focus();
  });
  open();
}

const look = () => inTurn(lookOnce);

/** Look at the state of the mock, and let every part show what is new in it. */
async function lookOnce() {
  const words = $("#connection");
  try {
    const state = await control("GET", "state");
    words.hidden = true;
    switchOff(false);
    const sequences = JSON.stringify(state.sequences);
    if (sequences !== known) {
      known = sequences;
      showSequences(state.sequences);
      preview();
    }
    const misbehaving = showMisbehaving(state);
    badge("controls", misbehaving);
    if (!misbehaving) await showFirst();
    await followJournal(state);
    await showControls(state);
  } catch (problem) {
    const text = whatIsOff(problem);
    if (words.textContent !== text) words.textContent = text;
    words.hidden = false;
    if (!problem.status) return;
    switchOff(true);
    if (problem.status === 401 && document.activeElement === document.body) $("#key").focus();
  }
}

function whatIsOff({ status, message }) {
  const off = "Requests, Controls, the menus and the time line are off";
  if (status === undefined) return "The mock does not answer; waiting for it.";
  if (status === 401) return `${key() ? "This is none of the mock's keys." : "Others can reach this mock, so it asks for a key."} Give one of its keys above; until then ${off}.`;
  if (status === 404) return `This mock has no control API: ${off}. Explore and Reference still ask the endpoint.`;
  return `${message} ${off}. Explore and Reference still ask the endpoint, with a key.`;
}

/** Let what needs the control API be of no use where it is closed, rather than show that there is nothing. */
function switchOff(off) {
  for (const name of ["requests", "controls"]) $(`#panel-${name}`).inert = off;
}

function badge(tab, count) {
  const mark = $(`#tab-${tab} .count`);
  mark.hidden = count === 0;
  mark.textContent = ` ${count}`;
  mark.title = `${count} of troubles, faults and rate limit in force`;
}

async function keepLooking() {
  if (!document.hidden) await look();
  setTimeout(keepLooking, PAUSE);
}

// Everything starts at once, before anybody can type; what it needs at first came with the page.
for (const place of $$(".base")) place.textContent = location.origin + config.runsPath.split("/sequences/")[0];
watchCopying();
keepKey();
showSequences(config.sequences);
startExplore(new URLSearchParams(location.search));
startJournal(() => openTab("explore"));
startReference();
startControls(inTurn, look);
startTabs();
keepLooking();
