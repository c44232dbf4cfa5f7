// Tables for people: columns of a fixed width, numbers to the right, what is too long is cut with a mark.

export interface Column {
  readonly title: string;
  readonly width: number;
  readonly isNumber?: true;
}

/** Cells have to be visible text. Each line has an end. */
export const textTable = (columns: readonly Column[], rows: readonly (readonly string[])[]): string =>
  [columns.map(({ title }) => title), ...rows].map((cells) => `${lineOf(columns, cells)}\n`).join("");

const lineOf = (columns: readonly Column[], cells: readonly string[]): string =>
  columns
    .map(({ width, isNumber }, index) => {
      const cell = cut(cells[index] ?? "", width);
      return isNumber === true ? cell.padStart(width) : cell.padEnd(width);
    })
    .join("  ")
    .trimEnd();

const cut = (text: string, width: number): string => {
  const letters = [...text];
  return letters.length > width ? `${letters.slice(0, width - 1).join("")}…` : text;
};
