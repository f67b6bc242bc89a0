// Links to a line (#L5) or a range (#L5-L9), kept in the address: click a number, shift-click another.
const code = document.querySelector("[data-lines]");
const link = document.querySelector("[data-copy][data-key]");
const marked = [];
let anchor = null;

const between = (one, other) => ({ first: Math.min(one, other), last: Math.max(one, other) });
const hashOf = ({ first, last }) => (first === last ? `#L${first}` : `#L${first}-L${last}`);
const named = ({ first, last }) => (first === last ? `line ${first}` : `lines ${first} to ${last}`);

function addressed() {
  const [, first, last = first] = /^#L(\d+)(?:-L?(\d+))?$/.exec(location.hash) ?? [];
  return first ? between(Number(first), Number(last)) : null;
}

// The lines that are marked are remembered: to look for them takes a while among a million.
function mark(chosen) {
  for (const line of marked.splice(0)) line.classList.remove("marked");
  let line = chosen && document.getElementById(`L${chosen.first}`);
  for (; line && marked.length <= chosen.last - chosen.first; line = line.nextElementSibling) {
    line.classList.add("marked");
    marked.push(line);
  }
  const found = marked.length ? between(chosen.first, chosen.first + marked.length - 1) : null; // more may be asked for
  const name = found ? named(found) : "";
  link.dataset.copy = link.dataset.copy.split("#")[0] + (found ? hashOf(found) : "");
  link.lastElementChild.textContent = name && ` to ${name}`;
  const message = name ? `${name[0].toUpperCase()}${name.slice(1)} marked, link in the address` : "No line is marked";
  document.dispatchEvent(new CustomEvent("announce", { detail: message }));
}

export function hashchange() {
  const chosen = addressed();
  if (!chosen && !marked.length) return;
  anchor = chosen && chosen.first;
  mark(chosen);
  marked[0]?.scrollIntoView({ block: "nearest" });
}

function choose(number, extending) {
  const chosen = between(extending ? (anchor ?? number) : number, number);
  const again = !extending && location.hash === hashOf(chosen);
  if (!extending || anchor === null) anchor = again ? null : number;
  // replaceState neither scrolls nor fills the history.
  history.replaceState(null, "", again ? location.pathname + location.search : hashOf(chosen));
  mark(again ? null : chosen);
}

export function click({ target, clientX, shiftKey }) {
  const line = target.closest(".line");
  if (!line) return;
  const gutter = parseFloat(getComputedStyle(line).paddingInlineStart);
  if (clientX - line.getBoundingClientRect().left <= gutter) choose(Number(line.id.slice(1)), shiftKey);
}

// Shift-click would select the text between.
export const mousedown = (event) => event.shiftKey && event.target.matches(".line") && event.preventDefault();

code.dataset.ready = "";
hashchange();
