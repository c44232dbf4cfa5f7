// Patience with a disk or a reader that may never answer.

/** Undefined when it takes longer. */
export const within = async <T>(milliseconds: number, work: Promise<T>): Promise<T | undefined> => {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), milliseconds)));
  try {
    return await Promise.race([work, patience]);
  } finally {
    clearTimeout(timer);
  }
};
