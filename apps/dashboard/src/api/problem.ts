/** A field that the service found wrong. */
interface FieldProblem {
  /** Path of the field, parts joined by dots, such as `training.learningRate` or `epochs`. */
  readonly field: string;
  readonly message: string;
}

/** What a problem document (RFC 9457) says. */
export interface Problem {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly fields: readonly FieldProblem[];
}

/** Reads a problem document; any other text is taken as the detail. */
export function problemOf(status: number, text: string): Problem {
  let body: Record<string, unknown> = {};
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) body = parsed as Record<string, unknown>; // looked at field by field
  } catch {
    return { status, title: '', detail: text.startsWith('<') ? '' : text.slice(0, 500), fields: [] };
  }
  const textOf = (name: string): string => (typeof body[name] === 'string' ? body[name] : '');
  const detail = textOf('detail') || textOf('message') || textOf('title');
  const errors = Array.isArray(body['errors']) ? body['errors'].flatMap(fieldProblem) : [];
  const own = fieldProblem({ ...body, message: detail });
  return { status, title: textOf('title'), detail, fields: errors.length > 0 ? errors : own };
}

function fieldProblem(error: unknown): FieldProblem[] {
  if (typeof error !== 'object' || error === null) return [];
  const known = error as Record<string, unknown>; // looked at field by field
  const place = known['field'] ?? known['path'] ?? known['pointer'];
  const message = known['message'] ?? known['detail'];
  if (typeof message !== 'string') return [];
  if (Array.isArray(place)) return [{ field: place.join('.'), message }];
  if (typeof place !== 'string' || place === '') return [];
  return [{ field: place.replace(/^#?\//, '').replaceAll('/', '.'), message }];
}
