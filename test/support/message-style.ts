// The style of what agents are told. A detail is one or more whole sentences; an issue's message is a predicate for the place
// that stands before it: in lower case, without a full stop, and it says what must be or what is wrong.

const RULES = {
  detail: { most: 320, form: /^(?:[A-Z0-9"`…]|[a-z_]+ [a-z]).*[.…]$/su },
  message: {
    most: 320,
    form: /^(?:must|is|has|cannot|can|makes|spells|becomes|matches|does|fails|could)\b.*[^.\s]$/su,
  },
} as const;

/** Words of our own insides, and of what stands behind. */
const INSIDES =
  /\b(?:undefined|NaN|TypeError|Error:|stack|node_modules|src\/|localhost|127\.0\.0\.1|ajv|zod|sqlite|redis|undici|fastify)\b/i;

/** What is wrong with a text; empty when it is well written. `…` stands for what is filled in. */
export const breachesOfStyle = (kind: keyof typeof RULES, text: string): readonly string[] => {
  const { most, form } = RULES[kind];
  const told = (what: string): string => `${what}: ${text}`;
  return [
    ...(text.length > most ? [told(`longer than ${most}`)] : []),
    ...(text !== text.trim() || /[^\S\n] {1,}| {2,}/.test(text) ? [told("blanks")] : []),
    ...(form.test(text) ? [] : [told(`no ${kind}`)]),
    ...(INSIDES.test(text) ? [told("insides")] : []),
  ];
};
