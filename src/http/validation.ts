import type { ValidationError } from 'elysia';

interface Finding {
  path?: string;
  value?: unknown;
  message?: string;
  schema?: {
    type?: string;
    minLength?: number;
    maxLength?: number;
    minimum?: number;
    maximum?: number;
    const?: unknown;
    anyOf?: { const?: unknown; type?: string }[];
    error?: unknown;
    items?: unknown;
  };
}

const article = (type: string) => (/^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`);
const typeWords: Record<string, string> = { integer: 'a whole number', boolean: 'true or false', null: 'null' };
const words = (type: string) => typeWords[type] ?? article(type);

function expectation({ schema = {}, message = '' }: Finding): string {
  if (schema.anyOf) {
    const options = schema.anyOf.map((one) =>
      one.const === undefined ? words(one.type ?? 'value') : JSON.stringify(one.const),
    );
    return `must be one of ${[...new Set(options)].join(', ')}`;
  }
  if (schema.const !== undefined) return `must be ${JSON.stringify(schema.const)}`;
  if (schema.type === 'string' && /length/i.test(message)) {
    if (schema.minLength && schema.maxLength)
      return `must be ${schema.minLength} to ${schema.maxLength} characters long`;
    if (schema.maxLength) return `must be at most ${schema.maxLength} characters long`;
    return schema.minLength === 1 ? 'must not be empty' : `must be at least ${schema.minLength} characters long`;
  }
  if (schema.type === 'array' && /length|items/i.test(message)) return 'has too few or too many items';
  if (schema.type === 'integer' || schema.type === 'number') {
    if (schema.minimum !== undefined && schema.maximum !== undefined)
      return `must be ${words(schema.type)} from ${schema.minimum} to ${schema.maximum}`;
    if (schema.minimum !== undefined) return `must be ${words(schema.type)} of at least ${schema.minimum}`;
  }
  if (/pattern|format/i.test(message)) return 'has an invalid form';
  return `must be ${words(schema.type ?? 'valid value')}`;
}

/** One sentence for people, naming the field and what is wanted. The value sent is never repeated: it may be a secret. */
export function validationMessage(error: ValidationError): string {
  const [first] = error.all as Finding[];
  if (!first) return 'The request is not valid';
  const field = (first.path ?? '')
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .join('.');
  if (field === '') {
    if (error.type === 'body') return 'The body must be a JSON object';
    return 'The request is not valid';
  }
  if (first.value === undefined) return `Field '${field}' is required`;
  return `Field '${field}' ${expectation(first)}`;
}
