// The time line: all runs of the sequence, those that the filters select, and the window of before and after.

import { control, encode } from "./api.js";
import { $, svg } from "./dom.js";
import { parseInstant, shownTime } from "./zones.js";

const TOP = 8;
const BASE = 64;
const HEIGHT = 92;
const figure = $("#timeline");
const picture = $("svg", figure);
const REACH = 8; // pixels from which the pointer finds a run
const hint = $("#timeline-run");
const PATIENCE = 120; // milliseconds after the last key before the mock is asked to count
let drawn = null;
let latest = 0;

/** Draw anew, unless something newer is to be drawn. `view` has sequenceId, query, after, before, zone, and the runs of the answer, if there is one. */
export async function drawTimeline(view) {
  latest += 1;
  const mine = latest;
  await new Promise((resolve) => setTimeout(resolve, PATIENCE));
  if (mine !== latest) return;
  try {
    const counts = await control("GET", `page/timeline/${encode(view.sequenceId)}?${view.query}`);
    if (mine !== latest) return;
    const starts = view.runs.map((run) => parseInstant(run.created_at ?? ""));
    // Runs come in any order; pointer and keys find them from left to right.
    const order = [...starts.keys()].sort((a, b) => starts[a] - starts[b]);
    drawn = { view, counts, starts, order };
    point(null);
  } catch (problem) {
    if (mine !== latest) return;
    drawn = null;
    $("figcaption", figure).textContent = problem.message;
    picture.replaceChildren();
    return;
  }
  draw();
}

export function watchTimeline(onWindow) {
  new ResizeObserver(() => drawn && draw()).observe(figure);
  let begun = null;
  picture.addEventListener("pointerdown", (event) => {
    if (!drawn || drawn.counts.first === null || event.button !== 0) return;
    begun = event.offsetX;
    picture.setPointerCapture(event.pointerId);
  });
  picture.addEventListener("pointermove", (event) => {
    if (begun !== null) drawDragged(begun, event.offsetX);
    else point(nearest(event.offsetX));
  });
  picture.addEventListener("pointerleave", () => point(null));
  picture.addEventListener("pointercancel", () => {
    begun = null;
    $(".dragged", picture)?.remove();
  });
  picture.addEventListener("keydown", (event) => {
    const order = drawn?.order ?? [];
    const last = order.length - 1;
    const at = order.indexOf(pointed);
    const next = { ArrowRight: Math.min(last, at + 1), ArrowLeft: at < 0 ? last : Math.max(0, at - 1), Home: 0, End: last, Escape: -1 }[event.key];
    if (next === undefined || last < 0) return;
    event.preventDefault();
    point(order[next] ?? null);
  });
  picture.addEventListener("focus", () => pointed === null && point(drawn?.order[0] ?? null));
  picture.addEventListener("blur", () => point(null));
  picture.addEventListener("pointerup", (event) => {
    if (begun !== null && Math.abs(event.offsetX - begun) > 4) {
      const [from, to] = [begun, event.offsetX].sort((a, b) => a - b).map(scaleOf(drawn.counts).instant);
      onWindow(Math.floor(from / 1000) * 1000, Math.ceil(to / 1000) * 1000);
    }
    begun = null;
    $(".dragged", picture)?.remove();
  });
}

let pointed = null;

/** The index of the run whose mark is nearest to x, or null where none is near. */
function nearest(x) {
  if (!drawn || drawn.counts.first === null) return null;
  const scale = scaleOf(drawn.counts);
  const far = (index) => Math.abs(scale.x(drawn.starts[index]) - x);
  const best = drawn.order.reduce((a, b) => (a !== null && far(a) <= far(b) ? a : b), null);
  return best !== null && far(best) <= REACH ? best : null;
}

/** Name a run of the answer below the picture: its time, id, and what else is known of it. */
function point(index) {
  pointed = index;
  for (const [place, line] of [...picture.querySelectorAll(".run")].entries()) line.classList.toggle("pointed", place === index);
  const run = index === null ? null : drawn.view.runs[index];
  hint.textContent = run ? wordsOf(run, drawn.view.zone) : "";
}

function wordsOf(run, zone) {
  const { main, fraction } = shownTime(run.created_at, zone);
  return [`${main}${fraction}`, run.id, run.status, run.contact?.name ?? run.contact?.phone].filter(Boolean).join(" · ");
}

