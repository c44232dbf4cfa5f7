// Names of places in a schema as its author wrote it: `input.items[].price`.

export const memberPlace = (place: string, name: string): string =>
  /^[A-Za-z_$][\w$]*$/.test(name) ? `${place}.${name}` : `${place}[${JSON.stringify(name)}]`;
