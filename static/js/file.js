// Shows a picked text file in the text area, and takes the title from its name. The file itself is what is sent until
// the text is edited: a text area would turn its newlines into LF.
const status = document.querySelector("[data-drop-status]");
const { content, file: picker, title } = status.closest("form").elements;
const limit = Number(content.dataset.maxBytes);
const count = (number) => number.toLocaleString(document.documentElement.lang);
let titleFromFile = "";

function say({ message, isRefused = false }) {
  status.textContent = message;
  status.toggleAttribute("data-refused", isRefused);
}

function newlines(text) {
  const kinds = new Set(text.match(/\r\n|\r|\n/g));
  return kinds.size > 1 ? "mixed newlines" : ({ "\r\n": "CRLF", "\r": "CR" }[[...kinds][0]] ?? "");
}

function forget() {
  picker.value = "";
  content.dataset.fileBytes = content.dataset.newline = "";
}

function show({ name, text, message }) {
  content.value = text;
  if (title.value === titleFromFile) title.value = titleFromFile = name.slice(0, 200);
  say({ message });
  content.dispatchEvent(new CustomEvent("input", { bubbles: true, detail: "file" }));
}

function utf8(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return "\0"; // as in every other file that is no text
  }
}

async function take([file]) {
  if (!file) return;
  const bytes = file.size > 2 * limit ? null : await file.arrayBuffer();
  const text = bytes ? utf8(bytes) : "";
  const isForeign = text.includes("\0");
  if (isForeign || file.size > limit) forget();
  if (isForeign) return picker.dispatchEvent(new CustomEvent("foreign", { detail: { name: file.name, bytes } }));
  if (file.size > limit) return say({ message: `${file.name} is too large: ${count(file.size)} of at most ${count(limit)} bytes.`, isRefused: true });
  Object.assign(content.dataset, { fileBytes: file.size, newline: newlines(text) });
  show({ name: file.name, text, message: `${file.name} is stored as it is, unless you edit it.` });
}

picker.addEventListener("change", () => take(picker.files));
picker.addEventListener("decoded", ({ detail }) => show(detail));
picker.addEventListener("news", ({ detail }) => say(detail));
// One of the two is sent, never both.
picker.form.addEventListener("formdata", ({ formData }) => picker.files.length && formData.set("content", ""));
content.addEventListener("input", ({ detail }) => {
  if (detail === "file") return;
  forget();
  say({ message: "" });
});
