// Links to a line (#L5) or a range (#L5-L9): click a number, shift-click another. Remembers whether long lines wrap.
const code = document.querySelector("[data-lines]");
const wrap = document.querySelector("[data-wrap]");
const lineOf = (number) => document.getElementById(`L${number}`);
let anchor = null;

function range() {
  const found = /^#L(\d+)(?:-L?(\d+))?$/.exec(location.hash);
  if (!found) return null;
  const ends = [Number(found[1]), Number(found[2] ?? found[1])];
  return { first: Math.min(...ends), last: Math.max(...ends) };
}

function mark() {
  for (const line of code.querySelectorAll(".marked")) line.classList.remove("marked");
  const chosen = range();
  if (!chosen) return null;
  for (let line = lineOf(chosen.first), left = chosen.last - chosen.first; line && left >= 0; left -= 1) {
    line.classList.add("marked");
    line = line.nextElementSibling;
  }
  return lineOf(chosen.first);
}

function arrive() {
  const line = mark();
  if (!line) return;
  anchor = range().first;
  line.scrollIntoView({ block: "nearest" });
}

code.addEventListener("click", (event) => {
  const line = event.target.closest(".line");
  if (!line) return;
  const gutter = parseFloat(getComputedStyle(line).paddingInlineStart);
  if (event.clientX - line.getBoundingClientRect().left > gutter) return;
  const number = Number(line.id.slice(1));
  const ranged = event.shiftKey && anchor !== null && anchor !== number;
  if (!ranged) anchor = number;
  const [first, last] = [Math.min(anchor, number), Math.max(anchor, number)];
  // replaceState neither scrolls nor fills the history.
  history.replaceState(null, "", ranged ? `#L${first}-L${last}` : `#L${number}`);
  mark();
});

// Shift-click would select the text between.
code.addEventListener("mousedown", (event) => {
  if (event.shiftKey && event.target.classList.contains("line")) event.preventDefault();
});

try {
  if (localStorage.getItem("wrap")) wrap.checked = localStorage.getItem("wrap") === "on";
  wrap.addEventListener("change", () => localStorage.setItem("wrap", wrap.checked ? "on" : "off"));
} catch {
  // Storage may be forbidden. The wrapping itself is CSS on the checkbox and still works.
}

addEventListener("hashchange", arrive);
code.dataset.ready = "";
arrive();
