/** Characters of the longest name of a run, branch or experiment; its folder may add a number. */
export const LONGEST_NAME = 100;

/** Characters of the longest name of a task. */
export const LONGEST_TASK_NAME = 200;

/** The form of the name of a run, a branch or an experiment, which is also that of a folder. */
export const NAME = /^[A-Za-z0-9][\w.-]*$/;

/** The same rule in words. */
export const NAME_RULE = `a name has at most ${LONGEST_NAME} letters, digits, '_', '-' and '.', and begins with a letter or digit`;

/** Returns whether a text can name a run, a branch or an experiment. */
export function isName(text: string): boolean {
  return text.length <= LONGEST_NAME && NAME.test(text);
}
