import { FieldInput } from './field.js';
import type { FormField } from './schema.js';

/** What was entered and what the service found wrong, by path. */
interface FormState {
  readonly entered: Readonly<Record<string, string>>;
  readonly wrong: ReadonlyMap<string, string>;
  readonly onChange: (path: string, value: string) => void;
}

/** Fields up front, in the order wanted, and the others folded away, unless one of them is wrong. */
export function FieldGroup(props: {
  readonly fields: readonly FormField[];
  readonly first: readonly string[];
  readonly more: string;
  readonly state: FormState;
}) {
  const { fields, first, state } = props;
  const front = first.flatMap((path) => fields.filter((field) => field.path === path));
  const rest = fields.filter((field) => !front.includes(field));
  const inputs = (list: readonly FormField[]) => (
    <div class="fields">
      {list.map((field) => (
        <FieldInput
          key={field.path}
          field={field}
          value={state.entered[field.path] ?? ''}
          wrong={state.wrong.get(field.path)}
          onChange={(value) => state.onChange(field.path, value)}
        />
      ))}
    </div>
  );
  return (
    <div class="stack">
      {front.length > 0 && inputs(front)}
      {rest.length > 0 && (
        <details open={rest.some(({ path }) => state.wrong.has(path)) || undefined}>
          <summary>{props.more}</summary>
          {inputs(rest)}
        </details>
      )}
    </div>
  );
}
