import type { z } from 'zod';
import { didYouMean } from '../../text/did-you-mean.js';
import type { ConfigPath } from './refuse.js';
import { unknownKeysOf, withoutMisspelt } from './unknown-key.js';

type Issue = z.core.$ZodIssue;

/** A value that the schema does not accept. */
export interface SchemaRefusal {
  readonly path: ConfigPath;
  readonly message: string;
  /** Path left empty by an unknown key: that of the key that was meant, or else of its mapping. */
  readonly meant?: ConfigPath;
}

/** Returns a refusal for each value that the schema does not accept. */
export function schemaRefusals(issues: readonly Issue[]): readonly SchemaRefusal[] {
  return withoutMisspelt(issues).flatMap((issue): SchemaRefusal[] => {
    const { path } = issue;
    if (issue.code === 'unrecognized_keys') {
      return unknownKeysOf(issue).map(({ key, message, meant }) => ({
        path: [...path, key],
        message,
        meant: meant === undefined ? path : [...path, meant],
      }));
    }
    const name = path.length > 0 ? path.join('.') : 'the configuration';
    return [{ path, message: `${name} ${requirementOf(issue)}` }];
  });
}

/** Names of the schema's types in YAML. */
const TYPES: Readonly<Record<string, string>> = {
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

function requirementOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'is missing';
      return `must be ${TYPES[issue.expected] ?? issue.expected}, not ${valueText(issue.input)}`;
    case 'invalid_value': {
      const values = issue.values.map(String);
      const nearest = typeof issue.input === 'string' ? didYouMean(issue.input, values) : '';
      return `must be ${values.join(' or ')}, not ${valueText(issue.input)}${nearest}`;
    }
    case 'too_small': {
      if (issue.origin === 'array' || issue.origin === 'string') return 'must not be empty';
      const bound = issue.inclusive ? `${issue.minimum} or more` : `more than ${issue.minimum}`;
      return `must be ${bound}, not ${valueText(issue.input)}`;
    }
    case 'too_big': {
      if (issue.origin === 'array') return `must have ${issue.maximum} entries or less`;
      if (issue.origin === 'string') {
        return `must have ${issue.maximum} characters or less, not ${String(issue.input).length}`;
      }
      const bound = issue.inclusive ? `${issue.maximum} or less` : `less than ${issue.maximum}`;
      return `must be ${bound}, not ${valueText(issue.input)}`;
    }
    case 'invalid_format':
      return `cannot be ${valueText(issue.input)}: ${issue.message}`;
    case 'invalid_key':
      return `cannot have this name: ${issue.issues[0]?.message ?? issue.message}`;
    default:
      return issue.message;
  }
}

/** A value as JSON, shortened. */
function valueText(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
