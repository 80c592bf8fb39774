import type { z } from 'zod';
import { didYouMean } from '../../text/did-you-mean.js';
import type { Refuse } from './refuse.js';
import { firstIssue } from './unknown-key.js';

type Issue = z.core.$ZodIssue;

/** Refuses a value that the schema does not accept. */
export function refuseIssues(issues: readonly Issue[], refuse: Refuse): never {
  const issue = firstIssue(issues);
  if (!issue) throw new Error('the schema refused a value without an issue');
  if (issue.code === 'unrecognized_keys') {
    return refuse([...issue.path, issue.keys[0] ?? ''], issue.message);
  }
  const name = issue.path.length > 0 ? `${issue.path.join('.')} ` : 'the configuration ';
  return refuse(issue.path, `${name}${requirementOf(issue)}`);
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
      const bound = issue.inclusive ? `${issue.maximum} or less` : `less than ${issue.maximum}`;
      return `must be ${bound}, not ${valueText(issue.input)}`;
    }
    case 'invalid_format':
      return `cannot be ${valueText(issue.input)}: ${issue.message}`;
    default:
      return issue.message;
  }
}

/** A value as JSON, shortened. */
function valueText(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
