// Times between a wall clock in some zone, as people pick them, and instants, as the endpoint wants them.

export const HERE = Intl.DateTimeFormat().resolvedOptions().timeZone;

export function zones() {
  return [...new Set(["UTC", HERE, ...Intl.supportedValuesOf("timeZone")])];
}

const formats = new Map();

function formatOf(zone) {
  if (!formats.has(zone)) {
    const two = "2-digit";
    formats.set(
      zone,
      new Intl.DateTimeFormat("en-US", {
        timeZone: zone, hourCycle: "h23", year: "numeric", month: two, day: two, hour: two, minute: two, second: two,
      }),
    );
  }
  return formats.get(zone);
}

/** The wall clock of a zone at an instant (milliseconds since 1970), as YYYY-MM-DDTHH:MM:SS. */
export function wallAt(zone, instant) {
  const parts = Object.fromEntries(formatOf(zone).formatToParts(instant).map((part) => [part.type, part.value]));
  return `${parts.year.padStart(4, "0")}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}:${parts.second}`;
}

function offsetAt(zone, instant) {
  return (Date.parse(`${wallAt(zone, instant)}Z`) - Math.floor(instant / 1000) * 1000) / 60000;
}

/**
 * An ISO 8601 time, with its offset, for a wall clock in a zone. Of an hour that comes twice it is the first,
 * and an hour that is left out is read with the offset before it.
 */
export function instantText(wall, zone) {
  if (!wall) return "";
  const full = wall.length === 16 ? `${wall}:00` : wall;
  if (zone === "UTC") return `${full}Z`;
  const asUtc = Date.parse(`${full}Z`);
  const around = [-1, 1].map((day) => offsetAt(zone, asUtc + day * 86400000));
  const offset = around.find((minutes) => wallAt(zone, asUtc - minutes * 60000) === full) ?? around[0];
  if (!Number.isInteger(offset)) return `${new Date(asUtc - offset * 60000).toISOString().slice(0, 19)}Z`;
  const minutes = Math.abs(offset);
  const two = (number) => String(number).padStart(2, "0");
  return `${full}${offset < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** Milliseconds since 1970 of an ISO 8601 time; without an offset it is UTC. NaN where it is none. */
export function parseInstant(text) {
  const trimmed = text.trim().toUpperCase();
  const hasOffset = /(Z|[+-]\d{2}(:?\d{2})?)$/.test(trimmed) && /[T ]/.test(trimmed);
  return Date.parse(hasOffset || !/[T ]/.test(trimmed) ? trimmed : `${trimmed}Z`);
}

/** A time for people: date, clock and what is smaller than a second, as the wall clock of the zone has it. */
export function shownTime(text, zone) {
  const instant = parseInstant(text ?? "");
  if (Number.isNaN(instant)) return { main: String(text), fraction: "" };
  return { main: wallAt(zone, instant).replace("T", " "), fraction: /\.\d+/.exec(text)?.[0] ?? "" };
}
