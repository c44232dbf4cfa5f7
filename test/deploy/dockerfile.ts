// Reads a Dockerfile into its instructions: joined lines, no comments. As much of the format as ours needs.

export interface Instruction {
  readonly name: string;
  readonly text: string;
}

export const readDockerfile = (source: string): readonly Instruction[] =>
  source
    .split("\n")
    .filter((line) => !/^\s*#/.test(line))
    .join("\n")
    .replaceAll(/\\\n\s*/g, " ")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [name = "", ...words] = line.trim().split(/\s+/);
      return { name, text: words.join(" ") };
    });

/** The instructions of each stage, and those in front of the first. */
export const readStages = (source: string): readonly (readonly Instruction[])[] => {
  const stages: Instruction[][] = [[]];
  for (const instruction of readDockerfile(source)) {
    if (instruction.name === "FROM") stages.push([]);
    stages.at(-1)?.push(instruction);
  }
  return stages;
};

/** Of `ENV NAME=value NAME="a b"`, the one form that we write. */
export const environmentOf = (instructions: readonly Instruction[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    instructions
      .filter(({ name }) => name === "ENV")
      .flatMap(({ text }) => [...text.matchAll(/(\w+)=(?:"([^"]*)"|(\S*))/g)])
      .map(([, name = "", quoted, plain = ""]) => [name, quoted ?? plain]),
  );
