// Offers to convert a picked file that is not UTF-8, where it looks like another encoding. Nothing is guessed in silence.
const button = document.querySelector("[data-convert]");
const { content, file: picker } = button.form.elements;
const UNDEFINED_IN_1252 = [0x81, 0x8d, 0x8f, 0x90, 0x9d];
let offered = null;

// Latin text in UTF-16 has a NUL in nearly every second byte.
function order(bytes) {
  if (bytes.length % 2) return "";
  const mark = (bytes[0] << 8) | bytes[1];
  if (mark === 0xfffe || mark === 0xfeff) return mark === 0xfffe ? "utf-16le" : "utf-16be";
  const sample = bytes.slice(0, 4096);
  const count = (rest) => sample.filter((byte, index) => byte === 0 && index % 2 === rest).length;
  const [even, odd, mostly] = [count(0), count(1), 0.2 * sample.length];
  if (odd > mostly && even < mostly) return "utf-16le";
  return even > mostly && odd < mostly ? "utf-16be" : "";
}

function encodingOf(bytes) {
  const isBinary = bytes.some((byte) => UNDEFINED_IN_1252.includes(byte) || (byte < 32 && !"\t\n\f\r\x1b".includes(String.fromCharCode(byte))));
  return order(bytes) || (isBinary ? "" : "windows-1252");
}

function decoded(bytes) {
  const encoding = encodingOf(bytes);
  try {
    const text = encoding && new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return { text, label: encoding.startsWith("utf-16") ? "UTF-16" : "Windows-1252" };
  } catch {
    return { text: "" }; // half a pair of surrogates: it only looked like it
  }
}

function offer({ name, bytes }) {
  const { text, label } = decoded(new Uint8Array(bytes));
  const hint = text ? `It looks like ${label}.` : "It looks like no encoding that could be converted.";
  picker.dispatchEvent(new CustomEvent("news", { detail: { message: `${name} is not UTF-8 text. ${hint}`, isRefused: true } }));
  offered = text && { name, text, message: `${name} was converted from ${label}. The text here is what is stored.` };
  button.hidden = !offered;
}

function withdraw() {
  button.hidden = true;
  offered = null;
}

picker.addEventListener("foreign", ({ detail }) => offer(detail));
picker.addEventListener("change", withdraw);
content.addEventListener("input", withdraw);
button.addEventListener("click", () => {
  const taken = offered;
  withdraw();
  picker.dispatchEvent(new CustomEvent("decoded", { detail: taken }));
  content.focus();
});
