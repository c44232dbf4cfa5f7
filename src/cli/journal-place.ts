// Which journal a command is about: the one that is named, or the one that the sidecar writes.
import { journalPlace } from "../journal/place.ts";
import { type JournalFile, findJournal } from "../journal/read.ts";
import { JournalError } from "../journal/sink.ts";
import { readSettings, variableOf } from "../settings.ts";
import type { Read } from "./json-object.ts";

/** The words behind a command, where they are more than one journal. */
export const tooMany = ([, ...more]: readonly string[]): string | undefined =>
  more.length === 0 ? undefined : `"${more.join(" ")}" is too much: name one journal`;

/** `given`: the word that names it, if there is one. */
export const placeOf = (given: string | undefined): Read<JournalFile> => {
  const place = given === undefined ? settledPlace() : { ok: true as const, value: given };
  if (!place.ok) return place;
  try {
    return { ok: true, value: findJournal(place.value) };
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    return { ok: false, problem: error.message };
  }
};

/** The other variables do not matter here. */
const settledPlace = (): Read<string> => {
  const names = [variableOf("journal"), variableOf("stateDirectory")];
  const read = readSettings(Object.fromEntries(names.map((name) => [name, process.env[name]])));
  if (!read.ok) return { ok: false, problem: read.problems.join("; ") };
  const place = journalPlace(read.settings);
  if (place.kind === "none") return { ok: false, problem: "CHECKREIN_JOURNAL is none: name a journal" };
  if (place.kind === "stream")
    return { ok: false, problem: "CHECKREIN_JOURNAL is stdout: name the file that its reader keeps, or - for stdin" };
  return { ok: true, value: place.path };
};
