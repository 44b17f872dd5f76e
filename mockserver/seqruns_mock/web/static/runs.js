// The runs of an answer as a table; each row opens to the whole run.

import { $, h } from "./dom.js";
import { channelName } from "./filters.js";
import { shownTime } from "./zones.js";

export function showRuns(runs, zone, only) {
  const none = h("tr", {}, h("td", { colspan: 7, class: "hint" }, "No runs to show."));
  $("#runs tbody").replaceChildren(...(runs.length ? runs.flatMap((run) => rowsOf(run, zone, only)) : [none]));
  $("#runs thead th").textContent = `Started (${zone})`;
}

function rowsOf(run, zone, only) {
  const details = h("tr", { class: "details", hidden: true });
  const button = h("button", { type: "button", class: "open", "aria-expanded": "false", "aria-label": `Show run ${run.id}` }, "▸");
  button.addEventListener("click", () => {
    if (!details.childNodes.length) details.append(h("td", { colspan: 7 }, narrowing(run, only), h("pre", { tabindex: 0, "aria-label": "The whole run" }, JSON.stringify(run, null, 2))));
    details.hidden = !details.hidden;
    button.setAttribute("aria-expanded", String(!details.hidden));
  });
  const { main, fraction } = shownTime(run.created_at, zone);
  const row = h("tr", {},
    h("td", { class: "time", title: run.created_at }, main, h("span", { class: "faint" }, fraction)),
    h("td", {}, h("span", { class: `pill ${run.status === "active" ? "going" : "calm"}` }, run.status)),
    h("td", {}, run.contact?.name ?? h("span", { class: "faint" }, "no name")),
    h("td", { class: "mono" }, run.contact?.phone),
    h("td", {}, channelsOf(run).map((id) => h("span", { class: "tag", title: id }, channelName(id)))),
    h("td", { class: "number" }, String(run.step_contacts?.length ?? "")),
    h("td", {}, button),
  );
  row.addEventListener("click", (event) => event.target.closest("button") ?? (String(getSelection()) || button.click()));
  return [row, details];
}

const channelsOf = (run) => [...new Set((run.step_contacts ?? []).map((step) => step.channel_id).filter(Boolean))].sort();

function narrowing(run, only) {
  const choice = (words, values) => h("button", { type: "button", onclick: () => only(values) }, words);
  return h("div", { class: "presets" },
    choice("Only this phone", { phone: run.contact?.phone }),
    choice("Only this start", { after: run.created_at, before: run.created_at }),
    choice("This start and later", { after: run.created_at }),
    choice("This start and earlier", { before: run.created_at }),
    channelsOf(run).map((id) => choice(`Only ${channelName(id)}`, { channel_id: id })),
  );
}
