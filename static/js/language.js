// Finds a language by name, extension or alias while it is typed. The select behind the box stays what is sent.
const input = document.querySelector("[data-language]");
const select = document.querySelector("select[name=language]");
const list = document.getElementById(input.getAttribute("aria-controls"));
const status = document.querySelector("[data-language-status]");

// 0 for the very word, 1 for its beginning, 2 for that of a later word of the name, 3 for something within the name.
function rank(option, query) {
  const words = [option.text.toLowerCase().split(":")[0], ...(option.dataset.terms ?? "").split(" ")];
  if (words.includes(query)) return 0;
  if (words.some((word) => word.startsWith(query))) return 1;
  if (words[0].includes(` ${query}`)) return 2;
  return words[0].includes(query) ? 3 : 4;
}

function ranked(typed) {
  const query = typed.trim().toLowerCase().replace(/^\*?\.(?=.)/, "");
  const found = [...select.options].map((option) => ({ option, place: query ? rank(option, query) : 0 }));
  return found.filter(({ place }) => place < 4).sort((one, other) => one.place - other.place);
}

function item(text, index, value) {
  const element = document.createElement("li");
  element.setAttribute("role", "option");
  element.id = `language-${index}`;
  element.textContent = text;
  if (value) element.dataset.value = value;
  else element.setAttribute("aria-disabled", "true");
  return element;
}

function fill(typed) {
  const items = ranked(typed).map(({ option }) => item(option.text, option.index, option.value));
  list.replaceChildren(...(items.length ? items : [item("No language of that name", "none")]));
  status.textContent = items.length === 1 ? "1 language" : `${items.length || "No"} languages`;
  const first = typed ? items[0] : items[select.selectedIndex];
  input.dispatchEvent(new CustomEvent("filled", { detail: first }));
}

function rest() {
  input.value = select.selectedOptions[0].text;
}

input.addEventListener("input", () => fill(input.value));
input.addEventListener("browse", () => fill(""));
input.addEventListener("closed", rest);
input.addEventListener("choose", ({ detail }) => {
  select.value = detail.dataset.value;
  select.dispatchEvent(new Event("change", { bubbles: true }));
});
select.addEventListener("change", rest);
select.addEventListener("relabel", () => list.hidden && rest());
addEventListener("pageshow", rest);

input.id = select.id;
select.removeAttribute("id");
[select.hidden, input.hidden] = [true, false];
rest();
