// A moment is picked in the reader's own time zone, and sent in UTC.
const input = document.querySelector("input[name=expires_on]");
const help = document.getElementById(`${input.id}_helptext`);
const { timeZone } = Intl.DateTimeFormat().resolvedOptions();

function local(moment) {
  return new Date(moment - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

// What the browser itself brought back (Back, reload) is local already.
if (input.value && input.value === input.defaultValue) input.value = local(new Date(`${input.value}Z`));

help.textContent = `In your time zone, ${timeZone}.`;

input.form.addEventListener("formdata", ({ formData }) => {
  const moment = new Date(input.value);
  if (!Number.isNaN(moment.getTime())) formData.set(input.name, moment.toISOString().slice(0, 16));
});
