"""The page of an endpoint for people: what it takes and answers, and a form to try it."""

from __future__ import annotations

import html
import json
from typing import Any

__all__ = ["page"]

STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --mark: #1976d2; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: 0; }
h2 { font-size: 1.1rem; margin-top: 2rem; }
code, pre, textarea { font: 13px/1.45 ui-monospace, monospace; }
pre, textarea { background: var(--soft); border: 1px solid var(--line); border-radius: 6px;
  padding: .75rem; overflow: auto; white-space: pre-wrap; }
textarea { width: 100%; box-sizing: border-box; min-height: 10rem; color: inherit; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid var(--line); }
button { font: inherit; padding: .4rem 1.2rem; border: 0; border-radius: 6px; color: #fff;
  background: var(--mark); cursor: pointer; }
button:focus-visible { outline: 2px solid currentcolor; outline-offset: 2px; }
.method { font-weight: 600; font-size: .8rem; color: var(--mark); }
"""

SCRIPT = """
const form = document.querySelector('form'), answer = document.querySelector('#answer');
const field = form.elements.token;
if (field) field.addEventListener('change', async () => {
  const headers = {Authorization: 'Bearer ' + field.value};
  const response = await fetch('openapi.json', {headers});
  if (!response.ok) { answer.textContent = `${response.status}: ` + await response.text(); return; }
  const asks = (await response.json()).paths['/invocations'].post.requestBody;
  const {example} = asks.content['application/json'];
  if (example) form.elements.body.value = JSON.stringify(example);
});
form.addEventListener('submit', async event => {
  event.preventDefault();
  const token = field && field.value;
  const headers = {'Content-Type': 'application/json'};
  if (token) headers.Authorization = 'Bearer ' + token;
  answer.textContent = 'asking …';
  const began = performance.now();
  try {
    const body = form.elements.body.value;
    const response = await fetch('invocations', {method: 'POST', headers, body});
    const text = await response.text();
    let told = text;
    try { told = JSON.stringify(JSON.parse(text), null, 2); } catch (error) { /* it is no JSON */ }
    const taken = (performance.now() - began).toFixed(1);
    const variant = response.headers.get('X-Nbtrack-Variant');
    answer.textContent = `${response.status} in ${taken} ms` + (variant ? ` from ${variant}` : '') +
      '\\n' + told;
  } catch (error) { answer.textContent = 'no answer: ' + error.message; }
});
"""


def page(described: dict[str, Any]) -> str:
    """The page of what OpenAPI describes; it needs nothing from elsewhere.

    Where a token is wanted, it tells nothing of the model: it asks for the token first.
    """
    info = described["info"]
    title, is_open = html.escape(info["title"]), "security" not in described
    asks = described["paths"]["/invocations"]["post"]
    content = asks["requestBody"]["content"]["application/json"] if is_open else {"schema": {}}
    example = content.get("example", {"inputs": []})
    token = "" if is_open else FIELD
    about = html.escape(info["description"]) if is_open else "Wants a token."
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head>
<body><h1>{title}</h1><p>{about}
Described as OpenAPI in <a href="openapi.json">openapi.json</a>.</p>
{columns_table(content["schema"])}
<h2>Try it</h2>
<form>{token}<p><label for="body">POST <code>/invocations</code></label></p>
<textarea id="body" name="body" spellcheck="false">{html.escape(text_of(example))}</textarea>
<p><button type="submit">Send</button></p></form>
<pre id="answer" aria-live="polite">the answer comes here</pre>
<h2>Paths</h2><table><tbody>{paths_rows(described["paths"])}</tbody></table>
<script>{SCRIPT}</script></body></html>
"""


FIELD = '<p><label>Token <input name="token" type="password" autocomplete="off"></label></p>'


def text_of(example: Any) -> str:
    """An example to be edited: short ones stay on few lines."""
    short = json.dumps(example, ensure_ascii=False)
    return short if len(short) < SHORT else json.dumps(example, indent=1, ensure_ascii=False)


SHORT = 400


def columns_table(schema: dict[str, Any]) -> str:
    """The columns that the model takes, where its signature names them."""
    forms = schema.get("oneOf", [])
    rows = next((it for it in forms if it.get("title") == "dataframe_records"), None)
    items = (rows or {}).get("properties", {}).get("dataframe_records", {}).get("items", {})
    columns = items.get("properties", {})
    if not columns:
        return ""
    required = set(items.get("required", []))
    lines = "".join(
        f"<tr><td><code>{html.escape(str(name))}</code></td>"
        f"<td>{html.escape(str(it.get('format') or it.get('type') or 'any'))}</td>"
        f"<td>{'' if name in required else 'optional'}</td></tr>"
        for name, it in columns.items()
    )
    return (
        "<h2>Columns</h2><table><thead><tr><th>Name</th><th>Type</th><th></th></tr></thead>"
        f"<tbody>{lines}</tbody></table>"
    )


def paths_rows(paths: dict[str, Any]) -> str:
    """A row for each path."""
    return "".join(
        f'<tr><td class="method">{method.upper()}</td><td><code>{html.escape(path)}</code></td>'
        f"<td>{html.escape(it['summary'])}</td></tr>"
        for path, methods in paths.items()
        for method, it in methods.items()
    )
