// Shows how long ago, or how soon, a time is; the absolute time stays in its title.
const units = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];
const format = new Intl.RelativeTimeFormat("en", { numeric: "always" });

function relative(seconds) {
  for (const [unit, length] of units) {
    if (Math.abs(seconds) >= length) return format.format(Math.round(seconds / length), unit);
  }
  return seconds > 0 ? "in under a minute" : "just now";
}

const times = [...document.querySelectorAll("time[data-relative]")];

function refresh() {
  for (const time of times) time.textContent = relative((Date.parse(time.dateTime) - Date.now()) / 1000);
}

// Paper does not know when it is read.
addEventListener("beforeprint", () => times.forEach((time) => (time.textContent = time.title)));
addEventListener("afterprint", refresh);

refresh();
if (times.length) setInterval(refresh, 30_000);
