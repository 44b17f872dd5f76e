// Reference: Swagger UI over the documents that this server gives, with the key filled in. Loaded when first seen.

import { key } from "./api.js";
import { $, $$, h, saying } from "./dom.js";
import { field } from "./filters.js";

const FILES = "/__mock__/page/swagger-ui/";
let shown = null;

function load() {
  document.head.append(h("link", { rel: "stylesheet", href: `${FILES}swagger-ui.css` }));
  return new Promise((resolve, reject) => {
    document.head.append(h("script", { src: `${FILES}swagger-ui-bundle.js`, onload: resolve, onerror: () => reject(new Error("Swagger UI did not load.")) }));
  });
}

export async function showReference() {
  shown ??= load();
  await shown;
  if (!$("#swagger").childNodes.length) await open();
}

async function open() {
  const url = $('[name="document"]:checked').value;
  const spec = await (await fetch(url)).json();
  suggestValues(spec);
  const ui = window.SwaggerUIBundle({
    spec,
    domNode: $("#swagger"),
    presets: [window.SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
    deepLinking: false,
    validatorUrl: null,
    docExpansion: url.startsWith("/__mock__/") ? "list" : "full",
    tryItOutEnabled: true,
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    onComplete: () => {
      if (key()) ui.preauthorizeApiKey("ApiKey", key());
    },
  });
}

/** Examples are filled into the fields: let them be a sequence that there is, and no filter until one is wanted. */
function suggestValues(spec) {
  for (const parameter of Object.values(spec.components.parameters)) {
    if (parameter.in === "query") delete parameter.example;
    if (parameter.name === "sequence_id") parameter.example = field("sequence_id").value;
  }
}

export function startReference() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const dress = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
  dark.addEventListener("change", dress);
  dress();
  for (const radio of $$('[name="document"]')) radio.addEventListener("change", saying(open));
}
