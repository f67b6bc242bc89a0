// Offers the text that was left here before and not published, for a week.
const offer = document.querySelector("[data-draft-offer]");
const { content, title } = document.querySelector("form[data-origin]").elements;
const WEEK = 7 * 86_400_000;
const UNITS = [["day", 86_400_000], ["hour", 3_600_000], ["minute", 60_000]];
const number = new Intl.NumberFormat("en");

function ago(milliseconds) {
  const [unit, length] = UNITS.find(([, size]) => milliseconds >= size) ?? [];
  return unit ? new Intl.RelativeTimeFormat("en").format(-Math.floor(milliseconds / length), unit) : "just now";
}

function discard() {
  if (content.value) return; // what was typed since is another draft
  localStorage.removeItem("draft");
  localStorage.removeItem("draft-sent");
}

async function isPublished() {
  const path = localStorage.getItem("draft-sent");
  if (!path) return false;
  return fetch(`${path}/raw`, { method: "HEAD" }).then(({ ok }) => ok, () => false);
}

// Behind what was typed meanwhile; into an empty area at once, where the old command would take its time.
function restore(draft) {
  content.focus();
  if (content.value) document.execCommand("insertText", false, draft.text);
  else content.value = draft.text;
  title.value ||= draft.title ?? "";
  content.dispatchEvent(new Event("input", { bubbles: true }));
}

function show(draft) {
  const lines = draft.text.replace(/\n$/, "").split("\n").length;
  offer.hidden = false;
  offer.querySelector("[data-draft-status]").textContent =
    `You left a text here ${ago(Date.now() - draft.at)}: ${number.format(lines)} ${lines === 1 ? "line" : "lines"}.`;
  const decide = (decision) => () => {
    offer.hidden = true;
    decision(draft);
    content.focus();
  };
  offer.querySelector("[data-draft-restore]").addEventListener("click", decide(restore));
  offer.querySelector("[data-draft-discard]").addEventListener("click", decide(discard));
}

async function look() {
  const draft = JSON.parse(localStorage.getItem("draft"));
  if (!draft?.text || content.value) return;
  if (Date.now() - draft.at > WEEK || (await isPublished())) discard();
  else show(draft);
}

// Storage may be forbidden, or hold what somebody else wrote: then nothing is offered.
if (content.form.matches("[data-fresh]")) look().catch(() => {});
