// One seed for all properties, printed by fast-check with every failure: SEED=… runs another, LONG=1 (`npm run long`) more.

export const seed = Number(process.env["SEED"] ?? 20260728);
export const isLong = process.env["LONG"] === "1";
