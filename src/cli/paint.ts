// Colours for a terminal: none where the output goes elsewhere, or where NO_COLOR is set. What an agent or a backend wrote is
// made visible first: an escape in it would paint, too.
import { styleText } from "node:util";
import { visible } from "../contract/lock/visible.ts";
import type { Output } from "./print.ts";

type Style = Parameters<typeof styleText>[0];

/** The text with nothing hidden, in a colour where somebody sees it. */
export type Paint = (style: Style, text: string) => string;

export const paintFor =
  (out: Output): Paint =>
  (style, text) =>
    out === process.stdout ? styleText(style, visible(text), { stream: process.stdout }) : visible(text);
