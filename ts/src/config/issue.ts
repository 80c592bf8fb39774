import type { z } from 'zod';
import { type ErrorCode, Mu2NetError } from '../domain/errors.js';
import { didYouMean } from '../text/did-you-mean.js';

/** Where in a configuration: keys and indices from its top. */
export type ConfigPath = readonly PropertyKey[];

/** Prefix of a message that says where a path stands, for example `configs/x.yaml:12:3: `. */
export type Whereabouts = (path: ConfigPath) => string;

/** Throws the one line that says what is wrong, where, and what to do. */
export type Refuse = (path: ConfigPath, message: string, code?: ErrorCode) => never;

export function refusal(whereabouts: Whereabouts): Refuse {
  return (path, message, code = 'CONFIG_INVALID') => {
    throw new Mu2NetError(code, `${whereabouts(path)}${message}`);
  };
}

type Issue = z.core.$ZodIssue;

/** What the schema's types are called in YAML. */
const TYPES: Readonly<Record<string, string>> = {
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

function rendered(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function requirement(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'is missing';
      return `must be ${TYPES[issue.expected] ?? issue.expected}, not ${rendered(issue.input)}`;
    case 'invalid_value': {
      const values = issue.values.map(String);
      const nearest = typeof issue.input === 'string' ? didYouMean(issue.input, values) : '';
      return `must be ${values.join(' or ')}, not ${rendered(issue.input)}${nearest}`;
    }
    case 'too_small': {
      if (issue.origin === 'array' || issue.origin === 'string') return 'must not be empty';
      const bound = issue.inclusive ? `${issue.minimum} or more` : `more than ${issue.minimum}`;
      return `must be ${bound}, not ${rendered(issue.input)}`;
    }
    case 'too_big': {
      const bound = issue.inclusive ? `${issue.maximum} or less` : `less than ${issue.maximum}`;
      return `must be ${bound}, not ${rendered(issue.input)}`;
    }
    case 'invalid_format':
      return `${rendered(issue.input)} will not do: ${issue.message}`;
    default:
      return issue.message;
  }
}

/** What to tell of a value that the schema refuses: a misspelt key explains a missing one. */
export function tellIssue(issues: readonly Issue[], refuse: Refuse): never {
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
  if (!issue) throw new Error('a refusal without an issue');
  if (issue.code === 'unrecognized_keys') {
    return refuse([...issue.path, issue.keys[0] as string], issue.message);
  }
  const name = issue.path.length > 0 ? `${issue.path.join('.')} ` : 'the configuration ';
  return refuse(issue.path, `${name}${requirement(issue)}`);
}
