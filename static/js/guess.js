// While "Detect" is chosen, shows what would be detected: the server's own guess, asked for when the typing rests.
const { guess: address } = document.querySelector("[data-guess]").dataset;
const { form } = document.querySelector("select[name=language]");
const { content, csrfmiddlewaretoken, language, title } = form.elements;
const detect = language.querySelector('[value="auto"]');
let asked = "";
let waiting;

// All that the guess reads: a long text only where it could be JSON, which is told by its end.
function beginning() {
  return content.value.slice(0, /^[\ufeff\s]*[[{]/.test(content.value) ? 65_537 : 4096);
}

function show(text) {
  detect.text = text;
  language.dispatchEvent(new Event("relabel"));
}

async function answer(body) {
  const response = await fetch(address, { method: "POST", body });
  if (!response.ok) throw new Error(`status ${response.status}`);
  return (await response.json()).label;
}

async function ask() {
  if (language.value !== "auto") return;
  const sent = [title.value, beginning()];
  const key = sent.join("\n");
  if (key === asked) return;
  asked = key;
  if (key === "\n") return show("Detect");
  const body = new FormData();
  body.set("csrfmiddlewaretoken", csrfmiddlewaretoken.value);
  body.set("title", sent[0]);
  body.set("content", sent[1]);
  try {
    const label = await answer(body);
    if (key === asked) show(`Detect: ${label}`);
  } catch {
    asked = ""; // without an answer nothing is claimed, and the next key asks again
    show("Detect");
  }
}

function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(ask, 300);
}

content.addEventListener("input", soon);
title.addEventListener("input", soon);
language.addEventListener("change", soon);
addEventListener("pageshow", soon);
