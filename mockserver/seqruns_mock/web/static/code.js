// A request as code to copy. Keys come from the environment, so that none ends up in a file.

import { config } from "./api.js";

const text = (value) => JSON.stringify(value);
export const inQuotes = (value) => `'${value.replaceAll("'", `'\\''`)}'`;

/** The header of a trouble that is asked for, written by `line`; else nothing. */
const troubleHeader = (trouble, line) => (trouble ? line("X-Mock-Trouble", trouble) : "");

/** `options` is for what curl is to do otherwise than usual, such as `--head`. */
export function curl({ url, trouble, options = "" }) {
  const header = troubleHeader(trouble, (name, value) => `  --header ${inQuotes(`${name}: ${value}`)} \\\n`);
  return `curl ${options}--header "${config.keyHeader}: $SEQRUNS_KEY" \\\n${header}  ${inQuotes(url)}`;
}

function python(library) {
  return ({ base, parameters, trouble }) => `import os

import ${library}

response = ${library}.get(
    ${text(base)},
${parameters.length ? `    params={\n${parameters.map(([name, value]) => `        ${text(name)}: ${text(value)},\n`).join("")}    },\n` : ""}    headers={${text(config.keyHeader)}: os.environ["SEQRUNS_KEY"]${troubleHeader(trouble, (name, value) => `, ${text(name)}: ${text(value)}`)}},
    timeout=10,
)
response.raise_for_status()
page = response.json()
print(page["total"], "runs match;", len(page["data"]), "are on this page")
`;
}

function javascript({ base, parameters, trouble }) {
  const query = parameters.length
    ? `url.search = new URLSearchParams({\n${parameters.map(([name, value]) => `  ${name}: ${text(value)},\n`).join("")}});\n`
    : "";
  return `const url = new URL(${text(base)});
${query}const response = await fetch(url, {
  headers: { ${text(config.keyHeader)}: process.env.SEQRUNS_KEY${troubleHeader(trouble, (name, value) => `, ${text(name)}: ${text(value)}`)} },
});
if (!response.ok) throw new Error(\`\${response.status} \${await response.text()}\`);
const page = await response.json();
console.log(\`\${page.total} runs match; \${page.data.length} are on this page\`);
`;
}

function go({ base, parameters, trouble }) {
  const query = parameters.map(([name, value]) => `\tquery.Set(${text(name)}, ${text(value)})\n`).join("");
  return `package main

import (
\t"encoding/json"
\t"fmt"
\t"log"
\t"net/http"
${query ? '\t"net/url"\n' : ""}\t"os"
)

func main() {
${query ? `\tquery := url.Values{}\n${query}` : ""}\trequest, err := http.NewRequest(http.MethodGet, ${text(base)}${query ? '+"?"+query.Encode()' : ""}, nil)
\tif err != nil {
\t\tlog.Fatal(err)
\t}
\trequest.Header.Set(${text(config.keyHeader)}, os.Getenv("SEQRUNS_KEY"))
${troubleHeader(trouble, (name, value) => `\trequest.Header.Set(${text(name)}, ${text(value)})\n`)}\tresponse, err := http.DefaultClient.Do(request)
\tif err != nil {
\t\tlog.Fatal(err)
\t}
\tdefer response.Body.Close()
\tvar page struct {
\t\tData  []map[string]any \`json:"data"\`
\t\tTotal int              \`json:"total"\`
\t}
\tif err := json.NewDecoder(response.Body).Decode(&page); err != nil {
\t\tlog.Fatal(err)
\t}
\tfmt.Println(page.Total, "runs match;", len(page.Data), "are on this page")
}
`;
}

export const LANGUAGES = {
  curl: { name: "curl", render: curl },
  requests: { name: "Python, requests", render: python("requests") },
  httpx: { name: "Python, httpx", render: python("httpx") },
  fetch: { name: "JavaScript, fetch", render: javascript },
  go: { name: "Go", render: go },
};
