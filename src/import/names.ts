// Names for what is drafted, out of a foreign document's: valid, readable, and each one only once.

const words = (text: string): readonly string[] =>
  text
    .normalize("NFKD")
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");

const MAX_LENGTH = 60;

/** `issues/listForRepo` becomes `issues_list_for_repo`; empty when nothing of it can be kept. */
export const snake = (text: string): string => words(text).join("_").slice(0, MAX_LENGTH).replace(/_$/, "");
export const kebab = (text: string): string => words(text).join("-").slice(0, MAX_LENGTH).replace(/-$/, "");
export const screaming = (text: string): string => words(text).join("_").toUpperCase();

export const camel = (text: string): string =>
  words(text)
    .map((word, index) => (index === 0 ? word : `${word.charAt(0).toUpperCase()}${word.slice(1)}`))
    .join("");

/** The name, or the name with the first free number. Remembers it in `taken`. */
export const unique = (name: string, separator: string, taken: Set<string>): string => {
  let free = name;
  for (let count = 2; taken.has(free); count += 1) free = `${name}${separator}${count}`;
  taken.add(free);
  return free;
};
