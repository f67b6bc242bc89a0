// On every page, before its first paint: the theme this browser chose, else the system's; whether long lines wrap; and
// times in the reader's zone: how long ago or how soon where that is asked for, the exact time as the title.
const root = document.documentElement;
const units = Object.entries({ year: 31_557_600, month: 2_629_800, day: 86_400, hour: 3_600, minute: 60 });
const distance = new Intl.RelativeTimeFormat(root.lang);
const short = new Intl.DateTimeFormat(root.lang, { dateStyle: "medium", timeStyle: "short" });
const exact = new Intl.DateTimeFormat(root.lang, { dateStyle: "long", timeStyle: "long" });

function stored(use) {
  try {
    return use(localStorage);
  } catch {
    return null; // forbidden here: then a choice lasts for the page
  }
}

function show(theme = stored((storage) => storage.getItem("theme"))) {
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  else delete root.dataset.theme;
  const choice = document.querySelector(`[name="theme"][value="${root.dataset.theme ?? "system"}"]`);
  if (choice) choice.checked = true;
}

function relative(time) {
  const seconds = (Date.parse(time.dateTime) - Date.now()) / 1000;
  // A hundredth early, so that nothing is 60 minutes away.
  const [unit, length] = units.find(([, length]) => Math.abs(seconds) >= 0.99 * length) ?? [];
  return unit ? distance.format(Math.round(seconds / length), unit) : seconds > 0 ? "in under a minute" : "just now";
}

function tell(words) {
  for (const time of document.querySelectorAll("time[data-relative]")) time.textContent = words(time);
}

function start() {
  show();
  const wrap = document.querySelector("[data-wrap]");
  if (wrap && stored((storage) => storage.getItem("wrap")) === "on") wrap.checked = true;
  for (const time of document.querySelectorAll("time[datetime]:not([data-absolute])")) {
    time.dataset.absolute = time.textContent; // keeps its room, see base.css
    time.title = exact.format(new Date(time.dateTime));
    if (!("relative" in time.dataset)) time.textContent = short.format(new Date(time.dateTime));
  }
  tell(relative);
}

show();
addEventListener("storage", () => show());
addEventListener("pageshow", () => show()); // out of the back-forward cache, which heard of no change
addEventListener("change", ({ target }) => {
  if (target.name !== "theme") return;
  stored((storage) => storage.setItem("theme", target.value));
  show(target.value);
});
addEventListener("beforeprint", () => tell((time) => time.title)); // paper does not know when it is read
addEventListener("afterprint", () => tell(relative));
setInterval(tell, 30_000, relative);
requestAnimationFrame(start); // in the frame of the first paint, when a long text may still be arriving
addEventListener("DOMContentLoaded", start);
