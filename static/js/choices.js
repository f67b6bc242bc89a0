// Remembers how long and for whom the last paste was, and its language where one was chosen; a new form begins there.
const form = document.querySelector("form[data-origin]");
const { elements } = form;
const REMEMBERED = "choices";

function options(name) {
  return elements[name].options ? [...elements[name].options] : [...form.querySelectorAll(`[name=${name}]`)];
}

// A choice that is not offered any more is passed over, and so is a date: it was meant for one paste.
function choose(name, value) {
  if (value === "date" || !options(name).some((option) => option.value === value)) return;
  elements[name].value = value;
  const field = elements[name].options ? elements[name] : options(name)[0];
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

function recall() {
  const { lifetime, visibility, language } = JSON.parse(localStorage.getItem(REMEMBERED)) ?? {};
  choose("lifetime", lifetime);
  choose("visibility", visibility);
  choose("language", language);
  elements.language.dataset.recalled = elements.language.value;
}

function remember() {
  const [lifetime, visibility] = [elements.lifetime.value, elements.visibility.value];
  const language = elements.language.value === "auto" ? undefined : elements.language.value;
  localStorage.setItem(REMEMBERED, JSON.stringify({ lifetime, visibility, language }));
}

function quietly(act) {
  try {
    act();
  } catch {
    // Storage may be forbidden, full, or hold what somebody else wrote.
  }
}

const isUntouched = form.matches("[data-fresh]") && !elements.content.value && !elements.title.value;
if (isUntouched) quietly(recall);
quietly(() => (elements.content.wrap = localStorage.getItem("wrap") === "on" ? "soft" : "off"));
// The name of a file tells its language better than the paste before did.
elements.content.addEventListener("input", ({ detail }) => {
  if (detail === "file" && elements.language.dataset.recalled) choose("language", "auto");
});
elements.language.addEventListener("change", () => delete elements.language.dataset.recalled);
form.addEventListener("submit", () => quietly(remember));
