/** The last second of a civil day in a zone, as an instant with its offset. */

/** The offset of a zone on a day, as ISO writes it: "+08:00". */
function offset(day: string, zone: string): string {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeZoneName: "longOffset" }).formatToParts(new Date(`${day}T12:00:00Z`));
  const named = parts.find((part) => part.type === "timeZoneName")?.value ?? "GMT";
  return named.replace("GMT", "").replace("\u2212", "-") || "+00:00";
}

/** Write the end of a day as an instant: "2026-11-20T23:59:59+08:00". */
export function dayEnd(day: string, zone: string): string {
  return `${day}T23:59:59${offset(day, zone)}`;
}
