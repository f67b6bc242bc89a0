// Counts bytes and lines of the text against the limit while it is typed.
const area = document.querySelector("textarea[data-max-bytes]");
const counter = document.querySelector("[data-counter]");
const status = document.querySelector("[data-counter-status]");
const limit = Number(area.dataset.maxBytes);
const encoder = new TextEncoder();
const number = new Intl.NumberFormat("en");
let spoken = "";
let scheduled = false;

function linesOf(text) {
  return text.split("\n").length - (text === "" || text.endsWith("\n") ? 1 : 0);
}

// Spoken only when a threshold is crossed: a voice at every key would hinder the writing.
function speak(bytes) {
  let message = "";
  if (bytes > limit) message = "The text is over the limit.";
  else if (bytes > limit * 0.9) message = "The text is close to the limit.";
  if (message !== spoken) status.textContent = message;
  spoken = message;
}

// A file that is sent as it is may have other newlines than the area can show.
function ending(text) {
  const newline = area.dataset.newline ? `, ${area.dataset.newline}` : "";
  return newline + (text && !text.endsWith("\n") ? ", no newline at the end" : "");
}

function show() {
  scheduled = false;
  const lines = linesOf(area.value);
  const bytes = Number(area.dataset.fileBytes) || encoder.encode(area.value).length;
  const count = `${number.format(lines)} ${lines === 1 ? "line" : "lines"}`;
  counter.textContent = `${count}, ${number.format(bytes)} of ${number.format(limit)} bytes${ending(area.value)}`;
  counter.toggleAttribute("data-over", bytes > limit);
  speak(bytes);
}

function schedule() {
  if (!scheduled) requestAnimationFrame(show);
  scheduled = true;
}

area.addEventListener("input", schedule);
// The browser may bring a text back after this script ran (Back, reload).
addEventListener("pageshow", schedule);
show();
