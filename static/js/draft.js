// Keeps what is typed in this browser, so that a closed tab or a refused post loses nothing. At most one text, the last.
const { content, title, id } = document.querySelector("form[data-origin]").elements;
const { form } = content;
let waiting;

function keep() {
  clearTimeout(waiting);
  waiting = undefined;
  if (!content.value) localStorage.removeItem("draft");
  else localStorage.setItem("draft", JSON.stringify({ text: content.value, title: title.value, at: Date.now() }));
  localStorage.removeItem("draft-sent");
}

function quietly(act) {
  try {
    act();
  } catch {
    // Storage may be forbidden or full: then there is no draft.
  }
}

function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(() => quietly(keep), 400);
}

content.addEventListener("input", soon);
title.addEventListener("input", soon);
addEventListener("pagehide", () => waiting && quietly(keep));
// Whether it arrived is asked when a form is opened again: see draft-offer.js.
form.addEventListener("submit", () =>
  quietly(() => {
    keep();
    localStorage.setItem("draft-sent", `/${id.value}`);
  }),
);
