import { z } from 'zod';
import { runEvent } from '../run/events/events.js';

type EventSchema = (typeof runEvent.options)[number];

/** A JSON Schema, as far as the fields of events use it. */
interface Field {
  readonly type?: string | readonly string[];
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Field[];
  readonly items?: Field;
  readonly properties?: Readonly<Record<string, Field>>;
  readonly description?: string;
}

const STAMP = ['type', 'time', 'run', 'branch'];

/** Writes the page of all events from their schemas. */
export function eventsPage(): string {
  const [first] = runEvent.options;
  return `${[
    '# Events',
    '<!-- Generated from ts/src/run/events/events.ts by `npm run generate`; edit that instead. -->',
    INTRODUCTION,
    '## Fields of every event',
    fieldTable(first, (name) => STAMP.includes(name)),
    ...runEvent.options.flatMap((schema) => [
      `## \`${jsonSchemaOf(schema).properties?.type?.const}\``,
      schema.meta()?.description ?? '',
      fieldTable(schema, (name) => !STAMP.includes(name)),
    ]),
  ].join('\n\n')}\n`;
}

const INTRODUCTION = `A run tells what happens as events. The same events reach you in four ways:

- \`mu2net run\` and \`mu2net resume\` show them. With \`--json\`, each one is a line of JSON.
- \`mu2net watch\` shows them from another terminal.
- A program gets them from \`onEvent\` of \`grow\` and \`Run.resume\`, or from \`Run.watch\`.
- The file \`events.jsonl\` in the run directory keeps them, one line of JSON for each.

## The event log

Only the process that grows the run writes \`events.jsonl\`. It appends each event as it happens. The
log is for people and monitors. It is not a part of [the record](record.md): a run is resumed without
it, and you can delete it at any time.

- The log has each validation of a child, and otherwise one line of its progress in five seconds.
- At 8 MiB the file is renamed to \`events.1.jsonl\`, in place of the file that had this name, and a
  new one begins. The new one repeats the last \`started\` and \`generation\`, with \`childrenDone\` as it
  is then.
- If a write fails, for example because the disk is full, the run goes on. One \`warning\` says so.
- A process that was killed can leave a line that is cut off. Readers leave out each line that is not
  a complete event, events that they do not know, and fields that they do not know.

With \`--json\`, a command prints one more kind of line, which the log does not have: \`waiting\`, when
nothing happened for some seconds. It has \`time\`, \`run\` and \`for\`, which says in words what goes on.

## A command at the end

\`run\` and \`resume\` take a command that your shell runs when the session ends, for example to send
you a message:

\`\`\`sh
npx mu2net run quickstart --on-finish 'notify-send "$MU2NET_RUN: $MU2NET_OUTCOME"'
\`\`\`

The command gets facts in its environment. One that is not known is empty.

| variable | meaning |
| --- | --- |
| \`MU2NET_OUTCOME\` | \`finished\`, \`stopped\` by a signal or by \`mu2net stop\`, or \`failed\` |
| \`MU2NET_RUN\` | name of the run, or \`run:branch\` |
| \`MU2NET_DIRECTORY\` | the run directory |
| \`MU2NET_SECONDS\` | seconds of this session |
| \`MU2NET_TASKS\` | number of tasks that have a model |
| \`MU2NET_CHILDREN_DONE\`, \`MU2NET_CHILDREN\` | children that are trained, and children of the whole run |
| \`MU2NET_MEAN_TEST_ACCURACY\` | mean of the test accuracies, in [0, 1] |
| \`MU2NET_PARAMETERS\` | parameters of all models together |
| \`MU2NET_ERROR_CODE\`, \`MU2NET_ERROR\` | code and message of the error that ended the session |

- An error before the run has begun, for example an invalid configuration, starts no command. A second
  Ctrl-C, or a kill, ends mu2net before it can start one.
- \`mu2net\` waits for it. Its output goes to stderr, so \`--json\` stays readable. If it fails, a
  note says so; the run and the exit status of \`mu2net\` stay what they were.`;

function fieldTable(schema: EventSchema, isShown: (name: string) => boolean): string {
  const fields = Object.entries(jsonSchemaOf(schema).properties ?? {}).filter(([name]) =>
    isShown(name),
  );
  return [
    '| field | type | meaning |',
    '| --- | --- | --- |',
    ...fields.map(([name, field]) => {
      const type = name === 'type' ? 'text' : typeText(field);
      const meaning = name === 'type' ? 'The kind: the headings below.' : field.description;
      return `| \`${name}\` | ${type} | ${meaning ?? ''} |`;
    }),
  ].join('\n');
}

function jsonSchemaOf(schema: EventSchema): Field {
  return z.toJSONSchema(schema) as Field;
}

function typeText(field: Field): string {
  if (field.anyOf) return field.anyOf.map(typeText).join(' or ');
  if (typeof field.type === 'object') {
    return field.type.map((type) => (type === 'null' ? type : typeText({ type }))).join(' or ');
  }
  if (field.enum) return field.enum.map((value) => `\`${value}\``).join(', ');
  switch (field.type) {
    case 'string':
      return 'text';
    case 'boolean':
      return 'yes or no';
    case 'integer':
      return 'whole number';
    case 'array':
      return `list of ${field.items?.properties ? namesText(field.items.properties) : `${typeText(field.items ?? {})}s`}`;
    default:
      return field.type ?? '';
  }
}

const namesText = (properties: NonNullable<Field['properties']>) =>
  `{ ${Object.keys(properties)
    .map((name) => `\`${name}\``)
    .join(', ')} }`;
