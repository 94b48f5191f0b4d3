// Makes the panels of one kernel answer in a page: sort, filter, choose, compare, promote.
// A panel is plain html in the output of a cell, and stays readable where this never runs.

const STYLE = `
.nbt-bar { display: flex; flex-wrap: wrap; gap: 6px; align-items: center; margin: 4px 0;
  font-size: 13px; }
.nbt-bar input:not([type=checkbox]), .nbt-form input { font: inherit; padding: 2px 6px;
  min-width: 8em; color: inherit; border-radius: 3px;
  border: 1px solid var(--jp-border-color1, #80808080);
  background: var(--jp-layout-color1, transparent); }
.nbt-bar input[type=search] { flex: 0 1 22em; }
.nbt-bar button, .nbt-form button, .nbt-act { font: inherit; color: inherit; cursor: pointer;
  padding: 1px 8px; border-radius: 3px; border: 1px solid var(--jp-border-color1, #80808080);
  background: var(--jp-layout-color2, #8080801a); }
.nbt-act { font-size: 12px; margin-left: 6px; }
.nbt-bar button:disabled, .nbt-form button:disabled { opacity: .45; cursor: default; }
.nbt-sort { font: inherit; color: inherit; background: none; border: 0; padding: 0;
  cursor: pointer; white-space: nowrap; position: relative; }
.nbt-sort::after { content: ""; position: absolute; left: 100%; font-size: 11px; }
th[aria-sort=ascending] .nbt-sort::after { content: "▲"; }
th[aria-sort=descending] .nbt-sort::after { content: "▼"; }
[data-nbtrack] :is(button, input):focus-visible { outline-offset: 1px;
  outline: 2px solid var(--jp-focus-outline-color, var(--jp-brand-color1, #3b82f6)); }
[data-nbtrack] input[type=checkbox] { margin: 0 6px 0 0; vertical-align: middle; }
tr.nbt-chosen { background: var(--jp-rendermime-table-row-hover-background, #3b82f61f)
  !important; }
.nbt-told { opacity: .8; }
.nbt-problem { color: var(--jp-error-color1, #d64550); }
.nbt-form { display: grid; grid-template-columns: max-content minmax(14em, 32em); gap: 4px 8px;
  align-items: center; margin: 6px 0 8px 0; text-align: left; font-size: 13px; }
.nbt-form div { grid-column: 2; display: flex; flex-wrap: wrap; gap: 6px; }`;

const BUSY = "waiting for the kernel, which is busy or gone …";

/** An element with its attributes, what it hears, and its children. */
function make(name, attributes = {}, ...children) {
  const found = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") found.addEventListener(key, value);
    else if (value === true) found.setAttribute(key, "");
    else if (value !== false && value !== undefined) found.setAttribute(key, value);
  }
  found.append(...children);
  return found;
}

/** What a cell of a table sorts by: a number, or a text. */
function valueOf(row, place) {
  const cell = row.cells[place];
  if (!cell) return "";
  const kept = cell.querySelector("[data-v]");
  const text = (kept ? kept.dataset.v : cell.innerText.replace(/^★|best$/g, "")).trim();
  const number = Number(text);
  return text !== "" && !Number.isNaN(number) ? number : text;
}

/** Numbers before texts; nothing always comes last. */
function compared(a, b, sign) {
  if (a === "" || b === "") return (a === "") - (b === "");
  if (typeof a === "number" && typeof b === "number") return sign * (a - b);
  if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
  return sign * a.localeCompare(b, undefined, { numeric: true });
}

/** A table whose heads are buttons that sort it. */
function sortable(table, state) {
  const body = table.tBodies[0];
  const first = [...body.rows];
  const heads = [...table.querySelectorAll("thead th")];
  const apply = () => {
    const { name, sign } = state.sort ?? {};
    const place = heads.findIndex((it) => it.dataset.name === name);
    heads.forEach((it, at) => {
      if (at !== place) it.removeAttribute("aria-sort");
      else it.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
    });
    const rows = [...first];
    if (place >= 0) rows.sort((a, b) => compared(valueOf(a, place), valueOf(b, place), sign));
    body.append(...rows);
  };
  for (const head of heads) {
    const name = head.textContent;
    head.dataset.name = name;
    const turn = () => {
      const now = state.sort?.name === name ? state.sort.sign : 0;
      state.sort = now < 0 ? null : { name, sign: now ? -1 : 1 };
      apply();
    };
    head.replaceChildren(make("button", { class: "nbt-sort", type: "button", click: turn }, name));
  }
  apply();
}

/** A line that is read aloud as it changes. */
function teller() {
  const line = make("span", { class: "nbt-told", role: "status", "aria-live": "polite" });
  const tell = (words, isProblem = false) => {
    line.textContent = words;
    line.classList.toggle("nbt-problem", isProblem);
  };
  return [line, tell];
}

