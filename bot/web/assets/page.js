// The built-in channel's page: answers appear where they were asked for, new messages arrive live,
// and times are shown in the reader's own zone. Without this script everything works by reloading.

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
const here = document.body.dataset;
const said = document.getElementById("said");
const line = document.getElementById("line");
const feed = document.getElementById("feed");
const past = "past" in here;
const title = document.title;
const typed = [];
let turn = 0;
let unread = 0;

// ── times ─────────────────────────────────────────────────────────────────────────────────────

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short" });
const full = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "long" });

function localise(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    const date = day.format(at).replace(",", "");
    const today = date === day.format(new Date()).replace(",", "");
    time.textContent = today ? clock.format(at) : `${date} ${clock.format(at)}`;
    time.title = full.format(at);
  }
}

// ── inserting what the server drew ────────────────────────────────────────────────────────────

function drawn(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  localise(template.content);
  return template.content.firstElementChild;
}

function say(text) {
  said.textContent = "";
  window.setTimeout(() => { said.textContent = text; }, 50);
}

function insertEntry(id, parent, html, fresh) {
  if (past || document.getElementById(`m-${id}`)) return null;
  const node = drawn(html);
  if (fresh) node.classList.add("fresh");
  const thread = parent && feed.querySelector(`[data-thread="${Number(parent)}"]`);
  if (thread) thread.append(node);
  else if (!parent) feed.prepend(node);
  document.querySelector(".nothing")?.remove();
  return node;
}

function place(node, asker) {
  const old = asker.closest("[data-answer]");
  const slot = asker.closest("[data-slot]");
  if (old) old.replaceWith(node);
  else if (slot) {
    for (const one of slot.querySelectorAll(":scope > [data-answer]")) one.remove();
    const head = asker.closest("article > header");
    const thread = slot.querySelector(":scope > .thread");
    if (head) head.after(node);
    else if (thread) thread.before(node);
    else slot.append(node);
  } else document.getElementById("answers").replaceChildren(node);
}

function trouble(text) {
  const node = document.createElement("section");
  node.className = "answer failed";
  node.dataset.answer = "";
  const words = document.createElement("p");
  words.textContent = text;
  node.append(words);
  return node;
}

// ── asking ────────────────────────────────────────────────────────────────────────────────────

async function ask(form, submitter) {
  const body = new URLSearchParams(new FormData(form, submitter));
  body.set("zone", zone);
  let answer;
  try {
    answer = await fetch(form.action, { method: "POST", body, headers: { "X-Paperboy": "fragment" } });
  } catch {
    return { trouble: "Paperboy does not answer. Nothing was done. Is it still running?" };
  }
  if (answer.headers.get("Content-Type")?.startsWith("application/json")) return answer.json();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const words = [...page.querySelectorAll("main h1, main h1 ~ p")].map((one) => one.textContent);
  return { trouble: words.slice(0, 3).join(". ").replaceAll("..", ".") };
}

function show(told, asker) {
  if (told.entry) {
    insertEntry(told.id, 0, told.entry, false);
    asker.closest("[data-answer]")?.remove();
    if (asker.form?.id === "command" || asker.closest("#answers")) {
      document.getElementById("answers").replaceChildren();
    }
  } else if (told.answer === "") {
    document.getElementById("answers").replaceChildren();
  } else {
    const node = told.trouble ? trouble(told.trouble) : drawn(told.answer);
    place(node, asker);
    const first = node.querySelector("[aria-invalid=true], form input:not([type=hidden]), form textarea");
    if (first) first.focus();
    else if (!asker.isConnected) focusOn(node);
  }
  say(told.said || told.trouble || "Done");
}

function focusOn(node) {
  node.tabIndex = -1;
  node.focus();
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-say]")) return;
  event.preventDefault();
  const asker = event.submitter ?? form.querySelector("button") ?? form;
  if (asker.getAttribute("aria-busy") === "true") return;
  asker.setAttribute("aria-busy", "true");
  try {
    const told = await ask(form, event.submitter);
    show(told, asker);
    if (form.id === "command" && !told.trouble && told.ok !== 0) remember();
  } finally {
    asker.removeAttribute("aria-busy");
  }
});

document.addEventListener("click", (event) => {
  const close = event.target.closest("[data-close]");
  const example = event.target.closest("[data-line]");
  if (close) {
    event.preventDefault();
    const node = close.closest("[data-answer]");
    const slot = node.closest("[data-slot]");
    node.remove();
    (slot?.querySelector("button") ?? line).focus();
  } else if (example && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    line.value = example.dataset.line;
    line.focus();
  }
});

// ── the command line ──────────────────────────────────────────────────────────────────────────

function remember() {
  if (line.value.trim()) typed.push(line.value);
  turn = typed.length;
  line.value = "";
}

line.addEventListener("keydown", (event) => {
  if (event.key === "Escape") line.value = "";
  if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
  if (!typed.length) return;
  event.preventDefault();
  turn = Math.min(Math.max(turn + (event.key === "ArrowUp" ? -1 : 1), 0), typed.length);
  line.value = typed[turn] ?? "";
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select")) return;
  event.preventDefault();
  line.focus();
});

// ── live ──────────────────────────────────────────────────────────────────────────────────────

let after = here.after;
let source = null;

function count(room) {
  const mark = document.querySelector(`[data-door="${CSS.escape(room)}"] .count`);
  if (!mark) return;
  const number = Number(mark.dataset.number ?? 0) + 1;
  mark.dataset.number = String(number);
  mark.textContent = `${number} new`;
  mark.hidden = false;
}

function arrived(told) {
  if (told.room !== here.room || past) {
    if (!told.parent) count(told.room);
    return;
  }
  if (!insertEntry(told.id, told.parent, told.html, true) || told.parent) return;
  say(`New: ${told.said}`);
  if (document.hidden) {
    unread += 1;
    document.title = `(${unread}) ${title}`;
  }
}

function watch() {
  source?.close();
  source = new EventSource(`${here.live}?after=${encodeURIComponent(after)}`);
  source.addEventListener("entry", (event) => {
    after = event.lastEventId;
    arrived(JSON.parse(event.data));
  });
  source.addEventListener("status", (event) => {
    const strip = document.getElementById("status");
    const template = document.createElement("template");
    template.innerHTML = JSON.parse(event.data).html;
    localise(template.content);
    strip.replaceChildren(template.content);
  });
  source.addEventListener("open", () => {
    document.getElementById("cut").hidden = true;
    document.body.dataset.watching = "";
  });
  source.addEventListener("error", () => {
    document.getElementById("cut").hidden = false;
    delete document.body.dataset.watching;
    if (source.readyState === EventSource.CLOSED) window.setTimeout(watch, 5000);
  });
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  unread = 0;
  document.title = title;
});
window.addEventListener("pagehide", () => source?.close());
window.addEventListener("pageshow", (event) => { if (event.persisted) watch(); });

localise(document);
watch();
