// Reference: Swagger UI over the documents that this server gives, with the key filled in. Loaded when first seen.

import { config, key } from "./api.js";
import { $, $$, h, saying } from "./dom.js";
import { field } from "./filters.js";

const FILES = `${config.root}/__mock__/page/swagger-ui/`;
const place = $("#swagger");
let shown = null;
let ui = null;

function load() {
  document.head.append(h("link", { rel: "stylesheet", href: `${FILES}swagger-ui.css` }));
  return new Promise((resolve, reject) => {
    document.head.append(h("script", { src: `${FILES}swagger-ui-bundle.js`, onload: resolve, onerror: () => reject(new Error("Swagger UI did not load.")) }));
  });
}

export async function showReference() {
  shown ??= load();
  await shown;
  if (!place.childNodes.length) await open();
}

async function open() {
  const url = $('[name="document"]:checked').value;
  const spec = await (await fetch(url)).json();
  // What is tried goes to where the page came from, and nowhere else: so does the key.
  spec.servers = spec.servers.map((server) => ({ url: location.origin + config.root + new URL(server.url).pathname.slice(config.served.length).replace(/\/$/, "") }));
  suggestValues(spec);
  ui = window.SwaggerUIBundle({
    spec,
    domNode: place,
    presets: [window.SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
    deepLinking: false,
    validatorUrl: null,
    docExpansion: url.startsWith("__mock__/") ? "list" : "full",
    tryItOutEnabled: true,
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    onComplete: fillInKey,
  });
}

function fillInKey() {
  if (key()) ui?.preauthorizeApiKey("ApiKey", key());
}

/** Examples are filled into the fields: let them be a sequence that there is, and no filter until one is wanted. */
function suggestValues(spec) {
  for (const parameter of Object.values(spec.components.parameters)) {
    if (parameter.in === "query") delete parameter.example;
    if (parameter.name === "sequence_id") parameter.example = field("sequence_id").value;
  }
}

/** Name what the renderer leaves without a name, and let it be a part of our page and not a second one. */
function tidy() {
  $("main", place)?.setAttribute("role", "group");
  for (const menu of $$("select:not([aria-label])", place)) {
    const row = menu.closest("tr");
    menu.setAttribute("aria-label", row?.dataset.paramName ?? (row ? `Choice for ${row.dataset.code ?? "the body"}` : "Server"));
  }
  for (const text of $$("pre:not([tabindex])", place)) text.tabIndex = 0;
}

export function startReference() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const dress = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
  dark.addEventListener("change", dress);
  dress();
  new MutationObserver(tidy).observe(place, { childList: true, subtree: true });
  $("#key").addEventListener("change", fillInKey);
  for (const radio of $$('[name="document"]')) radio.addEventListener("change", saying(open));
}