/** A table of runs: filter, sort, choose, compare. */
function runs(root, state, ask) {
  state.chosen ??= new Set();
  const [line, tell] = teller();
  const box = make("input", {
    type: "search",
    placeholder: "filter; Enter asks the store: acc > 0.9",
    "aria-label": "filter these runs; Enter asks the store with a filter such as acc > 0.9",
    value: state.filter ?? "",
  });
  const compare = make("button", { type: "button" }, "Compare");
  const copy = make("button", { type: "button" }, "Copy ids");
  const bar = make("div", { class: "nbt-bar", role: "toolbar", "aria-label": "runs" });
  bar.append(box, compare, copy, line);
  if (root.dataset.live) {
    const stop = make("button", { type: "button", title: "end the updates" }, "Stop");
    stop.addEventListener("click", () => ask("stop", {}, tell));
    bar.prepend(make("span", { class: "nbt-told" }, "● live"), stop);
  }
  const content = make("div", {}, ...root.childNodes);
  const more = make("div");
  more.innerHTML = state.more ?? "";
  root.replaceChildren(bar, content, more);
  const rows = () => [...content.querySelectorAll("tbody tr")].filter((it) => it.nbtRun);
  const update = () => {
    const words = box.value.trim().toLowerCase();
    const shown = rows().filter((row) => {
      row.hidden = words !== (state.asked ?? "") && !row.innerText.toLowerCase().includes(words);
      row.classList.toggle("nbt-chosen", state.chosen.has(row.nbtRun));
      return !row.hidden;
    });
    const count = state.chosen.size;
    compare.disabled = count < 2;
    copy.disabled = count < 1;
    tell(`${shown.length} of ${rows().length} shown${count ? `, ${count} chosen` : ""}`);
  };
  const choose = (row, isChosen) => {
    state.chosen[isChosen ? "add" : "delete"](row.nbtRun);
    ask("choose", { run_ids: [...state.chosen] });
    update();
  };
  const dress = () => {
    const table = content.querySelector("table");
    if (table?.tHead) sortable(table, state);
    for (const name of content.querySelectorAll("[data-run]")) {
      const row = name.closest("tr");
      row.nbtRun = name.dataset.run;
      const label = `choose ${name.textContent}`;
      const tick = make("input", { type: "checkbox", "aria-label": label });
      tick.checked = state.chosen.has(row.nbtRun);
      tick.addEventListener("change", () => choose(row, tick.checked));
      tick.addEventListener("keydown", (event) => {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (!step) return;
        event.preventDefault();
        event.stopPropagation();
        const left = rows().filter((it) => !it.hidden);
        left[left.indexOf(row) + step]?.querySelector("input")?.focus();
      });
      name.before(tick);
      tick.parentElement.style.whiteSpace = "nowrap";
    }
    update();
  };
  const question = async () => {
    const told = await ask("ask", { filter: box.value.trim() }, tell);
    if (told.html === undefined) return;
    state.asked = box.value.trim().toLowerCase();
    content.innerHTML = told.html;
    dress();
  };
  box.addEventListener("input", () => {
    state.filter = box.value;
    state.typedAt = Date.now();
    update();
  });
  box.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter") question();
  });
  compare.addEventListener("click", async () => {
    const told = await ask("compare", { run_ids: [...state.chosen] }, tell);
    if (told.html === undefined) return;
    state.more = more.innerHTML = told.html;
    update();
  });
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText([...state.chosen].join(" "));
    tell("copied");
  });
  dress();
  const isTyping = Date.now() - (state.typedAt ?? 0) < 5000;
  if (isTyping && document.activeElement === document.body) box.focus(); // it was replaced
}

/** A button that acts when it is pressed twice. */
function surely(button, words, question, act) {
  let isSure = false;
  const ready = (sure) => {
    isSure = sure;
    button.textContent = sure ? question : words;
  };
  button.addEventListener("blur", () => ready(false));
  button.addEventListener("click", () => {
    if (isSure) act();
    ready(!isSure);
  });
}

/** The form that promotes a version, below its row. */
function promotion(row, name, version, state, ask) {
  const [line, tell] = teller();
  const field = (words, attributes) => {
    const input = make("input", { "aria-label": words, ...attributes });
    return [make("span", {}, words), input];
  };
  const [toLabel, to] = field("to", { value: "champion", title: "an alias, Staging, Production" });
  const [gatesLabel, gates] = field("gates", { placeholder: "acc >= 0.9; smoke; same schema" });
  const [noteLabel, note] = field("note", { placeholder: "why" });
  const report = make("div");
  const act = async (how) => {
    const asked = gates.value.split(";").map((it) => it.trim());
    const values = { name, version, to: to.value, gates: asked.filter(Boolean), note: note.value };
    const told = await ask("promote", { ...values, ...how }, tell);
    if (told.html === undefined) return;
    tell("");
    report.innerHTML = told.html;
    force.hidden = !told.refused;
    if (told.moved) state.show(told);
  };
  const button = (words, how) => make("button", { type: "button", click: () => act(how) }, words);
  const force = button("Promote all the same", { force: true });
  force.hidden = true;
  const cancel = make("button", { type: "button", click: () => below.remove() }, "Cancel");
  const acts = make("div", {}, button("Ask the gates", { dry_run: true }), button("Promote", {}));
  acts.append(force, cancel, line);
  const form = make("div", { class: "nbt-form", role: "group" });
  form.setAttribute("aria-label", `promote version ${version} of ${name}`);
  form.append(toLabel, to, gatesLabel, gates, noteLabel, note, acts);
  form.addEventListener("keydown", (event) => event.stopPropagation());
  const cell = make("td", { colspan: row.cells.length }, form, report);
  const below = make("tr", { style: "background:transparent" }, cell);
  row.after(below);
  to.focus();
}

