// Shows a chosen or dropped text file in the text area and takes the title from its name.
// The file is what is sent until the text is edited: a text area would turn its line ends into LF.
const sheet = document.querySelector("[data-drop]");
const status = sheet.querySelector("[data-drop-status]");
const { content, file: picker, title } = sheet.querySelector("textarea").form.elements;
const limit = Number(content.dataset.maxBytes);
let titleFromFile = "";

async function read(file) {
  if (file.size > limit) throw new Error(`${file.name} is too large.`);
  const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await file.arrayBuffer());
  if (text.includes("\0")) throw new Error(`${file.name} is not a text file.`);
  return text;
}

function say(message, refused) {
  status.textContent = message;
  status.toggleAttribute("data-refused", refused);
}

async function take() {
  const file = picker.files[0];
  if (!file) return;
  try {
    content.value = await read(file);
    say(`${file.name} is stored as it is unless you edit it here.`, false);
  } catch (problem) {
    picker.value = "";
    say(problem instanceof TypeError ? `${file.name} is not UTF-8 text.` : problem.message, true);
    return;
  }
  if (title.value === titleFromFile) title.value = titleFromFile = file.name.slice(0, 200);
  content.dispatchEvent(new CustomEvent("input", { bubbles: true, detail: "file" }));
}

function drop(event) {
  delete sheet.dataset.dropping;
  if (!event.dataTransfer.files.length) return;
  event.preventDefault();
  picker.files = event.dataTransfer.files;
  take();
}

function hover(event) {
  if (!event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  sheet.dataset.dropping = "";
}

picker.addEventListener("change", take);
// One of the two is sent, never both.
picker.form.addEventListener("formdata", ({ formData }) => picker.files.length && formData.set("content", ""));
content.addEventListener("input", (event) => {
  if (event.detail === "file") return;
  picker.value = "";
  say("", false);
});
sheet.addEventListener("dragover", hover);
sheet.addEventListener("dragleave", () => delete sheet.dataset.dropping);
sheet.addEventListener("drop", drop);
