// What the page asks: the control API, and the endpoint as any client would.

import { $ } from "./dom.js";

export const config = JSON.parse($("#config").textContent);

// The page may be behind a prefix that a proxy takes off, so what counts is where the browser found it.
config.served = config.root;
config.root = new URL(".", location.href).pathname.replace(/\/$/, "");
config.runsPath = config.root + config.runsPath.slice(config.served.length);

export const key = () => $("#key").value;

const KEPT = "seqruns-key";

/** Where the page comes without a key, keep the one that its user gives: for this tab, and never in an address. */
export function keepKey() {
  if (config.key) return;
  $("#key").value = sessionStorage.getItem(KEPT) ?? "";
  $("#key").addEventListener("input", () => sessionStorage.setItem(KEPT, key()));
}

export const encode = (text) => encodeURIComponent(text).replace(/['()!*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);

export function runsUrl(sequenceId, query) {
  const path = config.runsPath.replace("{sequence_id}", encode(sequenceId));
  return `${location.origin}${path}${query ? `?${query}` : ""}`;
}

/** Return the first runs of a sequence, by a way on which nobody asks the endpoint: no trouble, no key, no journal. */
export const firstRuns = (sequenceId) => ask(`${config.root}/__mock__/page/first/${encode(sequenceId)}`);

export async function control(method, path, body) {
  const response = await fetch(`${config.root}/__mock__/${path}`, {
    method,
    headers: { ...withKey(), ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
    body: body === undefined ? undefined : JSON.stringify(body),
    cache: "no-store",
  });
  if (response.status === 204) return null;
  const answer = await response.json();
  if (response.ok) return answer;
  const descriptions = answer.errors.map((error) => error.description);
  throw Object.assign(new Error(descriptions.join(" ")), { status: response.status, descriptions });
}

/** Ask the endpoint and return all there is to see, whatever comes: also no answer, and no JSON. */
export async function ask(url, { method = "GET", trouble = "", signal } = {}) {
  const begun = performance.now();
  const answer = { status: null, text: "", body: null, problem: null, hints: [], milliseconds: 0 };
  try {
    const headers = { ...withKey(), ...(trouble ? { "X-Mock-Trouble": trouble } : {}) };
    const response = await fetch(url, { method, headers, signal, cache: "no-store" });
    answer.status = response.status;
    // The browser joins them; each ends in a full stop.
    answer.hints = response.headers.get("X-Mock-Hint")?.split(/(?<=\.), /) ?? [];
    answer.text = await response.text();
    if (answer.text) answer.body = JSON.parse(answer.text);
  } catch (problem) {
    if (problem.name === "AbortError") throw problem;
    answer.problem = wordsFor(problem, answer);
  }
  answer.milliseconds = performance.now() - begun;
  return answer;
}

function wordsFor(problem, answer) {
  if (problem instanceof SyntaxError) return `The body is not JSON: ${problem.message}.`;
  if (answer.status === null) return "The connection was closed before anything was answered.";
  return "The connection was closed in the middle of the body.";
}

function withKey() {
  return key() ? { [config.keyHeader]: key() } : {};
}
