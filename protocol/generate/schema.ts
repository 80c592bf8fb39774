import { z } from 'zod';

/** The part of JSON Schema that the protocol uses. */
export interface Schema {
  readonly description?: string;
  readonly $ref?: string;
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean' | 'null';
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: false | Schema;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly contentEncoding?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
}

/** Named schemas in the order of their definition; each comes after those that it refers to. */
export type Definitions = Readonly<Record<string, Schema>>;

type Registry = z.core.$ZodRegistry<z.core.GlobalMeta>;

const PREFIX = '#/$defs/';

/** Converts every schema that has an `id` in a registry; those of the protocol are in zod's own. */
export function definitionsOf(registry: Registry = z.globalRegistry): Definitions {
  const { schemas } = z.toJSONSchema(registry, {
    // Bytes have no form in JSON; their schema says which one it uses.
    unrepresentable: 'any',
    uri: (id) => `${PREFIX}${id}`,
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema, $id, ...schema }]) => [id, schema as Schema]),
  );
}

/** Writes the JSON Schema of a message in any direction. */
export function schemaDocument(definitions: Definitions): string {
  const document = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'A message between a controller, a standing pool and a sidecar of mu2net',
    oneOf: ['WorkerMessage', 'BrokerMessage', 'ControllerMessage', 'PoolMessage'].map(referenceTo),
    $defs: definitions,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** A reference to a named schema. */
export const referenceTo = (id: string): Schema => ({ $ref: `${PREFIX}${id}` });

/** The name that a reference points to; undefined for a schema that is written in place. */
export const referenceOf = ({ $ref }: Schema): string | undefined => $ref?.slice(PREFIX.length);

/** The field that tells apart the variants of a union, with the value of this variant. */
export function tagOf(
  schema: Schema,
): { readonly field: string; readonly value: string } | undefined {
  for (const [field, { const: value }] of Object.entries(schema.properties ?? {})) {
    if (value !== undefined) return { field, value };
  }
  return undefined;
}

/** The fields of an object without its tag. */
export function fieldsOf(schema: Schema): readonly (readonly [string, Schema])[] {
  return Object.entries(schema.properties ?? {}).filter(([, field]) => field.const === undefined);
}

/** The variants of a union, nullable types included; undefined for any other schema. */
export const variantsOf = ({ anyOf, oneOf }: Schema): readonly Schema[] | undefined =>
  oneOf ?? anyOf;
