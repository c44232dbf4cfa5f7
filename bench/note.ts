// The body of the measured calls: a note of about so many bytes.

const line = (index: number): object => ({
  text: `line ${index}: ordered on a rainy day`,
  amount: 1000 + index,
  kind: "goods",
});

export const noteOf = (bytes: number): string => {
  const lines: object[] = [];
  for (let index = 0; JSON.stringify({ author: "somebody", urgent: false, lines }).length < bytes; index += 1)
    lines.push(line(index));
  return JSON.stringify({ author: "somebody", urgent: false, lines });
};
