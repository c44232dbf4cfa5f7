// The words of refusals as they stand in the source: what is given to `refuse` and its like as a detail, and what becomes the
// message of an issue. What is filled in when they are said is `…` here.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

export interface Written {
  readonly file: string;
  readonly text: string;
}

const root = join(import.meta.dirname, "../..");

/** Functions whose argument of this index is said to an agent. */
export type Says = Readonly<Record<string, number>>;

export interface Wanted {
  /** Files and folders of the project. */
  readonly places: readonly string[];
  readonly calls: Says;
  /** Members and variables of these names. */
  readonly names: readonly string[];
}

export const findWords = ({ places, calls, names }: Wanted): readonly Written[] =>
  places.flatMap(filesIn).flatMap((file) => {
    const source = ts.createSourceFile(file, readFileSync(join(root, file), "utf8"), ts.ScriptTarget.Latest, true);
    const found: ts.Node[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
        const index = Object.hasOwn(calls, node.expression.text) ? calls[node.expression.text] : undefined;
        const said = index === undefined ? undefined : node.arguments[index];
        if (said !== undefined) found.push(said);
      }
      const isNamed = ts.isPropertyAssignment(node) || ts.isVariableDeclaration(node);
      if (isNamed && names.includes(node.name.getText()) && node.initializer !== undefined)
        found.push(node.initializer);
      ts.forEachChild(node, visit);
    };
    visit(source);
    return found.flatMap((node) => textsOf(node, source)).map((text) => ({ file, text }));
  });

const filesIn = (place: string): readonly string[] =>
  place.endsWith(".ts")
    ? [place]
    : readdirSync(join(root, place), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts"))
        .map((name) => `${place}/${name}`);

/** Every text that the expression can be; none for what comes from elsewhere. */
const textsOf = (node: ts.Node, source: ts.SourceFile): readonly string[] => {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return [node.text];
  if (ts.isTemplateExpression(node))
    return [node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join("")];
  if (ts.isConditionalExpression(node)) return [node.whenTrue, node.whenFalse].flatMap((one) => textsOf(one, source));
  if (ts.isArrowFunction(node)) return textsOf(node.body, source);
  if (!ts.isIdentifier(node)) return [];
  const constant = source.statements
    .filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => [...declarationList.declarations])
    .find(({ name }) => name.getText() === node.text);
  return constant?.initializer === undefined ? [] : textsOf(constant.initializer, source);
};
