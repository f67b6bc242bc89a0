// The keys and clicks of an editable combobox. The script that fills its list hears "browse" (show all), "choose" and
// "closed" on the input, and says "filled", with the option to begin at.
for (const input of document.querySelectorAll("[role=combobox]")) {
  const list = document.getElementById(input.getAttribute("aria-controls"));
  const options = () => [...list.querySelectorAll("[role=option]:not([aria-disabled])")];
  const current = () => list.querySelector("[aria-selected=true]");
  const say = (name, detail) => input.dispatchEvent(new CustomEvent(name, { detail }));
  let isTyped = false;

  function activate(option) {
    current()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
  }

  function show(isShown) {
    list.hidden = !isShown;
    input.setAttribute("aria-expanded", String(isShown));
    isTyped &&= isShown;
  }

  function close() {
    show(false);
    input.removeAttribute("aria-activedescendant");
    say("closed");
  }

  function choose(option) {
    if (option) say("choose", option);
    close();
  }

  function move(key) {
    const all = options();
    const from = all.indexOf(current());
    const to = { ArrowDown: (from + 1) % all.length, ArrowUp: (from || all.length) - 1, Home: 0, End: all.length - 1 };
    activate(all[to[key]]);
  }

  function press(event) {
    if (["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key) && !list.hidden) move(event.key);
    else if (["ArrowDown", "ArrowUp"].includes(event.key)) say("browse");
    else if (event.key === "Enter" && !list.hidden) choose(current());
    else if (event.key === "Escape" && !list.hidden) close();
    else if (event.key !== "Enter") return;
    if (!event.ctrlKey && !event.metaKey) event.preventDefault();
  }

  input.addEventListener("filled", ({ detail }) => (show(true), activate(detail)));
  input.addEventListener("input", () => (isTyped = true));
  input.addEventListener("keydown", (event) => event.isComposing || press(event));
  input.addEventListener("click", () => list.hidden && (say("browse"), input.select()));
  input.addEventListener("focus", () => input.select());
  input.addEventListener("blur", () => (isTyped ? choose(current()) : close()));
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays in the box
  list.addEventListener("click", (event) => choose(event.target.closest("[role=option]:not([aria-disabled])")));
}
