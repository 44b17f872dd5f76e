// The form of Explore: its fields are the parameters of the endpoint, and the page's address holds them all.

import { config } from "./api.js";
import { $, $$, h } from "./dom.js";
import { HERE, instantText, parseInstant, wallAt, zones } from "./zones.js";

export const form = $("#filters");
const zoneMenu = $("#zone");
let sequences = [];

export const zone = () => zoneMenu.value;
export const field = (name) => form.elements[name];

/** The parameters that are given, in the order of the document, as [name, value]. */
export function parameters() {
  return config.parameters.map((name) => [name, field(name).value]).filter(([, value]) => value !== "");
}

/** The query string; a colon may stay as it is, so that times can be read. */
export const query = () => new URLSearchParams(parameters()).toString().replaceAll("%3A", ":");

/** Put values into the fields; what is not given becomes empty. */
export function put(values) {
  if (values.sequence_id) choose(field("sequence_id"), values.sequence_id);
  showChannels();
  for (const name of config.parameters) {
    const input = field(name);
    if (input.tagName === "SELECT") choose(input, values[name] ?? "");
    else input.value = values[name] ?? "";
  }
  $$("[data-moment]").forEach(showMoment);
}

/** Select a value in a menu, also one that was not in it: a client may ask for anything. */
function choose(menu, value) {
  if (![...menu.options].some((option) => option.value === value)) menu.append(h("option", { value }, value));
  menu.value = value;
}

/** Let the menus have the sequences and channels that there are now, and keep what is chosen. */
export function showSequences(known) {
  sequences = known;
  for (const menu of $$('select[name="sequence_id"]')) {
    const chosen = menu.value;
    menu.replaceChildren(...known.map(({ id, runs }) => h("option", { value: id }, `${id} · ${runs.toLocaleString("en")} runs`)));
    if (chosen) choose(menu, chosen);
  }
  showChannels();
}

function showChannels() {
  const menu = field("channel_id");
  const chosen = menu.value;
  const known = sequences.find(({ id }) => id === field("sequence_id").value)?.channels ?? [];
  menu.replaceChildren(h("option", { value: "" }, "any"), ...known.map((id) => h("option", { value: id }, `${channelName(id)} · ${id}`)));
  choose(menu, chosen);
}

/** What a channel is called here: a letter, by the order of all channels that the mock knows. */
export function channelName(id) {
  const all = [...new Set(sequences.flatMap(({ channels }) => channels))].sort();
  const place = all.indexOf(id.toLowerCase());
  return place < 0 ? id.slice(0, 8) : `Channel ${place < 26 ? String.fromCharCode(65 + place) : place + 1}`;
}

function showMoment(group) {
  const instant = parseInstant($("[name]", group).value);
  $('[type="datetime-local"]', group).value = Number.isNaN(instant) ? "" : wallAt(zone(), instant);
}

export function chooseZone(wanted) {
  zoneMenu.value = zones().includes(wanted) ? wanted : "UTC";
}

export function startFilters() {
  zoneMenu.append(...zones().map((name) => h("option", { value: name }, name === HERE && name !== "UTC" ? `${name} (this browser)` : name)));
  for (const group of $$("[data-moment]")) {
    $('[type="datetime-local"]', group).addEventListener("input", (event) => {
      $("[name]", group).value = instantText(event.target.value, zone());
    });
    $("[name]", group).addEventListener("input", () => showMoment(group));
  }
  zoneMenu.addEventListener("change", () => {
    for (const group of $$("[data-moment]")) showMoment(group);
  });
  field("sequence_id").addEventListener("change", showChannels);
}
