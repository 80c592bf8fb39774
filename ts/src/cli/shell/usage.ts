/** Commander's sentences about a command line, and how we say them. */
const SENTENCES: readonly (readonly [RegExp, string])[] = [
  [/^missing required argument '(.+)'$/, "the argument '$1' is missing"],
  [/^option '(-[^\s,]+).*' argument missing$/, '$1 needs a value'],
  [
    /^too many arguments(?: for '.+')?\. Expected (\d+) .* but got (\d+)$/,
    'too many arguments: $2 are given, and at most $1 can be',
  ],
  [/^option '(?:-\w, )?(--[\w-]+).*' argument '(.*)' is invalid\. (.+)$/, '$1 $2: $3'],
  [/^command-argument value '(.*)' is invalid for argument '.+'\. (.+)$/, '$1: $2'],
];

/** Commander's endings, and ours. */
const ENDINGS: readonly (readonly [RegExp, string])[] = [
  [/Allowed choices are (.+)$/, 'it must be one of $1'],
  [/ ?\(Did you mean one of (.+)\?\)$/, '; did you mean one of $1?'],
  [/ ?\(Did you mean (.+)\?\)$/, "; did you mean '$1'?"],
];

/** Returns one line that says what is wrong with a command line and where the help is. */
export function usageMessage(text: string, command: string): string {
  const said = [...SENTENCES, ...ENDINGS].reduce(
    (line, [pattern, ours]) => line.replace(pattern, ours),
    text.replace(/^error: |\.$/g, ''),
  );
  const help = `'npx ${command} --help' says more`;
  return said.endsWith('?') ? `${said} ${help}` : `${said}; ${help}`;
}
