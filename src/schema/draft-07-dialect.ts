// What `$schema` calls the two dialects that are enforced here.

export const draft2020 = "https://json-schema.org/draft/2020-12/schema";

export const is2020 = (declared: unknown): boolean => declared === draft2020 || declared === `${draft2020}#`;

export const isDraft07 = (declared: unknown): boolean =>
  typeof declared === "string" && /^https?:\/\/json-schema\.org\/draft-07\/schema#?$/.test(declared);