/** Registered models: promote a version, take a promotion back. */
function registry(root, state, ask) {
  const [line, tell] = teller();
  const bar = make("div", { class: "nbt-bar" }, line);
  const more = make("div");
  more.innerHTML = state.more ?? "";
  const content = make("div", {}, ...root.childNodes);
  root.replaceChildren(more, content, bar);
  state.show = (told) => {
    state.more = more.innerHTML = told.html;
    if (told.panel === undefined) return;
    content.innerHTML = told.panel;
    dress();
  };
  const back = async (name, alias) => {
    const told = await ask("rollback", { name, alias }, tell);
    if (told.html === undefined) return;
    tell("");
    state.show(told);
  };
  const dress = () => {
    for (const it of content.querySelectorAll("[data-version]")) {
      const { name, version } = it.dataset;
      const open = () => promotion(it.closest("tr"), name, version, state, ask);
      const label = `promote version ${version} of ${name}`;
      const button = make("button", { class: "nbt-act", type: "button", click: open }, "Promote…");
      button.setAttribute("aria-label", label);
      it.after(button);
    }
    for (const it of content.querySelectorAll("[data-alias]")) {
      const { name, alias } = it.dataset;
      const label = `give @${alias} of ${name} back to the version before`;
      const button = make("button", { class: "nbt-act", type: "button" }, "↩ Roll back");
      button.setAttribute("aria-label", label);
      surely(button, "↩ Roll back", "↩ Really roll back?", () => back(name, alias));
      it.after(button);
    }
  };
  dress();
}

/** Endpoints: stop one, start it again, reload it once its alias has moved. */
function endpoints(root, state, ask) {
  const [line, tell] = teller();
  root.append(make("div", { class: "nbt-bar" }, line));
  for (const it of root.querySelectorAll("[data-endpoint]")) {
    const { endpoint: name, live, behind } = it.dataset;
    const add = (act, words) => {
      const button = make("button", { class: "nbt-act", type: "button" }, words);
      button.setAttribute("aria-label", `${act} ${name}`);
      const run = async () => {
        button.disabled = true;
        tell(`${act}: waiting for ${name} …`);
        await ask(act, { name }, tell);
        button.disabled = false;
      };
      if (act === "stop") surely(button, words, "Really stop?", run);
      else button.addEventListener("click", run);
      it.parentElement.append(button);
    };
    if (live !== "1") add("restart", "Start again");
    else add("stop", "Stop");
    if (behind === "1") add("reload", "Reload");
  }
}

const KINDS = { runs, registry, endpoints };

/** Asks the kernel by message; each question has a number, and its answer the same. */
function caller(model) {
  const waiting = new Map();
  const page = Math.random().toString(36).slice(2); // another tab hears the same answers
  let count = 0;
  model.on("msg:custom", (told) => {
    waiting.get(told.number)?.(told);
    waiting.delete(told.number);
  });
  return (panel) => (act, values, tell) =>
    new Promise((answer) => {
      const asked = `${page}-${++count}`;
      const late = setTimeout(() => tell?.(BUSY), 1500);
      waiting.set(asked, (told) => {
        clearTimeout(late);
        if (told.problem) tell?.(told.problem, true);
        else if (told.words !== undefined) tell?.(told.words);
        answer(told);
      });
      model.send({ panel, act, number: asked, values });
    });
}

function initialize({ model }) {
  const key = model.get("key");
  const states = new Map();
  const dressed = new WeakSet();
  const asker = caller(model);
  if (!document.getElementById("nbt-style")) {
    const style = make("style", { id: "nbt-style" });
    style.textContent = STYLE;
    document.head.append(style);
  }
  let due = 0;
  const look = () => {
    due = 0;
    for (const root of document.querySelectorAll(`[data-nbtrack^="${key}:"]`)) {
      const panel = root.dataset.nbtrack;
      if (dressed.has(root) || !KINDS[root.dataset.kind]) continue;
      dressed.add(root);
      if (!states.has(panel)) states.set(panel, {});
      KINDS[root.dataset.kind](root, states.get(panel), asker(panel));
    }
  };
  const soon = () => (due ||= requestAnimationFrame(look));
  const watch = new MutationObserver((seen) => seen.some((it) => it.addedNodes.length) && soon());
  watch.observe(document.body, { childList: true, subtree: true });
  look();
  return () => {
    watch.disconnect();
    cancelAnimationFrame(due);
  };
}

function render({ el }) {
  el.textContent = "nbtrack panels";
}

export default { initialize, render };