/** From milliseconds to pixels, and back; a little is left free at both ends. */
function scaleOf(counts) {
  const width = picture.clientWidth || 600;
  const [first, last] = [counts.first / 1000, counts.last / 1000];
  const pad = Math.max((last - first) * 0.02, 1000);
  const [low, span] = [first - pad, last - first + 2 * pad];
  return {
    width,
    holds: (instant) => instant >= low && instant <= low + span,
    x: (instant) => Math.min(width, Math.max(0, ((instant - low) / span) * width)),
    instant: (x) => low + (Math.min(width, Math.max(0, x)) / width) * span,
  };
}

function draw() {
  const { counts, view, starts } = drawn;
  const total = sum(counts.runs);
  const selected = sum(counts.matching);
  const words = `${selected.toLocaleString("en")} of ${total.toLocaleString("en")} runs match, whatever the page`;
  $("figcaption", figure).textContent = total ? words : "This sequence has no runs.";
  picture.setAttribute("aria-label", `Time line: ${words}${windowWords(view)}.`);
  if (!total) {
    picture.replaceChildren();
    return;
  }
  const scale = scaleOf(counts);
  picture.setAttribute("viewBox", `0 0 ${scale.width} ${HEIGHT}`);
  picture.setAttribute("height", HEIGHT);
  const highest = Math.max(...counts.runs);
  picture.replaceChildren(
    ...windowShapes(view, scale),
    ...bars(counts.runs, "all", counts, scale, highest),
    ...bars(counts.matching, "matching", counts, scale, highest),
    svg("line", { class: "axis", x1: 0, x2: scale.width, y1: BASE, y2: BASE }),
    ...labels(view.zone, scale),
    ...starts.map((start) => mark(start, scale)),
  );
}

const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);

function bars(numbers, kind, counts, scale, highest) {
  const span = (counts.last + 1 - counts.first) / 1000 / numbers.length;
  return numbers.flatMap((number, index) => {
    if (!number) return [];
    const x = scale.x(counts.first / 1000 + span * index);
    const width = Math.max(2, scale.x(counts.first / 1000 + span * (index + 1)) - x - 1);
    const height = 3 + (number / highest) * (BASE - TOP - 3);
    return [svg("rect", { class: kind, x, y: BASE - height, width, height, rx: 1 })];
  });
}

/** The window, from after to before; nothing where the two leave none. */
function windowShapes(view, scale) {
  const [from, to] = [parseInstant(view.after), parseInstant(view.before)];
  const [left, right] = [Number.isNaN(from) ? 0 : scale.x(from), Number.isNaN(to) ? scale.width : scale.x(to)];
  const given = [from, to].filter((instant) => !Number.isNaN(instant));
  if (!given.length) return [];
  return [
    svg("rect", { class: "window", x: left, y: 0, width: Math.max(0, right - left), height: BASE }),
    ...given.filter((instant) => scale.holds(instant)).map((instant) => svg("line", { class: "bound", x1: scale.x(instant), x2: scale.x(instant), y1: 0, y2: BASE + 5 })),
  ];
}

function windowWords(view) {
  const parts = [["from", view.after], ["to", view.before]].filter(([, value]) => value);
  return parts.length ? `; the window is ${parts.map((part) => part.join(" ")).join(" ")}` : "";
}

function labels(zone, scale) {
  const count = Math.max(2, Math.floor(scale.width / 150));
  return Array.from({ length: count }, (_, index) => {
    const x = (scale.width / (count - 1)) * index;
    const anchor = index === 0 ? "start" : index === count - 1 ? "end" : "middle";
    const wall = shownTime(new Date(scale.instant(x)).toISOString(), zone).main;
    return svg("text", { x, y: HEIGHT - 4, "text-anchor": anchor }, wall.slice(0, scale.instant(scale.width) - scale.instant(0) > 864e6 ? 10 : 16));
  });
}

function mark(start, scale) {
  const x = scale.x(start);
  return svg("line", { class: "run", x1: x, x2: x, y1: BASE + 2, y2: BASE + 12 });
}

function drawDragged(from, to) {
  const [x, end] = [from, to].sort((a, b) => a - b);
  $(".dragged", picture)?.remove();
  picture.append(svg("rect", { class: "dragged", x, y: 0, width: end - x, height: BASE }));
}
